#pragma once
// Role `new`: the projects that no administrator has promoted yet, signed online. Up to the configured size it is one
// file; from then on it delegates to a role for each first two letters of the names (`new-ab`), so that a new project costs
// its shard and not the repository. A shard never runs out before `new` does: whenever `new` is renewed, they all are.

#include <map>
#include <set>

#include "publisher/published_site.h"

namespace tuf {

bool is_new_shard(const RoleName& role);   // `new-ab`
Targets empty_list(const RoleName& role);  // version 0 of `new` or of a shard
Delegation delegation_to_shard(const RoleName& shard, const RoleKeys& registrar);

// Whether `new` has what no publisher makes: names of neither kind, both kinds, or shards that snapshot does not
// state. Somebody else has used the online keys then. What shards say is not looked at.
bool has_foreign_entries(const Targets& new_projects, const Snapshot& snapshot);

class NewProjects {
 public:
  // `previous` may be null. `registrar`: whose signatures role targets asks for now. Split above `most_bytes`, the
  // configuration's shard_bytes.
  NewProjects(const PublishedSite* previous, RoleKeys registrar, std::size_t most_bytes);

  void add(const ProjectName& project, const RoleKeys& owners, const Json::Object& names);
  // Each project for which it holds goes: costs all that are listed.
  void drop_if(const std::function<bool(const ProjectName&)>& gone);
  // Something else that `new` says; published with its next version, or with one of its own when `now`.
  void note(const std::string& member, Json value, bool now);

  // The roles that must be published again as their next versions, `new` last. `renew`: all of them.
  std::map<RoleName, Targets> finish(bool renew, UtcTime expires);

 private:
  Targets& load(const RoleName& role);
  Targets& shard_of(const ProjectName& project);
  bool is_sharded() const;
  void split();

  const PublishedSite* previous_;
  RoleKeys registrar_;
  std::size_t most_bytes_;
  Targets top_;
  std::map<RoleName, Targets> shards_;   // those that were looked at
  std::set<RoleName> changed_;
};

}  // namespace tuf
