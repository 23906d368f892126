#pragma once
// People and machines by their keys: who is in a list, who is missing, what they are called.

#include "libtufcore/change_admin.h"

namespace tuf {

// Also when a key is spelled in another way (S-02).
const KeyHolder* find_holder(const std::vector<KeyHolder>& holders, const PublicKey& key);
std::vector<KeyHolder> missing_in(const std::vector<KeyHolder>& all, const std::vector<KeyHolder>& some);
bool same_people(const std::vector<KeyHolder>& some, const std::vector<KeyHolder>& others);
std::vector<KeyHolder> holders_of(const RoleKeys& keys, const Json::Object& names);
// x-pg-names of exactly these keys: the name that a key has already stays.
Json::Object names_of(const std::vector<PublicKey>& keys, const Json::Object& before,
                      const std::vector<KeyHolder>& added);
Json::Object names_of(const std::vector<Delegation>& delegations, const Json::Object& before,
                      const std::vector<KeyHolder>& added);

}  // namespace tuf
