#pragma once
// The rule book: what may follow what. The signer asks it before it commits, the publisher before it publishes, so a
// maintainer's tool and CI cannot disagree. Pure; works through the changed paths only, so its cost follows the change.
// Old commits may be expired; freshness is asked of the tip (check_freshness) only.

#include <optional>
#include <string>
#include <vector>

#include "libtufcore/change.h"

namespace tuf {

// One file that needs more signatures. The newest root is two files, each listed: admin/root.json and its copy in
// admin/root_history.
struct MissingSignatures {
  std::string path;                 // in git
  RoleName role;
  SignatureCheck check;
  Json::Object names;               // labels for the keys
};

struct Verdict {
  enum class Kind { accepted, pending, refused };
  Kind kind = Kind::refused;
  std::vector<Change> changes = {};         // accepted and pending: everything the commit changes, nothing hidden
  std::vector<MissingSignatures> missing = {};   // pending
  std::vector<std::string> waits = {};      // pending for something else than a signature: "bob has not accepted ..."
  std::string file = {};                    // refused: the file at fault (may be empty) ...
  std::string reason = {};                  // ... and why, a sentence part: "changes the released file abc-1.0.tgz; ..."
  std::string hint = {};
  std::optional<RepositoryState> state = {};   // accepted: what was judged, the base of what comes next
};

// A file that nobody signed yet is pending (the signer asks before it signs); one that carries signatures, but none by a
// key that may, is refused, and so is any signature that does not count.
// `base` is the newest accepted state before; null for the very first commit, which must create the repository.
// `changed` is the exact difference of the two trees (git/git_repository.h computes it from object ids).
// Throws only for a broken base (refused) or a defect; everything wrong with `next` is a refused Verdict.
Verdict check_transition(const RepositoryState* base, const std::shared_ptr<const TreeReader>& next,
                         const std::optional<Digest>& pinned_root, const std::vector<ChangedPath>& changed);
// The same where pending commits lie between base and this one: `by_commit` is what this one changed from its parent. That
// published and other files are not changed together is asked of one commit, not of all that wait.
Verdict check_transition(const RepositoryState* base, const std::shared_ptr<const TreeReader>& next,
                         const std::optional<Digest>& pinned_root, const std::vector<ChangedPath>& changed,
                         const std::vector<ChangedPath>& by_commit);

// A merge may only take over what one of its parents says, folder by folder (admin/, each project): where both parents
// changed one of them since their merge base, somebody must apply one of the changes again. Each list holds the paths that
// differ between the two commits that its name tells; `base` is the merge base.
Verdict check_merge(const RepositoryState& first_parent, const std::shared_ptr<const TreeReader>& merge,
                    const std::optional<Digest>& pinned_root, const std::vector<ChangedPath>& base_to_first,
                    const std::vector<ChangedPath>& base_to_second, const std::vector<ChangedPath>& first_to_merge,
                    const std::vector<ChangedPath>& second_to_merge);

// The verdict, or its refusal because a new version of a role is valid for longer than the configuration allows, counted
// from `now`: the clock of who judges, because a commit's date is the committer's.
Verdict within_expiry_policy(Verdict verdict, const Configuration& configuration, UtcTime now);

// The administrators' roles of the tip must still be valid at `now`; throws expired, naming the role.
void check_freshness(const RepositoryState& tip, UtcTime now);

}  // namespace tuf
