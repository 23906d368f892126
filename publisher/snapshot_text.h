#pragma once
// The next snapshot from the previous one without making values of all its entries: the snapshot is the one file whose size
// is the repository's.

#include <map>

#include "libtufcore/metadata.h"

namespace tuf {

using ChangedRoles = std::map<RoleName, MetaFile>;

// The signed part, in canonical form: the entries of `previous` with `changed` in their places. `next` has everything but
// the entries.
Bytes next_snapshot_text(const Snapshot& next, const Snapshot* previous, const ChangedRoles& changed);

// When the publisher made it (x-pg-made); empty where it does not say.
std::optional<UtcTime> time_made(const Snapshot& snapshot);

}  // namespace tuf
