// Rules of admin/: created once by the first commit, then only names are promoted.
#include <algorithm>

#include "libtufcore/error.h"
#include "libtufcore/transition_rules.h"

namespace tuf::rules {
namespace {

// Only claimed.json may change after the first commit.
void refuse_unknown_changes(Judgement& judgement, const std::vector<ChangedPath>& paths) {
  for (const ChangedPath& change : paths) {
    if (change.path == layout::claimed) continue;
    judgement.file = change.path;
    const layout::PathKind kind = layout::kind_of(change.path);
    if (std::holds_alternative<layout::Configuration>(kind))
      throw refused("is changed; changing the configuration is not a change this version knows");
    if (const auto* admin = std::get_if<layout::AdminRole>(&kind))
      throw refused("is changed; changing role {} is not a change this version knows", admin->role.text());
    throw refused("is changed; changing the root is not a change this version knows");
  }
}

const RoleFile& claimed_file(Judgement& judgement) {
  judgement.file = layout::claimed;
  const RoleFile* claimed = judgement.next->find_admin_role(RoleName::of("claimed"));
  if (!claimed) throw refused("is missing");
  return *claimed;
}

std::vector<Change> changes_of(std::vector<ProjectName> promoted, const RoleFile& claimed) {
  std::vector<Change> changes;
  if (!promoted.empty()) changes.push_back(PromoteProjects{std::move(promoted)});
  changes.push_back(ExtendExpiry{claimed.role, claimed.file.untrusted.expires});
  return changes;
}

struct Signers {
  RoleName role;
  RoleKeys keys;
  Json::Object names;
};

Signers signers_of(Judgement& judgement, const std::string& path) {
  const layout::PathKind kind = layout::kind_of(path);
  if (const auto* admin = std::get_if<layout::AdminRole>(&kind)) {
    const RoleFile* file = judgement.next->find_admin_role(admin->role);
    if (!file) throw refused("is missing");
    return {admin->role, file->signers, file->names};
  }
  const Root& root = judgement.next->root();
  return {RoleName::of("root"), root.keys_of("root"), root.extra};
}

Envelope first_file(Judgement& judgement, const std::string& path) {
  judgement.file = path;
  const TreeReader& tree = judgement.next->tree();
  const auto bytes = tree.read(path, max_metadata_bytes);
  if (!bytes) throw refused("is missing");
  return parse_envelope(*bytes, fmt::format("{} at {}", path, tree.name()));
}

void judge_first_signatures(Judgement& judgement, const std::string& path, const Envelope& file) {
  Signers signers = signers_of(judgement, path);
  auto check = check_signatures(signers.keys, file.signed_bytes, file.signatures);
  judge_signatures(judgement, {path, std::move(signers.role), std::move(check), std::move(signers.names)},
                   file.signatures);
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
  // All contents first: whose signatures a file needs is only known when its delegator is as it must be.
  std::map<std::string, Envelope> files;
  for (const auto& [path, part] : parts) {
    const Envelope& file = files.emplace(path, first_file(judgement, path)).first->second;
    require_generated(judgement, path, part, file.signed_part, file.signatures);
  }
  for (const auto& [path, file] : files) judge_first_signatures(judgement, path, file);
  judgement.verdict.changes.push_back(change);
  if (!paths.unpublished.empty()) judgement.verdict.changes.push_back(ChangeUnpublished{paths.unpublished});
}

void judge_admin(Judgement& judgement, const std::vector<ChangedPath>& paths) {
  if (paths.empty()) return;
  refuse_unknown_changes(judgement, paths);
  const Targets base = *judgement.base->admin_role(RoleName::of("claimed"));
  const RoleFile& next = claimed_file(judgement);
  require_next_version(next.file, base);
  std::vector<ProjectName> projects = explain_promotion(base, next.file.untrusted);
  if (projects.empty())
    throw refused("is changed, but promotes no project; this version knows no other change of it");
  const std::vector<Change> changes = changes_of(std::move(projects), next);
  const SignedParts parts = generate(judgement.base, changes);
  require_generated(judgement, next.path, parts.at(next.path), next.file.signed_part, next.file.signatures);
  judge_signatures(judgement, next);
  add_changes(judgement, changes);
}

void judge_merged_admin(Judgement& judgement, const std::vector<ChangedPath>& paths) {
  if (paths.empty()) return;
  refuse_unknown_changes(judgement, paths);
  const Targets base = *judgement.base->admin_role(RoleName::of("claimed"));
  const RoleFile& next = claimed_file(judgement);
  require_later_version(next.file, base);
  std::vector<ProjectName> projects = explain_promotion(base, next.file.untrusted);
  for (const ProjectName& project : projects) {
    const auto owners = judgement.next->owners_since_claim(project);
    judgement.file = layout::claimed;
    const bool known = std::ranges::any_of(owners, [&](const RoleFile& file) {
      const auto role = layout::parse_owners_role(file.role.text());
      const Delegation expected = delegation_to_project(project, file.signers, role->hop);
      return std::ranges::find(next.file.untrusted.delegations, expected) != next.file.untrusted.delegations.end();
    });
    if (!known) {
      throw refused("does not delegate project {} to owners that its claim lists or that owners handed it over to",
                    project.text());
    }
  }
  judge_signatures(judgement, next);
  const std::vector<Change> changes = changes_of(std::move(projects), next);
  add_changes(judgement, changes);
}

}  // namespace tuf::rules
