// From (base, proposal) back to the administrators' changes. Nothing here is believed: transition_admin.cpp
// generates the proposal again.
#include <algorithm>
#include <set>

#include "libtufcore/change_parts.h"
#include "libtufcore/error.h"
#include "libtufcore/shards.h"

namespace tuf {
namespace {

// Appends a ChangeAdministrators or a ChangeOnlineKeys where the keys or their threshold differ.
template <typename Rotation>
void explain_keys(Rotation change, const RoleKeys& base, const Json::Object& base_names, const RoleKeys& next,
                  const Json::Object& next_names, std::vector<Change>& changes) {
  change.before = holders(base, base_names);
  change.after = holders(next, next_names);
  change.threshold_before = base.threshold;
  change.threshold_after = next.threshold;
  refuse_other_names(change.before, change.after);
  if (!same_people(change.before, change.after) || base.threshold != next.threshold)
    changes.push_back(std::move(change));
}

void explain_root(const Root& base, const Root& next, std::vector<Change>& changes) {
  explain_keys(ChangeAdministrators{}, base.keys_of("root"), base.extra, next.keys_of("root"), next.extra,
               changes);
  for (const char* role : {"timestamp", "snapshot"})
    explain_keys(ChangeOnlineKeys{role, {}, {}}, base.keys_of(role), base.extra, next.keys_of(role),
                 next.extra, changes);
  changes.push_back(ExtendExpiry{RoleName::of("root"), next.expires});
}

const RoleKeys& registrar(const Targets& targets) {
  if (const Delegation* found = find_delegation(targets, RoleName::of("new"))) return found->signers;
  throw refused("has no delegation to role new");
}

void explain_configuration(const RepositoryState& base, const RepositoryState& next,
                           std::vector<Change>& changes) {
  const auto file = next.tree().read(std::string(layout::configuration), max_metadata_bytes);
  if (!file) throw refused("there is no {}", layout::configuration);
  const Configuration before = base.configuration();
  const Configuration after =
      parse_configuration(*file, fmt::format("{} at {}", layout::configuration, next.tree().name()));
  ChangeConfiguration change;
  for (const Setting& setting : settings()) {
    std::string from = setting_of(before, setting.key), to = setting_of(after, setting.key);
    if (from != to) change.settings.push_back({setting.key, std::move(from), std::move(to)});
  }
  if (!change.settings.empty()) changes.push_back(std::move(change));
}

void explain_blocks(const Targets& base, const Targets& next, std::vector<Change>& changes) {
  const std::vector<Block> before = blocks_of(base), after = blocks_of(next);
  const auto is_in = [](const std::vector<Block>& blocks, const Block& one) {
    return std::ranges::any_of(
        blocks, [&](const Block& block) { return block.name == one.name && block.reason == one.reason; });
  };
  for (const Block& block : before) {
    if (!is_in(after, block)) changes.push_back(UnblockName{block.name});
  }
  for (const Block& block : after) {
    if (!is_in(before, block)) changes.push_back(BlockName{block.name, block.reason});
  }
}

void explain_reserved(const Targets& base, const Targets& next, std::vector<Change>& changes) {
  if (next.delegations.empty() || next.delegations.front().role.text() != "claimed.void")
    throw refused("does not begin with the delegation to claimed.void");
  const std::vector<ProjectName> before = reserved_names(base), after = reserved_names(next);
  ReserveNames added{{}, true}, taken_back{{}, false};
  std::ranges::set_difference(after, before, std::back_inserter(added.names));
  std::ranges::set_difference(before, after, std::back_inserter(taken_back.names));
  if (!taken_back.names.empty()) changes.push_back(std::move(taken_back));
  if (!added.names.empty()) changes.push_back(std::move(added));
}

bool is_same(const AnnounceTransfer& one, const AnnounceTransfer& other) {
  return json_of(one) == json_of(other);
}

const Targets& contents(const RepositoryState& state, const RoleName& role) {
  const RoleFile* file = state.find_admin_role(role);
  if (!file) throw refused("there is no {}", layout::admin_role(role));
  return file->file.untrusted;
}

const Targets& claimed_of(const RepositoryState& state) { return contents(state, RoleName::of("claimed")); }

// The projects that were transferred: their delegations are no promotions.
std::set<std::string> explain_transfers(const RepositoryState& base, const RepositoryState& next,
                                        std::vector<Change>& changes) {
  std::set<std::string> transferred;
  const auto before = transfers_of(claimed_of(base)), after = transfers_of(claimed_of(next));
  for (const AnnounceTransfer& one : before) {
    const auto still = std::ranges::find(after, one.project, &AnnounceTransfer::project);
    if (still != after.end() && is_same(one, *still)) continue;
    const Delegation* then = next.find_claimed_delegation(one.project);
    const Delegation* now = base.find_claimed_delegation(one.project);
    if (still == after.end() && then != nullptr && now != nullptr && then->role != now->role) {
      const auto role = layout::parse_owners_role(then->role.text());
      const Targets& list = contents(next, next.list_of(one.project));
      changes.push_back(TransferProject{
          one.project, role->hop, holders(then->signers, list.delegations_extra), then->signers.threshold});
      transferred.insert(then->role.text());
    } else {
      changes.push_back(CancelTransfer{one.project});
    }
  }
  for (const AnnounceTransfer& one : after) {
    const auto known = std::ranges::find(before, one.project, &AnnounceTransfer::project);
    if (known == before.end() || !is_same(one, *known)) changes.push_back(one);
  }
  return transferred;
}

void explain_shards(const Targets& base, const Targets& next, std::vector<Change>& changes) {
  const std::vector<RoleName> before = shards_of(base);
  ShardNames sharded;
  for (const RoleName& role : shards_of(next)) {
    if (std::ranges::find(before, role) == before.end())
      sharded.prefixes.emplace_back(*layout::parse_shard_role(role.text()));
  }
  std::ranges::sort(sharded.prefixes);
  if (!sharded.prefixes.empty()) changes.push_back(std::move(sharded));
}

// The owners' roles to which `claimed` and its shards delegate.
std::set<std::string> promoted_roles(const RepositoryState& state) {
  std::set<std::string> roles;
  const auto add_from = [&](const RoleName& list) {
    for (const Delegation& delegation : contents(state, list).delegations) {
      const std::string& role = delegation.role.text();
      const bool is_claimed = list.text() == "claimed";
      if (is_claimed && (role == "claimed.void" || layout::parse_shard_role(role))) continue;
      if (!layout::parse_owners_role(role)) {
        throw refused("{}delegates to '{}', which is no project", is_claimed ? "" : fmt::format("role {} ", list.text()),
                      escaped(role));
      }
      roles.insert(role);
    }
  };
  add_from(RoleName::of("claimed"));
  for (const RoleName& shard : shards_of(claimed_of(state))) add_from(shard);
  return roles;
}

// Of `claimed` and its shards together: where a name is follows from the shards that there are.
void explain_claimed(const RepositoryState& base, const RepositoryState& next, std::vector<Change>& changes) {
  explain_reserved(claimed_of(base), claimed_of(next), changes);
  explain_shards(claimed_of(base), claimed_of(next), changes);
  const std::set<std::string> transferred = explain_transfers(base, next, changes);
  const std::set<std::string> before = promoted_roles(base);
  PromoteProjects promoted;
  for (const std::string& role : promoted_roles(next)) {
    if (before.contains(role) || transferred.contains(role)) continue;
    promoted.projects.push_back(layout::parse_owners_role(role)->project);
  }
  std::ranges::sort(promoted.projects);
  if (!promoted.projects.empty()) changes.push_back(std::move(promoted));
}

// Nothing of a list, which explain_claimed() explains.
void explain_role(const RepositoryState& base, const RepositoryState& next, const RoleFile& before,
                  const RoleFile& after, std::vector<Change>& changes) {
  const Targets &from = before.file.untrusted, &to = after.file.untrusted;
  const std::string& role = after.role.text();
  if (role == "targets") {
    explain_keys(ChangeOnlineKeys{"new", {}, {}}, registrar(from), from.delegations_extra, registrar(to),
                 to.delegations_extra, changes);
    explain_configuration(base, next, changes);
  }
  if (role == "blocked") explain_blocks(from, to, changes);
}

// A transfer makes the first version of an owners' file.
void explain_new_owners(const RepositoryState& next, std::vector<Change>& changes) {
  std::vector<Change> expiries;
  for (const Change& change : changes) {
    const auto* transfer = std::get_if<TransferProject>(&change);
    if (!transfer) continue;
    const RoleFile* owners = next.find_owners_file(transfer->project, transfer->hop);
    if (!owners) throw refused("there is no {}", layout::owners(transfer->project, transfer->hop));
    expiries.push_back(ExtendExpiry{owners->role, owners->file.untrusted.expires});
  }
  changes.insert(changes.end(), expiries.begin(), expiries.end());
}

}  // namespace

std::vector<Change> explain_administration(const RepositoryState& base, const RepositoryState& next) {
  std::vector<Change> changes;
  if (next.root().version != base.root().version) explain_root(base.root(), next.root(), changes);
  bool lists_explained = false;
  for (const RoleName& role : next.admin_roles()) {
    const RoleFile *before = base.find_admin_role(role), *after = next.find_admin_role(role);
    const bool is_shard = layout::parse_shard_role(role.text()).has_value();
    if (!after || (!before && !is_shard)) throw refused("there is no {}", layout::admin_role(role));
    if (before && before->file.signed_bytes == after->file.signed_bytes) continue;
    if ((is_shard || role.text() == "claimed") && !lists_explained) {
      explain_claimed(base, next, changes);
      lists_explained = true;
    }
    if (before) explain_role(base, next, *before, *after, changes);
    changes.push_back(ExtendExpiry{role, after->file.untrusted.expires});
  }
  explain_new_owners(next, changes);
  return changes;
}

}  // namespace tuf
