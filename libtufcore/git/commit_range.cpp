#include "libtufcore/git/commit_range.h"

#include <map>

#include "libtufcore/error.h"

namespace tuf {
namespace {

void require_descendant(const GitRepository& repository, const CommitId& last, const CommitId& tip) {
  if (repository.find_commit(last) && repository.is_ancestor(last, tip)) return;
  throw refused("commit {} does not descend from commit {}, which was published last: the branch was rewound or forked",
                short_id(tip), short_id(last))
      .with_hint("bring the branch back to a history that contains the published commit");
}

Verdict refusal(std::string reason, std::string hint = {}) {
  Verdict verdict;
  verdict.reason = std::move(reason);
  verdict.hint = std::move(hint);
  return verdict;
}

}  // namespace

class RangeJudge {
 public:
  RangeJudge(const GitRepository& repository, const Digest& pinned_root) : repository_(repository), pinned_root_(pinned_root) {}

  JudgedRange judge(const std::optional<CommitId>& from, const CommitId& tip, const JudgeProgress& progress) {
    JudgedRange range{.from = from, .to = tip, .commits = {}, .accepted = {}};
    std::vector<CommitInfo> commits = repository_.range(from, tip);
    for (CommitInfo& commit : commits) {
      Verdict verdict = judge_commit(commit);
      remember(commit, verdict.kind);
      const bool stop = verdict.kind == Verdict::Kind::refused;
      range.commits.push_back({std::move(commit), std::move(verdict)});
      if (stop) {
        range.overall = Verdict::Kind::refused;
        return range;
      }
      if (progress) progress(range.commits.size(), commits.size());
    }
    const std::optional<CommitId> accepted = baseline_of(tip);
    if (accepted) range.accepted = AcceptedCommit(*accepted, state_of(*accepted));
    if (accepted != tip) range.overall = Verdict::Kind::pending;
    return range;
  }

 private:
  // The newest accepted commit at or before `id`. A commit outside the range was accepted by an earlier run.
  std::optional<CommitId> baseline_of(const CommitId& id) const {
    const auto judged = baselines_.find(id);
    return judged == baselines_.end() ? std::optional(id) : judged->second;
  }

  void remember(const CommitInfo& commit, Verdict::Kind kind) {
    if (kind == Verdict::Kind::accepted) {
      baselines_[commit.id] = commit.id;
    } else {
      baselines_[commit.id] = commit.parents.empty() ? std::nullopt : baseline_of(commit.parents.front());
    }
  }

  // The newest one is kept: it is the base of the next commit, and of every one that waits on it for signatures.
  const RepositoryState& state_of(const CommitId& id) const {
    if (!newest_ || newest_->first != id) newest_.emplace(id, RepositoryState::read(repository_.tree(id), pinned_root_));
    return newest_->second;
  }

  // A tree that no honest git would write is a refusal of its commit like any other.
  Verdict judge_commit(const CommitInfo& commit) const {
    try {
      return judge_by_parents(commit);
    } catch (const Error& error) {
      if (error.kind() != Error::Kind::refused && error.kind() != Error::Kind::limit) throw;
      return refusal(error.what(), error.hint());
    }
  }

  Verdict judge_by_parents(const CommitInfo& commit) const {
    if (commit.parents.size() > 2) return refusal("is a merge of more than two branches", "merge one branch at a time");
    if (commit.parents.empty() && !baselines_.empty()) return refusal("starts a second history in this repository");
    if (commit.parents.size() == 2) {
      const CommitId &first = commit.parents[0], &second = commit.parents[1];
      if (baseline_of(first) == first && baseline_of(second) == second) return judge_merge(commit.id, first, second);
    }
    const auto base = commit.parents.empty() ? std::nullopt : baseline_of(commit.parents.front());
    return check_transition(base ? &state_of(*base) : nullptr, repository_.tree(commit.id), pinned_root_,
                            repository_.changes(base, commit.id), own_changes(commit));
  }

  // A merge brings what others did, of any kind.
  std::vector<ChangedPath> own_changes(const CommitInfo& commit) const {
    if (commit.parents.size() != 1) return {};
    return repository_.changes(commit.parents.front(), commit.id);
  }

  Verdict judge_merge(const CommitId& merge, const CommitId& first, const CommitId& second) const {
    const auto base = repository_.merge_base(first, second);
    if (!base) return refusal("merges a branch that shares no history with this repository");
    return check_merge(state_of(first), repository_.tree(merge), pinned_root_, repository_.changes(base, first),
                       repository_.changes(base, second), repository_.changes(first, merge),
                       repository_.changes(second, merge));
  }

  const GitRepository& repository_;
  const Digest& pinned_root_;
  std::map<CommitId, std::optional<CommitId>> baselines_;
  mutable std::optional<std::pair<CommitId, RepositoryState>> newest_;
};

JudgedRange judge_range(const GitRepository& repository, const std::optional<CommitId>& last_accepted, const CommitId& tip,
                        const Digest& pinned_root, const JudgeProgress& progress) {
  if (last_accepted) require_descendant(repository, *last_accepted, tip);
  return RangeJudge(repository, pinned_root).judge(last_accepted, tip, progress);
}

}  // namespace tuf
