// signer/cmd_status.cpp - the repository or one project: people, signatures, releases, what expires.
#include "libtufcore/io/progress.h"
#include "libtufcore/release.h"
#include "signer/commands.h"
#include "signer/show.h"
#include "signer/workspace.h"

namespace tuf {
namespace {

std::string expiry_text(UtcTime expires, UtcTime now) {
  const std::int64_t left = expires.unix_seconds() - now.unix_seconds();
  return left > 0 ? fmt::format("expires {} (in {})", expires.text(), duration_text(left))
                  : fmt::format("EXPIRED {} ({} ago)", expires.text(), duration_text(left));
}

std::string repository_name(const Root& root) {
  const std::string name = stated_repository(root.extra);
  return name.empty() ? "without a name" : name;
}

Json role_json(const RoleFile& role, UtcTime now) {
  return Json::Object{{"role", role.role.text()},
                      {"path", role.path},
                      {"version", role.file.untrusted.version},
                      {"expires", role.file.untrusted.expires.text()},
                      {"expired", role.file.untrusted.expires <= now},
                      {"signatures", to_json(role.check, role.names)}};
}

void tell_role(const RoleFile& role, UtcTime now, Output& out) {
  out.result(fmt::format("  {:<13}version {}, {}, {}", role.role.text(), role.file.untrusted.version,
                         in_words(role.check, role.names), expiry_text(role.file.untrusted.expires, now)));
}

Json root_json(const RepositoryState& state, const Digest& pin, UtcTime now) {
  const Root& root = state.root();
  return Json::Object{{"version", root.version},
                      {"sha256_of_version_1", pin.hex()},
                      {"expires", root.expires.text()},
                      {"expired", root.expires <= now},
                      {"signatures", to_json(state.root_check(), root.extra)}};
}

void show_root(const RepositoryState& state, UtcTime now, Output& out) {
  const std::string first = layout::root_history(1);
  const std::optional<TreeReader::FileDigest> pin = state.tree().digest(first, max_metadata_bytes);
  if (!pin) throw refused("{} is missing", first);
  const Root& root = state.root();
  out.json["root"] = root_json(state, pin->sha256, now);
  const bool pending_first = root.version == 1 && !state.root_check().enough();
  if (!pending_first) {
    out.json["root_sha256"] = pin->sha256.hex();
    out.result("root SHA-256: " + pin->sha256.hex());
  }
  out.result(fmt::format("  {:<13}version {}, {}, {}", "root", root.version,
                         in_words(state.root_check(), root.extra), expiry_text(root.expires, now)));
}

void show_repository(const RepositoryState& state, UtcTime now, Output& out) {
  show_root(state, now, out);
  Json::Array roles;
  for (const char* name : admin_role_names) {
    const RoleFile* role = state.find_admin_role(RoleName::of(name));
    if (role == nullptr) throw refused("role {} is missing", name);
    tell_role(*role, now, out);
    roles.push_back(role_json(*role, now));
  }
  std::uint64_t promoted = 0;
  const std::vector<ProjectName> projects = state.projects();
  for (const ProjectName& project : projects) promoted += state.is_claimed(project) ? 1 : 0;
  out.json["roles"] = std::move(roles);
  out.json["projects"] = static_cast<std::uint64_t>(projects.size());
  out.json["projects_promoted"] = promoted;
  out.result(fmt::format("projects: {} ({} promoted by the administrators, {} new)", projects.size(),
                         promoted, projects.size() - promoted));
}

std::vector<Release> releases_in(const RoleFile& role) {
  std::vector<FoundTarget> targets;
  for (const auto& [path, file] : role.file.untrusted.targets)
    targets.push_back({path, file, role.role, {role.role}});
  return releases_of(targets);
}

Json to_json(const Release& release) {
  Json::Array files;
  for (const ReleaseFile& file : release.files) {
    const auto sha256 = file.target.file.hashes.find(HashAlgorithm::sha256);
    files.emplace_back(Json::Object{
        {"name", file.name.text()},
        {"length", file.target.file.length},
        {"sha256", sha256 == file.target.file.hashes.end() ? Json() : Json(sha256->second.hex())}});
  }
  return Json::Object{
      {"product", release.product.text()}, {"version", release.version.text()}, {"files", std::move(files)}};
}

void show_releases(const RoleFile& role, const ProjectName& project, Output& out) {
  const std::vector<Release> releases = releases_in(role);
  Json::Array listed;
  out.result(releases.empty() ? "releases: none yet" : "releases, newest first:");
  for (const Release& release : releases) {
    listed.push_back(to_json(release));
    const bool is_default = release.product == ProductName::default_of(project);
    out.result(fmt::format("  {}{}", is_default ? "" : release.product.text() + " ", release.version.text()));
    for (const ReleaseFile& file : release.files) {
      const auto sha256 = file.target.file.hashes.find(HashAlgorithm::sha256);
      out.result(fmt::format("    {}  {}  sha256 {}", file.name.text(), bytes_text(file.target.file.length),
                             sha256 == file.target.file.hashes.end() ? "none" : sha256->second.hex()));
    }
  }
  out.json["releases"] = std::move(listed);
}

void show_people(const char* member, const RoleKeys& keys, const Json::Object& names, Output& out) {
  out.json[member] = to_json(keys, names);
  out.result(fmt::format("{}: {} ({} must sign)", member, labels_of(keys, names), keys.threshold));
}

void show_project(const RepositoryState& state, const ProjectName& project, UtcTime now, Output& out) {
  const RoleFile* owners = state.find_owners(project);
  if (owners == nullptr) {
    throw not_found("there is no project {} in this repository", project.text())
        .with_hint("'git pull' fetches what others added");
  }
  const bool promoted = state.is_claimed(project);
  out.json["project"] = project.text();
  out.json["claimed"] = promoted;
  out.result(fmt::format("project {} ({})", project.text(),
                         promoted ? "promoted: the administrators delegate it"
                                  : "new: the publisher's online key vouches for it"));
  show_people("owners", owners->signers, owners->names, out);
  const RoleFile* releases = state.find_releases(project);
  if (releases != nullptr) show_people("maintainers", releases->signers, releases->names, out);
  if (const std::optional<SignedFile<Claim>> claim = state.find_claim(project)) {
    const SignatureCheck check = check_claim(*claim);
    out.json["claim"] = to_json(check, claim->untrusted.extra);
    if (!check.enough()) out.result("  claim        " + in_words(check, claim->untrusted.extra));
  }
  Json::Array roles;
  for (const RoleFile* role : {owners, releases}) {
    if (role == nullptr) continue;
    tell_role(*role, now, out);
    roles.push_back(role_json(*role, now));
  }
  out.json["roles"] = std::move(roles);
  if (releases != nullptr) show_releases(*releases, project, out);
}

// What the branch holds beyond the newest accepted commit.
void show_standing(const Workspace& workspace, Output& out) {
  const Standing standing = standing_of(workspace);
  put_verdict(out, standing.verdict);
  out.json["base"] = standing.base ? Json(*standing.base) : Json();
  if (standing.refused_at) {
    out.json["refused"] = Json::Object{{"commit", *standing.refused_at},
                                       {"file", standing.verdict.file},
                                       {"reason", standing.verdict.reason}};
    out.warning(refusal_of(standing.verdict, "commit " + short_id(*standing.refused_at)).what());
    return;
  }
  if (standing.verdict.kind == Verdict::Kind::accepted) return;
  out.result("waits for signatures:");
  for (const std::string& line : in_words(standing.verdict.changes)) out.result("  " + line);
  for (const std::string& line : shortages(standing.verdict.missing)) out.result("  " + line);
  out.note("next: pgsign sign (if you may), pgsign push");
}

void run(const Arguments& arguments, Output& out, UtcTime now) {
  const std::optional<std::string> typed = arguments.find_argument("PROJECT");
  const std::optional<ProjectName> project =
      typed ? std::optional(ProjectName::from_user(*typed)) : std::nullopt;
  const Workspace workspace = open_workspace(out, now);
  const std::string name = repository_name(workspace.state.root());
  out.json["repository"] = name;
  out.json["branch"] = workspace.branch;
  out.json["commit"] = workspace.head;
  out.result(fmt::format("repository {}, branch {} at {}", escaped(name), escaped(workspace.branch),
                         short_id(workspace.head)));
  if (project)
    show_project(workspace.state, *project, now, out);
  else
    show_repository(workspace.state, now, out);
  show_standing(workspace, out);
}

}  // namespace

Command status_command() {
  return {
      .name = "status",
      .summary = "show the repository or one project",
      .description =
          "The repository: its root, the administrators' signatures, what expires, how many projects. With "
          "PROJECT: owners, maintainers, thresholds, releases. Both: what still waits for signatures.",
      .example = "  pgsign status\n  pgsign status abc",
      .arguments = {{"PROJECT", "a project", ArgumentSpec::Count::optional}},
      .options = {},
      .run = run};
}

}  // namespace tuf
