// Rules of who may sign for a project: the owners change their current file only, or hand the project over (a
// hop). Files of owners before them are frozen.
#include <algorithm>

#include "libtufcore/error.h"
#include "libtufcore/transition_rules.h"

namespace tuf::rules {
namespace {

int hop_of(const RoleFile& file) { return layout::parse_owners_role(file.role.text())->hop; }

const RoleFile& current_owners(Judgement& judgement, const ProjectName& project) {
  judgement.base->owners(project);  // throws unless all owners so far are signed for
  return *judgement.base->find_owners(project);
}

std::vector<int> changed_hops(const std::vector<ChangedPath>& paths) {
  std::vector<int> hops;
  for (const ChangedPath& change : paths) {
    const layout::PathKind kind = layout::kind_of(change.path);
    if (const auto* owners = std::get_if<layout::ProjectOwners>(&kind)) hops.push_back(owners->hop);
  }
  std::ranges::sort(hops);
  return hops;
}

void refuse_frozen(Judgement& judgement, const ProjectName& project, const std::vector<int>& hops,
                   int current) {
  if (hops.empty() || hops.front() >= current) return;
  judgement.file = layout::owners(project, hops.front());
  throw refused("is changed; it is frozen since its owners handed project {} over to role {}", project.text(),
                layout::owners_role(project, hops.front() + 1).text());
}

// Of the next state's owners, those from the base's current ones on.
std::vector<RoleFile> owners_from(const RoleFile& base, const std::vector<RoleFile>& chain) {
  const auto first = std::ranges::find(chain, base.role, &RoleFile::role);
  if (first == chain.end()) throw refused("is missing");
  return {first, chain.end()};
}

void refuse_loose_files(Judgement& judgement, const ProjectName& project, const std::vector<int>& hops,
                        const std::vector<RoleFile>& owners) {
  if (hops.back() <= hop_of(owners.back())) return;
  judgement.file = layout::owners(project, hops.back());
  throw refused("has no delegation in {} that hands project {} over to it", owners.back().path, project.text());
}

ExtendExpiry expiry_of(const RoleFile& file) { return {file.role, file.file.untrusted.expires}; }

// Exactly the files that these changes make.
void require_files(Judgement& judgement, const std::vector<Change>& changes,
                   const std::vector<RoleFile>& files) {
  const SignedParts parts = generate(judgement.base, changes);
  for (const RoleFile& file : files)
    require_generated(judgement, file.path, parts.at(file.path), file.file);
  for (const RoleFile& file : files) judge_signatures(judgement, file);
}

// `owners`: the base's current role as it is now, and the next one after a hop.
std::vector<Change> explain_owners(Judgement& judgement, const ProjectName& project, const RoleFile& base,
                                   const std::vector<RoleFile>& owners) {
  const RoleFile& last = owners.back();
  judgement.file = last.path;
  const auto teams = explain_teams(project, base.file.untrusted, last.file.untrusted);
  std::vector<Change> changes(teams.begin(), teams.end());
  if (owners.size() > 1) changes.push_back(explain_hop(project, base, last));
  for (const RoleFile& file : owners) changes.push_back(expiry_of(file));
  return changes;
}

}  // namespace

bool judge_people(Judgement& judgement, const ProjectName& project, const std::vector<ChangedPath>& paths) {
  const auto hops = changed_hops(paths);
  if (hops.empty()) return false;
  const RoleFile& base = current_owners(judgement, project);
  refuse_frozen(judgement, project, hops, hop_of(base));
  judgement.file = base.path;
  const auto owners = owners_from(base, judgement.next->owners_chain(project));
  refuse_loose_files(judgement, project, hops, owners);
  judgement.file = base.path;
  require_next_version(owners.front().file, base.file.untrusted);
  if (owners.size() > 2) throw refused("hands project {} over more than once in one change", project.text());
  const auto changes = explain_owners(judgement, project, base, owners);
  require_files(judgement, changes, owners);
  add_changes(judgement, changes);
  return true;
}

bool judge_merged_people(Judgement& judgement, const ProjectName& project,
                         const std::vector<ChangedPath>& paths) {
  const auto hops = changed_hops(paths);
  if (hops.empty()) return false;
  const RoleFile& base = current_owners(judgement, project);
  refuse_frozen(judgement, project, hops, hop_of(base));
  judgement.file = base.path;
  // One side may have changed owners while administrators shortened the way to them on the other: all of the
  // way counts.
  const auto owners = owners_from(base, judgement.next->owners_since_claim(project));
  refuse_loose_files(judgement, project, hops, owners);
  judgement.file = base.path;
  require_later_version(owners.front().file, base.file.untrusted);
  for (const RoleFile& file : owners) judge_signatures(judgement, file);
  add_changes(judgement, explain_owners(judgement, project, base, owners));
  return true;
}

}  // namespace tuf::rules
