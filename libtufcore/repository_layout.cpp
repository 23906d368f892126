#include "libtufcore/repository_layout.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <vector>

#include "libtufcore/parse_number.h"

namespace tuf::layout {
namespace {

constexpr std::string_view shard_start = "claimed-", releases_end = ".rel";

std::vector<std::string_view> components(std::string_view path) {
  std::vector<std::string_view> parts;
  for (std::size_t start = 0;;) {
    const std::size_t slash = path.find('/', start);
    parts.push_back(path.substr(start, slash - start));
    if (slash == std::string_view::npos) return parts;
    start = slash + 1;
  }
}

// One spelling for each number: no zero in front, no sign.
std::optional<std::uint64_t> number_in(std::string_view digits) {
  return digits.starts_with('0') ? std::nullopt : parse_number<std::uint64_t>(digits);
}

// The number between the two in "12.root.json" or "owners.2.json".
std::optional<std::uint64_t> number_between(std::string_view before, std::string_view name,
                                            std::string_view after) {
  if (name.size() <= before.size() + after.size() || !name.starts_with(before) || !name.ends_with(after))
    return std::nullopt;
  return number_in(name.substr(before.size(), name.size() - before.size() - after.size()));
}

std::optional<int> hop_in(std::string_view before, std::string_view name, std::string_view after) {
  const auto hop = number_between(before, name, after);
  if (!hop || *hop < 2 || *hop > last_hop) return std::nullopt;
  return static_cast<int>(*hop);
}

// A name without a dot, so that "bob.accepted.json" is no invitation of "bob.accepted".
PathKind kind_of_invitation(const ProjectName& project, std::string_view file) {
  constexpr std::string_view suffix = ".json", accepted_suffix = ".accepted.json";
  if (!file.ends_with(suffix)) return Stray{};
  const bool accepted = file.ends_with(accepted_suffix);
  file.remove_suffix(accepted ? accepted_suffix.size() : suffix.size());
  auto name = FileName::parse(file);
  if (!name || file.find('.') != std::string_view::npos) return Stray{};
  return ProjectInvitation{project, *std::move(name), accepted};
}

PathKind kind_of_admin(std::string_view path) {
  if (path == root) return CurrentRoot{};
  if (path == configuration) return Configuration{};
  const auto parts = components(path);
  if (constexpr std::string_view suffix = ".json"; parts.size() == 2 && parts[1].ends_with(suffix)) {
    const std::string_view role = parts[1].substr(0, parts[1].size() - suffix.size());
    if (is_admin_role(role)) return AdminRole{RoleName::of(role)};
  }
  if (parts.size() == 3 && parts[1] == "root_history") {
    if (const auto version = number_between("", parts[2], ".root.json")) return RootHistory{*version};
  }
  return Stray{};
}

PathKind kind_of_project_file(std::string_view path) {
  const auto project = project_of(path);
  if (!project) return Stray{};
  const auto parts = components(path);
  if (parts.size() == 4) {
    if (parts[3] == "claim.json") return ProjectClaim{*project};
    if (parts[3] == "owners.json") return ProjectOwners{*project, 1};
    if (const auto hop = hop_in("owners.", parts[3], ".json")) return ProjectOwners{*project, *hop};
    if (parts[3] == "releases.json") return ProjectReleases{*project};
  }
  if (parts.size() == 5 && parts[3] == "invitations") return kind_of_invitation(*project, parts[4]);
  if (parts.size() != 7 || parts[3] != "files") return Stray{};
  auto product = ProductName::parse(parts[4]);
  auto version = Version::parse(parts[5]);
  auto file = FileName::parse(parts[6]);
  if (!product || !version || !file) return Stray{};
  return ProjectFile{{*project, *std::move(product), *std::move(version), *std::move(file)}};
}

}  // namespace

std::string root_history(std::uint64_t version) {
  return fmt::format("admin/root_history/{}.root.json", version);
}

std::string admin_role(const RoleName& role) { return fmt::format("{}/{}.json", admin_dir, role.text()); }

std::string project_dir(const ProjectName& project) {
  return fmt::format("projects/{}/{}", project.text().substr(0, 2), project.text());
}
std::string claim(const ProjectName& project) { return project_dir(project) + "/claim.json"; }
std::string owners(const ProjectName& project, int hop) {
  return project_dir(project) + (hop == 1 ? "/owners.json" : fmt::format("/owners.{}.json", hop));
}
std::string releases(const ProjectName& project) { return project_dir(project) + "/releases.json"; }
std::string invitation(const ProjectName& project, const FileName& name) {
  return fmt::format("{}/invitations/{}.json", project_dir(project), name.text());
}
std::string acceptance(const ProjectName& project, const FileName& name) {
  return fmt::format("{}/invitations/{}.accepted.json", project_dir(project), name.text());
}
std::string release_file(const ReleasePath& path) {
  return fmt::format("{}/files/{}/{}/{}", project_dir(path.project), path.product.text(), path.version.text(),
                     path.file.text());
}

RoleName owners_role(const ProjectName& project, int hop) {
  return RoleName::of(hop == 1 ? project.text() : fmt::format("{}.o{}", project.text(), hop));
}
std::optional<OwnersRole> parse_owners_role(std::string_view role) {
  const std::size_t dot = role.find('.');
  auto project = ProjectName::parse(role.substr(0, dot));
  if (!project) return std::nullopt;
  if (dot == std::string_view::npos) return OwnersRole{*std::move(project), 1};
  const auto hop = hop_in(".o", role.substr(dot), "");
  if (!hop) return std::nullopt;
  return OwnersRole{*std::move(project), *hop};
}
RoleName releases_role(const ProjectName& project) {
  return RoleName::of(fmt::format("{}{}", project.text(), releases_end));
}
std::optional<ProjectName> parse_releases_role(std::string_view role) {
  if (!role.ends_with(releases_end)) return std::nullopt;
  return ProjectName::parse(role.substr(0, role.size() - releases_end.size()));
}
RoleName references_role(const ProjectName& project) { return RoleName::of(project.text() + ".refs"); }

RoleName shard_role(std::string_view prefix) { return RoleName::of(fmt::format("{}{}", shard_start, prefix)); }
std::optional<std::string_view> parse_shard_role(std::string_view role) {
  if (!role.starts_with(shard_start)) return std::nullopt;
  const std::string_view prefix = role.substr(shard_start.size());
  // "ab-" begins a name, too. Whatever does not begin one as it is can be a name with one character more.
  const bool begins_a_name = ProjectName::parse(prefix) || ProjectName::parse(fmt::format("{}0", prefix));
  return !prefix.empty() && begins_a_name ? std::optional(prefix) : std::nullopt;
}
bool is_admin_role(std::string_view role) {
  return std::ranges::find(admin_roles, role) != std::end(admin_roles) || parse_shard_role(role).has_value();
}
std::string_view expiry_kind(std::string_view role) {
  if (role == "root") return role;
  if (!is_admin_role(role)) return "project";
  return role.substr(0, role.find_first_of(".-"));
}

PathKind kind_of(std::string_view path) {
  const auto below = [path](std::string_view dir) {  // the folder's own name as a file would hide the folder
    return path == dir || (path.starts_with(dir) && path.substr(dir.size()).starts_with('/'));
  };
  if (below(admin_dir)) return kind_of_admin(path);
  if (below(projects_dir)) return kind_of_project_file(path);
  return Unpublished{};
}

std::optional<ProjectName> project_of(std::string_view path) {
  const auto parts = components(path);
  if (parts.size() < 4 || parts[0] != projects_dir) return std::nullopt;
  auto project = ProjectName::parse(parts[2]);
  if (!project || parts[1] != parts[2].substr(0, 2)) return std::nullopt;
  return project;
}

bool is_signed_file(std::string_view path) {
  const PathKind kind = kind_of(path);
  return !std::holds_alternative<Configuration>(kind) && !std::holds_alternative<ProjectFile>(kind) &&
         !std::holds_alternative<Stray>(kind) && !std::holds_alternative<Unpublished>(kind);
}

}  // namespace tuf::layout
