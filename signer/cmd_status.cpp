// signer/cmd_status.cpp - the repository or one project: people, signatures, releases, what expires.
#include "signer/commands.h"
#include "signer/show.h"
#include "signer/show_project.h"

namespace tuf {
namespace {

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
  for (const std::string_view name : layout::admin_roles) {
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

void tell_place(const Workspace& workspace, Output& out) {
  const std::string name = repository_name(workspace.state.root());
  out.json["repository"] = name;
  out.json["branch"] = workspace.branch;
  out.json["commit"] = workspace.head;
  out.result(fmt::format("repository {}, branch {} at {}", escaped(name), escaped(workspace.branch),
                         short_id(workspace.head)));
}

void run(const Arguments& arguments, Output& out, UtcTime now) {
  const std::optional<std::string> typed = arguments.find_argument("PROJECT");
  const std::optional<ProjectName> project =
      typed ? std::optional(ProjectName::from_user(*typed)) : std::nullopt;
  const Workspace workspace = open_workspace(out, now);
  tell_place(workspace, out);
  if (project)
    show_project(workspace.state, *project, now, out);
  else
    show_repository(workspace.state, now, out);
  show_standing(workspace, std::nullopt, out);
}

void run_show(const Arguments& arguments, Output& out, UtcTime now) {
  const ProjectName project = ProjectName::from_user(arguments.argument("PROJECT"));
  const Workspace workspace = open_workspace(out, now);
  tell_place(workspace, out);
  show_project(workspace.state, project, now, out);
  show_standing(workspace, project, out);
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

Command project_show_command() {
  return {.name = "project show",
          .summary = "show a project: people, releases, what expires and what waits",
          .description =
              "Owners and maintainers with the ids of their keys, how many of them must sign, until when "
              "their roles stay "
              "valid, whether the administrators have promoted the name, every release with its files "
              "(yanked and "
              "removed ones with the reason), and what waits for signatures. 'pgsign log' tells how it came "
              "to be so.",
          .example = "  pgsign project show abc",
          .arguments = {{"PROJECT", "the project"}},
          .options = {},
          .run = run_show};
}

}  // namespace tuf
