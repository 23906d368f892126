#pragma once
// Shards of role `claimed`. `claimed` delegates, in this order, to claimed.void (reserved names), to its shards, and to the
// promoted projects that no shard takes. Shard `claimed-ab` is signed by the same administrators, not terminating, for the
// names that begin with "ab". A name has one list only: the shard with the longest prefix that it begins with, else
// `claimed`; so each list can be read without the others. Shards come and never go: no role's name leaves snapshot.

#include <map>
#include <string>
#include <vector>

#include "libtufcore/metadata.h"

namespace tuf {

// Longer prefixes before the shorter ones that they begin with, as they are asked.
std::vector<RoleName> shards_of(const Targets& claimed);
// The role that delegates to this name if any does; of the beginning of a name, where the names are that begin so.
RoleName list_for(const Targets& claimed, std::string_view name);
// claimed.void, shards, projects: the order in which the delegations of a list are written.
void sort_delegations(Targets& list);

// Which shards would leave nothing above `most_bytes` in this list: it loses all its names (but the one that is the prefix
// itself) to shards of one character more, and those that would be too large in turn do, too. Empty when it is small enough.
std::vector<std::string> crowded_prefixes(const Targets& list, std::string_view prefix, std::size_t most_bytes);

}  // namespace tuf
