#pragma once
// What every command of the administrators does: the change on the accepted base, each role that it touches valid again for
// as long as the configuration says, signed and committed.

#include "signer/commit_change.h"

namespace tuf {

struct AdminWork {
  Workspace workspace;
  Standing standing;
  const RepositoryState& base() const { return *standing.base_or_null(); }
};
AdminWork open_admin_work(Output& out, UtcTime now, Urgent urgent = Urgent::no);

// One of the administrators' roles as the base has it.
const RoleFile& admin_role_of(const RepositoryState& base, std::string_view role);

// Every shard that role claimed and its shards need to be no larger than the configuration says.
ShardNames crowded_names(const RepositoryState& state);

// Commits `changes` with an ExtendExpiry for each role that they touch. The key must be one of the administrators', before
// or after the change.
void commit_admin_change(AdminWork& work, const std::string& title, std::vector<Change> changes, const Arguments& arguments,
                         Output& out, UtcTime now);

}  // namespace tuf
