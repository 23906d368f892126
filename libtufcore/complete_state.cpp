#include "libtufcore/complete_state.h"

#include <algorithm>
#include <set>

namespace tuf {
namespace {

bool project_is_complete(const RepositoryState& state, const ProjectName& project) {
  const ClaimFile* claim = state.find_claim(project);
  if (claim && !claim->check.enough()) return false;
  const std::vector<RoleFile>& owners = state.owners_chain(project);
  const auto is_signed = [](const RoleFile& file) { return file.check.enough(); };
  if (owners.empty() || !std::ranges::all_of(owners, is_signed)) return false;
  if (!state.tree().list(layout::project_dir(project) + "/invitations").empty()) return false;
  const RoleFile* releases = state.find_releases(project);
  return releases != nullptr && releases->check.enough();
}

}  // namespace

bool is_complete(const RepositoryState& state, const std::vector<ProjectName>& projects) {
  if (!state.root_check().enough()) return false;
  for (const RoleName& name : state.admin_roles()) {
    const RoleFile* role = state.find_admin_role(name);
    if (role == nullptr || !role->check.enough()) return false;
  }
  return std::ranges::all_of(projects, [&](const ProjectName& project) {
    const bool complete = project_is_complete(state, project);
    state.forget(project);
    return complete;
  });
}

std::vector<ProjectName> projects_in(const std::vector<ChangedPath>& changes) {
  std::set<ProjectName> projects;
  for (const ChangedPath& change : changes) {
    if (const auto project = layout::project_of(change.path)) projects.insert(*project);
  }
  return {projects.begin(), projects.end()};
}

}  // namespace tuf
