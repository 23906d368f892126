#pragma once
// The newest root of a content repository, at the end of the chain that begins with admin/root_history/1.root.json.

#include <optional>

#include "libtufcore/tree_reader.h"
#include "libtufcore/verify.h"

namespace tuf {

struct RootHistory {
  Root root;
  SignatureCheck check;   // under its own keys, under those of the root before it, and by each administrator who is new
  RoleKeys signers;       // whoever may sign it, old and new
  Json::Object names;     // of all of them
};

// Every root but the newest is signed by its own administrators and by those before them; the newest perhaps not yet. Throws
// refused (also when `pinned` is not the SHA-256 of the first), no_trusted_root without a first, limit.
RootHistory read_root_history(const TreeReader& tree, const std::optional<Digest>& pinned);

}  // namespace tuf
