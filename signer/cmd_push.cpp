// pgsign push - give the commits to the others: accepted ones to the main branch, pending ones to a branch
// for signing. When others were first, the changes are made again on top of what they did.
#include "signer/catch_up.h"
#include "signer/commands.h"
#include "signer/consent.h"
#include "signer/deliver.h"
#include "signer/departures.h"
#include "signer/main_gate.h"
#include "signer/reapply.h"
#include "signer/show.h"

namespace tuf {
namespace {

constexpr int max_tries = 5;

enum class Next { done, again };

// One run, which may take several tries.
struct Trip {
  Remote remote;
  const Arguments& arguments;
  Output& out;
  std::optional<ProposalName> replaced = {};  // what was proposed before it was made again
  std::string main() const {
    return fmt::format("branch {} of {}", escaped(remote.main_branch), escaped(remote.name));
  }
};

std::optional<CommitId> main_of(const Workspace& workspace, const Trip& trip) {
  return workspace.git.find_reference(trip.remote.tracking());
}

void tell_proposal(const Workspace& workspace, const ProposalName& name, const Verdict& verdict,
                   bool was_there, const Trip& trip) {
  Output& out = trip.out;
  out.json["branch"] = name.branch();
  out.json["id"] = name.id;
  const std::string where = fmt::format("branch {} of {}", name.branch(), escaped(trip.remote.name));
  const std::string what = was_there ? fmt::format("{} has {} already", where, short_id(workspace.head))
                                     : fmt::format("pushed {} to {}", short_id(workspace.head), where);
  out.result(what + (shortages(verdict).empty() ? "" : "; it still needs signatures:"));
  for (const std::string& line : shortages(verdict)) out.result("  " + line);
  tell_pull_request(workspace.git, trip.remote.name, name.branch(), trip.remote.main_branch, out);
  if (verdict.kind != Verdict::Kind::pending) return;
  out.result("the others type:");
  out.result("  pgsign review " + name.short_id());
  out.result("  pgsign sign " + name.short_id());
  out.result("after the last of them, you: pgsign push   (brings your branch to what they completed)");
}

// By what everybody finds: HEAD is one candidate among the others, and what they signed is taken along.
void push_with_others(Workspace& workspace, const ProposalName& name, const Trip& trip) {
  GitRepository& git = workspace.git;
  git.set_reference(std::string(signed_here_prefix) + name.short_id(), workspace.head);
  const Found found = look(git, {}, trip.out, workspace.now);
  const Proposal* proposal = find_proposal(found.book, name.id);
  if (proposal == nullptr) {
    trip.out.result(trip.main() + " has it already");
    return trip.out.note(fmt::format("next: git switch {} && git pull", trip.remote.main_branch));
  }
  const MainCommitter committer(found.base.state_or_null(), trip.arguments);
  const Delivered delivered =
      deliver(git, found.base, *proposal, std::nullopt, committer.by(), workspace.now, trip.out);
  put_verdict(trip.out, delivered.proposal.verdict);
  tell(delivered, git, trip.remote.main_branch, trip.out);
}

// Others completed it: nothing is lost when the branch goes on from there.
Next follow_main(Workspace& workspace, const Trip& trip) {
  trip.out.json["branch"] = trip.remote.main_branch;
  trip.out.result(fmt::format("complete: {} has commit {} of yours, as others signed it", trip.main(),
                              short_id(*workspace.left)));
  if (is_dry_run(trip.arguments, trip.out)) return Next::done;
  settle(workspace);
  trip.out.result(fmt::format("branch {} is at {} now", escaped(workspace.branch), short_id(workspace.head)));
  return Next::done;
}

Next make_again(Workspace& workspace, const std::optional<ProposalName>& name, Trip& trip) {
  const std::optional<Reapplied> made =
      reapply(workspace, trip.remote, trip.arguments, trip.out, workspace.now);
  if (!made) return Next::done;
  if (made->verdict.kind == Verdict::Kind::pending && !made->signed_again.empty()) {
    trip.replaced = name;
    trip.out.result(
        "what was signed before was signed for the version that others have taken, so it needs approval "
        "again");
  }
  return Next::again;
}

// The branch of what nobody can complete any more: best effort.
void remove_replaced(const GitRepository& git, const ProposalName& next, const Trip& trip) {
  if (!trip.replaced || trip.replaced->id == next.id) return;
  const std::optional<CommitId> seen = seen_at(git, trip.remote.name, trip.replaced->branch());
  if (!seen) return;
  const Pushed gone = push_in_place_of(git, seen, std::nullopt, trip.remote.name, trip.replaced->branch());
  if (gone.how == Pushed::How::pushed)
    trip.out.result(fmt::format("removed branch {}, in whose place it is", trip.replaced->branch()));
}

Pushed to_main(const Workspace& workspace, const Standing& standing, const CommitId& commit, const Trip& trip) {
  const ForMain main{workspace.trust.get(), standing.main, workspace.now};
  return push_to_main(workspace.git, main, commit, trip.remote.name, trip.remote.main_branch);
}

// Empty: --dry-run, go no further.
std::optional<Pushed> push_branch(const Workspace& workspace, const Standing& standing,
                                  const ProposalName& name, const Trip& trip) {
  const bool withdrawn = was_withdrawn(workspace.git, workspace.trust.get(), standing.base, workspace.head);
  if (trip.arguments.flag("dry-run")) {
    trip.out.result(fmt::format("would push {} to branch {} of {}{}", short_id(workspace.head), name.branch(),
                                escaped(trip.remote.name), withdrawn ? ", although you withdrew it" : ""));
    return std::nullopt;
  }
  if (withdrawn) {
    trip.out.note(fmt::format("you withdrew proposal {}; git reset --keep {} drops commit {}",
                              name.short_id(), standing.base ? short_id(*standing.base) : "COMMIT",
                              short_id(workspace.head)));
    if (!agreed("Propose it again?", trip.arguments, trip.out)) return std::nullopt;
  }
  // What stands before it is complete, and nobody would understand the one without the other.
  const std::optional<CommitId> main = main_of(workspace, trip);
  if (main && standing.base && main != standing.base && workspace.git.is_ancestor(*main, *standing.base))
    require_pushed(to_main(workspace, standing, *standing.base, trip), trip.remote.name, trip.remote.main_branch,
                   "pgsign push   (again)");
  return push_forward(workspace.git, workspace.head, trip.remote.name, name.branch());
}

Next push_proposal(Workspace& workspace, const Standing& standing, const Trip& trip) {
  const std::optional<ProposalName> name = name_of_commit(workspace.git, standing.base, workspace.head);
  if (!name) throw bug("a pending change changes no signed file");
  const std::optional<Pushed> pushed = push_branch(workspace, standing, *name, trip);
  if (!pushed) return Next::done;
  if (pushed->how == Pushed::How::refused_there)
    throw refused_there(*pushed, trip.remote.name, name->branch())
        .with_hint("pgsign export ID FILE makes a bundle of it");
  if (pushed->how == Pushed::How::pushed)
    tell_proposal(workspace, *name, standing.verdict, pushed->was_there, trip);
  else
    push_with_others(workspace, *name, trip);
  remove_replaced(workspace.git, *name, trip);
  return Next::done;
}

// Main is for pull requests only. What the publisher's own hook refuses is no better beside it.
void push_beside_main(const Workspace& workspace, const Pushed& refusal, const Trip& trip) {
  const std::optional<ProposalName> name =
      name_of_commit(workspace.git, main_of(workspace, trip), workspace.head);
  const Error closed = refused_there(refusal, trip.remote.name, trip.remote.main_branch);
  if (refusal.judgement) throw Error(closed);
  if (!name) throw Error(closed).with_hint("nothing was pushed; open a pull request by hand");
  trip.out.warning(closed.what());
  const Pushed pushed =
      push_in_place_of(workspace.git, seen_at(workspace.git, trip.remote.name, name->branch()),
                       workspace.head, trip.remote.name, name->branch());
  if (pushed.how != Pushed::How::pushed) throw Error(closed).with_hint("nothing was pushed");
  tell_proposal(workspace, *name, {}, pushed.was_there, trip);
  trip.out.note(fmt::format("next: somebody who may merges branch {} into {}; then pgsign push   (your branch follows)",
                            name->branch(), escaped(trip.remote.main_branch)));
}

Next push_accepted(Workspace& workspace, const Standing& standing, const Trip& trip) {
  const bool proposal = workspace.branch.starts_with(proposal_prefix);
  if (trip.arguments.flag("dry-run")) {
    trip.out.result(fmt::format("would push {} to {}", short_id(workspace.head), trip.main()));
    return Next::done;
  }
  const std::optional<CommitId> main = main_of(workspace, trip);
  const Pushed pushed = to_main(workspace, standing, workspace.head, trip);
  if (pushed.how == Pushed::How::refused_there) return push_beside_main(workspace, pushed, trip), Next::done;
  if (pushed.how == Pushed::How::others_were_first) {
    const std::optional<ProposalName> name =
        proposal ? name_of_commit(workspace.git, main, workspace.head) : std::nullopt;
    if (!name) return Next::again;
    return push_with_others(workspace, *name, trip), Next::done;
  }
  if (workspace.trust)
    remember_main(workspace.git, *workspace.trust, trip.remote, workspace.head, workspace.now);
  trip.out.json["branch"] = trip.remote.main_branch;
  trip.out.result(pushed.was_there
                      ? fmt::format("{} has everything already ({})", trip.main(), short_id(workspace.head))
                      : fmt::format("pushed {} to {}", short_id(workspace.head), trip.main()));
  if (proposal)
    trip.out.note(fmt::format("next: git switch {} && git pull", trip.remote.main_branch));
  else if (!pushed.was_there)
    trip.out.note("next: the publisher checks and publishes it (pgpublish)");
  return Next::done;
}

Next push_once(Workspace& workspace, Trip& trip) {
  const Standing standing = standing_of(workspace);
  put_verdict(trip.out, standing.verdict);
  if (standing.refused_at) throw refusal_of(standing.verdict, "commit " + short_id(*standing.refused_at));
  trip.out.json["remote"] = trip.remote.name;
  trip.out.json["commit"] = workspace.head;
  if (workspace.left) return follow_main(workspace, trip);
  const std::optional<CommitId> main = main_of(workspace, trip);
  const bool moved = main && !workspace.git.is_ancestor(*main, workspace.head);
  if (moved && !workspace.branch.starts_with(proposal_prefix))
    return make_again(workspace, name_of_commit(workspace.git, standing.base, workspace.head), trip);
  return standing.verdict.kind == Verdict::Kind::pending ? push_proposal(workspace, standing, trip)
                                                         : push_accepted(workspace, standing, trip);
}

void run(const Arguments& arguments, Output& out, UtcTime now) {
  const GitRepository git = open_clone();
  const std::string branch = git.current_branch().value_or("main");
  const std::optional<Remote> remote = find_remote(git, branch);
  if (!remote) throw no_remote();
  Trip trip{*remote, arguments, out};
  for (int tries = 1;; ++tries) {
    fetch_main(git, *remote);
    Workspace workspace = open_workspace(out, now);
    if (push_once(workspace, trip) == Next::done) break;
    if (tries == max_tries)
      throw conflict("others pushed to {} first, {} times in a row; nothing was pushed", trip.main(),
                     max_tries)
          .with_hint("pgsign push   (tries again)");
  }
  const bool follows = git.config_text("branch." + branch + ".merge").has_value();
  if (!follows && !arguments.flag("dry-run") && !branch.starts_with(proposal_prefix))
    follow(git, *remote, branch);
}

}  // namespace

Command push_command() {
  return {
      .name = "push",
      .summary = "push your commits, by the git program",
      .description =
          "Complete changes go to the main branch, when the publisher's rules accept them; where the host lets "
          "nobody write there, to a branch sign/... for a pull request. A change that still needs signatures goes "
          "to a branch sign/..., and what the others must type is printed; after the last signature your branch "
          "follows with another 'pgsign push'. When others were first, your changes are made again on top of theirs, signed again where theirs took the version, and pushed; what you had is "
          "kept on a branch. When others completed what you proposed, your branch goes on from there. Never "
          "forces.",
      .example = "  pgsign push",
      .arguments = {},
      .options = joined({key_options(),
                         {{"y,yes", "", "do not ask before signing or proposing again"},
                          {"dry-run", "", "say what would be pushed, and where"}}}),
      .run = run};
}

}  // namespace tuf
