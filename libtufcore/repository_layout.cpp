#include "libtufcore/repository_layout.h"

#include <fmt/format.h>

#include <charconv>
#include <vector>

namespace tuf::layout {
namespace {

std::vector<std::string_view> components(std::string_view path) {
  std::vector<std::string_view> parts;
  for (std::size_t start = 0;;) {
    const std::size_t slash = path.find('/', start);
    parts.push_back(path.substr(start, slash - start));
    if (slash == std::string_view::npos) return parts;
    start = slash + 1;
  }
}

// "12.root.json" is 12. One spelling for each version: no zero in front, no sign.
std::optional<std::uint64_t> history_version(std::string_view name) {
  constexpr std::string_view suffix = ".root.json";
  if (!name.ends_with(suffix)) return std::nullopt;
  const std::string_view digits = name.substr(0, name.size() - suffix.size());
  std::uint64_t version = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), version);
  if (error != std::errc() || end != digits.data() + digits.size() || version == 0 || digits.front() == '0')
    return std::nullopt;
  return version;
}

PathKind kind_of_admin(std::string_view path) {
  if (path == root) return CurrentRoot{};
  if (path == configuration) return Configuration{};
  for (const std::string_view role_file : {targets, blocked, blocked_void, claimed, claimed_void}) {
    if (path == role_file)
      return AdminRole{RoleName::of(path.substr(admin_dir.size() + 1, path.size() - admin_dir.size() - 6))};
  }
  const auto parts = components(path);
  if (parts.size() == 3 && parts[1] == "root_history") {
    if (const auto version = history_version(parts[2])) return RootHistory{*version};
  }
  return Stray{};
}

PathKind kind_of_project_file(std::string_view path) {
  const auto project = project_of(path);
  if (!project) return Stray{};
  const auto parts = components(path);
  if (parts.size() == 4) {
    if (parts[3] == "claim.json") return ProjectClaim{*project};
    if (parts[3] == "owners.json") return ProjectOwners{*project};
    if (parts[3] == "releases.json") return ProjectReleases{*project};
  }
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
std::string owners(const ProjectName& project) { return project_dir(project) + "/owners.json"; }
std::string releases(const ProjectName& project) { return project_dir(project) + "/releases.json"; }
std::string release_file(const ReleasePath& path) {
  return fmt::format("{}/files/{}/{}/{}", project_dir(path.project), path.product.text(), path.version.text(),
                     path.file.text());
}

RoleName owners_role(const ProjectName& project) { return RoleName::of(project.text()); }
RoleName releases_role(const ProjectName& project) { return RoleName::of(project.text() + ".rel"); }

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

}  // namespace tuf::layout
