#include "libtufcore/git/commit_policy.h"

#include <algorithm>

#include "libtufcore/change_admin.h"
#include "libtufcore/error.h"
#include "libtufcore/git/ssh_signature.h"
#include "libtufcore/invitation.h"

namespace tuf {
namespace {

using States = std::vector<const RepositoryState*>;

bool is_among(const PublicKey& key, const RoleKeys& signers) {
  const auto same = [&](const PublicKey& other) { return other.identity() == key.identity(); };
  return std::ranges::any_of(signers.keys, same);
}

bool may_sign(const PublicKey& key, const RoleFile* role) {
  return role != nullptr && is_among(key, role->signers);
}

bool is_administrator(const PublicKey& key, const States& states) {
  return std::ranges::any_of(states, [&](const RepositoryState* state) {
    const auto by_role = [&](const char* role) {
      return may_sign(key, state->find_admin_role(RoleName::of(role)));
    };
    return is_among(key, state->root().keys_of("root")) || by_role("targets") || by_role("blocked") ||
           by_role("claimed");
  });
}

// Who accepts an invitation has no right yet, and signs the commit that says so.
bool accepts_invitation(const PublicKey& key, const ProjectName& project, const RepositoryState& state) {
  const std::string folder = layout::project_dir(project) + "/invitations";
  for (const std::string& name : state.tree().list(folder)) {
    const std::string path = folder + "/" + name;
    const layout::PathKind kind = layout::kind_of(path);
    const auto* file = std::get_if<layout::ProjectInvitation>(&kind);
    if (file == nullptr || !file->accepted) continue;
    const auto bytes = state.tree().read(path, max_metadata_bytes);
    if (parse_signed_file<Acceptance>(*bytes, path).untrusted.key.identity() == key.identity()) return true;
  }
  return false;
}

bool belongs_to_project(const PublicKey& key, const ProjectName& project, const States& states) {
  return std::ranges::any_of(states, [&](const RepositoryState* state) {
    if (state->tree().list(layout::project_dir(project)).empty()) return false;
    return may_sign(key, state->find_owners(project)) || may_sign(key, state->find_releases(project)) ||
           accepts_invitation(key, project, *state);
  });
}

// The one change of the administrators that touches a project's folder: others become its owners, as was announced.
bool transfers(const ProjectName& project, const RepositoryState& before, const RepositoryState& after) {
  const Delegation* from = before.find_claimed_delegation(project);
  const Delegation* to = after.find_claimed_delegation(project);
  if (from == nullptr || to == nullptr || from->role == to->role) return false;
  const auto announced = transfers_of(before.find_admin_role(RoleName::of("claimed"))->file.untrusted);
  return std::ranges::find(announced, project, &AnnounceTransfer::project) != announced.end();
}

}  // namespace

Touched touched_by(const std::vector<ChangedPath>& changed) {
  Touched touched;
  for (const ChangedPath& change : changed) {
    if (const auto project = layout::project_of(change.path))
      touched.projects.insert(*project);
    else if (std::holds_alternative<layout::Unpublished>(layout::kind_of(change.path)))
      touched.unpublished = true;
    else
      touched.admin = true;
  }
  return touched;
}

std::optional<std::string> signature_problem(const GitRepository& repository, const CommitId& commit,
                                             CommitKind kind, const Touched& touched,
                                             const RepositoryState* before, const RepositoryState& after) {
  const SshSigner signer = check_commit_signature(repository, commit);
  if (!signer.key) return "this repository requires signed commits: " + signer.reason;
  States states{&after};
  if (before != nullptr) states.push_back(before);
  // What the commit itself says of who is an administrator may wait for signatures: it covers only admin/.
  const bool was_administrator = is_administrator(*signer.key, {before != nullptr ? before : &after});
  if (was_administrator && kind == CommitKind::merge) return std::nullopt;
  const auto stranger_to = [&](std::string_view what) {
    return fmt::format(
        "this repository requires signed commits: this one is signed with the key {}, which may not touch {}",
        key_label({}, signer.key->computed_id()), what);
  };
  if (touched.admin && !was_administrator && !is_administrator(*signer.key, states)) return stranger_to("admin/");
  const bool nothing = touched.projects.empty() && !touched.admin;
  if (!was_administrator && (touched.unpublished || nothing))
    return stranger_to("what is not published");
  for (const ProjectName& project : touched.projects) {
    if (was_administrator && before != nullptr && transfers(project, *before, after)) continue;
    if (!belongs_to_project(*signer.key, project, states))
      return stranger_to(layout::project_dir(project) + "/");
  }
  return std::nullopt;
}

}  // namespace tuf
