#pragma once
// The tree of the last publication, as far as the next one needs it: versions, the role `new`, the commit that was published.
// Everything is verified from the pinned root down. Expiry is no obstacle here: a publisher that comes late must still be
// able to go on from what it published.

#include <optional>

#include "libtufcore/git/git_repository.h"
#include "libtufcore/repository_state.h"
#include "publisher/site_reader.h"

namespace tuf {

struct PublishedSite {
  Verified<Root> root;             // the newest in the tree
  Verified<Timestamp> timestamp;
  Verified<Snapshot> snapshot;
  Verified<Targets> targets;
  Verified<Targets> new_projects;  // role `new`
  CommitId commit;                 // x-pg-commit
  Configuration configuration;
  SiteReader reader;
  std::vector<Digest> root_digests;   // of the files of its chain, version 1 first
  bool has_foreign_entries;        // new_projects.h

  // Another role that the snapshot lists, verified.
  Verified<Targets> role(const RoleName& role, const RoleKeys& keys) const;
};

// Empty when there is no publication (no timestamp.json). Throws refused when what is there does not verify. `known` may be null:
// what was read before under the same pinned root; files that are still the same are not verified a second time.
std::optional<PublishedSite> read_published_site(const SiteReader& site, const Digest& pinned_root,
                                                 const PublishedSite* known = nullptr);

// A not_found that names the place.
Error no_publication(const std::string& place);
// A file that must be there, up to max_metadata_bytes. Throws refused when it is not.
Bytes needed_file(const SiteReader& site, const std::string& path);

// The keys of role `new`, from role targets.
const RoleKeys& registrar_keys(const Targets& targets);

}  // namespace tuf
