#pragma once
// Inside the vocabulary (change*.cpp only): what several changes are made of.

#include "libtufcore/change.h"

namespace tuf {

// Sorted by key id, so that the order in which people were named has no meaning. Throws usage for a key named
// twice and for a threshold that nobody can meet; `role` is for messages ("maintainers").
RoleKeys role_keys(const std::vector<KeyHolder>& holders, std::uint32_t threshold, std::string_view role);
Delegation delegation(RoleName role, RoleKeys signers, bool terminating, std::vector<std::string> paths);

// The way back: keys with the names that a file gives them; refuses a key that is not what it says (S-03).
std::vector<KeyHolder> holders(const RoleKeys& keys, const Json::Object& names);

}  // namespace tuf
