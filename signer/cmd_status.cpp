// pgsign status - the repository or one project: people, signatures, releases, what expires.
#include <algorithm>

#include "signer/commands.h"
#include "signer/proposal_sources.h"
#include "signer/show.h"
#include "signer/show_project.h"
#include "signer/show_proposal.h"

namespace tuf {
namespace {

Json root_json(const RepositoryState& state, const Digest& pin, UtcTime now) {
  const Root& root = state.root();
  return Json::Object{{"version", root.version},
                      {"sha256_of_version_1", pin.hex()},
                      {"expires", root.expires.text()},
                      {"expired", root.expires <= now},
                      {"signatures", to_json(state.root_check(), state.root_names())}};
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
                         in_words(state.root_check(), state.root_names()), expiry_text(root.expires, now)));
}

void show_repository(const RepositoryState& state, UtcTime now, Output& out) {
  show_root(state, now, out);
  Json::Array roles;
  for (const RoleName& name : state.admin_roles()) {
    const RoleFile* role = state.find_admin_role(name);
    if (role == nullptr) throw refused("role {} is missing", name.text());
    tell_role(*role, now, out);
    roles.push_back(role_json(*role, now));
  }
  std::uint64_t promoted = 0;
  const std::vector<ProjectName> projects = state.projects();
  for (const ProjectName& project : projects) promoted += state.is_claimed(project) ? 1 : 0;
  out.json["roles"] = std::move(roles);
  out.json["projects"] = static_cast<std::uint64_t>(projects.size());
  out.json["projects_promoted"] = promoted;
  show_decisions(state, std::nullopt, out);
  out.result(fmt::format("projects: {} ({} promoted by the administrators, {} new)", projects.size(),
                         promoted, projects.size() - promoted));
}

void tell_place(const Workspace& workspace, Output& out) {
  const std::string name = repository_name(workspace.state.root());
  const CommitId& at = workspace.left ? *workspace.left : workspace.head;
  out.json["repository"] = name;
  out.json["branch"] = workspace.branch;
  out.json["commit"] = at;
  out.result(
      fmt::format("repository {}, branch {} at {}", escaped(name), escaped(workspace.branch), short_id(at)));
  if (!workspace.left) return;
  out.json["completed_at"] = workspace.head;
  out.result(fmt::format("complete: others signed it, and main has it at {}; this shows that state",
                         short_id(workspace.head)));
  out.note(fmt::format("next: pgsign push   (moves branch {} there)", escaped(workspace.branch)));
}

// As far as it was fetched: what the others said about what waits here.
void show_rejections(GitRepository& git, const Standing& standing, const CommitId& head, Output& out,
                     UtcTime now) {
  const std::optional<ProposalName> name = name_of_commit(git, standing.base, head);
  const Found found = look(git, here_only, out, now);
  const auto same = std::ranges::find(found.book.proposals, name ? name->id : "", &Proposal::id);
  if (same == found.book.proposals.end()) return;
  for (const std::string& line : rejections_in_words(*same)) out.result("  " + line);
  if (is_rejected(*same)) out.note("next, to take it back: pgsign withdraw " + same->short_id());
}

// What the branch holds beyond the newest accepted commit, of one project or of all.
void show_standing(Workspace& workspace, const Standing& standing, const std::optional<ProjectName>& project,
                   Output& out) {
  put_verdict(out, standing.verdict);
  out.json["base"] = standing.base ? Json(*standing.base) : Json();
  if (standing.refused_at) {
    out.json["refused"] = Json::Object{{"commit", *standing.refused_at},
                                       {"file", standing.verdict.file},
                                       {"reason", standing.verdict.reason}};
    out.warning(refusal_of(standing.verdict, "commit " + short_id(*standing.refused_at)).what());
    return;
  }
  const std::vector<MissingSignatures> missing = missing_of(standing.verdict.missing, project);
  if (missing.empty()) return;
  out.result("waits for signatures:");
  for (const std::string& line : in_words(standing.verdict.changes)) out.result("  " + line);
  for (const std::string& line : shortages(missing)) out.result("  " + line);
  show_rejections(workspace.git, standing, workspace.head, out, workspace.now);
  out.note("next: pgsign sign (if you may), pgsign push");
}

void show(const std::optional<ProjectName>& project, Output& out, UtcTime now) {
  Workspace workspace = open_workspace(out, now);
  const Standing standing = standing_of(workspace);
  tell_place(workspace, out);
  if (project)
    show_project(workspace.state, *project, now, out);
  else
    show_repository(workspace.state, now, out);
  show_standing(workspace, standing, project, out);
}

void run(const Arguments& arguments, Output& out, UtcTime now) {
  const std::optional<std::string> typed = arguments.find_argument("PROJECT");
  show(typed ? std::optional(ProjectName::from_user(*typed)) : std::nullopt, out, now);
}

void run_show(const Arguments& arguments, Output& out, UtcTime now) {
  show(ProjectName::from_user(arguments.argument("PROJECT")), out, now);
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
