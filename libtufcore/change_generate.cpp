// From (base, list of changes) to the files that they make: the only way there is.
#include <algorithm>

#include "libtufcore/change.h"
#include "libtufcore/error.h"
#include "libtufcore/shards.h"

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

  void apply(const AddRelease& change) { replace(releases_of(change.project), with_release, change); }
  void apply(const YankRelease& change) { replace(releases_of(change.project), with_yank, change); }
  void apply(const UnyankRelease& change) { replace(releases_of(change.project), without_yank, change); }
  void apply(const RemoveRelease& change) { replace(releases_of(change.project), without_release, change); }
  void apply(const ChangeTeam& change) { replace(edited(owners_of(change.project).role).role, with_team, change); }

  void apply(const RotateOwners& change) {
    RoleFile owners = owners_of(change.project);
    Targets& file = edited(owners.role).role;
    owners.file.untrusted = file;  // with the teams as this proposal changes them
    Hop hop = make_hop(owners, change);
    file = std::move(hop.frozen);
    add_owners(change.project, change.hop, std::move(hop.next));
  }

  void apply(const PromoteProjects& change) {
    std::map<RoleName, std::vector<ProjectName>> by_list;
    for (const ProjectName& project : change.projects) by_list[list_of(project)].push_back(project);
    for (const auto& [role, projects] : by_list) replace(edited(role).role, with_promoted, projects, base());
  }

  void apply(const ShardNames& change) {
    Targets& claimed = admin("claimed");
    for (const auto& [role, prefixes] : lists_to_shard(claimed, change)) {
      for (auto& [name, shard] : take_shards(edited(role).role, prefixes))
        edited_.emplace(layout::admin_role(name), Edited{name, std::move(shard), {}});
    }
    claimed = with_shards(claimed, change);
  }

  void apply(const ChangeConfiguration& change) {
    if (change.settings.empty()) throw usage("this changes nothing about the configuration");
    configuration_ = with_settings(configuration_ ? *configuration_ : base().configuration(), change);
    replace(admin("targets"), with_configuration, *configuration_);
  }

  void apply(const BlockName& change) { replace(admin("blocked"), with_block, change); }
  void apply(const UnblockName& change) { replace(admin("blocked"), without_block, change); }
  void apply(const ReserveNames& change) { replace(admin("claimed"), with_reserved, change, base()); }
  void apply(const CancelTransfer& change) { replace(admin("claimed"), without_transfer, change.project); }

  // Every file of theirs must be signed again.
  void apply(const ChangeAdministrators& change) {
    root() = with_administrators(root(), change);
    for (const RoleName& role : base().admin_roles()) {
      Targets& file = edited(role).role;
      file = with_administrators(file, change);
    }
  }

  void apply(const ChangeOnlineKeys& change) {
    if (change.role == "new") {
      admin("targets") = with_online_keys(admin("targets"), change);
    } else if (change.role == "timestamp" || change.role == "snapshot") {
      root() = with_online_keys(root(), change);
    } else {
      throw usage("no online key signs role {}", escaped(change.role, 64));
    }
  }

  void apply(const AnnounceTransfer& change) {
    replace(admin("claimed"), with_transfer, change, base());
    const UtcTime first = change.not_before.plus_days(-base().configuration().transfer_days);
    latest_signing_ = std::min(latest_signing_.value_or(first), first);
  }

  void apply(const TransferProject& change) {
    Transferred made = make_transfer(admin("claimed"), change, base());
    admin("claimed") = std::move(made.claimed);
    replace(edited(list_of(change.project)).role, with_next_owners, change);
    add_owners(change.project, change.hop, std::move(made.owners));
    earliest_signing_ = std::max(earliest_signing_.value_or(made.not_before), made.not_before);
  }

  void apply(const ExtendExpiry& change) {
    if (change.role.text() == "root") {
      root();
      if (root_expires_) throw usage("two times are named until which role root stays valid");
      root_expires_ = change.expires;
      return;
    }
    Edited& file = edited(change.role);
    if (file.expires)
      throw usage("two times are named until which role {} stays valid", escaped(change.role.text()));
    file.expires = change.expires;
  }

  // No role file says anything about these two.
  void apply(const ChangeUnpublished&) {}
  void apply(const Invite&) {}

  std::set<RoleName> roles_without_expiry() const {
    std::set<RoleName> roles;
    if (root_ && !root_expires_) roles.insert(RoleName::of("root"));
    for (const auto& [path, file] : edited_) {
      if (!file.expires) roles.insert(file.name);
    }
    return roles;
  }

  SignedParts finish() && {
    require_waiting_period();
    if (root_) finish_root();
    for (auto& [path, file] : edited_) {
      if (!file.expires) throw usage("nothing says until when the next version of {} stays valid", path);
      put(path, to_json(next_version(std::move(file.role), *file.expires)));
    }
    return std::move(parts_);
  }

 private:
  struct Edited {
    RoleName name;
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

  template <typename Edit, typename... Arguments>
  static void replace(Targets& role, const Edit& with, const Arguments&... arguments) {
    role = with(role, arguments...);
  }

  // The first version of an owners' role.
  void add_owners(const ProjectName& project, int hop, Targets role) {
    const std::string path = layout::owners(project, hop);
    if (!edited_.emplace(path, Edited{layout::owners_role(project, hop), std::move(role), {}}).second)
      throw usage("two changes make {}", path);
  }

  Targets& admin(std::string_view role) { return edited(RoleName::of(role)).role; }

  RoleName list_of(const ProjectName& project) const {
    const auto claimed = edited_.find(std::string(layout::claimed));
    return claimed == edited_.end() ? base().list_of(project) : list_for(claimed->second.role, project.text());
  }

  Root& root() {
    if (!root_) root_ = base().root();
    return *root_;
  }

  void finish_root() {
    if (!root_expires_) throw usage("nothing says until when the next version of {} stays valid", layout::root);
    ++root_->version;
    root_->expires = *root_expires_;
    put(std::string(layout::root), to_json(*root_));
    put(layout::root_history(root_->version), to_json(*root_));
  }

  // When `claimed` is signed follows from how long it stays valid; nobody can state that it stays valid for longer than the
  // configuration says, so nobody can date the end of a waiting period before it has passed.
  void require_waiting_period() const {
    if (!latest_signing_ && !earliest_signing_) return;
    const auto claimed = edited_.find(std::string(layout::claimed));
    if (claimed == edited_.end() || !claimed->second.expires) return;
    const Configuration& configuration = base().configuration();
    const UtcTime made = claimed->second.expires->plus_days(-configuration.expiry_days_of("claimed"));
    if (latest_signing_ && *latest_signing_ < made) {
      throw conflict("the transfer is announced for less than {} days after {}", configuration.transfer_days, made.text());
    }
    if (earliest_signing_ && made < *earliest_signing_)
      throw conflict("the transfer is announced for {}, and it is {} now", earliest_signing_->text(), made.text())
          .with_hint("until then its owners can object by signing a new version of their file");
  }

  Targets& releases_of(const ProjectName& project) { return edited(layout::releases_role(project)).role; }

  Edited& edited(const RoleName& role) {
    const Place place = place_of(role);
    const auto it = edited_.find(place.path);
    return it != edited_.end() ? it->second
                               : edited_.emplace(place.path, Edited{role, read(place), {}}).first->second;
  }

  // Where a role that changes know stands in git.
  struct Place {
    std::string path;
    std::optional<ProjectName> project;  // empty: one of the administrators' roles
    RoleName role;
  };
  static Place place_of(const RoleName& role) {
    if (layout::is_admin_role(role.text()))
      return {layout::admin_role(role), std::nullopt, role};
    if (const auto project = layout::parse_releases_role(role.text()))
      return {layout::releases(*project), *project, role};
    const auto owners = layout::parse_owners_role(role.text());
    if (!owners) throw usage("no change makes a new version of role {}", escaped(role.text()));
    return {layout::owners(owners->project, owners->hop), owners->project, role};
  }

  Targets read(const Place& place) const {
    if (!place.project) return *base().admin_role(place.role);
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
  std::optional<Root> root_;
  std::optional<UtcTime> root_expires_;
  std::optional<Configuration> configuration_;
  std::optional<UtcTime> latest_signing_, earliest_signing_;  // of a transfer's announcement, of the transfer
  SignedParts parts_;
};

Draft draft_of(const RepositoryState* base, const std::vector<Change>& changes) {
  Draft draft(base);
  for (const Change& change : changes) std::visit([&](const auto& one) { draft.apply(one); }, change);
  return draft;
}

struct FilesOf {
  const RepositoryState* base;
  std::optional<Configuration> configuration = {};

  void apply(const CreateRepository& change) {
    configuration = change.configuration;
    configuration->name = change.name;
  }
  void apply(const ChangeConfiguration& change) {
    configuration = with_settings(configuration ? *configuration : base->configuration(), change);
  }
  template <typename Other>
  void apply(const Other&) {}
};

}  // namespace

SignedParts generate(const RepositoryState* base, const std::vector<Change>& changes) {
  return draft_of(base, changes).finish();
}

std::set<RoleName> roles_without_expiry(const RepositoryState& base, const std::vector<Change>& changes) {
  return draft_of(&base, changes).roles_without_expiry();
}

std::map<std::string, Bytes> generate_files(const RepositoryState* base, const std::vector<Change>& changes) {
  FilesOf files{base};
  for (const Change& change : changes) std::visit([&](const auto& one) { files.apply(one); }, change);
  if (!files.configuration) return {};
  return {{std::string(layout::configuration), configuration_file(*files.configuration)}};
}

}  // namespace tuf
