#pragma once
// Who may sign, in words and as facts: keys by their people's names, and how many of them it takes.

#include <string>

#include "libtufcore/metadata.h"

namespace tuf {

// "1 of alice 0123abcd, bob 77c1e0ab"; `names` holds x-pg-names.
std::string signers_text(const RoleKeys& keys, const Json::Object& names);
// {"keys": [{"keyid", "name"}], "threshold"}
Json signers_facts(const RoleKeys& keys, const Json::Object& names);

}  // namespace tuf
