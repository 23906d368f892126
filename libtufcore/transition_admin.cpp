// Rules of admin/: created once by the first commit, then changed by what the administrators sign.
#include <algorithm>

#include "libtufcore/error.h"
#include "libtufcore/transition_rules.h"

namespace tuf::rules {
namespace {

std::uint64_t root_version(const ChangedPath& change) {
  const layout::PathKind kind = layout::kind_of(change.path);
  const auto* root = std::get_if<layout::RootHistory>(&kind);
  return root ? root->version : 0;
}

const RoleFile& admin_file(Judgement& judgement, const RoleName& role) {
  judgement.file = layout::admin_role(role);
  const RoleFile* file = judgement.next->find_admin_role(role);
  if (!file) throw refused("is missing");
  return *file;
}

// Each file by itself: what was accepted stays, and what comes is newer.
template <typename RequireVersion>
void require_versions(Judgement& judgement, const std::vector<ChangedPath>& paths, const RequireVersion& require) {
  for (const ChangedPath& change : paths) {
    const layout::PathKind kind = layout::kind_of(change.path);
    if (const std::uint64_t version = root_version(change); version != 0 && version <= judgement.base->root().version) {
      judgement.file = change.path;
      throw refused("is changed; an accepted version of the root never changes");
    }
    if (const auto* admin = std::get_if<layout::AdminRole>(&kind)) {
      const RoleFile& next = admin_file(judgement, admin->role);
      const bool is_new = judgement.base->find_admin_role(admin->role) == nullptr;  // a shard
      if (!is_new) require(next.file, *judgement.base->admin_role(admin->role));
    }
  }
}

Envelope envelope_of(Judgement& judgement, const std::string& path) {
  judgement.file = path;
  const TreeReader& tree = judgement.next->tree();
  const auto bytes = tree.read(path, max_metadata_bytes);
  if (!bytes) throw refused("is missing");
  return parse_envelope(*bytes, fmt::format("{} at {}", path, tree.name()));
}

// Who may sign a file that the administrators' changes make: of them, or new owners (a transfer).
MissingSignatures signers_of(Judgement& judgement, const std::string& path) {
  const RepositoryState& next = *judgement.next;
  const layout::PathKind kind = layout::kind_of(path);
  const RoleFile* file = nullptr;
  if (const auto* admin = std::get_if<layout::AdminRole>(&kind)) {
    file = &admin_file(judgement, admin->role);
  } else if (const auto* owners = std::get_if<layout::ProjectOwners>(&kind)) {
    file = next.find_owners_file(owners->project, owners->hop);
    if (!file) throw refused("is missing");
  }
  if (file) return {path, file->role, file->check, file->names};
  return {path, RoleName::of("root"), next.root_check(), next.root_names()};
}

// All contents first: whose signatures a file needs is only known when its delegator is as it must be.
void require_parts(Judgement& judgement, const SignedParts& parts) {
  std::map<std::string, Envelope> files;
  for (const auto& [path, part] : parts) {
    const Envelope& file = files.emplace(path, envelope_of(judgement, path)).first->second;
    require_generated(judgement, path, part, file.signed_part, file.signed_bytes, file.signatures);
  }
  for (const auto& [path, file] : files) judge_signatures(judgement, signers_of(judgement, path), file.signatures);
}

void require_configuration(Judgement& judgement, const Bytes& expected) {
  judgement.file = layout::configuration;
  const auto found = judgement.next->tree().read(std::string(layout::configuration), max_metadata_bytes);
  if (found == expected) return;
  const std::string difference =
      first_difference(parse_json(expected, "expected"), parse_json(found.value_or("{}"), layout::configuration));
  if (!difference.empty()) throw refused("states something that no change explains: {}", difference);
  throw refused("is not written as pgsign writes it: one line, members sorted, nothing else");
}

// What a refusal of the explanation names: the first of the changed roles.
std::string explained_file(const std::vector<ChangedPath>& paths) {
  for (const ChangedPath& change : paths) {
    if (std::holds_alternative<layout::AdminRole>(layout::kind_of(change.path))) return change.path;
  }
  return paths.front().path;
}

// A merge promotes whom the claim or a hop names, whichever side of it has that.
void require_known_owners(Judgement& judgement, const std::vector<ProjectName>& promoted) {
  for (const ProjectName& project : promoted) {
    const Targets& list = admin_file(judgement, judgement.next->list_of(project)).file.untrusted;
    const std::string path = judgement.file;
    const auto owners = judgement.next->owners_since_claim(project);
    judgement.file = path;
    const bool known = std::ranges::any_of(owners, [&](const RoleFile& file) {
      const auto role = layout::parse_owners_role(file.role.text());
      const Delegation expected = delegation_to_project(project, file.signers, role->hop);
      return std::ranges::find(list.delegations, expected) != list.delegations.end();
    });
    if (known) continue;
    throw refused("does not delegate project {} to owners that its claim lists or that owners handed it over to",
                  project.text());
  }
}

}  // namespace

void judge_new_repository(Judgement& judgement, const ChangedPaths& paths) {
  if (!paths.projects.empty()) {
    judgement.file = paths.projects.begin()->second.front().path;
    throw refused("is in the first commit, which creates the repository and no project");
  }
  judgement.file = layout::admin_dir;
  const CreateRepository change = explain_repository(*judgement.next);
  const SignedParts parts = generate(nullptr, {change});
  for (const ChangedPath& changed : paths.admin) {
    judgement.file = changed.path;
    if (changed.path != layout::configuration && !parts.contains(changed.path))
      throw refused("is none of the files of a new repository");
  }
  require_configuration(judgement, make_repository(change).configuration_file);
  require_parts(judgement, parts);
  judgement.verdict.changes.push_back(change);
  if (!paths.unpublished.empty()) judgement.verdict.changes.push_back(ChangeUnpublished{paths.unpublished});
}

void judge_admin(Judgement& judgement, const std::vector<ChangedPath>& paths) {
  if (paths.empty()) return;
  require_versions(judgement, paths, require_next_version);
  judgement.file = explained_file(paths);
  const std::vector<Change> changes = explain_administration(*judgement.base, *judgement.next);
  const SignedParts parts = generate(judgement.base, changes);
  const auto files = generate_files(judgement.base, changes);
  for (const ChangedPath& change : paths) {
    judgement.file = change.path;
    if (!parts.contains(change.path) && !files.contains(change.path))
      throw refused("is changed, but no change that this version knows changes it so");
  }
  for (const auto& [path, file] : files) require_configuration(judgement, file);
  require_parts(judgement, parts);
  for (const Change& change : changes) {
    if (const auto* transfer = std::get_if<TransferProject>(&change)) judgement.transferred.insert(transfer->project);
  }
  add_changes(judgement, changes);
}

void judge_merged_admin(Judgement& judgement, const std::vector<ChangedPath>& paths) {
  if (paths.empty()) return;
  require_versions(judgement, paths, require_later_version);
  judgement.file = explained_file(paths);
  const std::vector<Change> changes = explain_administration(*judgement.base, *judgement.next);
  for (const Change& change : changes) {
    if (std::holds_alternative<TransferProject>(change))
      throw refused("transfers a project, which a merge cannot").with_hint("put the commit on the branch as it is");
    if (const auto* promoted = std::get_if<PromoteProjects>(&change)) require_known_owners(judgement, promoted->projects);
  }
  for (const ChangedPath& change : paths) {
    if (std::holds_alternative<layout::Configuration>(layout::kind_of(change.path))) continue;
    if (const auto version = root_version(change); version != 0 && version < judgement.next->root().version) continue;
    const Envelope file = envelope_of(judgement, change.path);
    judge_signatures(judgement, signers_of(judgement, change.path), file.signatures);
  }
  if (judgement.verdict.missing.empty()) {
    judgement.file = layout::configuration;
    judgement.next->configuration();
  }
  add_changes(judgement, changes);
}

}  // namespace tuf::rules
