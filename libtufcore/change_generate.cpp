// From (base, list of changes) to the files that they make: the only way there is.
#include "libtufcore/change.h"
#include "libtufcore/error.h"

namespace tuf {
namespace {

// The role files of one proposal while it is being made: each starts as the base has it, and every change
// edits them. What a change needs and the base does not have (any more) is a conflict: somebody else was
// first.
class Draft {
 public:
  explicit Draft(const RepositoryState* base) : base_(base) {}

  void apply(const CreateRepository& change) {
    if (base_) throw conflict("the repository exists already");
    for (auto& [path, part] : make_repository(change).roles) put(path, std::move(part));
  }

  void apply(const CreateProject& change) {
    if (base().find_claim(change.project) || base().is_claimed(change.project))
      throw conflict("project {} exists already", change.project.text());
    for (auto& [path, part] : make_project(change)) put(path, std::move(part));
  }

  void apply(const AddRelease& change) {
    Targets& releases = releases_of(change.project);
    releases = with_release(releases, change);
  }

  void apply(const YankRelease& change) {
    Targets& releases = releases_of(change.project);
    releases = with_yank(releases, change);
  }

  void apply(const UnyankRelease& change) {
    Targets& releases = releases_of(change.project);
    releases = without_yank(releases, change);
  }

  void apply(const RemoveRelease& change) {
    Targets& releases = releases_of(change.project);
    releases = without_release(releases, change);
  }

  void apply(const ChangeTeam& change) {
    Targets& owners = edited(owners_of(change.project).role).role;
    owners = with_team(owners, change);
  }

  void apply(const RotateOwners& change) {
    RoleFile owners = owners_of(change.project);
    Targets& file = edited(owners.role).role;
    owners.file.untrusted = file;  // with the teams as this proposal changes them
    Hop hop = make_hop(owners, change);
    file = std::move(hop.frozen);
    const std::string path = layout::owners(change.project, change.hop);
    if (!edited_.emplace(path, Edited{std::move(hop.next), {}}).second) throw usage("two changes make {}", path);
  }

  void apply(const PromoteProjects& change) {
    Targets& claimed = edited(RoleName::of("claimed")).role;
    claimed = with_promoted(claimed, change.projects, base());
  }

  void apply(const ExtendExpiry& change) {
    Edited& file = edited(change.role);
    if (file.expires)
      throw usage("two times are named until which role {} stays valid", escaped(change.role.text()));
    file.expires = change.expires;
  }

  void apply(const Invite&) {}             // nor of this
  void apply(const ChangeUnpublished&) {}  // no role file says anything about it

  SignedParts finish() && {
    for (auto& [path, file] : edited_) {
      if (!file.expires) throw usage("nothing says until when the next version of {} stays valid", path);
      put(path, to_json(next_version(std::move(file.role), *file.expires)));
    }
    return std::move(parts_);
  }

 private:
  struct Edited {
    Targets role;                    // as in the base, then with each change
    std::optional<UtcTime> expires;  // of the next version
  };

  const RepositoryState& base() const {
    if (!base_) throw usage("the first change creates the repository, alone");
    return *base_;
  }

  void put(const std::string& path, Json part) {
    if (!parts_.emplace(path, std::move(part)).second) throw usage("two changes make {}", path);
  }

  Targets& releases_of(const ProjectName& project) { return edited(layout::releases_role(project)).role; }

  Edited& edited(const RoleName& role) {
    const Place place = place_of(role);
    const auto it = edited_.find(place.path);
    return it != edited_.end() ? it->second
                               : edited_.emplace(place.path, Edited{read(place), {}}).first->second;
  }

  // Where a role that changes know stands in git.
  struct Place {
    std::string path;
    std::optional<ProjectName> project;  // empty: one of the administrators' roles
  };
  static Place place_of(const RoleName& role) {
    if (role.text() == "claimed") return {std::string(layout::claimed), std::nullopt};
    std::string_view name = role.text();
    const bool is_releases = name.ends_with(".rel");
    if (is_releases) name.remove_suffix(4);
    const auto owners = layout::parse_owners_role(name);
    if (!owners || (is_releases && owners->hop != 1))
      throw usage("no change makes a new version of role {}", escaped(role.text()));
    return {is_releases ? layout::releases(owners->project) : layout::owners(owners->project, owners->hop),
            owners->project};
  }

  Targets read(const Place& place) const {
    if (!place.project) return *base().admin_role(RoleName::of("claimed"));
    const RoleFile& owners = owners_of(*place.project);
    if (place.path == layout::releases(*place.project)) return *base().releases(*place.project);
    if (place.path != owners.path) {
      throw conflict("the owners of project {} are those of role {} now", place.project->text(),
                     owners.role.text());
    }
    return *base().owners(*place.project);
  }

  const RoleFile& owners_of(const ProjectName& project) const {
    if (const RoleFile* owners = base().find_owners(project)) return *owners;
    throw conflict("there is no project {}", project.text()).with_hint("'git pull' fetches what others added");
  }

  const RepositoryState* base_;
  std::map<std::string, Edited> edited_;  // by path
  SignedParts parts_;
};

}  // namespace

SignedParts generate(const RepositoryState* base, const std::vector<Change>& changes) {
  Draft draft(base);
  for (const Change& change : changes) std::visit([&](const auto& one) { draft.apply(one); }, change);
  return std::move(draft).finish();
}

}  // namespace tuf
