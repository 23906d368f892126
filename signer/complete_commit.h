#pragma once
// Commits at which nobody's signature is missing: where judging what came after them begins.

#include <optional>
#include <string>
#include <vector>

#include "libtufcore/error.h"
#include "libtufcore/git/git_repository.h"
#include "libtufcore/repository_state.h"
#include "libtufcore/transition.h"

namespace tuf {

// The newest commit at or before `from` whose roles are all complete. What the shared main branch has was
// judged when it got there, so only each commit's own projects are looked at; a branch that is shared with
// nobody is looked at whole.
struct CompleteCommit {
  std::optional<CommitId> commit;
  std::optional<RepositoryState> state;
};
enum class Shared { no, yes };
CompleteCommit complete_commit_before(const GitRepository& git, CommitId from, Shared shared,
                                      const std::optional<Digest>& pinned);

// The error for a refused verdict: its file, reason and hint; `what` is "commit 1a2b3c4d" or "this change".
Error refusal_of(const Verdict& verdict, const std::string& what);

}  // namespace tuf
