#pragma once
// From an accepted commit to the files of the published tree: a function of (commit, previous tree, time, online keys), equal
// inputs give equal bytes (C-08). Incremental: the work follows the changed paths since the last publication, plus the
// snapshot file itself.

#include <functional>
#include <string>
#include <vector>

#include "libtufcore/git/commit_range.h"
#include "publisher/first_releases.h"
#include "publisher/online_key.h"
#include "publisher/published_site.h"

namespace tuf {

struct GitFile {          // bytes that stay in git until they are written
  std::string path;
  std::uint64_t length;
  Digest sha256;
};

// Whether it may ever change is what site_layout.h says of its path (cache_rule).
struct SiteFile {
  std::string path;               // below the tree's root
  Bytes content = {};
  std::optional<GitFile> git = {};   // then `content` is empty
};

struct Rendering {
  std::vector<SiteFile> files;    // in the order of writing: targets, roots, delegated roles, targets, snapshot, indexes
  SiteFile timestamp;             // when all of them can be had
  std::uint64_t timestamp_version = 0, snapshot_version = 0;
};

// What of it a place did not have yet.
struct WrittenSite {
  std::size_t files = 0;
  std::uint64_t bytes = 0;
  void add(std::uint64_t length) {
    ++files;
    bytes += length;
  }
};

// The first version of a role made online from `version` on that nobody has written: what a killed run left behind was never
// published, but what is written once is never written over.
using FreeVersion = std::function<std::uint64_t(const RoleName& role, std::uint64_t version)>;

// Whether those who sign online are others than in `previous`, or somebody else has used their keys. Whoever stole the old keys and serves the tree can
// have made all of it: then nothing that only they signed is taken over, `new` and snapshot come from git alone.
bool is_signed_anew(const RepositoryState& state, const PublishedSite* previous);

// `changed`: what is published (published_changes.h), to `commit` from the last published one, or from nothing when there is none or all is signed anew.
// `previous` is null for the first publication. `first`: of the same commits as `changed`.
Rendering render(const AcceptedCommit& commit, const std::vector<ChangedPath>& changed, FirstReleases& first,
                 const PublishedSite* previous, const OnlineKeys& keys, UtcTime now,
                 const FreeVersion& free_version);

// Adds the files of the whole tree that `rendering` leaves as they are: what an empty folder lacks. Costs the repository.
void add_unchanged(Rendering& rendering, const AcceptedCommit& commit, const std::vector<ChangedPath>& all,
                   FirstReleases& first, const PublishedSite& previous);

}  // namespace tuf
