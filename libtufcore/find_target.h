#pragma once
// The search for a target through delegations (TUF 5.6.7): pre-order, depth first, in the order of the file, terminating
// delegations respected, bounded in the number of roles and in depth, cycles visited once (T-12, T-14).

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <vector>

#include "libtufcore/client_workflow.h"

namespace tuf {

struct SearchLimits {
  std::size_t max_roles = 64;       // roles looked at in one search
  std::size_t max_depth = 16;
};

struct FoundTarget {
  TargetPath path;
  TargetFile file;
  RoleName role;                    // the role that states it
  std::vector<RoleName> trail;      // from targets to `role`
};

// Gives the role that a delegation names: fetched, verified by the keys of *that* delegation, or from memory.
using LoadRole = std::function<std::shared_ptr<const Final<Targets>>(const RoleName& role, const RoleKeys& delegated_to,
                                                                      const Json::Object& names)>;

// Path patterns: shell style, '*' and '?' never match '/', linear time; classes and "**" have no meaning (P-10).
bool path_matches(std::string_view pattern, std::string_view path);
bool delegates(const Delegation& delegation, const TargetPath& path);
// The role of a succinct (hash bin) delegation that is responsible for the path.
RoleName bin_for(const SuccinctRoles& bins, const TargetPath& path);

// What the searches below ask of a large list (large_metadata.h).
NeededEntries needed_for(const TargetPath& path);
NeededEntries needed_for(const std::set<ProjectName>& projects);

// Empty when no role states the target. Throws limit when a bound is met.
std::optional<FoundTarget> find_target(const std::shared_ptr<const Final<Targets>>& top, const TargetPath& path,
                                       const LoadRole& load, const SearchLimits& limits = {});

// Every target below `<project>/` that find_target would find, without knowing the paths beforehand: visits each role
// that may state one, then keeps a path only when find_target gives exactly that statement for it. So a block, the order
// of delegations and a terminating one mean the same in a list as in a fetch.
std::vector<FoundTarget> find_project_targets(const std::shared_ptr<const Final<Targets>>& top,
                                              const ProjectName& project, const LoadRole& load,
                                              const SearchLimits& limits = {});

}  // namespace tuf
