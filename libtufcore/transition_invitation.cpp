// Rules of invitations: they wait, alone, and never become part of an accepted commit.
#include <algorithm>

#include "libtufcore/error.h"
#include "libtufcore/invitation.h"
#include "libtufcore/transition_rules.h"

namespace tuf::rules {
namespace {

template <typename Role>
std::optional<SignedFile<Role>> find_file(Judgement& judgement, const std::string& path) {
  judgement.file = path;
  const TreeReader& tree = judgement.next->tree();
  const auto bytes = tree.read(path, max_metadata_bytes);
  if (!bytes) return std::nullopt;
  auto file = parse_signed_file<Role>(*bytes, fmt::format("{} at {}", path, tree.name()));
  if (*bytes != signed_file_text(file.signed_part, file.signatures))
    throw refused(
        "is not written as pgsign writes it: one line, members and signatures sorted, nothing else");
  return file;
}

void require_own(const Judgement& judgement, const Invitation& invitation, const ProjectName& project,
                 const FileName& name) {
  if (invitation.project != project || invitation.name != name) {
    throw refused("is an invitation by the name {} to project {}", invitation.name.text(),
                  invitation.project.text());
  }
  if (invitation.repository != stated_repository(judgement.base->root().extra))
    throw refused("is an invitation of another repository, {}", escaped(invitation.repository, 64));
  if (invitation.root != root_digest(judgement.next->tree()))
    throw refused("is an invitation of a repository with another root, {}", escaped(invitation.root, 64));
}

void judge_key(Judgement& judgement, const RoleName& role, const std::string& path, RoleKeys keys,
               const Json::Object& names, ByteView signed_bytes, const SignatureSet& signatures) {
  keys.threshold = 1;
  auto check = check_signatures(keys, signed_bytes, signatures);
  judge_signatures(judgement, {path, role, std::move(check), names}, signatures);
}

std::optional<KeyHolder> judge_acceptance(Judgement& judgement, const Invite& change,
                                          const SignedFile<Invitation>& invitation, const RoleName& role) {
  const std::string path = layout::acceptance(change.project, change.name);
  const auto file = find_file<Acceptance>(judgement, path);
  if (!file) return std::nullopt;
  if (file->untrusted.invitation != invitation.signed_part)
    throw refused("accepts another invitation than the one that stands beside it: {}",
                  first_difference(invitation.signed_part, file->untrusted.invitation));
  KeyHolder holder{change.name.text(), file->untrusted.key};
  Json::Object names;
  set_name_of_key(names, holder.key.id(), holder.name);
  judge_key(judgement, role, path, {{holder.key}, {}, 1}, names, file->signed_bytes, file->signatures);
  return holder;
}

void judge_invitation(Judgement& judgement, const ProjectName& project, const FileName& name) {
  judgement.base->owners(project);
  const RoleFile& owners = *judgement.base->find_owners(project);
  const std::string path = layout::invitation(project, name);
  const auto file = find_file<Invitation>(judgement, path);
  if (!file) {
    judgement.file = layout::acceptance(project, name);
    throw refused("accepts an invitation that is not there");
  }
  require_own(judgement, file->untrusted, project, name);
  judge_key(judgement, owners.role, path, owners.signers, owners.names, file->signed_bytes, file->signatures);
  Invite change{project, file->untrusted.as_owner, name, file->untrusted.made, std::nullopt};
  change.accepted = judge_acceptance(judgement, change, *file, owners.role);
  const std::string wanted =
      fmt::format("{} as {} of project {}", name.text(), duty_of(file->untrusted), project.text());
  judgement.verdict.waits.push_back(
      change.accepted ? fmt::format("an owner adds {}: pgsign sign {}", wanted, project.text())
                      : fmt::format("{} accepts: pgsign accept {} {}", wanted, project.text(), name.text()));
  judgement.verdict.changes.push_back(std::move(change));
}

}  // namespace

bool judge_invitations(Judgement& judgement, const ProjectName& project,
                       const std::vector<ChangedPath>& paths) {
  std::vector<FileName> invited;
  const ChangedPath* other = nullptr;
  for (const ChangedPath& change : paths) {
    const layout::PathKind kind = layout::kind_of(change.path);
    const auto* invitation = std::get_if<layout::ProjectInvitation>(&kind);
    if (!invitation)
      other = &change;
    else if (std::ranges::find(invited, invitation->name) == invited.end())
      invited.push_back(invitation->name);
  }
  if (!invited.empty() && other) {
    judgement.file = other->path;
    throw refused("is changed together with an invitation, which comes alone");
  }
  for (const FileName& name : invited) judge_invitation(judgement, project, name);
  return !invited.empty();
}

}  // namespace tuf::rules
