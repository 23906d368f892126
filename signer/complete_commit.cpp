#include "signer/complete_commit.h"

#include <algorithm>
#include <set>

namespace tuf {
namespace {

constexpr std::size_t max_commits = 100'000;

std::vector<ProjectName> projects_in(const std::vector<ChangedPath>& changes) {
  std::set<ProjectName> projects;
  for (const ChangedPath& change : changes) {
    if (const std::optional<ProjectName> project = layout::project_of(change.path)) projects.insert(*project);
  }
  return {projects.begin(), projects.end()};
}

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
  for (const ProjectName& project : projects) {
    if (!project_is_complete(state, project)) return false;
  }
  return true;
}

CompleteCommit complete_commit_before(const GitRepository& git, CommitId from, Shared shared,
                                      const std::optional<Digest>& pinned) {
  for (std::size_t count = 0; count < max_commits; ++count) {
    const CommitInfo commit = git.commit(from);
    const std::optional<CommitId> parent =
        commit.parents.empty() ? std::nullopt : std::optional(commit.parents.front());
    RepositoryState state = RepositoryState::read(git.tree(from), pinned);
    const std::vector<ProjectName> projects =
        shared == Shared::yes ? projects_in(git.changes(parent, from)) : state.projects();
    if (is_complete(state, projects)) return {from, std::move(state)};
    if (!parent) return {};
    from = *parent;
  }
  throw limit("none of the last {} commits is complete", max_commits);
}

Error refusal_of(const Verdict& verdict, const std::string& what) {
  const bool names_file = verdict.file.empty() || verdict.reason.find(verdict.file) != std::string::npos;
  return refused("{} is refused: {}{}", what, names_file ? "" : escaped(verdict.file) + ": ", verdict.reason)
      .with_hint(verdict.hint);
}

}  // namespace tuf
