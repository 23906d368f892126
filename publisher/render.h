#pragma once
// From an accepted commit to the files of the published tree. Pure: equal inputs give equal bytes (C-08). Incremental: the
// work follows the changed paths since the last publication, plus the snapshot file itself.

#include <string>
#include <vector>

#include "libtufcore/git/commit_range.h"
#include "publisher/online_key.h"
#include "publisher/published_site.h"

namespace tuf {

struct SiteFile {
  std::string path;       // below the tree's root
  Bytes content;
  // Written before, with other bytes: a file from git or a published version never changes and is refused. A version that the
  // online keys make now is newer than any published one, so what stands there is left from a run that did not finish.
  enum class Overwrite { never, unpublished } overwrite = Overwrite::never;
};

struct SiteTarget {       // its bytes stay in git until they are written
  std::string path;       // below the tree's root
  std::string git_path;
  std::uint64_t length;
  Digest sha256;
};

struct Rendering {        // in the order of writing
  std::vector<SiteTarget> targets;
  std::vector<SiteFile> roots;
  std::vector<SiteFile> roles;        // delegated, then targets, then snapshot
  std::vector<SiteFile> indexes;      // conveniences, replaced in place
  SiteFile timestamp;
  std::uint64_t timestamp_version = 0, snapshot_version = 0;
};

// The highest versions that a store holds already, from publications that did not finish. Where bytes under such a name may
// be in a cache, or another publisher is about to point at them, the next version is a higher one.
struct TakenVersions {
  std::uint64_t snapshot = 0, new_projects = 0;
};

// `changed`: from the last published commit (or nothing) to `commit`. `previous` is null for the first publication.
Rendering render(const AcceptedCommit& commit, const std::vector<ChangedPath>& changed, const PublishedSite* previous,
                 const OnlineKeys& keys, UtcTime now, const TakenVersions& taken = {});

// The same commit once more: a new timestamp, and a new snapshot and `new` where their time runs out.
Rendering render_refresh(const PublishedSite& previous, const OnlineKeys& keys, UtcTime now, const TakenVersions& taken = {});

// True when less than half of the timestamp's life is left.
bool needs_refresh(const PublishedSite& previous, UtcTime now);

}  // namespace tuf
