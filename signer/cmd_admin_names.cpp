// pgsign admin promote, reserve - promote names from `new` to `claimed`; reserve names.
#include <algorithm>

#include "signer/admin_change.h"
#include "signer/commands.h"

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

std::string title_of(std::string title, const std::vector<ProjectName>& projects) {
  constexpr std::size_t shown_at_most = 3;
  if (projects.size() > shown_at_most) return fmt::format("{} {} names", title, projects.size());
  for (const ProjectName& project : projects) title += " " + project.text();
  return title;
}

void run_promote(const Arguments& arguments, Output& out, UtcTime now) {
  AdminWork work = open_admin_work(out, now);
  const RepositoryState& state = work.workspace.state;
  const std::vector<std::string>& names = arguments.arguments("PROJECT");
  const std::vector<ProjectName> projects =
      names.empty() ? waiting_projects(state) : named_projects(state, names);
  if (projects.empty()) {
    out.json["changes"] = Json::Array{};
    out.result("nothing to promote: every project's name is delegated by the administrators already");
    return;
  }
  commit_admin_change(work, title_of("Promote", projects), {PromoteProjects{projects}}, arguments, out, now);
}

void run_reserve(const Arguments& arguments, Output& out, UtcTime now) {
  AdminWork work = open_admin_work(out, now);
  ReserveNames change{{}, !arguments.flag("undo")};
  for (const std::string& name : arguments.arguments("NAME"))
    change.names.push_back(ProjectName::from_user(name));
  std::ranges::sort(change.names);
  const auto [first, last] = std::ranges::unique(change.names);
  change.names.erase(first, last);
  commit_admin_change(work, title_of(change.reserved ? "Reserve" : "No longer reserve", change.names),
                      {change}, arguments, out, now);
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

Command admin_reserve_command() {
  return {.name = "admin reserve",
          .summary = "keep names from being claimed",
          .description =
              "Nobody can create a project of a reserved name. Takes effect with the next publication.",
          .example = "  pgsign admin reserve openssl linux",
          .arguments = {{"NAME", "names of projects that nobody has", ArgumentSpec::Count::many}},
          .options = change_options({{"undo", "", "let anybody claim these names again"}}),
          .run = run_reserve};
}

}  // namespace tuf
