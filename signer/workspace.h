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
#include "signer/complete_commit.h"
#include "signer/verified_main.h"

namespace tuf {

struct Workspace {
  GitRepository git;
  std::string branch;
  CommitId head;          // of the branch, or where the command goes on (catch_up.h)
  RepositoryState state;  // there
  Output* out;            // where verifying says what it does
  UtcTime now;
  std::shared_ptr<TrustStore> trust;  // null: the first root still lacks signatures
  std::optional<CommitId> left = {};  // the branch is still here
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

// verified_main.h at HEAD; without a main branch of others, what was verified of one must be in its history.
std::optional<CommitId> verified_main_of(const Workspace& workspace, const std::optional<MainBranch>& main);

// Verifies the shared main branch from the last commit that the trust store remembers (verified_main.h), then
// starts where HEAD parts from it; without one, at the newest commit on this branch whose roles are all
// complete. Judges each commit from there as the publisher will. When others completed what HEAD adds, goes on
// from main.
Standing standing_of(Workspace& workspace);

// For commands that make a new change, of `project` when it is of one: throws unless HEAD is accepted (pending:
// says whose signatures it waits for). What waits in other projects is put aside; for what is urgent, whatever
// waits.
enum class Urgent { no, yes };
Standing accepted_standing_of(Workspace& workspace, const std::optional<ProjectName>& project = {},
                              Urgent urgent = Urgent::no);

Error no_project(const ProjectName& project);  // not_found

}  // namespace tuf
