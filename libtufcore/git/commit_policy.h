#pragma once
// Policy commit_signatures: required (signed configuration). Rights come from the signatures of the roles
// alone; this asks in addition who made each commit, so that nobody can put one together from what others
// signed.

#include <set>

#include "libtufcore/git/git_repository.h"
#include "libtufcore/repository_state.h"

namespace tuf {

// What a commit touches: projects' folders, admin/, and files that are not published.
struct Touched {
  std::set<ProjectName> projects = {};
  bool admin = false, unpublished = false;
};
Touched touched_by(const std::vector<ChangedPath>& changed);

enum class CommitKind { change, merge };
// Why the commit's ssh signature is not what the policy asks for, a sentence part; empty when it is. Of a
// project's folder: a key of its owners or maintainers, before or after the commit, or of somebody who
// accepts an invitation in it. Of admin/, of files that are not published, and of a commit that touches
// nothing: a key of the administrators, and so of the folder of a project that they transfer. One key for all
// that it touches. A merge is signed like a change of all that it brings to its first parent, or by an
// administrator. `before` is null for the first commit.
std::optional<std::string> signature_problem(const GitRepository& repository, const CommitId& commit,
                                             CommitKind kind, const Touched& touched,
                                             const RepositoryState* before, const RepositoryState& after);

}  // namespace tuf
