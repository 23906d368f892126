#include "signer/complete_commit.h"

#include "libtufcore/complete_state.h"

namespace tuf {
namespace {

constexpr std::size_t max_commits = 100'000;

}  // namespace

CompleteCommit complete_commit_before(const GitRepository& git, CommitId from, Shared shared,
                                      const std::optional<Digest>& pinned) {
  for (std::size_t count = 0; count < max_commits; ++count) {
    const CommitInfo commit = git.commit(from);
    const std::optional<CommitId> parent =
        commit.parents.empty() ? std::nullopt : std::optional(commit.parents.front());
    RepositoryState state = RepositoryState::read(git.tree(from), pinned);
    const std::vector<ProjectName> projects =
        shared == Shared::yes ? projects_in(git.changes(parent, from)) : state.projects();
    if (is_complete(state, projects)) return {from, std::move(state)};
    if (!parent) return {};
    from = *parent;
  }
  throw limit("none of the last {} commits is complete", max_commits);
}

Error refusal_of(const Verdict& verdict, const std::string& what) {
  const bool names_file = verdict.file.empty() || verdict.reason.find(verdict.file) != std::string::npos;
  return refused("{} is refused: {}{}", what, names_file ? "" : escaped(verdict.file) + ": ", verdict.reason)
      .with_hint(verdict.hint);
}

}  // namespace tuf
