// Rules of one project's folder: created once, then releases are added; nothing that was accepted ever
// changes.
#include <algorithm>
#include <set>

#include "libtufcore/error.h"
#include "libtufcore/find_target.h"
#include "libtufcore/lfs_pointer.h"
#include "libtufcore/release.h"
#include "libtufcore/transition_rules.h"

namespace tuf::rules {
namespace {

bool is_new(const Judgement& judgement, const ProjectName& project) {
  return judgement.base->tree().list(layout::project_dir(project)).empty();
}

const RoleFile& needed(const RoleFile* file) {
  if (!file) throw refused("is missing; a project has claim.json, owners.json and releases.json");
  return *file;
}

const RoleFile& owners_file(Judgement& judgement, const ProjectName& project) {
  judgement.file = layout::owners(project);
  return needed(judgement.next->find_owners(project));
}

const RoleFile& releases_file(Judgement& judgement, const ProjectName& project) {
  owners_file(judgement, project);
  judgement.file = layout::releases(project);
  return needed(judgement.next->find_releases(project));
}

const ClaimFile& claim_file(Judgement& judgement, const ProjectName& project) {
  judgement.file = layout::claim(project);
  const ClaimFile* claim = judgement.next->find_claim(project);
  if (!claim) throw refused("is missing; a project has claim.json, owners.json and releases.json");
  return *claim;
}

// Reserved names are the first parts of the paths that lead to nothing: "abc/*/*/*".
std::optional<std::string> reserved_alike(const Delegation& delegation, const ProjectName& project) {
  const TargetPath sample = *TargetPath::parse(fmt::format("{}/{}/0/file", project.text(), project.text()));
  if (delegates(delegation, sample)) return project.text();
  for (const std::string& pattern : delegation.paths.value_or(std::vector<std::string>())) {
    const auto reserved = ProjectName::parse(std::string_view(pattern).substr(0, pattern.find('/')));
    if (reserved && skeleton(*reserved) == skeleton(project)) return reserved->text();
  }
  return std::nullopt;
}

void require_free_name(Judgement& judgement, const ProjectName& project) {
  judgement.file = layout::claim(project);
  if (const auto alike = judgement.next->projects_like(project); !alike.empty()) {
    throw refused("the name {} looks like the existing project {}", project.text(), alike.front().text())
        .with_hint("choose a name that nobody can mistake for it");
  }
  const RoleFile* claimed = judgement.next->find_admin_role(RoleName::of("claimed"));
  for (const Delegation& delegation : claimed->file.untrusted.delegations) {
    if (delegation.role.text() != "claimed.void") continue;
    if (const auto reserved = reserved_alike(delegation, project)) {
      throw refused("the name {} {} by the administrators", project.text(),
                    *reserved == project.text() ? "is reserved" : fmt::format("looks like {}, which is reserved", escaped(*reserved)))
          .with_hint("choose another name");
    }
  }
}

CreateProject explain_creation(Judgement& judgement, const ProjectName& project) {
  check_keys(claim_file(judgement, project).file.untrusted.owners);
  for (const Delegation& delegation : owners_file(judgement, project).file.untrusted.delegations)
    check_keys(delegation.signers);
  const auto& delegations = owners_file(judgement, project).file.untrusted.delegations;
  if (delegations.size() != 1)
    throw refused("has {} delegations; a project has exactly one", delegations.size());
  releases_file(judgement, project);
  return explain_project(*judgement.next, project);
}

void judge_claim_signatures(Judgement& judgement, const ClaimFile& claim, const ProjectName& project) {
  judge_signatures(judgement,
                   {layout::claim(project), layout::owners_role(project), claim.check, claim.file.untrusted.extra},
                   claim.file.signatures);
}

void judge_creation(Judgement& judgement, const ProjectName& project, const std::vector<ChangedPath>& paths) {
  for (const ChangedPath& change : paths) {
    judgement.file = change.path;
    const layout::PathKind kind = layout::kind_of(change.path);
    if (const auto* owners = std::get_if<layout::ProjectOwners>(&kind); owners && owners->hop != 1)
      throw refused("comes with the creation of its project; create project {} first, then change its owners",
                    project.text());
    if (std::holds_alternative<layout::ProjectInvitation>(kind))
      throw refused("comes with the creation of its project; create project {} first, then invite others",
                    project.text());
    if (std::holds_alternative<layout::ProjectFile>(kind))
      throw refused("comes with the creation of its project; create project {} first, then add releases",
                    project.text());
  }
  require_free_name(judgement, project);
  const ClaimFile& claim = claim_file(judgement, project);
  const CreateProject change = explain_creation(judgement, project);
  const SignedParts parts = generate(judgement.base, {change});
  const RoleFile& owners = owners_file(judgement, project);
  const RoleFile& releases = releases_file(judgement, project);
  require_generated(judgement, layout::claim(project), parts.at(layout::claim(project)), claim.file);
  for (const RoleFile* file : {&owners, &releases}) require_generated(judgement, file->path, parts.at(file->path), file->file);
  judge_claim_signatures(judgement, claim, project);
  judge_signatures(judgement, owners);
  judge_signatures(judgement, releases);
  judgement.verdict.changes.push_back(change);
}

void refuse_changed_claim(Judgement& judgement, const std::vector<ChangedPath>& paths) {
  for (const ChangedPath& change : paths) {
    judgement.file = change.path;
    const layout::PathKind kind = layout::kind_of(change.path);
    if (std::holds_alternative<layout::ProjectClaim>(kind))
      throw refused("is changed; the claim of a name never changes after the project's creation");
  }
}

bool changes_file(const std::vector<ChangedPath>& paths, const std::string& path) {
  return std::ranges::find(paths, path, &ChangedPath::path) != paths.end();
}

// The file, or what a git-lfs pointer in its place says of it. A released file that itself is the text of a pointer is a file.
std::optional<TreeReader::FileDigest> content_of(const TreeReader& tree, const std::string& path, std::uint64_t max_bytes,
                                                 const AddRelease::File& stated) {
  const auto found = tree.digest(path, max_bytes);
  if (!found || found->size > max_lfs_pointer_bytes || found->sha256 == stated.sha256) return found;
  const auto pointer = parse_lfs_pointer(tree.read(path, max_lfs_pointer_bytes).value_or(Bytes()));
  return pointer ? TreeReader::FileDigest{pointer->size, pointer->sha256} : found;
}

void require_content(Judgement& judgement, const std::string& path, const AddRelease::File& stated) {
  judgement.file = path;
  const std::uint64_t max_bytes = judgement.base->configuration().max_file_bytes;
  if (stated.length > max_bytes)
    throw limit("has {} bytes; a file of this repository may have up to {}", stated.length, max_bytes);
  const auto found = content_of(judgement.next->tree(), path, max_bytes, stated);
  if (!found) throw refused("is stated in releases.json, but is not there");
  if (found->size != stated.length)
    throw refused("has {} bytes; releases.json states {}", found->size, stated.length);
  if (found->sha256 != stated.sha256)
    throw refused("has the SHA-256 {}; releases.json states {}", found->sha256.hex(), stated.sha256.hex());
}

// What changes of releases mean for the files of the folder.
struct ExpectedFiles {
  std::map<std::string, AddRelease::File> added;  // by path in git
  std::set<std::string> removed;
};

void expect(ExpectedFiles& expected, const AddRelease& change, const Targets&) {
  for (const AddRelease::File& file : change.files)
    expected.added.emplace(layout::release_file({change.project, change.product, change.version, file.name}), file);
}

void expect(ExpectedFiles& expected, const RemoveRelease& change, const Targets& base) {
  for (const ReleasePath& path : files_of_release(base, change.project, change.product, change.version))
    expected.removed.insert(layout::release_file(path));
}

template <typename Other>
void expect(ExpectedFiles&, const Other&, const Targets&) {}  // changes no file but the role's

ExpectedFiles files_of(const std::vector<Change>& changes, const Targets& base) {
  ExpectedFiles files;
  for (const Change& change : changes) std::visit([&](const auto& one) { expect(files, one, base); }, change);
  return files;
}

void judge_file(Judgement& judgement, const ChangedPath& change, const ExpectedFiles& expected) {
  judgement.file = change.path;
  if (change.how == ChangedPath::How::modified)
    throw refused("is changed; a released file never changes, add a new version");
  if (change.how == ChangedPath::How::removed) {
    if (expected.removed.contains(change.path)) return;
    throw refused("is removed, but releases.json still states it; the files of a release go with the release");
  }
  if (!expected.added.contains(change.path)) throw refused("is not stated in releases.json");
}

// Every file that was added to releases.json is there, every one that was removed is gone, and no other file of the
// folder changed.
void judge_files(Judgement& judgement, const std::vector<Change>& changes, const Targets& base,
                 const std::vector<ChangedPath>& paths) {
  const ExpectedFiles expected = files_of(changes, base);
  for (const auto& [path, file] : expected.added) require_content(judgement, path, file);
  for (const std::string& path : expected.removed) {
    judgement.file = path;
    const auto change = std::ranges::find(paths, path, &ChangedPath::path);
    if (change == paths.end()) throw refused("is still there, but its release is removed");
  }
  for (const ChangedPath& change : paths) {
    if (std::holds_alternative<layout::ProjectFile>(layout::kind_of(change.path)))
      judge_file(judgement, change, expected);
  }
}

// The difference of the releases file from `base`, in changes that there are.
std::vector<Change> explain_file(const ProjectName& project, const Targets& base, const RoleFile& next) {
  std::vector<Change> changes = explain_releases(project, base, next.file.untrusted);
  changes.push_back(ExtendExpiry{next.role, next.file.untrusted.expires});
  return changes;
}

// Who signs was changed and the releases were not: what is signed must be signed by enough of those who sign now.
void require_signed_releases(Judgement& judgement, const ProjectName& project) {
  const RoleFile& releases = releases_file(judgement, project);
  if (releases.check.enough()) return;
  throw refused("{}", signature_shortage("would stay as it is, but others must sign now: it", releases.check,
                                         releases.names))
      .with_hint("bring its next version in the same change, signed by the maintainers who stay");
}

std::vector<Change> judge_releases(Judgement& judgement, const ProjectName& project, const Targets& base) {
  const RoleFile& next = releases_file(judgement, project);
  require_next_version(next.file, base);
  std::vector<Change> changes = explain_file(project, base, next);
  const SignedParts parts = generate(judgement.base, changes);
  require_generated(judgement, next.path, parts.at(next.path), next.file);
  judge_signatures(judgement, next);
  add_changes(judgement, changes);
  return changes;
}

// Each step was judged on its side of the merge; what must hold over all of them is asked again.
std::vector<Change> judge_merged_releases(Judgement& judgement, const ProjectName& project, const Targets& base) {
  const RoleFile& next = releases_file(judgement, project);
  require_later_version(next.file, base);
  const RemovedReleases removed = removed_releases(next.file.untrusted.extra);
  for (const auto& [release, reason] : removed_releases(base.extra)) {
    const auto it = removed.find(release);
    if (it == removed.end() || it->second != reason)
      throw refused("forgets that {} was removed: {}.{}", escaped(release), removed_member, escaped(release));
  }
  std::vector<Change> changes = explain_file(project, base, next);
  judge_signatures(judgement, next);
  add_changes(judgement, changes);
  return changes;
}

// The new owners' file was judged with the administrators' change; it comes alone.
void judge_transferred(Judgement& judgement, const ProjectName& project, const std::vector<ChangedPath>& paths) {
  const std::string& owners = judgement.next->find_owners(project)->path;
  for (const ChangedPath& change : paths) {
    judgement.file = change.path;
    if (change.path != owners) throw refused("is changed together with the transfer of project {}", project.text());
  }
  require_signed_releases(judgement, project);
}

}  // namespace

void judge_project(Judgement& judgement, const ProjectName& project, const std::vector<ChangedPath>& paths) {
  if (is_new(judgement, project)) return judge_creation(judgement, project, paths);
  if (judge_invitations(judgement, project, paths)) return;
  refuse_changed_claim(judgement, paths);
  if (judgement.transferred.contains(project)) return judge_transferred(judgement, project, paths);
  const bool other_people = judge_people(judgement, project, paths);
  const Verified<Targets> base = judgement.base->releases(project);
  std::vector<Change> changes;
  if (changes_file(paths, layout::releases(project)))
    changes = judge_releases(judgement, project, *base);
  else if (other_people)
    require_signed_releases(judgement, project);
  judge_files(judgement, changes, *base, paths);
}

void judge_merged_project(Judgement& judgement, const ProjectName& project,
                          const std::vector<ChangedPath>& paths) {
  Targets base;
  bool other_people = false;
  if (is_new(judgement, project)) {
    require_free_name(judgement, project);
    judgement.verdict.changes.push_back(explain_creation(judgement, project));
    judge_claim_signatures(judgement, claim_file(judgement, project), project);
  } else {
    if (judge_invitations(judgement, project, paths)) return;
    refuse_changed_claim(judgement, paths);
    other_people = judge_merged_people(judgement, project, paths);
    base = *judgement.base->releases(project);
  }
  judge_signatures(judgement, owners_file(judgement, project));
  std::vector<Change> changes;
  if (changes_file(paths, layout::releases(project)))
    changes = judge_merged_releases(judgement, project, base);
  else if (other_people)
    require_signed_releases(judgement, project);
  judge_files(judgement, changes, base, paths);
}

}  // namespace tuf::rules
