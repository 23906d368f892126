#include "libtufcore/shards.h"

#include <algorithm>

#include "libtufcore/repository_layout.h"

namespace tuf {
namespace {

using Delegations = std::vector<const Delegation*>;

// The role's name says which; one that is none of ours sorts to the front, with claimed.void.
int place_of(const RoleName& role) {
  if (layout::parse_owners_role(role.text())) return 2;
  return layout::parse_shard_role(role.text()) ? 1 : 0;
}

std::size_t size_of(const Delegations& delegations) {
  Targets list;
  list.has_delegations = true;
  for (const Delegation* one : delegations) list.delegations.push_back(*one);
  return json_text(to_json(list)).size();
}

// By their next character; a name that has none stays where it is.
std::map<std::string, Delegations> by_next_character(const Delegations& delegations, std::size_t length) {
  std::map<std::string, Delegations> groups;
  for (const Delegation* one : delegations) {
    const std::string& name = one->role.text();
    const std::size_t end = layout::parse_owners_role(name)->project.text().size();
    if (length < end) groups[name.substr(0, length + 1)].push_back(one);
  }
  return groups;
}

void add_prefixes(const Delegations& delegations, std::size_t length, std::size_t most_bytes,
                  std::vector<std::string>& prefixes) {
  for (const auto& [prefix, group] : by_next_character(delegations, length)) {
    const auto is_it = [&](const Delegation* one) {
      return layout::parse_owners_role(one->role.text())->project.text() == prefix;
    };
    const bool crowded = size_of(group) > most_bytes;
    if (!crowded || std::ranges::any_of(group, is_it)) prefixes.push_back(prefix);
    if (crowded) add_prefixes(group, length + 1, most_bytes, prefixes);
  }
}

}  // namespace

std::vector<RoleName> shards_of(const Targets& claimed) {
  std::vector<RoleName> shards;
  for (const Delegation& one : claimed.delegations) {
    if (layout::parse_shard_role(one.role.text())) shards.push_back(one.role);
  }
  return shards;
}

RoleName list_for(const Targets& claimed, std::string_view name) {
  std::size_t longest = 0;
  RoleName list = RoleName::of("claimed");
  for (const Delegation& one : claimed.delegations) {
    const int place = place_of(one.role);
    if (place == 2) break;  // after all shards
    const auto prefix = layout::parse_shard_role(one.role.text());
    if (!prefix || prefix->size() <= longest || !name.starts_with(*prefix)) continue;
    longest = prefix->size();
    list = one.role;
  }
  return list;
}

void sort_delegations(Targets& list) {
  std::ranges::sort(list.delegations, [](const Delegation& one, const Delegation& other) {
    const int place = place_of(one.role), other_place = place_of(other.role);
    if (place != other_place) return place < other_place;
    return place == 1 ? one.role > other.role : one.role < other.role;
  });
}

std::vector<std::string> crowded_prefixes(const Targets& list, std::string_view prefix,
                                          std::size_t most_bytes) {
  Delegations names;
  for (const Delegation& one : list.delegations) {
    if (layout::parse_owners_role(one.role.text())) names.push_back(&one);
  }
  std::vector<std::string> prefixes;
  if (size_of(names) > most_bytes) add_prefixes(names, prefix.size(), most_bytes, prefixes);
  std::ranges::sort(prefixes);
  return prefixes;
}

}  // namespace tuf
