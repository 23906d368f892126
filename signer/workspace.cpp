#include "signer/workspace.h"

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
  const RoleFile* owners = state.find_owners(project);
  if (owners == nullptr || !owners->check.enough()) return false;
  const RoleFile* releases = state.find_releases(project);
  return releases != nullptr && releases->check.enough();
}

struct Start {
  std::optional<CommitId> commit;
  std::optional<RepositoryState> state;
};

// The newest complete commit at or before `from`. What the shared main branch has was judged when it got
// there, so only the commit's own projects are looked at; a branch that is shared with nobody is looked at
// whole.
enum class Shared { no, yes };
Start complete_commit_before(const GitRepository& git, CommitId from, Shared shared) {
  for (std::size_t count = 0; count < max_commits; ++count) {
    const CommitInfo commit = git.commit(from);
    const std::optional<CommitId> parent =
        commit.parents.empty() ? std::nullopt : std::optional(commit.parents.front());
    RepositoryState state = RepositoryState::read(git.tree(from), std::nullopt);
    const std::vector<ProjectName> projects =
        shared == Shared::yes ? projects_in(git.changes(parent, from)) : state.projects();
    if (is_complete(state, projects)) return {from, std::move(state)};
    if (!parent) return {};
    from = *parent;
  }
  throw limit("none of the last {} commits is complete", max_commits);
}

Start start_of(const Workspace& workspace) {
  if (const std::optional<Remote> remote = find_remote(workspace.git, workspace.branch)) {
    if (const std::optional<CommitId> shared = workspace.git.find_commit(remote->tracking())) {
      const std::optional<CommitId> common = workspace.git.merge_base(*shared, workspace.head);
      if (!common) {
        throw refused("branch {} has no commit in common with {} of {}", escaped(workspace.branch),
                      escaped(remote->main_branch), escaped(remote->name))
            .with_hint("make a fresh clone");
      }
      return complete_commit_before(workspace.git, *common, Shared::yes);
    }
  }
  return complete_commit_before(workspace.git, workspace.head, Shared::no);
}

std::vector<ChangedPath> own_changes(const GitRepository& git, const CommitInfo& commit) {
  if (commit.parents.empty()) return {};
  return git.changes(commit.parents.front(), commit.id);
}

}  // namespace

SignatureCheck check_claim(const SignedFile<Claim>& claim) {
  return check_signatures(all_must_sign(claim.untrusted.owners), claim.signed_bytes, claim.signatures);
}

bool is_complete(const RepositoryState& state, const std::vector<ProjectName>& projects) {
  if (!state.root_check().enough()) return false;
  for (const char* name : admin_role_names) {
    const RoleFile* role = state.find_admin_role(RoleName::of(name));
    if (role == nullptr || !role->check.enough()) return false;
  }
  for (const ProjectName& project : projects) {
    if (!project_is_complete(state, project)) return false;
  }
  return true;
}

Workspace open_workspace(Output& out, UtcTime now) {
  GitRepository git = GitRepository::open(std::filesystem::current_path());
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
  RepositoryState state = RepositoryState::read(git.tree(*head), std::nullopt);
  return {std::move(git), *branch, *head, std::move(state), &out, now};
}

Error refusal_of(const Verdict& verdict, const std::string& what) {
  const bool names_file = verdict.file.empty() || verdict.reason.find(verdict.file) != std::string::npos;
  return refused("{} is refused: {}{}", what, names_file ? "" : escaped(verdict.file) + ": ", verdict.reason)
      .with_hint(verdict.hint);
}

Standing standing_of(const Workspace& workspace) {
  const GitRepository& git = workspace.git;
  Start start = start_of(workspace);
  Standing standing{start.commit, std::move(start.state), {}, std::nullopt};
  standing.verdict.kind = Verdict::Kind::accepted;
  if (standing.base == workspace.head) return standing;
  for (const CommitInfo& commit : git.range(standing.base, workspace.head)) {
    if (commit.parents.size() > 1) {
      throw conflict("commit {} merges two lines of work; pgsign works on a straight line",
                     short_id(commit.id))
          .with_hint("git reset --hard to the shared branch, then make your changes again");
    }
    standing.verdict = check_transition(standing.base_or_null(), git.tree(commit.id), std::nullopt,
                                        git.changes(standing.base, commit.id), own_changes(git, commit));
    if (standing.verdict.kind == Verdict::Kind::refused) {
      standing.refused_at = commit.id;
      return standing;
    }
    if (standing.verdict.kind == Verdict::Kind::accepted) {
      standing.base = commit.id;
      standing.base_state = RepositoryState::read(git.tree(commit.id), std::nullopt);
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
  throw pending("the last change on branch {} still waits: {}", escaped(workspace.branch),
                missing == nullptr ? "signatures are missing"
                                   : signature_shortage(missing->path, missing->check, missing->names))
      .with_hint(
          "'pgsign push' shows it to the others; for another change meanwhile: git switch -c NAME "
          "origin/main");
}

}  // namespace tuf
