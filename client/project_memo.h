#pragma once
// What the last refresh proved about one project, kept so that a refresh that finds nothing new need not read
// the repository's lists again, however long they are. A memo counts only for the very snapshot (by digest)
// and the very root file under which it was proved, and only as long as every file that it was proved from is
// valid. That the folder still holds that snapshot is seen from its file's number and times, not by
// reading it: a timestamp that names an older snapshot than the one that was seen leads nowhere. It lies beside the trusted root and is believed like it; one that a disk damaged is as good as none.
//
//   projects/<project>.json    first line: SHA-256 of the second; second line: the facts

#include <functional>
#include <optional>

#include "client/metadata_cache.h"
#include "client/project_view.h"

namespace tuf {

// The state of the repository that a memo is about. Empty when timestamp does not name snapshot by SHA-256.
struct ProvedState {
  Digest root_file;
  Digest snapshot;
  static std::optional<ProvedState> of(const Newest& newest);
};

// `holds_snapshot` reads all of the snapshot, so it is asked only when the file is not the one that was there.
std::optional<ProjectView> recall_project(const MetadataCache& cache, const ProjectName& project,
                                          const ProvedState& state, const Final<Root>& root, UtcTime now,
                                          const std::function<bool()>& holds_snapshot);
// The roles that were asked the last time, whatever became of them since; none when there is no memo.
RoleNames remembered_roles(const MetadataCache& cache, const ProjectName& project);
// `valid_until`: the earliest expiry of the files that `view` was proved from.
void remember_project(const MetadataCache& cache, const ProjectName& project, const ProvedState& state,
                      const ProjectView& view, UtcTime valid_until);

}  // namespace tuf
