#pragma once
// A proposal on its way: one commit on top of the verified main branch with every signature that is known,
// pushed to main when it is complete, else to its branch sign/... Whoever else pushes at the same time: their
// signatures are taken along and it is pushed again.

#include "signer/proposal_sources.h"

namespace tuf {

struct Delivered {
  enum class Where { main, branch, main_had_it, branch_had_it } where;
  std::string remote;
  std::string branch;
  CommitId commit;
  Proposal proposal;  // as it was delivered, with what the others signed meanwhile
};

// The remote's name; `to` when it is given. Throws usage when there is none.
std::string remote_of(const ProposalBase& base, const std::optional<std::string>& to = {});
// Whether its branch, as it was fetched last, has every signature and every rejection that is known.
bool is_on_branch(const GitRepository& git, const ProposalBase& base, const Proposal& proposal,
                  const std::string& remote);

// Makes the commit and notes it below refs/pg/signed/, so that nothing is lost when the push fails.
CommitId store(GitRepository& git, const Proposal& proposal, const ProposalBase& base, const Committer& by,
               UtcTime now);

// Stores and pushes. `to`: another remote or URL for the branch, never main. Throws conflict when main
// changed the same role meanwhile; network.
Delivered deliver(GitRepository& git, ProposalBase base, Proposal proposal,
                  const std::optional<std::string>& to, const Committer& by, UtcTime now, Output& out);
void tell(const Delivered& delivered, const GitRepository& git, const std::string& main_branch, Output& out);
// Where a pull request is opened, when the remote is on a forge that is known.
void tell_pull_request(const GitRepository& git, const std::string& remote, const std::string& branch,
                       const std::string& main_branch, Output& out);
// The commit that `branch` of the remote (a name or URL) had when it was fetched last.
std::optional<CommitId> seen_at(const GitRepository& git, const std::string& remote,
                                const std::string& branch);

}  // namespace tuf
