#pragma once
// The roles that the publisher signs, and the snapshot's entries of all others: what every kind of rendering makes the same way.

#include "publisher/new_projects.h"
#include "publisher/render.h"
#include "publisher/snapshot_text.h"

namespace tuf {

// A role's name is not inside its file, so whoever serves the tree could hand out one role as another that the same keys
// sign at the same version: claimed as blocked, a project's releases as its owners. The digest forbids that. Releases go
// without: they delegate nothing, and in any other role's place they are not found (docs/decisions/0005).
enum class Pinned { by_version, by_digest };
MetaFile role_meta(std::uint64_t version, const Bytes& file, Pinned pinned);

// Asks `is_there` for files of the tree in `place`, which is named to people. Throws limit when too many are there.
FreeVersion free_version_where(std::string place, std::function<bool(const std::string& path)> is_there);

// The commit of `previous` once more: a new timestamp, and a new snapshot and `new` where their time runs out.
Rendering render_refresh(const PublishedSite& previous, const OnlineKeys& keys, UtcTime now, const FreeVersion& free_version);
// True when less than half of the timestamp's life is left.
bool needs_refresh(const PublishedSite& previous, UtcTime now);

class OnlineRoles {
 public:
  struct Inputs {
    const Root& root;
    const RoleKeys& registrar;
    const Configuration& configuration;
    const OnlineKeys& keys;
    UtcTime now;
    const FreeVersion& free_version;
    const PublishedSite* previous;
  };
  explicit OnlineRoles(const Inputs& inputs) : in_(inputs) {}

  // `new` and its shards, as far as they changed or run out.
  void publish_new_projects(NewProjects& projects, std::vector<SiteFile>& roles, ChangedRoles& changed) const;
  // Snapshot, if `changed` or time asks for a new one, and timestamp.
  void finish(Rendering& rendering, const ChangedRoles& changed, std::vector<SiteFile>& roles, const CommitId& commit) const;

 private:
  bool runs_out_soon(std::string_view role, UtcTime expires) const;
  UtcTime until(std::string_view role) const { return in_.now.plus_days(in_.configuration.expiry_days_of(role)); }
  void name_repository(Json::Object& extra) const;
  std::uint64_t free_version(const RoleName& role, std::uint64_t version) const;
  MetaFile publish_snapshot(Rendering& rendering, const ChangedRoles& changed, std::vector<SiteFile>& roles) const;
  Inputs in_;
};

}  // namespace tuf
