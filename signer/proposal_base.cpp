// Where proposals stand: the newest accepted commit of the main branch.
#include "signer/proposal.h"

namespace tuf {
namespace {

constexpr std::size_t max_commits = 100'000;

std::vector<ProjectName> projects_in(const std::vector<ChangedPath>& changes) {
  std::set<ProjectName> projects;
  for (const ChangedPath& change : changes) {
    if (const std::optional<ProjectName> project = layout::project_of(change.path)) projects.insert(*project);
  }
  return {projects.begin(), projects.end()};
}

// A pending commit may be on the main branch (docs/decisions/0002-pending-on-main.md).
void set_newest_complete(ProposalBase& base, const GitRepository& git, CommitId from) {
  for (std::size_t count = 0; count < max_commits; ++count) {
    const CommitInfo commit = git.commit(from);
    const std::optional<CommitId> parent =
        commit.parents.empty() ? std::nullopt : std::optional(commit.parents.front());
    RepositoryState state = RepositoryState::read(git.tree(from), std::nullopt);
    if (is_complete(state, projects_in(git.changes(parent, from)))) {
      base.commit = from;
      base.state = std::move(state);
      return;
    }
    if (!parent) return;
    from = *parent;
  }
  throw limit("none of the last {} commits is complete", max_commits);
}

}  // namespace

ProposalBase proposal_base(const GitRepository& git) {
  ProposalBase base;
  const std::string branch = git.current_branch().value_or("main");
  base.remote = find_remote(git, branch);
  base.main_branch = base.remote ? base.remote->main_branch : branch;
  const std::optional<CommitId> tip =
      base.remote ? git.find_commit(base.remote->tracking()) : git.find_commit("refs/heads/" + branch);
  if (tip) set_newest_complete(base, git, *tip);
  return base;
}

}  // namespace tuf
