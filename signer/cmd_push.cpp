// signer/cmd_push.cpp - give the commits to the others: accepted ones to the main branch, pending ones to a
// branch for signing. When others were first, the changes are made again on top of what they did.
#include <algorithm>

#include "signer/commands.h"
#include "signer/deliver.h"
#include "signer/reapply.h"
#include "signer/show.h"
#include "signer/workspace.h"

namespace tuf {
namespace {

constexpr int max_tries = 5;

// The id and place that HEAD has for everybody.
struct Name {
  std::string id, branch;
};

std::optional<Name> name_of_head(const Workspace& workspace, const std::optional<CommitId>& base) {
  const std::optional<std::string> id = id_of_commit(workspace.git, base, workspace.head);
  if (!id) return std::nullopt;
  std::string scope = "admin";
  for (const ChangedPath& change : workspace.git.changes(base, workspace.head)) {
    if (!layout::is_signed_file(change.path)) continue;
    const std::optional<ProjectName> project = layout::project_of(change.path);
    scope = project ? project->text() : "admin";
    if (!project) break;
  }
  return Name{*id, fmt::format("{}{}/{}", proposal_prefix, scope, id->substr(0, 12))};
}

void tell_proposal(const Workspace& workspace, const Name& name, const Verdict& verdict, const Remote& remote,
                   Output& out) {
  const std::string id = name.id.substr(0, 12);
  out.json["branch"] = name.branch;
  out.json["id"] = name.id;
  out.result(fmt::format("pushed {} to branch {} of {}{}", short_id(workspace.head), name.branch,
                         escaped(remote.name),
                         shortages(verdict).empty() ? "" : "; it still needs signatures:"));
  for (const std::string& line : shortages(verdict)) out.result("  " + line);
  tell_pull_request(workspace.git, remote.name, name.branch, remote.main_branch, out);
  if (verdict.kind != Verdict::Kind::pending) return;
  out.result("the others type:");
  out.result("  pgsign review " + id);
  out.result("  pgsign sign " + id);
}

// By what everybody finds: HEAD is one candidate among the others, and what they signed is taken along.
void push_with_others(Workspace& workspace, const Name& name, const Remote& remote, Output& out) {
  GitRepository& git = workspace.git;
  git.set_reference(std::string(signed_here_prefix) + name.id.substr(0, 12), workspace.head);
  fetch_proposals(git, {}, out);
  const ProposalBase base = proposal_base(git, out, workspace.now);
  const ProposalBook book = read_proposals(git, base, found_candidates(git));
  const Proposal* proposal = find_proposal(book, name.id);
  if (proposal == nullptr) {
    out.result(
        fmt::format("branch {} of {} has it already", escaped(remote.main_branch), escaped(remote.name)));
    return;
  }
  if (proposal->stale)
    throw conflict("others were first: {}", proposal->verdict.reason)
        .with_hint("git switch " + remote.main_branch + " && git pull, then make the change again");
  const Delivered delivered = deliver(git, base, *proposal, std::nullopt, {"pgsign"}, workspace.now, out);
  put_verdict(out, delivered.proposal.verdict);
  tell(delivered, git, remote.main_branch, out);
}

bool main_moved(Workspace& workspace, const Remote& remote) {
  const GitRepository& git = workspace.git;
  const std::string name = "+refs/heads/" + remote.main_branch + ":" + remote.tracking();
  run_git(folder_of(git), {"fetch", "--quiet", "--no-tags", "--no-write-fetch-head",
                           "--no-recurse-submodules", "--", remote.name, name});
  const std::optional<CommitId> main = git.find_commit(remote.tracking());
  return main && !git.is_ancestor(*main, workspace.head);
}

Error others_first(const std::string& branch, const Remote& remote) {
  return conflict("others pushed to branch {} of {} first, {} times in a row; nothing was pushed",
                  escaped(branch), escaped(remote.name), max_tries)
      .with_hint("pgsign push   (tries again)");
}

enum class Next { done, again };

// False: --dry-run, go no further.
bool made_again(Workspace& workspace, const Remote& remote, const Arguments& arguments, Output& out) {
  const std::optional<Reapplied> made = reapply(workspace, remote, arguments, out, workspace.now);
  if (!made) return false;
  if (made->verdict.kind == Verdict::Kind::pending && !made->signed_again.empty())
    out.result(
        "what was signed before was signed for the version that others have taken, so it needs approval "
        "again");
  workspace = open_workspace(out, workspace.now);
  return true;
}

Next push_proposal(Workspace& workspace, const Standing& standing, const Remote& remote,
                   const Arguments& arguments, Output& out) {
  const std::optional<Name> name = name_of_head(workspace, standing.base);
  if (!name) throw bug("a pending change changes no signed file");
  const bool is_branch_of_proposal = workspace.branch.starts_with(proposal_prefix);
  if (!is_branch_of_proposal && main_moved(workspace, remote))
    return made_again(workspace, remote, arguments, out) ? Next::again : Next::done;
  if (arguments.flag("dry-run")) {
    out.result(fmt::format("would push {} to branch {} of {}", short_id(workspace.head), name->branch,
                           escaped(remote.name)));
    return Next::done;
  }
  // What stands before it is complete, and nobody would understand the one without the other.
  const std::optional<CommitId> main = workspace.git.find_commit(remote.tracking());
  if (main && standing.base && main != standing.base && workspace.git.is_ancestor(*main, *standing.base))
    push(workspace.git, *standing.base, remote, remote.main_branch, "pgsign push   (again)");
  const Pushed pushed = push_forward(workspace.git, workspace.head, remote.name, name->branch);
  if (pushed.how == Pushed::How::refused_there)
    throw network("{} does not let this into branch {}: {}", escaped(remote.name), name->branch,
                  pushed.reason)
        .with_hint("pgsign export ID FILE makes a bundle of it");
  if (pushed.how == Pushed::How::pushed)
    tell_proposal(workspace, *name, standing.verdict, remote, out);
  else
    push_with_others(workspace, *name, remote, out);
  return Next::done;
}

// Main is for pull requests only.
void push_beside_main(const Workspace& workspace, const Remote& remote, const std::string& reason,
                      Output& out) {
  const std::optional<Name> name = name_of_head(workspace, workspace.git.find_commit(remote.tracking()));
  const Error closed = network("{} does not let this into branch {}: {}", escaped(remote.name),
                               escaped(remote.main_branch), reason);
  if (!name) throw Error(closed).with_hint("nothing was pushed; open a pull request by hand");
  out.warning(closed.what());
  const Pushed pushed = push_in_place_of(workspace.git, seen_at(workspace.git, remote.name, name->branch),
                                         workspace.head, remote.name, name->branch);
  if (pushed.how != Pushed::How::pushed) throw Error(closed).with_hint("nothing was pushed");
  tell_proposal(workspace, *name, {}, remote, out);
}

Next push_accepted(Workspace& workspace, const Remote& remote, const Arguments& arguments, Output& out) {
  const bool proposal = workspace.branch.starts_with(proposal_prefix);
  if (arguments.flag("dry-run")) {
    if (!proposal && main_moved(workspace, remote))
      return made_again(workspace, remote, arguments, out), Next::done;
    out.result(fmt::format("would push {} to branch {} of {}", short_id(workspace.head),
                           escaped(remote.main_branch), escaped(remote.name)));
    return Next::done;
  }
  const std::optional<CommitId> main = workspace.git.find_commit(remote.tracking());
  const bool known = main == workspace.head;
  const Pushed pushed = push_forward(workspace.git, workspace.head, remote.name, remote.main_branch);
  if (pushed.how == Pushed::How::refused_there)
    return push_beside_main(workspace, remote, pushed.reason, out), Next::done;
  if (pushed.how == Pushed::How::others_were_first) {
    const std::optional<Name> name = proposal ? name_of_head(workspace, main) : std::nullopt;
    if (name) return push_with_others(workspace, *name, remote, out), Next::done;
    if (!main_moved(workspace, remote)) return Next::again;
    return made_again(workspace, remote, arguments, out) ? Next::again : Next::done;
  }
  if (workspace.trust) remember_main(workspace.git, *workspace.trust, workspace.head, workspace.now);
  out.json["branch"] = remote.main_branch;
  out.result(known ? fmt::format("branch {} of {} has everything already ({})", escaped(remote.main_branch),
                                 escaped(remote.name), short_id(workspace.head))
                   : fmt::format("pushed {} to branch {} of {}", short_id(workspace.head),
                                 escaped(remote.main_branch), escaped(remote.name)));
  if (proposal)
    out.note(fmt::format("next: git switch {} && git pull", remote.main_branch));
  else if (!known)
    out.note("next: the publisher checks and publishes it (pgpublish)");
  return Next::done;
}

Next push_once(Workspace& workspace, const Remote& remote, const Arguments& arguments, Output& out) {
  const Standing standing = standing_of(workspace);
  put_verdict(out, standing.verdict);
  if (standing.refused_at) throw refusal_of(standing.verdict, "commit " + short_id(*standing.refused_at));
  out.json["remote"] = remote.name;
  out.json["commit"] = workspace.head;
  return standing.verdict.kind == Verdict::Kind::pending
             ? push_proposal(workspace, standing, remote, arguments, out)
             : push_accepted(workspace, remote, arguments, out);
}

void run(const Arguments& arguments, Output& out, UtcTime now) {
  Workspace workspace = open_workspace(out, now);
  const std::optional<Remote> remote = find_remote(workspace.git, workspace.branch);
  if (!remote)
    throw usage("this repository knows no other to push to").with_hint("git remote add origin URL");
  int tries = 1;
  while (push_once(workspace, *remote, arguments, out) == Next::again) {
    if (++tries > max_tries) throw others_first(remote->main_branch, *remote);
  }
  const bool follows = workspace.git.config_text("branch." + workspace.branch + ".merge").has_value();
  if (!follows && !arguments.flag("dry-run") && !workspace.branch.starts_with(proposal_prefix))
    follow(workspace.git, *remote, workspace.branch);
}

}  // namespace

Command push_command() {
  std::vector<OptionSpec> options = key_options();
  options.push_back({"y,yes", "", "do not ask before signing again"});
  options.push_back({"dry-run", "", "say what would be pushed, and where"});
  return {
      .name = "push",
      .summary = "push your commits, by the git program",
      .description =
          "Complete changes go to the main branch. A change that still needs signatures goes to a branch "
          "sign/..., and what the others must type is printed. When others were first, your changes are made "
          "again on top of theirs, signed again where theirs took the version, and pushed; what you had is "
          "kept "
          "on a branch. Never forces.",
      .example = "  pgsign push",
      .arguments = {},
      .options = options,
      .run = run};
}

}  // namespace tuf
