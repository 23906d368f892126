#include "signer/deliver.h"

#include <algorithm>

#include "signer/forge.h"
#include "signer/main_gate.h"
#include "signer/show.h"
#include "signer/show_proposal.h"

namespace tuf {
namespace {

constexpr int max_tries = 5;

std::string message_of(const Proposal& proposal) {
  std::string message = (proposal.title.empty() ? "Sign " + proposal.scope : proposal.title) + "\n\n";
  for (const std::string& line : in_words(proposal.verdict.changes)) message += line + "\n";
  if (proposal.author) message += fmt::format("\nProposed-by: {}\n", *proposal.author);
  for (const Rejection& rejection : proposal.rejections) message += "\n" + rejection_line(rejection) + "\n";
  return message;
}

bool is_remote(const GitRepository& git, const std::string& name) {
  return git.config_text("remote." + name + ".url").has_value();
}

// Everything that the others did meanwhile. Empty: main has the proposal.
std::optional<Proposal> gathered_again(GitRepository& git, ProposalBase& base, const Proposal& proposal,
                                       const std::optional<std::string>& to, Output& out, UtcTime now) {
  SourceOptions sources;
  if (to && !is_remote(git, *to)) sources.from.push_back(*to);
  Found found = look(git, sources, out, now);
  base = std::move(found.base);
  const Proposal* same = find_proposal(found.book, proposal.id);
  return same == nullptr ? std::nullopt : std::optional(*same);
}

Pushed push_to_branch(const GitRepository& git, const Proposal& proposal, const CommitId& commit,
                      const std::string& remote) {
  return push_in_place_of(git, seen_at(git, remote, proposal.branch()), commit, remote, proposal.branch());
}

// Best effort: a branch that is left is found as "main has it" by everybody and shown by nobody.
void remove_branch(GitRepository& git, const Proposal& proposal, const std::string& remote) {
  const std::optional<CommitId> seen = seen_at(git, remote, proposal.branch());
  if (!seen) return;
  const std::string name = "refs/heads/" + proposal.branch();
  run_git(folder_of(git),
          {"push", "--quiet", "--force-with-lease=" + name + ":" + *seen, "--", remote, ":" + name});
}

void forget(GitRepository& git, const Proposal& proposal) {
  git.remove_reference(std::string(signed_here_prefix) + proposal.short_id());
  git.remove_reference(std::string(rejected_here_prefix) + proposal.short_id());
}

}  // namespace

std::string remote_of(const ProposalBase& base, const std::optional<std::string>& to) {
  if (to) return *to;
  if (base.remote) return base.remote->name;
  throw no_remote();
}

bool is_on_branch(const GitRepository& git, const ProposalBase& base, const Proposal& proposal,
                  const std::string& remote) {
  const std::optional<CommitId> seen = seen_at(git, remote, proposal.branch());
  if (!seen) return false;
  const ProposalBook there = read_proposals(git, base, {{proposal.branch(), proposal.branch(), *seen}});
  if (there.proposals.empty() || there.proposals.front().id != proposal.id) return false;
  const Proposal& known = there.proposals.front();
  return std::ranges::all_of(proposal.parts,
                             [&](const auto& part) {
                               return known.parts.at(part.first).signatures.by_key ==
                                      part.second.signatures.by_key;
                             }) &&
         std::ranges::all_of(proposal.rejections, [&](const Rejection& one) {
           return std::ranges::find(known.rejections, one) != known.rejections.end();
         });
}

std::optional<CommitId> seen_at(const GitRepository& git, const std::string& remote,
                                const std::string& branch) {
  if (is_remote(git, remote)) return git.find_commit("refs/remotes/" + remote + "/" + branch);
  return git.find_commit(prefix_of_source(remote) + "heads/" + branch);
}

CommitId store(GitRepository& git, const Proposal& proposal, const ProposalBase& base, const Committer& by,
               UtcTime now) {
  GitRepository::NewCommit commit = commit_of(proposal, base);
  commit.message = message_of(proposal);
  commit.time = now;
  set_committer(commit, git, by);
  const CommitId made = git.make_commit(commit);
  git.set_reference(std::string(signed_here_prefix) + proposal.short_id(), made);
  return made;
}

Delivered deliver(GitRepository& git, ProposalBase base, Proposal proposal,
                  const std::optional<std::string>& to, const Committer& by, UtcTime now, Output& out) {
  using Where = Delivered::Where;
  const std::string remote = remote_of(base, to);
  bool main_is_closed = to.has_value();
  for (int tries = 0; tries < max_tries; ++tries) {
    refuse_outdated(proposal);
    if ((!proposal.complete() || main_is_closed) && is_on_branch(git, base, proposal, remote)) {
      const CommitId there = *seen_at(git, remote, proposal.branch());
      git.remove_reference(std::string(signed_here_prefix) + proposal.short_id());
      return {Where::branch_had_it, remote, proposal.branch(), there, proposal};
    }
    const CommitId commit = store(git, proposal, base, by, now);
    const bool to_main = proposal.complete() && !main_is_closed;
    const Pushed pushed =
        to_main ? push_to_main(git, {base.trust.get(), base.commit, now}, commit, remote, base.main_branch)
                : push_to_branch(git, proposal, commit, remote);
    if (pushed.how == Pushed::How::pushed) {
      git.remove_reference(std::string(signed_here_prefix) + proposal.short_id());  // the others have it now
      if (!to_main) return {Where::branch, remote, proposal.branch(), commit, proposal};
      if (base.trust) remember_main(git, *base.trust, {remote, base.main_branch}, commit, now);
      remove_branch(git, proposal, remote);
      forget(git, proposal);
      return {Where::main, remote, base.main_branch, commit, proposal};
    }
    if (pushed.how == Pushed::How::refused_there) {
      const Error closed = refused_there(pushed, remote, to_main ? base.main_branch : proposal.branch());
      if (!to_main)
        throw Error(closed).with_hint(
            "your signature is kept here; --to names another remote, 'pgsign export' makes a bundle");
      if (pushed.judgement) throw Error(closed).with_hint("your signature is kept here; " + closed.hint());
      out.warning(closed.what());
      main_is_closed = true;
      continue;
    }
    const std::optional<Proposal> again = gathered_again(git, base, proposal, to, out, now);
    if (!again) {
      forget(git, proposal);
      return {Where::main_had_it, remote, base.main_branch, base.commit.value_or(commit), proposal};
    }
    proposal = *again;
  }
  throw conflict("others pushed to {} first, {} times in a row; your signature is kept here", escaped(remote),
                 max_tries)
      .with_hint(fmt::format("pgsign sign {}   (tries again)", proposal.short_id()));
}

void tell_pull_request(const GitRepository& git, const std::string& remote, const std::string& branch,
                       const std::string& main_branch, Output& out) {
  const std::string url = git.config_text("remote." + remote + ".url").value_or(remote);
  const std::optional<std::string> link =
      pull_request_url(url, git.config_text("pg.forge"), branch, main_branch);
  if (!link) return;
  out.json["pull_request_url"] = *link;
  out.result("open a pull request: " + *link);
}

void tell(const Delivered& delivered, const GitRepository& git, const std::string& main_branch, Output& out) {
  const Proposal& proposal = delivered.proposal;
  out.json["commit"] = delivered.commit;
  out.json["branch"] = delivered.branch;
  out.json["remote"] = delivered.remote;
  const std::string remote = escaped(delivered.remote), branch = escaped(delivered.branch);
  switch (delivered.where) {
    case Delivered::Where::main:
      out.result(
          fmt::format("complete: pushed {} to branch {} of {}", short_id(delivered.commit), branch, remote));
      return out.note("next: git pull brings it to you; the publisher checks and publishes it");
    case Delivered::Where::main_had_it:
      return out.result(fmt::format("complete: others brought it to branch {} of {}", branch, remote));
    case Delivered::Where::branch:
    case Delivered::Where::branch_had_it:
      out.result(
          (delivered.where == Delivered::Where::branch
               ? fmt::format("pushed {} to branch {} of {}", short_id(delivered.commit), branch, remote)
               : fmt::format("branch {} of {} has it already", branch, remote)) +
          (proposal.complete() ? "" : "; it still needs signatures:"));
      for (const std::string& line : shortages(proposal.verdict)) out.result("  " + line);
      tell_pull_request(git, delivered.remote, delivered.branch, main_branch, out);
  }
}

}  // namespace tuf
