#pragma once
// Others were first: my changes, made again on top of what they did. A change whose files nobody else touched
// is taken over with its signatures; the others are generated from the list of changes as their next version,
// and signed again.

#include "signer/commit_change.h"
#include "signer/remote.h"

namespace tuf {

struct Reapplied {
  CommitId head;
  std::vector<std::string> signed_again;  // their role files
  Verdict verdict;                        // of the last one
};

// Moves the branch that is checked out from HEAD to the new commits, on top of the remote's main branch as it
// was fetched last. Empty: --dry-run. Throws conflict when a change no longer makes sense, with nothing
// changed.
std::optional<Reapplied> reapply(Workspace& workspace, const Remote& remote, const Arguments& arguments,
                                 Output& out, UtcTime now);

}  // namespace tuf
