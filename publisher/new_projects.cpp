#include "publisher/new_projects.h"

#include <algorithm>

#include "libtufcore/change.h"
#include "libtufcore/error.h"
#include "libtufcore/key_holders.h"
#include "libtufcore/own_members.h"

namespace tuf {
namespace {

const RoleName new_role = RoleName::of("new");

std::string prefix_of(const ProjectName& project) { return project.text().substr(0, 2); }
constexpr std::string_view shard_prefix = "new-";
RoleName shard_name(const std::string& prefix) { return RoleName::of(std::string(shard_prefix) + prefix); }

// Lists are kept in the order of their names, so that a first publication of many projects does not look through all of them
// for each.
Targets in_order(Targets list) {
  std::ranges::sort(list.delegations, {}, &Delegation::role);
  return list;
}

const Delegation* find_in_order(const Targets& list, const RoleName& role) {
  const auto place = std::ranges::lower_bound(list.delegations, role, {}, &Delegation::role);
  return place != list.delegations.end() && place->role == role ? &*place : nullptr;
}

void insert(Targets& list, Delegation delegation) {
  const auto place = std::ranges::lower_bound(list.delegations, delegation.role, {}, &Delegation::role);
  if (place != list.delegations.end() && place->role == delegation.role) {
    *place = std::move(delegation);
  } else {
    list.delegations.insert(place, std::move(delegation));
  }
}

// Names of keys that no delegation needs any more go.
void keep_names(Targets& list) { list.delegations_extra = names_of(list.delegations, list.delegations_extra, {}); }

void add_to(Targets& list, Delegation delegation, const Json::Object& names) {
  for (const PublicKey& key : delegation.signers.keys) {
    if (const std::string name = name_of_key(names, key.id()); !name.empty()) set_name_of_key(list.delegations_extra, key.id(), name);
  }
  insert(list, std::move(delegation));
}

}  // namespace

bool is_new_shard(const RoleName& role) { return role.text().starts_with(shard_prefix); }

Targets empty_list(const RoleName& name) {
  Targets role;
  role.extra[role_member] = name.text();
  role.has_delegations = true;
  return role;
}

Delegation delegation_to_shard(const RoleName& shard, const RoleKeys& registrar) {
  const std::string prefix = shard.text().substr(shard_prefix.size());
  // A name of one letter is a prefix, too, but only of itself.
  const std::string names = prefix.size() == 2 ? prefix + "*" : prefix;
  return {shard, registrar, false, std::vector<std::string>{names + "/*/*/*", "refs/" + names + "/*/*"}, {}, {}};
}

bool has_foreign_entries(const Targets& new_projects, const Snapshot& snapshot) {
  const std::vector<Delegation>& entries = new_projects.delegations;
  const auto is_shard = [](const Delegation& one) { return is_new_shard(one.role); };
  if (std::ranges::none_of(entries, is_shard))
    return !std::ranges::all_of(entries, [](const Delegation& one) { return ProjectName::parse(one.role.text()).has_value(); });
  return !std::ranges::all_of(entries, [&](const Delegation& one) { return is_shard(one) && snapshot.find(one.role); });
}

NewProjects::NewProjects(const PublishedSite* previous, RoleKeys registrar, std::size_t most_bytes)
    : previous_(previous),
      registrar_(std::move(registrar)),
      most_bytes_(most_bytes),
      top_(previous ? in_order(*previous->new_projects) : empty_list(new_role)) {
  if (previous == nullptr) changed_.insert(new_role);
  if (!is_sharded()) return;
  // Whoever signs has changed: every shard is signed anew.
  const bool other_keys = std::ranges::any_of(top_.delegations, [&](const Delegation& shard) { return shard.signers != registrar_; });
  for (Delegation& shard : top_.delegations) {
    if (!other_keys) break;
    load(shard.role);
    shard.signers = registrar_;
    changed_.insert(shard.role);
    changed_.insert(new_role);
  }
}

bool NewProjects::is_sharded() const {
  return !top_.delegations.empty() && is_new_shard(top_.delegations.front().role);
}

Targets& NewProjects::load(const RoleName& role) {
  const auto known = shards_.find(role);
  if (known != shards_.end()) return known->second;
  const Delegation* shard = find_in_order(top_, role);
  if (shard == nullptr) throw bug("role new has no {}", role.text());
  return shards_.emplace(role, in_order(*previous_->role(role, shard->signers))).first->second;
}

Targets& NewProjects::shard_of(const ProjectName& project) {
  const RoleName name = shard_name(prefix_of(project));
  if (find_in_order(top_, name) != nullptr) return load(name);
  insert(top_, delegation_to_shard(name, registrar_));
  changed_.insert(new_role);
  return shards_.emplace(name, empty_list(name)).first->second;
}

void NewProjects::add(const ProjectName& project, const RoleKeys& owners, const Json::Object& names) {
  const bool sharded = is_sharded();
  Targets& list = sharded ? shard_of(project) : top_;
  Delegation delegation = delegation_to_project(project, owners);
  const Delegation* there = find_in_order(list, delegation.role);
  if (there != nullptr && *there == delegation) return;
  add_to(list, std::move(delegation), names);
  changed_.insert(sharded ? shard_name(prefix_of(project)) : new_role);
}

void NewProjects::drop_if(const std::function<bool(const ProjectName&)>& gone) {
  const auto drop_from = [&](const RoleName& name, Targets& list) {
    const std::size_t before = list.delegations.size();
    std::erase_if(list.delegations, [&](const Delegation& one) {
      const auto project = ProjectName::parse(one.role.text());  // else it is nobody's
      return !project || gone(*project);
    });
    if (list.delegations.size() == before) return;
    keep_names(list);
    changed_.insert(name);
  };
  if (!is_sharded()) return drop_from(new_role, top_);
  for (const Delegation& shard : top_.delegations) drop_from(shard.role, load(shard.role));
}

void NewProjects::note(const std::string& member, Json value, bool now) {
  top_.extra[member] = std::move(value);
  if (now) changed_.insert(new_role);
}

void NewProjects::split() {
  Targets all = std::move(top_);
  top_ = empty_list(new_role);
  top_.extra = std::move(all.extra);
  top_.version = all.version;
  top_.expires = all.expires;
  for (Delegation& project : all.delegations) {
    const ProjectName name = ProjectName::from_user(project.role.text());
    Targets& shard = shard_of(name);
    changed_.insert(shard_name(prefix_of(name)));
    add_to(shard, std::move(project), all.delegations_extra);
  }
}

std::map<RoleName, Targets> NewProjects::finish(bool renew, UtcTime expires) {
  const bool was_sharded = is_sharded();
  if (!was_sharded && changed_.contains(new_role) && json_text(to_json(top_)).size() > most_bytes_) split();
  // What `new` promises for its shards holds only when all of them are renewed with it.
  const bool all = renew || !was_sharded;
  if (renew && is_sharded()) {
    for (const Delegation& shard : top_.delegations) {
      load(shard.role);
      changed_.insert(shard.role);
    }
  }
  if (renew) changed_.insert(new_role);
  std::map<RoleName, Targets> made;
  for (const RoleName& name : changed_) {
    Targets& role = name == new_role ? top_ : shards_.at(name);
    const bool keeps = name == new_role && !all;
    made.emplace(name, next_version(role, keeps ? role.expires : expires));
  }
  return made;
}

}  // namespace tuf
