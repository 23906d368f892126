// Where proposals stand: the newest accepted commit of the main branch, verified.
#include "signer/proposal.h"

namespace tuf {

ProposalBase proposal_base(const GitRepository& git, Output& out, UtcTime now) {
  ProposalBase base;
  const std::string branch = git.current_branch().value_or("main");
  base.remote = find_remote(git, branch);
  base.main_branch = base.remote ? base.remote->main_branch : branch;
  const std::optional<MainBranch> main = find_main(git, branch);
  if (base.remote && !main) refuse_lost_main(git, *base.remote);
  const std::optional<CommitId> tip = main          ? std::optional(main->tip)
                                      : base.remote ? std::nullopt
                                                    : git.find_reference("refs/heads/" + branch);
  if (!tip) return base;
  if (std::optional<TrustStore> trust = open_trust(git, branch, *tip, out, now)) {
    base.trust = std::make_shared<TrustStore>(*std::move(trust));
  }
  const std::optional<Digest> pinned =
      base.trust ? std::optional(base.trust->state().root_sha256) : std::nullopt;
  base.commit = verified_main_of(git, main, base.trust.get(), out, now);
  if (base.commit) {
    base.state = RepositoryState::read(git.tree(*base.commit), pinned);
    return base;
  }
  if (!main) require_verified_main(git, base.trust.get(), branch, *tip);
  // A pending commit may be on the main branch (docs/decisions/0002-pending-on-main.md).
  CompleteCommit complete = complete_commit_before(git, *tip, Shared::yes, pinned);
  base.commit = std::move(complete.commit);
  base.state = std::move(complete.state);
  return base;
}

}  // namespace tuf
