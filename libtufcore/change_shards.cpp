// Promoted names move from role `claimed`, or a shard of it, into shards: the parts of generate().
#include <algorithm>

#include "libtufcore/change_parts.h"
#include "libtufcore/error.h"
#include "libtufcore/shards.h"

namespace tuf {
namespace {

// Its keys are those of its delegations, each with the name that `people` gives it.
void name_keys(Targets& list, const Json::Object& people) {
  list.delegations_extra = names_of(list.delegations, people, {});
}

Targets empty_shard(const RoleName& name, const Targets& list) {
  Targets shard = empty_targets(name, stated_repository(list.extra), list.expires);
  shard.version = 0;
  shard.has_delegations = true;
  return shard;
}

// The longest of the prefixes that the name begins with.
const std::string* longest_prefix(const std::vector<std::string>& prefixes, std::string_view name) {
  const std::string* longest = nullptr;
  for (const std::string& prefix : prefixes) {
    if (name.starts_with(prefix) && (longest == nullptr || prefix.size() > longest->size()))
      longest = &prefix;
  }
  return longest;
}

}  // namespace

std::map<RoleName, Targets> take_shards(Targets& list, const std::vector<std::string>& prefixes) {
  std::map<RoleName, Targets> shards;
  for (const std::string& prefix : prefixes) {
    const RoleName name = layout::shard_role(prefix);
    shards.emplace(name, empty_shard(name, list));
  }
  std::vector<Delegation> stay;
  for (Delegation& delegation : list.delegations) {
    const auto owners = layout::parse_owners_role(delegation.role.text());
    const std::string* prefix = owners ? longest_prefix(prefixes, owners->project.text()) : nullptr;
    auto& place = prefix != nullptr ? shards.at(layout::shard_role(*prefix)).delegations : stay;
    place.push_back(std::move(delegation));
  }
  list.delegations = std::move(stay);
  for (auto& [name, shard] : shards) {
    if (shard.delegations.empty())
      throw conflict("none of the promoted names would be delegated by role {}", name.text());
    name_keys(shard, list.delegations_extra);
  }
  name_keys(list, list.delegations_extra);
  return shards;
}

Targets with_shards(const Targets& claimed, const ShardNames& change) {
  Targets result = claimed;
  for (const std::string& prefix : change.prefixes) {
    const RoleKeys& administrators = claimed.delegations.at(0).signers;  // of claimed.void
    result.delegations.push_back(delegation(layout::shard_role(prefix), administrators, false,
                                            {prefix + "*/*/*/*", fmt::format("refs/{}*/*/*", prefix)}));
  }
  sort_delegations(result);
  return result;
}

std::map<RoleName, std::vector<std::string>> lists_to_shard(const Targets& claimed,
                                                            const ShardNames& change) {
  if (change.prefixes.empty()) throw usage("this moves no names into shards");
  std::map<RoleName, std::vector<std::string>> lists;
  const std::vector<RoleName> there = shards_of(claimed);
  for (const std::string& prefix : change.prefixes) {
    const std::string name = "claimed-" + prefix;
    if (!layout::parse_shard_role(name)) throw usage("no name can begin with '{}'", escaped(prefix, 64));
    if (std::ranges::find(there, RoleName::of(name)) != there.end())
      throw conflict("there is a role {} already", name);
    lists[list_for(claimed, prefix)].push_back(prefix);
  }
  return lists;
}

}  // namespace tuf
