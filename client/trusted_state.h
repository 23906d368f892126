#pragma once
// What is trusted of one repository on this machine, for display: read from the cache, verified, no server
// asked, expired or not.

#include <string>
#include <vector>

#include "client/metadata_cache.h"

namespace tuf {

struct TrustedRole {
  std::string name;                           // root, timestamp, snapshot, targets
  const RoleKeys* signers;                    // in the root that was given
  std::optional<std::uint64_t> version = {};  // empty: the cache has no file that these keys signed
  std::optional<UtcTime> expires = {};
};

// One of them; Role is Timestamp or Snapshot. `root` must outlive the result.
template <typename Role>
TrustedRole trusted_role(const MetadataCache& cache, const Root& root);
// The four top-level roles, in the order in which a client asks for them. `root` must outlive the result.
std::vector<TrustedRole> trusted_roles(const MetadataCache& cache, const Root& root);

// "valid until 2030-01-01T00:00:00Z (3 days)" or "EXPIRED since ... (3 days ago)"
std::string validity_text(UtcTime expires, UtcTime now);

}  // namespace tuf
