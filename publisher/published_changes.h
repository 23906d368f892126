#pragma once
// What differs since the last publication, as far as it is published. The files of a name that the
// administrators blocked are neither asked for nor published (no client finds them): so a block always gets out,
// whatever is wrong with these files. What is no longer blocked is published then.

#include "libtufcore/blocked.h"
#include "libtufcore/git/commit_range.h"

namespace tuf {

// To the accepted commit, from `from` or from nothing.
std::vector<ChangedPath> published_changes(const GitRepository& repository, const std::optional<CommitId>& from,
                                           const AcceptedCommit& commit);

}  // namespace tuf
