#include "signer/workspace.h"


#include "signer/catch_up.h"
#include "signer/remote.h"

namespace tuf {
namespace {

CommitId parting_from(const MainBranch& main, const Workspace& workspace) {
  if (const auto common = workspace.git.merge_base(main.tip, workspace.head)) return *common;
  throw refused("branch {} has no commit in common with {}", escaped(workspace.branch), main.name)
      .with_hint("make a fresh clone");
}

std::vector<ChangedPath> own_changes(const GitRepository& git, const CommitInfo& commit) {
  if (commit.parents.empty()) return {};
  return git.changes(commit.parents.front(), commit.id);
}

}  // namespace

Workspace open_workspace(Output& out, UtcTime now) {
  GitRepository git = open_clone();
  git.refuse_cut_history();
  const std::optional<std::string> branch = git.current_branch();
  if (!branch) {
    throw conflict("no branch is checked out here (HEAD is detached), so a commit would belong to none")
        .with_hint("git switch main");
  }
  const std::optional<CommitId> head = git.find_commit("HEAD");
  if (!head) {
    const bool is_elsewhere = git.find_reference("refs/remotes/origin/main").has_value();
    throw no_trusted_root("branch {} has no commit yet, so this is no content repository", escaped(*branch))
        .with_hint(is_elsewhere ? "git switch main"
                                : "clone one with git, or make one: pgsign init DIR --name NAME --online FILE");
  }
  std::optional<TrustStore> trust = open_trust(git, *branch, *head, out, now);
  const std::optional<Digest> pinned = trust ? std::optional(trust->state().root_sha256) : std::nullopt;
  RepositoryState state = RepositoryState::read(git.tree(*head), pinned);
  std::shared_ptr<TrustStore> store = trust ? std::make_shared<TrustStore>(*std::move(trust)) : nullptr;
  return {std::move(git), *branch, *head, std::move(state), &out, now, std::move(store)};
}

Error no_project(const ProjectName& project) {
  return not_found("there is no project {} in this repository", project.text())
      .with_hint(fmt::format("'git pull' fetches what others added; 'pgsign project create {}' makes it",
                             project.text()));
}

std::optional<CommitId> verified_main_of(const Workspace& workspace, const std::optional<MainBranch>& main) {
  TrustStore* const trust = workspace.trust.get();
  if (!main) require_verified_main(workspace.git, trust, workspace.branch, workspace.head);
  return verified_main_of(workspace.git, main, trust, *workspace.out, workspace.now);
}

Standing standing_of(Workspace& workspace) {
  const GitRepository& git = workspace.git;
  const std::optional<MainBranch> main = find_main(git, workspace.branch);
  std::optional<CommitId> verified = verified_main_of(workspace, main);
  if (verified) catch_up(workspace, *verified);
  CompleteCommit start = complete_commit_before(git, main ? parting_from(*main, workspace) : workspace.head,
                                                main ? Shared::yes : Shared::no, workspace.pinned_root());
  Standing standing{start.commit, std::move(start.state), {}, std::nullopt, std::move(verified)};
  standing.verdict.kind = Verdict::Kind::accepted;
  if (standing.base == workspace.head) return standing;
  for (const CommitInfo& commit : git.range(standing.base, workspace.head)) {
    if (commit.parents.size() > 1) {
      throw conflict("commit {} merges two lines of work; pgsign works on a straight line",
                     short_id(commit.id))
          .with_hint("git reset --hard to the shared branch, then make your changes again");
    }
    standing.verdict = check_transition(standing.base_or_null(), git.tree(commit.id), workspace.pinned_root(),
                                        git.changes(standing.base, commit.id), own_changes(git, commit));
    if (standing.verdict.kind == Verdict::Kind::refused) {
      standing.refused_at = commit.id;
      return standing;
    }
    if (standing.verdict.kind == Verdict::Kind::accepted) {
      standing.base = commit.id;
      standing.base_state = RepositoryState::read(git.tree(commit.id), workspace.pinned_root());
    }
  }
  return standing;
}

Standing accepted_standing_of(Workspace& workspace, const std::optional<ProjectName>& project, Urgent urgent) {
  Standing standing = standing_of(workspace);
  if (standing.refused_at) throw refusal_of(standing.verdict, "commit " + short_id(*standing.refused_at));
  if (standing.verdict.kind == Verdict::Kind::accepted) return standing;
  const bool may_go_on = project || urgent == Urgent::yes;
  if (may_go_on && put_aside(workspace, standing, project)) return standing_of(workspace);
  const MissingSignatures* missing =
      standing.verdict.missing.empty() ? nullptr : &standing.verdict.missing.front();
  const bool waits = missing == nullptr && !standing.verdict.waits.empty();
  throw pending("the last change on branch {} {}", escaped(workspace.branch),
                waits ? "waits until " + standing.verdict.waits.front()
                      : "still waits: " + (missing == nullptr
                                               ? "signatures are missing"
                                               : signature_shortage(missing->path, missing->check, missing->names)))
      .with_hint(workspace.branch.starts_with(proposal_prefix)
                     ? "for another change: git switch main"
                     : "'pgsign push' shows it to the others, and then other projects can go on here; for another "
                       "change of this one: git switch -c NAME origin/main");
}

}  // namespace tuf
