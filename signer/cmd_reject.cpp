// pgsign reject, withdraw - say no to a proposal, or take one's own back.
#include <algorithm>

#include "signer/commands.h"
#include "signer/consent.h"
#include "signer/deliver.h"
#include "signer/show_proposal.h"
#include "signer/signed_once.h"

namespace tuf {
namespace {

constexpr int max_tries = 3;

std::string checked_reason(const Arguments& arguments) {
  std::string reason = arguments.required_option("reason");
  if (reason.empty() || reason.size() > max_reason_bytes)
    throw usage("a reason has 1 to {} bytes; this one has {}", max_reason_bytes, reason.size());
  if (!is_valid_utf8(reason) || reason.find('\n') != std::string::npos)
    throw usage("a reason is one line of UTF-8");
  return reason;
}

void refuse_who_may_not_sign(const Proposal& proposal, const StoredKey& key) {
  const std::vector<PublicKey> keys = proposal.all_keys();
  if (std::ranges::find(keys, key.id(), &PublicKey::id) != keys.end()) return;
  throw forbidden("the key {} may not sign proposal {}, so its no would say nothing", key.label(),
                  proposal.short_id())
      .with_hint("--key NAME takes another key of yours ('pgsign key list')");
}

// An empty commit on top of what the branch has; or of what was found elsewhere.
CommitId commit_no(GitRepository& git, const Proposal& proposal, const std::optional<CommitId>& seen,
                   const Rejection& rejection, const Committer& by, UtcTime now) {
  const auto is_seen = [&](const Candidate& one) { return one.commit == seen; };
  const auto there = std::ranges::find_if(proposal.found, is_seen);
  GitRepository::NewCommit commit;
  commit.parent = there != proposal.found.end() ? there->commit : proposal.found.front().commit;
  commit.message = fmt::format("Reject {} {}\n\n{}\n\n{}\n", proposal.scope, proposal.short_id(),
                               escaped(rejection.reason, max_reason_bytes), rejection_line(rejection));
  commit.time = now;
  set_committer(commit, git, by);
  const CommitId made = git.make_commit(commit);
  git.set_reference(std::string(rejected_here_prefix) + proposal.short_id(), made);
  return made;
}

void push_no(GitRepository& git, Found found, const Proposal& first, const Rejection& rejection,
             const Committer& by, const Arguments& arguments, UtcTime now, Output& out) {
  const std::string remote = remote_of(found.base);
  std::string branch = first.branch();
  for (int tries = 0; tries < max_tries; ++tries) {
    const Proposal* proposal = find_proposal(found.book, first.id);
    if (proposal == nullptr)
      return out.note("meanwhile it is on the main branch, or gone; your no is kept here only");
    const std::optional<CommitId> seen = seen_at(git, remote, branch);
    const CommitId commit = commit_no(git, *proposal, seen, rejection, by, now);
    out.json["commit"] = commit;
    const Pushed pushed = push_in_place_of(git, seen, commit, remote, branch);
    if (pushed.how == Pushed::How::pushed)
      return out.result(fmt::format("pushed your no to branch {} of {}", branch, escaped(remote)));
    if (pushed.how == Pushed::How::refused_there)
      throw network("{} does not let this into branch {}: {}", escaped(remote), branch, pushed.reason)
          .with_hint("your no is kept here: your inbox does not show the proposal any more");
    found = look(git, source_options_of(arguments), out, now);
  }
  throw conflict("others pushed to branch {} first, {} times in a row; your no is kept here only", branch,
                 max_tries);
}

void run_reject(const Arguments& arguments, Output& out, UtcTime now) {
  const std::string reason = checked_reason(arguments);
  GitRepository git = open_clone();
  const Found found = look(git, source_options_of(arguments), out, now);
  const Proposal& proposal = needed_proposal(found.book, arguments.argument("ID"));
  const StoredKey key = key_of(arguments);
  refuse_who_may_not_sign(proposal, key);
  show_proposal(proposal, git, found.base, my_keys(), out);
  if (!agreed(fmt::format("Reject it as {}: \"{}\"?", key.label(), escaped(reason, max_reason_bytes)),
              arguments, out))
    return;
  const std::unique_ptr<SigningKey> signing_key = open_signing_key(key, arguments);
  const Committer by{key.file_name, signing_key.get()};
  const Rejection rejection{reason, key.id(), signing_key->sign(rejection_bytes(proposal.id, reason))};
  if (!arguments.flag("no-push") && found.base.remote)
    return push_no(git, found, proposal, rejection, by, arguments, now, out);
  out.json["commit"] = commit_no(git, proposal, std::nullopt, rejection, by, now);
  out.result("kept here: your inbox does not show it any more");
}

// The key that proposed it must be one of mine.
void refuse_for_others(const Proposal& proposal) {
  if (!proposal.author)
    throw forbidden("who proposed {} is not known", proposal.short_id())
        .with_hint(
            fmt::format("'pgsign reject {0} --reason TEXT' says no; by hand: git push origin --delete {1}",
                        proposal.short_id(), proposal.branch()));
  if (is_mine(proposal, my_keys())) return;
  throw forbidden("proposal {} is not yours: the key {} proposed it", proposal.short_id(),
                  proposal.author->substr(0, 8))
      .with_hint(fmt::format("pgsign reject {} --reason TEXT", proposal.short_id()));
}

void withdraw_from(const GitRepository& git, const Proposal& proposal, const std::string& remote,
                   Output& out) {
  const std::string branch = proposal.branch();
  const std::optional<CommitId> seen = seen_at(git, remote, branch);
  if (!seen) return out.result(fmt::format("{} has no branch {}", escaped(remote), branch));
  const Pushed pushed = push_in_place_of(git, seen, std::nullopt, remote, branch);
  if (pushed.how == Pushed::How::others_were_first)
    throw conflict("somebody changed branch {} in the meantime; nothing was removed", branch)
        .with_hint("look at it again: pgsign review " + proposal.short_id());
  if (pushed.how == Pushed::How::refused_there)
    throw network("{} does not let branch {} be removed: {}", escaped(remote), branch, pushed.reason);
  out.json["branch"] = branch;
  out.result(fmt::format("removed branch {} of {}", branch, escaped(remote)));
}

// The commit that adds only this to main: it would be proposed again.
std::optional<CommitId> checked_out_with(const GitRepository& git, const ProposalBase& base,
                                         const Proposal& proposal) {
  const std::optional<CommitId> head = git.find_commit("HEAD");
  const std::optional<CommitId> fork =
      head && base.commit ? git.merge_base(*base.commit, *head) : std::nullopt;
  const auto name = fork ? name_of_commit(git, fork, *head) : std::nullopt;
  return name && name->id == proposal.id ? head : std::nullopt;
}

void run_withdraw(const Arguments& arguments, Output& out, UtcTime now) {
  GitRepository git = open_clone();
  const Found found = look(git, source_options_of(arguments), out, now);
  const Proposal& proposal = needed_proposal(found.book, arguments.argument("ID"));
  refuse_for_others(proposal);
  out.json["id"] = proposal.id;
  out.result(headline(proposal));
  if (!agreed("Withdraw it?", arguments, out)) return;
  withdraw_from(git, proposal, remote_of(found.base), out);
  git.remove_reference(std::string(signed_here_prefix) + proposal.short_id());
  if (found.base.trust) found.base.trust->signatures().note_withdrawn(contents_of(proposal.parts));
  if (const auto commit = checked_out_with(git, found.base, proposal))
    out.note(fmt::format("the branch that is checked out still has it: git reset --keep {} drops commit {}",
                         short_id(*found.base.commit), short_id(*commit)));
}

std::vector<OptionSpec> common_options() {
  return joined({source_options(), {{"y,yes", "", "do not ask"}, {"dry-run", "", "show it and stop"}}});
}

}  // namespace

Command reject_command() {
  return {.name = "reject",
          .summary = "say no to a change that waits for signatures",
          .description =
              "Puts the reason, signed by your key, on the proposal's branch as an empty commit, where inbox "
              "and review "
              "of the others find it, and takes the proposal out of your inbox. It blocks nothing by itself.",
          .example = "  pgsign reject 0123456789ab --reason 'built from another commit than the tag'",
          .arguments = {{"ID", "the proposal's id, or its first 6 digits or more"}},
          .options = joined({common_options(), key_options(),
                             {{"reason", "TEXT", "why; everybody who reviews it reads this"},
                              {"no-push", "", "only for my inbox"}}}),
          .run = run_reject};
}

Command withdraw_command() {
  return {.name = "withdraw",
          .summary = "take back a change that you proposed",
          .description = "Removes the proposal's branch on the remote. Only for the one who proposed it.",
          .example = "  pgsign withdraw 0123456789ab",
          .arguments = {{"ID", "the proposal's id, or its first 6 digits or more"}},
          .options = common_options(),
          .run = run_withdraw};
}

}  // namespace tuf
