#include "signer/people_change.h"

#include "libtufcore/parse_number.h"
#include "signer/people.h"

namespace tuf {
namespace {

constexpr std::int64_t max_threshold = 1024;

std::optional<ThresholdChange> change_of(std::optional<std::uint32_t> threshold, std::uint32_t now) {
  if (!threshold || *threshold == now) return std::nullopt;
  return ThresholdChange{now, *threshold};
}

void check_threshold(std::uint32_t threshold, std::size_t members, std::string_view who) {
  if (members == 0) throw usage("nobody would be left among the {}", who).with_hint("add somebody first");
  if (threshold <= members) return;
  throw usage("{} of the {} must sign, but there would be only {}", threshold, who, members)
      .with_hint(fmt::format("lower it in the same change: --threshold {}", members));
}

std::optional<ChangeTeam> team_change(const RepositoryState& base, const PeopleChange& change) {
  const RoleFile& releases = releases_of_project(base, change.project);
  const auto threshold = change_of(change.release_threshold, releases.signers.threshold);
  if (change.add_maintainers.empty() && change.remove_maintainers.empty() && !threshold) return std::nullopt;
  const auto members =
      members_after(holders_of(releases.signers, releases.names), change.add_maintainers, change.remove_maintainers);
  check_threshold(threshold ? threshold->to : releases.signers.threshold, members.size(), "maintainers");
  return ChangeTeam{change.project, Team::maintainers, change.add_maintainers, change.remove_maintainers,
                    threshold};
}

std::optional<ChangeTeam> references_change(const RepositoryState& base, const PeopleChange& change) {
  if (!change.reference_threshold) return std::nullopt;
  const RoleFile& owners = owners_of_project(base, change.project);
  const RoleName role = layout::references_role(change.project);
  const Delegation* references = find_delegation(owners.file.untrusted, role);
  if (!references) {
    throw not_found("project {} has no references yet, so nobody attaches any (there is no role {})",
                    change.project.text(), role.text());
  }
  const auto threshold = change_of(change.reference_threshold, references->signers.threshold);
  check_threshold(*change.reference_threshold, references->signers.keys.size(), "keys that attach references");
  if (!threshold) return std::nullopt;
  return ChangeTeam{change.project, Team::references, {}, {}, threshold};
}

std::optional<RotateOwners> owners_change(const RepositoryState& base, const PeopleChange& change) {
  if (!change.touches_owners()) return std::nullopt;
  const RoleFile& owners = owners_of_project(base, change.project);
  RotateOwners rotate{change.project,
                      layout::parse_owners_role(owners.role.text())->hop + 1,
                      holders_of(owners.signers, owners.names),
                      {},
                      owners.signers.threshold,
                      change.owner_threshold.value_or(owners.signers.threshold)};
  for (const KeyHolder& holder : change.add_owners) {
    if (const KeyHolder* known = find_holder(rotate.before, holder.key))
      throw conflict("{} is one of the owners of project {} already",
                     key_label(known->name, known->key.computed_id()), change.project.text());
  }
  rotate.after = members_after(rotate.before, change.add_owners, change.remove_owners);
  check_threshold(rotate.threshold_after, rotate.after.size(), "owners");
  return rotate;
}

bool still_signed(const RepositoryState& base, const ChangeTeam& team) {
  const Targets owners = with_team(owners_of_project(base, team.project).file.untrusted, team);
  const RoleFile& releases = releases_of_project(base, team.project);
  const Delegation* delegation = find_delegation(owners, releases.role);
  return check_signatures(delegation->signers, releases.file.signed_bytes, releases.file.signatures).enough();
}

}  // namespace

std::vector<KeyHolder> members_after(const std::vector<KeyHolder>& members, const std::vector<KeyHolder>& added,
                                     const std::vector<KeyHolder>& removed) {
  std::vector<KeyHolder> left = missing_in(members, removed);
  left.insert(left.end(), added.begin(), added.end());
  return left;
}

const RoleFile& owners_of_project(const RepositoryState& base, const ProjectName& project) {
  const RoleFile* owners = base.find_owners(project);
  if (owners == nullptr) throw no_project(project);
  return *owners;
}

const RoleFile& releases_of_project(const RepositoryState& base, const ProjectName& project) {
  const RoleFile* releases = base.find_releases(project);
  if (releases == nullptr) throw no_project(project);
  return *releases;
}

PlannedChange plan_people(std::string title, const RepositoryState& base, const PeopleChange& change,
                          UtcTime now) {
  const int days = base.configuration().expiry_days_of("project");
  const UtcTime expires = now.plus_days(days);
  std::vector<Change> changes;
  const auto team = team_change(base, change);
  if (team) changes.push_back(*team);
  if (const auto references = references_change(base, change)) changes.push_back(*references);
  const auto rotate = owners_change(base, change);
  const RoleName current = owners_of_project(base, change.project).role;
  if (rotate) {
    changes.push_back(*rotate);
    changes.push_back(ExtendExpiry{current, now.plus_days(days * frozen_lifetimes)});
    changes.push_back(ExtendExpiry{layout::owners_role(change.project, rotate->hop), expires});
  } else if (!changes.empty()) {
    changes.push_back(ExtendExpiry{current, expires});
  }
  if (changes.empty()) throw conflict("project {} has it so already; nothing changes", change.project.text());
  if (team && !still_signed(base, *team))
    changes.push_back(ExtendExpiry{layout::releases_role(change.project), expires});
  return plan(std::move(title), &base, changes);
}

std::optional<std::uint32_t> threshold_option(const Arguments& arguments) {
  const auto number = arguments.number_option("threshold", 1, max_threshold);
  return number ? std::optional(static_cast<std::uint32_t>(*number)) : std::nullopt;
}

std::uint32_t threshold_of_user(const std::string& number) {
  const auto value = parse_number<std::uint32_t>(number);
  if (value && *value >= 1 && *value <= max_threshold) return *value;
  throw usage("'{}' is no number from 1 to {}", escaped(number), max_threshold);
}

OptionSpec threshold_option_spec(std::string help) { return {"threshold", "N", std::move(help)}; }

}  // namespace tuf
