#pragma once
// Every commit since the last published one, judged by the rule book. AcceptedCommit is what rendering asks for; only
// this judgement makes one. The range is fixed by commit ids: a branch that moves meanwhile has no influence (G-12).

#include <optional>
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
  std::optional<CommitId> from;              // the last published commit
  CommitId to;                               // the tip
  std::vector<JudgedCommit> commits;         // parents first; ends at the first refused one
  std::optional<AcceptedCommit> accepted;    // newest accepted state of the tip; empty when nothing is accepted or one is refused
  Verdict::Kind overall = Verdict::Kind::accepted;   // refused, else pending when the tip itself is pending
};

// Throws refused when `tip` does not descend from `last_published` (a rewound or forked branch, G-13).
JudgedRange judge_range(const GitRepository& repository, const std::optional<CommitId>& last_published, const CommitId& tip,
                        const Digest& pinned_root);

}  // namespace tuf
