#include "libtufcore/key_holders.h"

#include <algorithm>

#include "libtufcore/own_members.h"

namespace tuf {

std::vector<KeyHolder> holders_of(const RoleKeys& keys, const Json::Object& names) {
  std::vector<KeyHolder> holders;
  for (const PublicKey& key : keys.keys) holders.push_back({name_of_key(names, key.id()), key});
  return holders;
}

const KeyHolder* find_holder(const std::vector<KeyHolder>& holders, const PublicKey& key) {
  const auto it = std::ranges::find_if(
      holders, [&](const KeyHolder& holder) { return holder.key.identity() == key.identity(); });
  return it == holders.end() ? nullptr : &*it;
}

std::vector<KeyHolder> missing_in(const std::vector<KeyHolder>& all, const std::vector<KeyHolder>& some) {
  std::vector<KeyHolder> missing;
  for (const KeyHolder& holder : all) {
    if (!find_holder(some, holder.key)) missing.push_back(holder);
  }
  return missing;
}

bool same_people(const std::vector<KeyHolder>& some, const std::vector<KeyHolder>& others) {
  return some.size() == others.size() && missing_in(some, others).empty();
}

Json::Object names_of(const std::vector<PublicKey>& keys, const Json::Object& before,
                      const std::vector<KeyHolder>& added) {
  Json::Object names = before;
  names.erase(names_member);
  for (const PublicKey& key : keys) {
    std::string name = name_of_key(before, key.id());
    const KeyHolder* holder = find_holder(added, key);
    if (name.empty() && holder) name = holder->name;
    if (!name.empty()) set_name_of_key(names, key.id(), name);
  }
  return names;
}

Json::Object names_of(const std::vector<Delegation>& delegations, const Json::Object& before,
                      const std::vector<KeyHolder>& added) {
  std::vector<PublicKey> keys;
  for (const Delegation& delegation : delegations)
    keys.insert(keys.end(), delegation.signers.keys.begin(), delegation.signers.keys.end());
  return names_of(keys, before, added);
}

}  // namespace tuf
