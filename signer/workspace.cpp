#include "signer/workspace.h"

#include <algorithm>
#include <set>

#include "signer/remote.h"

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
  const std::optional<SignedFile<Claim>> claim = state.find_claim(project);
  if (claim && !check_claim(*claim).enough()) return false;
  const std::vector<RoleFile>& owners = state.owners_chain(project);
  const auto is_signed = [](const RoleFile& file) { return file.check.enough(); };
  if (owners.empty() || !std::ranges::all_of(owners, is_signed)) return false;
  if (!state.tree().list(layout::project_dir(project) + "/invitations").empty()) return false;
  const RoleFile* releases = state.find_releases(project);
  return releases != nullptr && releases->check.enough();
}

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

std::optional<CommitId> verified_main_of(const GitRepository& git, const std::optional<MainBranch>& main,
                                         TrustStore* trust, Output& out, UtcTime now) {
  if (!main || trust == nullptr) return std::nullopt;
  const FirstCommit first = [&](const CommitId& tip) {
    return complete_commit_before(git, tip, Shared::yes, trust->state().root_sha256).commit;
  };
  return verify_main(git, *main, *trust, first, out, now);
}

void require_verified_main(const GitRepository& git, const TrustStore* trust, const CommitId& head) {
  if (trust == nullptr || !trust->state().main) return;
  const TrustedMain& last = *trust->state().main;
  git.refuse_cut_history();
  if (git.find_commit(last.commit) && git.is_ancestor(last.commit, head)) return;
  throw rollback(
      "commit {} is not in the history of this branch: it is the last good one of the main branch, verified "
      "here "
      "on {}, and this clone knows no main branch of others",
      short_id(last.commit), last.since.text())
      .with_hint("git fetch origin");
}

bool is_complete(const RepositoryState& state, const std::vector<ProjectName>& projects) {
  if (!state.root_check().enough()) return false;
  for (const std::string_view name : layout::admin_roles) {
    const RoleFile* role = state.find_admin_role(RoleName::of(name));
    if (role == nullptr || !role->check.enough()) return false;
  }
  for (const ProjectName& project : projects) {
    if (!project_is_complete(state, project)) return false;
  }
  return true;
}

Workspace open_workspace(Output& out, UtcTime now) {
  GitRepository git = open_clone();
  const std::optional<std::string> branch = git.current_branch();
  if (!branch) {
    throw conflict("no branch is checked out here (HEAD is detached), so a commit would belong to none")
        .with_hint("git switch main");
  }
  const std::optional<CommitId> head = git.find_commit("HEAD");
  if (!head) {
    throw no_trusted_root("branch {} has no commit yet, so this is no content repository", escaped(*branch))
        .with_hint("clone one with git, or make one: pgsign init DIR --name NAME --online FILE");
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

Error refusal_of(const Verdict& verdict, const std::string& what) {
  const bool names_file = verdict.file.empty() || verdict.reason.find(verdict.file) != std::string::npos;
  return refused("{} is refused: {}{}", what, names_file ? "" : escaped(verdict.file) + ": ", verdict.reason)
      .with_hint(verdict.hint);
}

std::optional<CommitId> verified_main_of(const Workspace& workspace, const std::optional<MainBranch>& main) {
  TrustStore* const trust = workspace.trust.get();
  if (!main) require_verified_main(workspace.git, trust, workspace.head);
  return verified_main_of(workspace.git, main, trust, *workspace.out, workspace.now);
}

Standing standing_of(const Workspace& workspace) {
  const GitRepository& git = workspace.git;
  const std::optional<MainBranch> main = find_main(git, workspace.branch);
  std::optional<CommitId> verified = verified_main_of(workspace, main);
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

Standing accepted_standing_of(const Workspace& workspace) {
  Standing standing = standing_of(workspace);
  if (standing.refused_at) throw refusal_of(standing.verdict, "commit " + short_id(*standing.refused_at));
  if (standing.verdict.kind == Verdict::Kind::accepted) return standing;
  const MissingSignatures* missing =
      standing.verdict.missing.empty() ? nullptr : &standing.verdict.missing.front();
  if (missing == nullptr && !standing.verdict.waits.empty()) {
    throw pending("the last change on branch {} waits until {}", escaped(workspace.branch),
                  standing.verdict.waits.front())
        .with_hint("for another change meanwhile: git switch -c NAME origin/main");
  }
  throw pending("the last change on branch {} still waits: {}", escaped(workspace.branch),
                missing == nullptr ? "signatures are missing"
                                   : signature_shortage(missing->path, missing->check, missing->names))
      .with_hint(
          "'pgsign push' shows it to the others; for another change meanwhile: git switch -c NAME "
          "origin/main");
}

}  // namespace tuf
