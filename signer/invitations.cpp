#include "signer/invitations.h"

namespace tuf {

std::vector<Invite> waiting_invitations(const Standing& standing, const std::optional<ProjectName>& project,
                                        const std::optional<std::string>& name) {
  std::vector<Invite> found;
  for (const Change& change : standing.verdict.changes) {
    const auto* invite = std::get_if<Invite>(&change);
    if (invite == nullptr || (project && invite->project != *project) ||
        (name && invite->name.text() != *name))
      continue;
    found.push_back(*invite);
  }
  return found;
}

PlannedChange plan_accepted(const RepositoryState& base, const Invite& invite, UtcTime now) {
  PeopleChange change{invite.project};
  (invite.as_owner ? change.add_owners : change.add_maintainers) = {*invite.accepted};
  const std::string title = fmt::format("Add {} to the {} of {}",
                                        key_label(invite.accepted->name, invite.accepted->key.computed_id()),
                                        invite.as_owner ? "owners" : "maintainers", invite.project.text());
  PlannedChange planned = plan_people(title, base, change, now);
  planned.removed = {layout::invitation(invite.project, invite.name),
                     layout::acceptance(invite.project, invite.name)};
  return planned;
}

}  // namespace tuf
