// signer/cmd_push.cpp - give the commits to the others: accepted ones to the main branch, pending ones to a
// branch for signing.
#include "libtufcore/canonical_json.h"
#include "signer/commands.h"
#include "signer/remote.h"
#include "signer/show.h"
#include "signer/workspace.h"

namespace tuf {
namespace {

constexpr std::size_t digits_of_a_proposal = 12;

bool is_signed_file(const std::string& path) {
  const layout::PathKind kind = layout::kind_of(path);
  return std::holds_alternative<layout::AdminRole>(kind) ||
         std::holds_alternative<layout::CurrentRoot>(kind) ||
         std::holds_alternative<layout::ProjectClaim>(kind) ||
         std::holds_alternative<layout::ProjectOwners>(kind) ||
         std::holds_alternative<layout::ProjectReleases>(kind);
}

// sign/<project or admin>/<id>: the same for everybody who signs the same change, however many have signed.
std::string proposal_branch(const Workspace& workspace, const Standing& standing) {
  for (const ChangedPath& change : workspace.git.changes(standing.base, workspace.head)) {
    if (!is_signed_file(change.path) || change.how == ChangedPath::How::removed) continue;
    const Bytes file = workspace.state.tree().read(change.path, max_metadata_bytes).value_or(Bytes());
    const Json json = parse_json(file, change.path);
    const std::string id = sha256_of(canonical_json(JsonReader(json, change.path)["signed"].json())).hex();
    const std::optional<ProjectName> project = layout::project_of(change.path);
    return fmt::format("{}{}/{}", proposal_prefix, project ? project->text() : "admin",
                       id.substr(0, digits_of_a_proposal));
  }
  throw bug("a pending change changes no signed file");
}

void push_proposal(const Workspace& workspace, const Standing& standing, const Remote& remote, Output& out) {
  const std::string branch = proposal_branch(workspace, standing);
  push(workspace.git, workspace.head, remote, branch,
       fmt::format(
           "somebody signed in the meantime: git fetch {0} && git reset --hard {0}/{1}, then pgsign sign",
           remote.name, branch));
  out.json["branch"] = branch;
  out.result(fmt::format("pushed {} to branch {} of {}; it still needs signatures:", short_id(workspace.head),
                         branch, escaped(remote.name)));
  for (const std::string& line : shortages(standing.verdict.missing)) out.result("  " + line);
  out.result("the others type:");
  out.result(fmt::format("  git fetch && git switch {}", branch));
  out.result("  pgsign sign");
  out.result("  pgsign push");
}

void push_accepted(const Workspace& workspace, const Remote& remote, Output& out) {
  const bool known = workspace.git.find_commit(remote.tracking()) == workspace.head;
  push(workspace.git, workspace.head, remote, remote.main_branch,
       fmt::format("git fetch {0} && git reset --hard {0}/{1}, then make your change again (a signature "
                   "covers a version, "
                   "so it cannot be rebased)",
                   remote.name, remote.main_branch));
  const bool proposal = workspace.branch.starts_with(proposal_prefix);
  out.json["branch"] = remote.main_branch;
  out.result(known ? fmt::format("branch {} of {} has everything already ({})", escaped(remote.main_branch),
                                 escaped(remote.name), short_id(workspace.head))
                   : fmt::format("pushed {} to branch {} of {}", short_id(workspace.head),
                                 escaped(remote.main_branch), escaped(remote.name)));
  if (proposal)
    out.note(fmt::format("next: git switch {} && git pull", remote.main_branch));
  else if (!known)
    out.note("next: the publisher checks and publishes it (pgpublish)");
}

void run(const Arguments&, Output& out, UtcTime now) {
  const Workspace workspace = open_workspace(out, now);
  const std::optional<Remote> remote = find_remote(workspace.git, workspace.branch);
  if (!remote)
    throw usage("this repository knows no other to push to").with_hint("git remote add origin URL");
  const Standing standing = standing_of(workspace);
  put_verdict(out, standing.verdict);
  if (standing.refused_at) throw refusal_of(standing.verdict, "commit " + short_id(*standing.refused_at));
  out.json["remote"] = remote->name;
  out.json["commit"] = workspace.head;
  if (standing.verdict.kind == Verdict::Kind::pending)
    push_proposal(workspace, standing, *remote, out);
  else
    push_accepted(workspace, *remote, out);
  const bool follows = workspace.git.config_text("branch." + workspace.branch + ".merge").has_value();
  if (!follows && !workspace.branch.starts_with(proposal_prefix))
    follow(workspace.git, *remote, workspace.branch);
}

}  // namespace

Command push_command() {
  return {.name = "push",
          .summary = "push your commits, by the git program",
          .description =
              "Complete changes go to the main branch. A change that still needs signatures goes to a branch "
              "sign/..., and what the others must type is printed. Never forces.",
          .example = "  pgsign push",
          .arguments = {},
          .options = {},
          .run = run};
}

}  // namespace tuf
