#pragma once
// The content repository that a command works in: the current folder's git repository, its branch, what HEAD
// says, and where HEAD stands: the newest accepted commit (the baseline) and the rule book's verdict on what
// came after. Reading only; changing is commit_change.h's.

#include <optional>
#include <string>

#include "libtufcore/error.h"
#include "libtufcore/git/git_repository.h"
#include "libtufcore/io/command_line.h"
#include "libtufcore/transition.h"
#include "signer/verified_main.h"

namespace tuf {

struct Workspace {
  GitRepository git;
  std::string branch;
  CommitId head;
  RepositoryState state;  // at HEAD
  Output* out;            // where verifying says what it does
  UtcTime now;
  std::shared_ptr<TrustStore> trust;  // null: the first root still lacks signatures
  std::optional<Digest> pinned_root() const {
    return trust ? std::optional(trust->state().root_sha256) : std::nullopt;
  }
};

// The repository of the current folder. Throws not_found (no git repository), no_trusted_root (no content
// repository), conflict (no branch is checked out), refused.
Workspace open_workspace(Output& out, UtcTime now);

struct Standing {
  std::optional<CommitId> base;  // empty: nothing was ever accepted
  std::optional<RepositoryState> base_state;
  Verdict verdict;                     // of HEAD against base; accepted when HEAD is the base
  std::optional<CommitId> refused_at;  // the commit after which nothing is right any more
  std::optional<CommitId> main;  // newest accepted commit of the shared main branch; it may be ahead of HEAD
  const RepositoryState* base_or_null() const { return base_state ? &*base_state : nullptr; }
};

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
// The newest accepted commit of the shared main branch, verified from the last one that the trust store
// remembers. Empty without a main branch or a store. Throws as verify_main does (verified_main.h).
std::optional<CommitId> verified_main_of(const GitRepository& git, const std::optional<MainBranch>& main,
                                         TrustStore* trust, Output& out, UtcTime now);
// The same at HEAD; without a main branch of others, what was verified of one must be in its history.
std::optional<CommitId> verified_main_of(const Workspace& workspace, const std::optional<MainBranch>& main);
// Where there is no main branch of others: what was verified of one must be in `head`.
void require_verified_main(const GitRepository& git, const TrustStore* trust, const CommitId& head);

// Verifies the shared main branch from the last commit that the trust store remembers (verified_main.h), then
// starts where HEAD parts from it; without one, at the newest commit on this branch whose roles are all
// complete. Judges each commit from there as the publisher will.
Standing standing_of(const Workspace& workspace);

// For commands that make a new change: throws unless HEAD is accepted (pending: says whose signatures it
// waits for).
Standing accepted_standing_of(const Workspace& workspace);

// The error for a refused verdict: its file, reason and hint; `what` is "commit 1a2b3c4d" or "this change".
Error refusal_of(const Verdict& verdict, const std::string& what);

Error no_project(const ProjectName& project);  // not_found

// Every signature that the roles of `projects` and of the administrators need is there.
bool is_complete(const RepositoryState& state, const std::vector<ProjectName>& projects);

}  // namespace tuf
