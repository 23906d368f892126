// Who may sign for a project: its maintainers and those who attach references (one file of the owners), and
// the owners themselves (a hop).
#include "libtufcore/change_parts.h"
#include "libtufcore/error.h"
#include "libtufcore/own_members.h"

namespace tuf {
namespace {

std::string label(const KeyHolder& holder) { return key_label(holder.name, holder.key.computed_id()); }

}  // namespace

void refuse_other_names(const std::vector<KeyHolder>& before, const std::vector<KeyHolder>& after) {
  for (const KeyHolder& holder : after) {
    const KeyHolder* old = find_holder(before, holder.key);
    if (old && old->name != holder.name)
      throw refused("gives the key {} another name in x-pg-names, '{}'", label(*old), escaped(holder.name, 64));
  }
}

namespace {

RoleName role_of(const ProjectName& project, Team team) {
  return team == Team::maintainers ? layout::releases_role(project) : layout::references_role(project);
}

std::vector<KeyHolder> members_after(const ChangeTeam& change, std::vector<KeyHolder> members,
                                     std::string_view who) {
  for (const KeyHolder& holder : change.removed) {
    const KeyHolder* member = find_holder(members, holder.key);
    if (!member) {
      throw conflict("{} is none of the {} of project {}", label(holder), who, change.project.text());
    }
    members.erase(members.begin() + (member - members.data()));
  }
  for (const KeyHolder& holder : change.added) {
    if (find_holder(members, holder.key)) {
      throw conflict("{} is one of the {} of project {} already", label(holder), who, change.project.text());
    }
    members.push_back(holder);
  }
  return members;
}

std::uint32_t threshold_after(const ChangeTeam& change, std::uint32_t now, std::string_view who) {
  if (!change.threshold) return now;
  if (change.threshold->from != now) {
    throw conflict("{} of the {} of project {} must sign, not {}", now, who, change.project.text(),
                   change.threshold->from);
  }
  return change.threshold->to;
}

}  // namespace

std::string_view name_of(Team team) { return team == Team::maintainers ? "maintainers" : "references"; }

Targets with_team(const Targets& owners, const ChangeTeam& change) {
  const std::string_view who = name_of(change.team);
  if (change.added.empty() && change.removed.empty() && !change.threshold)
    throw usage("this changes nothing about the {} of project {}", who, change.project.text());
  Targets result = owners;
  Delegation* team = find_delegation(result, role_of(change.project, change.team));
  if (!team) {
    throw conflict("project {} has no {} yet (role {} does not exist)", change.project.text(), who,
                   role_of(change.project, change.team).text());
  }
  const auto members = members_after(change, holders(team->signers, owners.delegations_extra), who);
  team->signers = role_keys(members, threshold_after(change, team->signers.threshold, who), who);
  result.delegations_extra = names_of(result.delegations, owners.delegations_extra, change.added);
  return result;
}

Hop make_hop(const RoleFile& owners, const RotateOwners& change) {
  const auto current = holders(owners.signers, owners.names);
  const auto stated = layout::parse_owners_role(owners.role.text());
  if (!stated || stated->hop + 1 != change.hop || !same_people(current, change.before) ||
      owners.signers.threshold != change.threshold_before)
    throw conflict("the owners of project {} are no longer those whom this change would replace",
                   change.project.text());
  if (same_people(change.before, change.after) && change.threshold_before == change.threshold_after)
    throw usage("this changes nothing about the owners of project {}", change.project.text());
  if (change.hop > layout::last_hop)
    throw limit("the owners of project {} changed {} times; that is as often as they can",
                change.project.text(), layout::last_hop - 1);
  const Targets& before = owners.file.untrusted;
  Hop hop{before, before};
  hop.frozen.delegations = {delegation_to_project(
      change.project, role_keys(change.after, change.threshold_after, "owners"), change.hop)};
  hop.frozen.delegations_extra = names_of(hop.frozen.delegations, {}, change.after);
  hop.next.version = 0;
  hop.next.extra[role_member] = layout::owners_role(change.project, change.hop).text();
  return hop;
}

std::vector<ChangeTeam> explain_teams(const ProjectName& project, const Targets& base, const Targets& next) {
  std::vector<ChangeTeam> changes;
  for (const Team team : {Team::maintainers, Team::references}) {
    const Delegation* before = find_delegation(base, role_of(project, team));
    if (!before) continue;
    const Delegation* after = find_delegation(next, before->role);
    if (!after) throw refused("has no delegation to role {} any more", before->role.text());
    const auto old_members = holders(before->signers, base.delegations_extra);
    const auto members = holders(after->signers, next.delegations_extra);
    ChangeTeam change{project, team, missing_in(members, old_members), missing_in(old_members, members), {}};
    if (before->signers.threshold != after->signers.threshold)
      change.threshold = {before->signers.threshold, after->signers.threshold};
    refuse_other_names(old_members, members);
    if (!change.added.empty() || !change.removed.empty() || change.threshold)
      changes.push_back(std::move(change));
  }
  return changes;
}

RotateOwners explain_hop(const ProjectName& project, const RoleFile& base, const RoleFile& next) {
  RotateOwners change{project,
                      layout::parse_owners_role(next.role.text())->hop,
                      holders(base.signers, base.names),
                      holders(next.signers, next.names),
                      base.signers.threshold,
                      next.signers.threshold};
  refuse_other_names(change.before, change.after);
  return change;
}

}  // namespace tuf
