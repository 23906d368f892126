#include "libtufcore/git/commit_range.h"

#include <malloc.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "libtufcore/complete_state.h"
#include "libtufcore/error.h"
#include "libtufcore/git/commit_policy.h"
#include "libtufcore/git/stated_artifacts.h"
#include "libtufcore/git/straight_runs.h"
#include "libtufcore/git/work_ahead.h"

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

constexpr std::size_t most_commits = 1'000'000, most_walked = 1'000;

// What a thread found out about a run, if its base is accepted: verdicts up to the first commit that is not.
struct JudgedRun {
  std::vector<Verdict> accepted;
  std::set<CommitId> not_asked;
};

}  // namespace

class RangeJudge {
 public:
  RangeJudge(const GitRepository& repository, const Digest& pinned_root, Artifacts artifacts, std::optional<UtcTime> now,
             std::shared_ptr<KnownSignatures> known = std::make_shared<KnownSignatures>())
      : repository_(repository), pinned_root_(pinned_root), artifacts_(artifacts), now_(now), known_(std::move(known)) {}

  JudgedRange judge(const std::optional<CommitId>& from, const CommitId& tip, const JudgeOptions& options) {
    if (options.known != nullptr) newest_.emplace(options.known->id(), options.known->state());
    JudgedRange range = judge_stages(from, tip, options);
    forget_earlier(range, options.keep);
    return range;
  }

 private:
  // One after the other, so that memory does not grow with the history.
  JudgedRange judge_stages(const std::optional<CommitId>& from, const CommitId& tip, const JudgeOptions& options) {
    JudgedRange range{.from = from, .to = tip};
    has_beginning_ = from.has_value();
    from_ = from;
    const std::vector<CommitId> stages = repository_.stages(from, tip, options.commits_of_a_stage);
    std::optional<CommitId> before = from;
    for (std::size_t i = 0; i < stages.size(); ++i) {
      judge_stage(range, before, stages[i], (stages.size() - i - 1) * options.commits_of_a_stage, options);
      if (range.overall == Verdict::Kind::refused) return range;
      before = stages[i];
      if (i + 1 < stages.size()) malloc_trim(0);  // what the threads of a stage have freed is of no use to those of the next one
    }
    const std::optional<CommitId> accepted = baseline_of(tip);
    if (accepted) range.accepted = AcceptedCommit(*accepted, state_of(*accepted));
    if (accepted != tip) range.overall = Verdict::Kind::pending;
    return range;
  }

  // What `to` has more than `before`, and than the commit that the range begins with.
  void judge_stage(JudgedRange& range, const std::optional<CommitId>& before, const CommitId& to, std::size_t still_to_come,
                   const JudgeOptions& options) {
    std::vector<CommitId> without;
    for (const auto& known : {range.from, before}) {
      if (known) without.push_back(*known);
    }
    const std::vector<CommitInfo> commits = repository_.range(without, to, most_commits);
    if (artifacts_ == Artifacts::as_stated) bring_metadata(repository_, commits);
    const Ahead ahead = start_ahead(before, commits);
    auto run = ahead.runs.begin();
    std::vector<Verdict> known;  // of the next commits, last one first
    const std::size_t judged_before = range.earlier + range.commits.size();
    for (std::size_t i = 0; i < commits.size(); ++i) {
      if (run != ahead.runs.end() && run->first == i) {
        known = take_accepted(*ahead.work, static_cast<std::size_t>(run - ahead.runs.begin()), commits[i]);
        ++run;
      }
      Verdict verdict = known.empty() ? judge_next(commits[i]) : std::move(known.back());
      if (!known.empty()) known.pop_back();
      remember(commits[i], verdict.kind);
      add(range, {commits[i], std::move(verdict)}, options.keep);
      if (range.overall == Verdict::Kind::refused) return;
      if (options.progress) options.progress(judged_before + i + 1, judged_before + commits.size() + still_to_come);
    }
    // An accepted commit is its own baseline, remembered or not; those that waited have another one.
    std::erase_if(baselines_, [&](const auto& one) { return one.second == one.first && one.first != to; });
  }

  static void add(JudgedRange& range, JudgedCommit judged, std::size_t keep) {
    if (judged.verdict.kind == Verdict::Kind::refused) range.overall = Verdict::Kind::refused;
    for (const Change& change : judged.verdict.changes) {
      if (const auto* created = std::get_if<CreateProject>(&change))
        range.created.emplace_back(judged.commit.id, created->project);
    }
    range.commits.push_back(std::move(judged));
    if (range.commits.size() / 2 >= keep) forget_earlier(range, keep);
  }

  static void forget_earlier(JudgedRange& range, std::size_t keep) {
    if (range.commits.size() <= keep) return;
    const std::size_t too_many = range.commits.size() - keep;
    range.commits.erase(range.commits.begin(), range.commits.begin() + static_cast<std::ptrdiff_t>(too_many));
    range.earlier += too_many;
  }

  // Threads that judge runs of the list ahead, each with a repository handle of its own and as if the run's base were accepted.
  // Their verdicts count only where it is, and only as far as they accept: everything else is judged here, so that what they
  // guess wrong costs nothing but time.
  struct Ahead {
    std::vector<Run> runs;
    std::unique_ptr<WorkAhead<JudgedRun>> work;
  };
  Ahead start_ahead(const std::optional<CommitId>& from, const std::vector<CommitInfo>& commits) const {
    constexpr std::size_t worth_threads = 64, most_threads = 8, most_commits_of_a_run = 256, runs_of_a_thread = 4;
    const std::size_t threads = std::min<std::size_t>(std::thread::hardware_concurrency(), most_threads);
    if (commits.size() < worth_threads || threads < 2 || artifacts_ != Artifacts::read || repository_.promisor_remote())
      return {};
    const std::size_t share = commits.size() / (threads * runs_of_a_thread);
    Ahead ahead{straight_runs(from, commits, std::min(share, most_commits_of_a_run)), nullptr};
    std::vector<WorkAhead<JudgedRun>::Worker> workers;
    for (std::size_t i = 0; i < threads; ++i) {
      const auto handle = std::make_shared<GitRepository>(GitRepository::open(repository_.git_directory()));
      // What is just being pushed is seen only by the handle that was opened for it.
      if (!handle->find_commit(commits.back().id)) return {};
      const auto judge = std::make_shared<RangeJudge>(*handle, pinned_root_, artifacts_, now_, known_);
      workers.push_back([handle, judge, &commits, runs = ahead.runs](std::size_t piece) {
        return judge->judge_run(commits, runs[piece]);
      });
    }
    ahead.work = std::make_unique<WorkAhead<JudgedRun>>(std::move(workers), ahead.runs.size(), 2 * threads);
    return ahead;
  }

  // In a thread. What goes wrong goes wrong once more, and is told, where the commit is judged again.
  JudgedRun judge_run(const std::vector<CommitInfo>& commits, const Run& run) {
    JudgedRun judged;
    not_asked_.clear();
    const CommitId& before = commits[run.first].parents.front();
    baselines_ = {{before, before}};
    try {
      for (std::size_t i = run.first; i < run.end; ++i) {
        Verdict verdict = judge_next(commits[i]);
        if (verdict.kind != Verdict::Kind::accepted) break;
        remember(commits[i], verdict.kind);
        judged.accepted.push_back(std::move(verdict));
      }
    } catch (...) {
    }
    judged.not_asked = std::move(not_asked_);
    return judged;
  }

  std::vector<Verdict> take_accepted(WorkAhead<JudgedRun>& work, std::size_t piece, const CommitInfo& first) {
    JudgedRun run = work.take(piece);
    if (baseline_of(first.parents.front()) != first.parents.front()) return {};
    not_asked_.merge(run.not_asked);
    std::ranges::reverse(run.accepted);
    return std::move(run.accepted);
  }

  Verdict judge_next(const CommitInfo& commit) {
    Verdict verdict = judge_commit(commit);
    // The state of the first commit is read again when it is asked for: it does not know the signatures that are known here.
    const auto state = std::exchange(verdict.state, std::nullopt);
    if (state && !commit.parents.empty()) newest_.emplace(commit.id, *state);
    return verdict;
  }

  // The newest accepted commit at or before `id`: itself, unless it waits or waited.
  std::optional<CommitId> baseline_of(const CommitId& id) const {
    if (const auto judged = baselines_.find(id); judged != baselines_.end()) return judged->second;
    return baselines_.emplace(id, baseline_before_range(id)).first->second;
  }

  // Of a commit of an earlier run (or one that is forgotten), which a branch leaves: what waited then, and was completed by a later commit,
  // is still no state to begin with.
  std::optional<CommitId> baseline_before_range(const CommitId& id) const {
    if (!from_ || id == *from_ || was_complete(id)) return id;
    if (++walked_ > most_walked) throw limit("more than {} commits before {} wait for signatures", most_walked, short_id(*from_));
    return base_of(repository_.commit(id));
  }

  // What `from_`, which is complete, has unlike it is all that can have been incomplete; later ones were accepted, or are remembered.
  bool was_complete(const CommitId& id) const {
    std::vector<ProjectName> projects = projects_in(repository_.changes(id, *from_));
    const auto tree = repository_.tree(id);
    std::erase_if(projects, [&](const ProjectName& project) { return tree->list(layout::project_dir(project)).empty(); });
    if (artifacts_ == Artifacts::as_stated) bring_metadata(repository_, id, projects);
    return is_complete(RepositoryState::read(tree_of(id), pinned_root_, known_), projects);
  }

  void remember(const CommitInfo& commit, Verdict::Kind kind) {
    has_beginning_ = true;
    if (kind != Verdict::Kind::refused)  // else nothing follows
      baselines_[commit.id] = kind == Verdict::Kind::accepted ? commit.id : base_of(commit);
  }

  // The newest one is kept: it is the base of the next commit, and of every one that waits on it for signatures.
  const RepositoryState& state_of(const CommitId& id) const {
    if (!newest_ || newest_->first != id) newest_.emplace(id, RepositoryState::read(tree_of(id), pinned_root_, known_));
    return newest_->second;
  }

  std::shared_ptr<const TreeReader> tree_of(const CommitId& id) const {
    if (artifacts_ == Artifacts::read) return repository_.tree(id);
    return tree_with_stated_artifacts(repository_, id);
  }

  // A tree that no honest git would write is a refusal of its commit like any other.
  Verdict judge_commit(const CommitInfo& commit) {
    try {
      return within_policy(commit, judge_by_parents(commit));
    } catch (const Error& error) {
      if (error.kind() != Error::Kind::refused && error.kind() != Error::Kind::limit) throw;
      return refusal(error.what(), error.hint());
    }
  }

  Verdict judge_by_parents(const CommitInfo& commit) const {
    if (commit.parents.size() > 2) return refusal("is a merge of more than two branches", "merge one branch at a time");
    if (commit.parents.empty() && has_beginning_) return refusal("starts a second history in this repository");
    if (commit.parents.size() == 2) {
      const std::vector<CommitId> parents = by_rules(commit);
      const CommitId &first = parents[0], &second = parents[1];
      if (baseline_of(first) == first && baseline_of(second) == second) return judge_merge(commit.id, first, second);
    }
    const auto base = base_of(commit);
    if (base) {
      for (const CommitId& parent : commit.parents) {
        if (const auto lost = what_is_lost(commit.id, *base, parent)) return *lost;
      }
    }
    const auto changed = repository_.changes(base, commit.id);
    const bool is_next = commit.parents.size() == 1 && base == commit.parents.front();
    return check_transition(base ? &state_of(*base) : nullptr, tree_of(commit.id), pinned_root_, changed,
                            is_next ? changed : own_changes(commit));
  }

  // A merge's parents, the one whose admin/ it has before the other: what a branch brings must keep to what administrators have
  // decided since it left (the configuration, reserved names, ...), whichever of them the merge names first.
  std::vector<CommitId> by_rules(const CommitInfo& commit) const {
    std::vector<CommitId> parents = commit.parents;
    if (parents.size() != 2) return parents;
    const auto has_rules_of = [&](const CommitId& parent) {
      return std::ranges::none_of(repository_.changes(parent, commit.id), [](const ChangedPath& change) {
        return change.path.starts_with(layout::admin_dir);
      });
    };
    if (!has_rules_of(parents[0]) && has_rules_of(parents[1])) std::swap(parents[0], parents[1]);
    return parents;
  }

  // Of two accepted states that a merge grew from, the newer one, or the one whose rules it has when neither has the other in it.
  std::optional<CommitId> base_of(const CommitInfo& commit) const {
    std::optional<CommitId> base;
    for (const CommitId& parent : by_rules(commit)) {
      const auto accepted = baseline_of(parent);
      if (accepted && (!base || repository_.is_ancestor(*base, *accepted))) base = accepted;
    }
    return base;
  }

  // A merge with a commit that waits is judged against one accepted state: what the other one has must be in it, too.
  std::optional<Verdict> what_is_lost(const CommitId& merge, const CommitId& base, const CommitId& parent) const {
    const auto accepted = baseline_of(parent);
    if (!accepted || repository_.is_ancestor(*accepted, base)) return std::nullopt;
    const auto shared = repository_.merge_base(*accepted, base);
    if (!shared) return refusal("merges a branch that shares no history with this repository");
    std::set<std::string> unlike;
    for (ChangedPath& change : repository_.changes(*accepted, merge)) unlike.insert(std::move(change.path));
    for (const ChangedPath& change : repository_.changes(*shared, *accepted)) {
      if (!unlike.contains(change.path)) continue;
      Verdict verdict = refusal(fmt::format("the merge loses what commit {} has here", short_id(*accepted)),
                                "merge again, with what both sides have");
      verdict.file = change.path;
      return verdict;
    }
    return std::nullopt;
  }

  // What the signed configuration of the accepted state before asks of a commit; of the first commit, its own.
  Verdict within_policy(const CommitInfo& commit, Verdict verdict) {
    if (verdict.kind == Verdict::Kind::refused) return verdict;
    const auto base = base_of(commit);
    const Configuration configuration = base ? state_of(*base).configuration() : first_configuration(verdict);
    if (now_) verdict = within_expiry_policy(std::move(verdict), configuration, *now_);
    if (verdict.kind == Verdict::Kind::refused) return verdict;
    const bool is_merge = commit.parents.size() == 2;
    if (!configuration.commit_signatures_required &&
        !(is_merge && (requires_signatures(commit.parents[0]) || requires_signatures(commit.parents[1])))) {
      not_asked_.insert(commit.id);
      return verdict;
    }
    if (const auto problem = signature_problem_of(commit, verdict.state))
      return refusal(*problem, "pgsign signs the commits that it makes");
    if (!is_merge) return verdict;
    verdict = with_signed_side(commit.parents[0], commit.parents[1], std::move(verdict));
    return with_signed_side(commit.parents[1], commit.parents[0], std::move(verdict));
  }

  bool requires_signatures(const CommitId& id) const {
    const auto accepted = baseline_of(id);
    return accepted && state_of(*accepted).configuration().commit_signatures_required;
  }

  static Configuration first_configuration(const Verdict& verdict) {
    for (const Change& change : verdict.changes) {
      if (const auto* first = std::get_if<CreateRepository>(&change)) return first->configuration;
    }
    return {};
  }

  // A side branch that left main before main began to require signatures; either may be the merge's first parent.
  Verdict with_signed_side(const CommitId& main, const CommitId& side, Verdict verdict) {
    if (verdict.kind == Verdict::Kind::refused || !requires_signatures(main)) return verdict;
    for (const CommitInfo& commit : repository_.range(main, side)) {
      if (!not_asked_.contains(commit.id)) continue;
      if (const auto problem = signature_problem_of(commit, std::nullopt))
        return refusal(fmt::format("brings commit {}: {}", short_id(commit.id), *problem));
      not_asked_.erase(commit.id);
    }
    return verdict;
  }

  // `judged`: the commit's state, if it was read already.
  std::optional<std::string> signature_problem_of(const CommitInfo& commit, const std::optional<RepositoryState>& judged) const {
    const auto parent = commit.parents.empty() ? std::nullopt : std::optional(commit.parents.front());
    const Touched touched = touched_by(repository_.changes(parent, commit.id));
    const RepositoryState after = judged ? *judged : RepositoryState::read(tree_of(commit.id), pinned_root_, known_);
    const auto base = base_of(commit);
    return signature_problem(repository_, commit.id, commit.parents.size() == 2 ? CommitKind::merge : CommitKind::change,
                             touched, base ? &state_of(*base) : nullptr, after);
  }

  // A merge brings what others did, of any kind.
  std::vector<ChangedPath> own_changes(const CommitInfo& commit) const {
    if (commit.parents.size() != 1) return {};
    return repository_.changes(commit.parents.front(), commit.id);
  }

  Verdict judge_merge(const CommitId& merge, const CommitId& first, const CommitId& second) const {
    const auto base = repository_.merge_base(first, second);
    if (!base) return refusal("merges a branch that shares no history with this repository");
    return check_merge(state_of(first), tree_of(merge), pinned_root_, repository_.changes(base, first),
                       repository_.changes(base, second), repository_.changes(first, merge),
                       repository_.changes(second, merge));
  }

  const GitRepository& repository_;
  const Digest& pinned_root_;
  Artifacts artifacts_;
  std::optional<UtcTime> now_;
  std::shared_ptr<KnownSignatures> known_;
  bool has_beginning_ = false;    // of the history: there is only one
  std::set<CommitId> not_asked_;  // whether they are signed
  std::optional<CommitId> from_;  // accepted by an earlier run
  mutable std::map<CommitId, std::optional<CommitId>> baselines_;
  mutable std::size_t walked_ = 0;
  mutable std::optional<std::pair<CommitId, RepositoryState>> newest_;
};

JudgedRange judge_range(const GitRepository& repository, const std::optional<CommitId>& last_accepted, const CommitId& tip,
                        const Digest& pinned_root, const JudgeOptions& options) {
  if (last_accepted) require_descendant(repository, *last_accepted, tip);
  return RangeJudge(repository, pinned_root, options.artifacts, options.now).judge(last_accepted, tip, options);
}

}  // namespace tuf
