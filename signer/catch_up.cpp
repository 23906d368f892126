#include "signer/catch_up.h"

#include <algorithm>

#include "signer/main_contents.h"
#include "signer/proposal.h"
#include "signer/proposal_sources.h"

namespace tuf {
namespace {

void go_on_from(Workspace& workspace, const CommitId& commit) {
  if (!workspace.left) workspace.left = workspace.head;
  workspace.head = commit;
  workspace.state = RepositoryState::read(workspace.git.tree(commit), workspace.pinned_root());
}

bool concerns(const std::vector<ChangedPath>& changes, const ProjectName& project) {
  return std::ranges::any_of(changes, [&](const ChangedPath& change) {
    const std::optional<ProjectName> changed = layout::project_of(change.path);
    return !changed || *changed == project;
  });
}

}  // namespace

void catch_up(Workspace& workspace, const CommitId& main) {
  const GitRepository& git = workspace.git;
  if (workspace.branch.starts_with(proposal_prefix)) return;
  const std::optional<CommitId> fork = git.merge_base(main, workspace.head);
  // Without one: the founding commit, which others completed, is another one than the first founder's.
  if (fork && (fork == main || fork == workspace.head)) return;
  if (MainContents(git, main).had_changes(fork, workspace.head)) go_on_from(workspace, main);
}

bool put_aside(Workspace& workspace, const Standing& standing, const std::optional<ProjectName>& project) {
  GitRepository& git = workspace.git;
  const std::optional<Remote> remote = find_remote(git, workspace.branch);
  if (!remote || !standing.base || workspace.branch.starts_with(proposal_prefix)) return false;
  if (project && concerns(git.changes(standing.base, workspace.head), *project)) return false;
  const std::optional<ProposalName> name = name_of_commit(git, standing.base, workspace.head);
  if (!name) return false;
  const bool is_public = git.find_reference("refs/remotes/" + remote->name + "/" + name->branch()).has_value();
  if (project && !is_public) return false;
  workspace.out->note(fmt::format("proposal {} waits {}; branch {} goes on without it", name->short_id(),
                                  is_public ? "on branch " + name->branch()
                                            : fmt::format("here ('pgsign sign {}' pushes it)", name->short_id()),
                                  escaped(workspace.branch)));
  go_on_from(workspace, project || !standing.main ? *standing.base : *standing.main);
  return true;
}

void settle(Workspace& workspace) {
  if (!workspace.left) return;
  const std::optional<CommitId> base = workspace.git.merge_base(*workspace.left, workspace.head);
  if (const auto name = name_of_commit(workspace.git, base, *workspace.left))
    workspace.git.set_reference(std::string(signed_here_prefix) + name->short_id(), *workspace.left);
  move_branch(workspace.git, workspace.branch, *workspace.left, workspace.head);
  workspace.left.reset();
  workspace.git = open_clone();  // another index
}

void move_branch(const GitRepository& git, const std::string& branch, const CommitId& from,
                 const CommitId& to) {
  // Else a file that was only touched would stand in the way; what differs does so below.
  if (!git.is_bare()) run_git(folder_of(git), {"update-index", "-q", "--refresh"});
  const GitRun run = git.is_bare() ? run_git(folder_of(git), {"update-ref", "refs/heads/" + branch, to, from})
                                   : run_git(folder_of(git), {"reset", "--quiet", "--keep", to});
  if (run.exit_code == 0) return;
  throw conflict("git could not move branch {} to {}: {}", escaped(branch), short_id(to), run.reason())
      .with_hint("put aside what is not committed: git stash --include-untracked; then the command again");
}

}  // namespace tuf
