// How far ahead an expiry may lie. No commit can be asked when it was made: its date is the committer's. But
// it was made before it is judged, so nothing honest lasts longer than the configured days from now.
#include <algorithm>

#include "libtufcore/error.h"
#include "libtufcore/transition.h"

namespace tuf {
namespace {

constexpr int clocks_differ_by_days = 1;

struct Stated {
  std::string file, role;
  std::string_view kind;  // of Configuration::expiry_days
  UtcTime expires;
  int lifetimes = 1;
};

// The old owners' last file can never be renewed, so it lasts longer.
bool is_frozen(const layout::OwnersRole& owners, const std::vector<Change>& changes) {
  return std::ranges::any_of(changes, [&](const Change& change) {
    const auto* hop = std::get_if<RotateOwners>(&change);
    return hop != nullptr && hop->project == owners.project && owners.hop < hop->hop;
  });
}

Stated stated(const ExtendExpiry& change, const std::vector<Change>& changes) {
  const std::string& role = change.role.text();
  if (const auto project = layout::parse_releases_role(role))
    return {layout::releases(*project), role, "project", change.expires};
  if (const auto owners = layout::parse_owners_role(role))
    return {layout::owners(owners->project, owners->hop), role, "project", change.expires,
            is_frozen(*owners, changes) ? frozen_lifetimes : 1};
  return {layout::admin_role(change.role), role, layout::expiry_kind(role), change.expires};
}

std::vector<Stated> stated_expiries(const std::vector<Change>& changes) {
  std::vector<Stated> all;
  for (const Change& change : changes) {
    if (const auto* extended = std::get_if<ExtendExpiry>(&change)) all.push_back(stated(*extended, changes));
    if (const auto* project = std::get_if<CreateProject>(&change)) {
      const ProjectName& name = project->project;
      all.push_back(
          {layout::owners(name), layout::owners_role(name).text(), "project", project->owners_expire});
      all.push_back(
          {layout::releases(name), layout::releases_role(name).text(), "project", project->releases_expire});
    }
    if (const auto* first = std::get_if<CreateRepository>(&change)) {
      const int days = first->configuration.expiry_days_of("root");  // all roles are counted from one moment
      all.push_back({std::string(layout::root), "root", "root", first->now.plus_days(days)});
    }
  }
  return all;
}

}  // namespace

Verdict within_expiry_policy(Verdict verdict, const Configuration& configuration, UtcTime now) {
  if (verdict.kind == Verdict::Kind::refused) return verdict;
  for (const Stated& one : stated_expiries(verdict.changes)) {
    const int days = configuration.expiry_days_of(one.kind) * one.lifetimes;
    if (one.expires <= now.plus_days(days + clocks_differ_by_days)) continue;
    return {.kind = Verdict::Kind::refused,
            .file = one.file,
            .reason = fmt::format("states that role {} is valid until {}; at most {} days from now are allowed",
                                  escaped(one.role), one.expires.text(), days),
            .hint = "sign it with a sooner expiry, and look at the signer's clock"};
  }
  return verdict;
}

}  // namespace tuf
