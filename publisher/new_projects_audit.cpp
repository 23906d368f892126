#include "publisher/new_projects_audit.h"

#include <algorithm>
#include <limits>

#include "libtufcore/own_members.h"
#include "publisher/name_quota.h"
#include "publisher/new_projects.h"

namespace tuf {
namespace {

const RoleName new_role = RoleName::of("new");

// What publishing this commit into nothing makes, with shards if the site has them.
std::map<RoleName, Targets> made_of(const RepositoryState& state, const RoleKeys& registrar, bool in_shards) {
  NewProjects projects(nullptr, registrar, in_shards ? 0 : std::numeric_limits<std::size_t>::max());
  for (const ProjectName& project : state.projects()) {
    if (state.is_claimed(project)) continue;
    if (const auto authority = state.authority_of(project))
      projects.add(project, authority->keys, authority->names);
    state.forget(project);
  }
  return projects.finish(true, UtcTime::from_unix(0));
}

std::string what_differs(const Delegation& served, const Delegation& made) {
  std::vector<std::string> parts;
  const auto compare = [&](bool equal, const char* what) {
    if (!equal) parts.emplace_back(what);
  };
  compare(served.signers.keys == made.signers.keys && served.signers.absent_keys == made.signers.absent_keys,
          "keys");
  compare(served.signers.threshold == made.signers.threshold, "threshold");
  compare(served.paths == made.paths && served.path_hash_prefixes == made.path_hash_prefixes, "paths");
  compare(served.terminating == made.terminating, "terminating");
  compare(served.extra == made.extra, "other members");
  return comma_list(parts, std::identity());
}

std::vector<RoleName> order_of(const std::vector<Delegation>& delegations,
                               const std::map<RoleName, const Delegation*>& among) {
  std::vector<RoleName> order;
  for (const Delegation& one : delegations) {
    if (among.contains(one.role)) order.push_back(one.role);
  }
  return order;
}

std::map<RoleName, const Delegation*> by_role(const std::vector<Delegation>& delegations) {
  std::map<RoleName, const Delegation*> found;
  for (const Delegation& one : delegations) found.emplace(one.role, &one);
  return found;
}

Json::Object without(Json::Object members, std::string_view name) {
  members.erase(std::string(name));
  return members;
}

class Comparison {
 public:
  Comparison(const PublishedSite& site, const RepositoryState& state, UtcTime now, SiteAudit& result)
      : site_(site),
        registrar_(registrar_keys(*state.admin_role(RoleName::of("targets")))),
        repository_(stated_repository(state.root().extra)),
        now_(now),
        result_(result) {
    const auto& served = site.new_projects->delegations;
    made_ = made_of(state, registrar_,
                    std::ranges::any_of(served, [](const Delegation& one) { return is_new_shard(one.role); }));
  }

  void run() {
    Targets& made = made_.at(new_role);
    // A shard whose last project was promoted stays, empty.
    for (const Delegation& shard : site_.new_projects->delegations) {
      if (!is_new_shard(shard.role) || made_.contains(shard.role)) continue;
      made.delegations.push_back(delegation_to_shard(shard.role, registrar_));
      made_.emplace(shard.role, empty_list(shard.role));
    }
    std::ranges::sort(made.delegations, {}, &Delegation::role);
    compare(new_role, *site_.new_projects, made);
    for (const Delegation& shard : site_.new_projects->delegations) {
      if (!is_new_shard(shard.role)) continue;
      if (site_.snapshot->find(shard.role))
        compare(shard.role, *site_.role(shard.role, shard.signers), made_.at(shard.role));
      else
        tell(shard.role, "is delegated to, but the snapshot does not state it");
    }
    const auto served = by_role(site_.new_projects->delegations);
    for (const auto& [role, list] : made_) {
      if (role == new_role || served.contains(role)) continue;
      for (const Delegation& project : list.delegations)
        tell(role, "does not delegate to " + project.role.text());
    }
  }

 private:
  void tell(const RoleName& role, std::string what) {
    result_.differences.push_back({role.text(), std::move(what)});
  }

  void compare(const RoleName& name, const Targets& served, const Targets& made) {
    ++result_.roles;
    result_.note_expiry(name, served.version, served.expires, now_);
    if (!served.targets.empty()) tell(name, "states files of its own");
    if (served.succinct_roles) tell(name, "delegates by hash bins");
    compare_members(name, served, made);
    const auto ours = by_role(made.delegations), theirs = by_role(served.delegations);
    for (const Delegation& one : served.delegations) {
      const auto same = ours.find(one.role);
      if (same == ours.end())
        tell(name, fmt::format("delegates to {}, which is no new project in git", escaped(one.role.text())));
      else if (one != *same->second)
        tell(name, fmt::format("delegates to {} otherwise than git says: {}", escaped(one.role.text()),
                               what_differs(one, *same->second)));
    }
    for (const auto& [role, one] : ours) {
      if (!theirs.contains(role)) tell(name, "does not delegate to " + role.text());
    }
    if (order_of(served.delegations, ours) != order_of(made.delegations, theirs))
      tell(name, "has its delegations in another order than the publisher makes");
  }

  void compare_members(const RoleName& name, const Targets& served, const Targets& made) {
    Json::Object members = made.extra;
    if (!repository_.empty()) members[repository_member] = repository_;
    if (without(served.extra, name == new_role ? new_names_member : "") != members ||
        !without(served.delegations_extra, names_member).empty())
      tell(name, "has other members than the publisher makes");
  }

  const PublishedSite& site_;
  RoleKeys registrar_;
  std::string repository_;
  UtcTime now_;
  SiteAudit& result_;
  std::map<RoleName, Targets> made_;
};

}  // namespace

void audit_new_projects(const PublishedSite& site, const RepositoryState& state, UtcTime now,
                        SiteAudit& result) {
  Comparison(site, state, now, result).run();
}

}  // namespace tuf
