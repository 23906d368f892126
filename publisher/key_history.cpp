#include "publisher/key_history.h"

#include <algorithm>

namespace tuf {
namespace {

void record(RoleHistory& history, const RoleKeys& keys, const Json::Object& names, const CommitInfo& commit) {
  const auto holds = [&](const KeyId& id) {
    return std::ranges::find(keys.keys, id, &PublicKey::id) != keys.keys.end();
  };
  std::set<KeyId> known;
  for (RoleHistory::Holder& holder : history.holders) {
    if (holder.tenure.to != nullptr) continue;
    if (holds(holder.key)) {
      known.insert(holder.key);
    } else {
      holder.tenure.to = &commit;
    }
  }
  for (const PublicKey& key : keys.keys) {
    if (!known.contains(key.id()))
      history.holders.push_back({key.id(), name_of_key(names, key.id()), {&commit}});
  }
  const bool same = !history.rules.empty() && history.rules.back().threshold == keys.threshold &&
                    history.rules.back().keys == keys.keys.size();
  if (same) return;
  if (!history.rules.empty()) history.rules.back().tenure.to = &commit;
  history.rules.push_back({keys.threshold, keys.keys.size(), {&commit}});
}

// Accepted ones only, oldest first; a commit that waited for signatures counts when they are there.
std::vector<const CommitInfo*> mainline(const JudgedRange& range) {
  std::map<CommitId, const JudgedCommit*> by_id;
  for (const JudgedCommit& judged : range.commits) by_id.emplace(judged.commit.id, &judged);
  std::vector<const CommitInfo*> line;
  auto next = by_id.find(range.accepted->id());
  while (next != by_id.end()) {
    const JudgedCommit& judged = *next->second;
    if (judged.verdict.kind == Verdict::Kind::accepted) line.push_back(&judged.commit);
    next = judged.commit.parents.empty() ? by_id.end() : by_id.find(judged.commit.parents.front());
  }
  std::ranges::reverse(line);
  return line;
}

}  // namespace

KeyHistory::KeyHistory(const GitRepository& repository, const JudgedRange& range, const Digest& pinned_root) {
  std::optional<CommitId> before = range.from;
  for (const CommitInfo* commit : mainline(range)) {
    const auto changed = repository.changes(before, commit->id);
    add(RepositoryState::read(repository.tree(commit->id), pinned_root), changed, *commit);
    before = commit->id;
    ++commits;
  }
}

void KeyHistory::add(const RepositoryState& state, const std::vector<ChangedPath>& changed,
                     const CommitInfo& commit) {
  bool administration = false;
  std::set<ProjectName> touched;
  for (const ChangedPath& change : changed) {
    if (const auto project = layout::project_of(change.path)) {
      if (layout::is_signed_file(change.path)) touched.insert(*project);
    } else {
      administration = administration || layout::is_signed_file(change.path);
    }
  }
  if (administration) {
    add_administration(state, commit);
    add_claimed(state, touched);
  }
  for (const ProjectName& project : touched) add_project(state, project, commit);
}

void KeyHistory::add_administration(const RepositoryState& state, const CommitInfo& commit) {
  for (const auto& [role, keys] : state.root().roles) record(roles[role], keys, state.root().extra, commit);
  const auto targets = state.admin_role(RoleName::of(Targets::type));
  for (const Delegation& delegation : targets->delegations)
    record(roles[delegation.role.text()], delegation.signers, targets->delegations_extra, commit);
}

// A project gets other keys without a change in its folder when the administrators delegate to others. Of role claimed and
// its shards: a name that moves from one to the other keeps its keys.
void KeyHistory::add_claimed(const RepositoryState& state, std::set<ProjectName>& touched) {
  Delegations now;
  for (const RoleName& list : state.admin_roles()) {
    if (layout::expiry_kind(list.text()) != "claimed") continue;
    const auto verified = state.admin_role(list);
    for (const Delegation& delegation : verified->delegations) now.emplace(delegation.role, delegation);
  }
  const auto touch_others = [&](const Delegations& some, const Delegations& others) {
    for (const auto& [role, delegation] : some) {
      const auto other = others.find(role);
      const auto owners = layout::parse_owners_role(role.text());
      if (owners && (other == others.end() || other->second != delegation)) touched.insert(owners->project);
    }
  };
  touch_others(now, claimed_);
  touch_others(claimed_, now);
  claimed_ = std::move(now);
}

void KeyHistory::add_project(const RepositoryState& state, const ProjectName& project,
                             const CommitInfo& commit) {
  const RoleFile* owners = state.find_owners(project);
  if (owners == nullptr) return;
  Project& history = projects[project];
  if (history.promoted == nullptr && state.is_claimed(project)) history.promoted = &commit;
  record(history.roles["owners"], owners->signers, owners->names, commit);
  const Targets& delegating = owners->file.untrusted;
  for (const Delegation& delegation : delegating.delegations) {
    const bool maintainers = delegation.role == layout::releases_role(project);
    record(history.roles[maintainers ? "maintainers" : delegation.role.text()], delegation.signers,
           delegating.delegations_extra, commit);
  }
}

}  // namespace tuf
