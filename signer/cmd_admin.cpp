// signer/cmd_admin.cpp - what administrators do: promote names from `new` to `claimed`.
#include <algorithm>

#include "signer/commands.h"
#include "signer/commit_change.h"

namespace tuf {
namespace {

// The administrators delegate to the newest owners of the project.
bool is_delegated(const RepositoryState& state, const ProjectName& project) {
  return state.is_claimed(project) && state.owners_chain(project).size() <= 1;
}

std::vector<ProjectName> waiting_projects(const RepositoryState& state) {
  std::vector<ProjectName> waiting;
  for (const ProjectName& project : state.projects()) {
    if (!is_delegated(state, project)) waiting.push_back(project);
  }
  return waiting;
}

std::vector<ProjectName> named_projects(const RepositoryState& state, const std::vector<std::string>& names) {
  std::vector<ProjectName> projects;
  for (const std::string& name : names) {
    const ProjectName project = ProjectName::from_user(name);
    if (is_delegated(state, project)) throw conflict("project {} is promoted already", project.text());
    if (!state.find_owners(project)) {
      throw not_found("there is no project {} in this repository", project.text()).with_hint("git pull");
    }
    projects.push_back(project);
  }
  std::sort(projects.begin(), projects.end());
  projects.erase(std::unique(projects.begin(), projects.end()), projects.end());
  return projects;
}

std::string title_of(const std::vector<ProjectName>& projects) {
  constexpr std::size_t shown_at_most = 3;
  if (projects.size() > shown_at_most) return fmt::format("Promote {} projects", projects.size());
  std::string title = "Promote";
  for (const ProjectName& project : projects) title += " " + project.text();
  return title;
}

void run_promote(const Arguments& arguments, Output& out, UtcTime now) {
  Workspace workspace = open_workspace(out, now);
  const Standing standing = accepted_standing_of(workspace);
  const RepositoryState& state = workspace.state;
  const std::vector<std::string>& names = arguments.arguments("PROJECT");
  const std::vector<ProjectName> projects =
      names.empty() ? waiting_projects(state) : named_projects(state, names);
  if (projects.empty()) {
    out.json["changes"] = Json::Array{};
    out.result("nothing to promote: every project's name is delegated by the administrators already");
    return;
  }
  const StoredKey key = key_of(arguments);
  const RoleFile* claimed = state.find_admin_role(RoleName::of("claimed"));
  if (claimed == nullptr) throw refused("{} is missing", layout::claimed);
  refuse_without_right(key, claimed->signers, claimed->names, "role claimed");
  const UtcTime expires = now.plus_days(state.configuration().expiry_days_of("claimed"));
  const PlannedChange planned = plan(title_of(projects), standing.base_or_null(),
                                     {PromoteProjects{projects}, ExtendExpiry{claimed->role, expires}});
  const Outcome outcome = commit_change(workspace, standing, planned, key, arguments, out, now);
  if (!outcome.commit) return;
  out.note(outcome.verdict.kind == Verdict::Kind::pending
               ? "next: pgsign push, then the other administrators sign"
               : "next: pgsign push");
}

}  // namespace

Command admin_promote_command() {
  return {.name = "admin promote",
          .summary = "delegate new projects by the administrators' keys",
          .description =
              "Moves names from role new (the publisher's online key) to role claimed (the administrators' "
              "keys); where owners handed a project over to others, delegates to the newest ones. "
              "Without PROJECT: every name that waits.",
          .example = "  pgsign admin promote abc",
          .arguments = {{"PROJECT", "projects to promote", ArgumentSpec::Count::any}},
          .options = change_options(),
          .run = run_promote};
}

}  // namespace tuf
