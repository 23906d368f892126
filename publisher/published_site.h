#pragma once
// The tree of the last publication, as far as the next one needs it: versions, the role `new`, the commit that was published.
// Everything is verified from the pinned root down. Expiry is no obstacle here: a publisher that comes late must still be
// able to go on from what it published.

#include <filesystem>
#include <functional>
#include <optional>

#include "libtufcore/git/git_repository.h"
#include "libtufcore/repository_state.h"

namespace tuf {

struct PublishedSite {
  Verified<Root> root;             // the newest in the tree
  Verified<Timestamp> timestamp;
  Verified<Snapshot> snapshot;
  Verified<Targets> targets;
  Verified<Targets> new_projects;  // role `new`
  CommitId commit;                 // x-pg-commit
  Configuration configuration;
};

// Where the tree is. What it reads is not believed.
struct SiteReader {
  std::string name;                                                  // for messages: the folder or the address
  // A file below the root, at most max_metadata_bytes of it; empty when there is none.
  std::function<std::optional<Bytes>(const std::string& path)> read;
};
SiteReader folder_reader(const std::filesystem::path& folder);

// Empty when there is no publication (no timestamp.json). Throws refused when what is there does not verify.
std::optional<PublishedSite> read_published_site(const SiteReader& site, const Digest& pinned_root);

// The keys of role `new`, from role targets.
const RoleKeys& registrar_keys(const Targets& targets);

}  // namespace tuf
