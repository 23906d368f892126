#pragma once
// Every commit since the last one that was published or verified, judged by the rule book: n new commits cost n,
// however long the history before them is. AcceptedCommit is what rendering and signing ask for; only this judgement
// makes one. The range is fixed by commit ids: a branch that moves meanwhile has no influence (G-12).

#include <functional>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "libtufcore/git/git_repository.h"
#include "libtufcore/transition.h"

namespace tuf {

class AcceptedCommit {
 public:
  const CommitId& id() const noexcept { return id_; }
  const RepositoryState& state() const noexcept { return state_; }

 private:
  friend class RangeJudge;
  AcceptedCommit(CommitId id, RepositoryState state) : id_(std::move(id)), state_(std::move(state)) {}
  CommitId id_;
  RepositoryState state_;
};

struct JudgedCommit {
  CommitInfo commit;
  Verdict verdict;
};

struct JudgedRange {
  std::optional<CommitId> from;              // the last published or verified commit, an accepted one
  CommitId to;                               // the tip
  std::vector<JudgedCommit> commits = {};    // parents first; ends at the first refused one
  std::size_t earlier = 0;                   // judged before those, and not kept (JudgeOptions::keep)
  // The names that accepted and pending commits create, kept or not, each with the commit that does.
  std::vector<std::pair<CommitId, ProjectName>> created = {};
  std::optional<AcceptedCommit> accepted = {};   // newest accepted state of the tip; empty when nothing is accepted or one is refused
  Verdict::Kind overall = Verdict::Kind::accepted;   // refused, else pending when the tip itself is pending
};

// Told after each commit: how many are judged, of how many (of a long history with merges, of how many at least).
using JudgeProgress = std::function<void(std::size_t judged, std::size_t all)>;

// What is asked of released files that a partial clone does not have: read is to bring them; as_stated believes what the
// signed releases.json says of them. The publisher never does.
enum class Artifacts { read, as_stated };

struct JudgeOptions {
  JudgeProgress progress = {};
  Artifacts artifacts = Artifacts::read;
  // Given, no expiry may lie further ahead of it than the configuration allows.
  std::optional<UtcTime> now = {};
  // How many of the newest commits the result holds; however long the history is, memory does not grow beyond them.
  std::size_t keep = std::numeric_limits<std::size_t>::max();
  // What was accepted before in this process, under the same pinned root; may be null. If it is `last_accepted`, its state is not
  // read and verified again.
  const AcceptedCommit* known = nullptr;
  // How many commits of the first-parent line are read at once; afterwards it is forgotten which of them were accepted.
  std::size_t commits_of_a_stage = 2048;
};

// Whether commits must be signed (configuration commit_signatures) is always asked: of each commit, by the accepted state
// before it. Throws refused when `tip` does not descend from `last_accepted` (a rewound or forked branch, G-13).
JudgedRange judge_range(const GitRepository& repository, const std::optional<CommitId>& last_accepted, const CommitId& tip,
                        const Digest& pinned_root, const JudgeOptions& options = {});

}  // namespace tuf
