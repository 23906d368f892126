#include "publisher/render.h"

#include <algorithm>

#include "libtufcore/error.h"
#include "libtufcore/site_layout.h"
#include "publisher/name_quota.h"
#include "publisher/site_index.h"

namespace tuf {
namespace {

constexpr std::uint64_t length_is_stated_above = 1'000'000;  // other clients' default limits apply only without a length

std::string metadata_path(const std::string& name) { return fmt::format("{}/{}", site_metadata_dir, name); }

Bytes needed(const TreeReader& tree, const std::string& path, std::size_t max_bytes) {
  auto bytes = tree.read(path, max_bytes);
  if (!bytes) throw bug("{} has no {}", tree.name(), path);
  return *std::move(bytes);
}

bool runs_out(UtcTime expires, int days, int part, UtcTime now) {
  return expires < now.plus_seconds(std::int64_t{days} * 86400 / part);
}

// What both kinds of rendering sign in the same way.
class OnlineRoles {
 public:
  OnlineRoles(const Root& root, const RoleKeys& registrar, const Configuration& configuration, const OnlineKeys& keys, UtcTime now)
      : root_(root), registrar_(registrar), configuration_(configuration), keys_(keys), now_(now) {}

  UtcTime until(std::string_view role) const { return now_.plus_days(configuration_.expiry_days_of(role)); }
  bool runs_out_soon(std::string_view role, UtcTime expires) const {
    return runs_out(expires, configuration_.expiry_days_of(role), 3, now_);
  }

  SiteFile new_projects(Targets role) const {
    name_repository(role.extra);
    return {metadata_path(metadata_file_name(RoleName::of("new"), role.version)),
            keys_.signed_file("new", registrar_, to_json(role)), SiteFile::Overwrite::unpublished};
  }
  SiteFile snapshot(Snapshot snapshot) const {
    name_repository(snapshot.extra);
    return {metadata_path(metadata_file_name(RoleName::of("snapshot"), snapshot.version)),
            keys_.signed_file("snapshot", root_.keys_of("snapshot"), to_json(snapshot)), SiteFile::Overwrite::unpublished};
  }
  SiteFile timestamp(const Timestamp* previous, const MetaFile& snapshot, const CommitId& commit) const {
    Timestamp next;
    next.version = previous != nullptr ? previous->version + 1 : 1;
    next.expires = until("timestamp");
    next.snapshot = snapshot;
    next.extra["x-pg-commit"] = commit;
    name_repository(next.extra);
    return {metadata_path(std::string(timestamp_file_name)),
            keys_.signed_file("timestamp", root_.keys_of("timestamp"), to_json(next)), SiteFile::Overwrite::unpublished};
  }

 private:
  // What is signed online for this repository is nothing in another one (S-11).
  void name_repository(Json::Object& extra) const {
    if (const std::string name = stated_repository(root_.extra); !name.empty()) extra["x-pg-repository"] = name;
  }

  const Root& root_;
  const RoleKeys& registrar_;
  const Configuration& configuration_;
  const OnlineKeys& keys_;
  UtcTime now_;
};

MetaFile stated(std::uint64_t version, const Bytes& file) {
  MetaFile meta;
  meta.version = version;
  meta.length = file.size();
  meta.hashes.emplace(HashAlgorithm::sha256, sha256_of(file));
  return meta;
}

// A role's name is not inside its file, so whoever serves the tree could hand out one role as another that the same keys
// sign at the same version: claimed as blocked, a project's releases as its owners. The digest forbids that. Releases go
// without: they delegate nothing, and in any other role's place they are not found (docs/decisions/0005).
enum class Pinned { by_version, by_digest };

MetaFile role_meta(std::uint64_t version, const Bytes& file, Pinned pinned) {
  MetaFile meta;
  meta.version = version;
  if (file.size() > length_is_stated_above) meta.length = file.size();
  if (pinned == Pinned::by_digest) meta.hashes.emplace(HashAlgorithm::sha256, sha256_of(file));
  return meta;
}

// Role `new` without its version: projects that no administrator has promoted, by name.
Targets next_new_projects(const RepositoryState& state, const Targets* previous, const std::vector<ProjectName>& created) {
  Targets role;
  std::map<std::string, Delegation> delegations;
  Json::Object names;
  const auto keep_names = [&](const RoleKeys& keys, const Json::Object& from) {
    for (const PublicKey& key : keys.keys) {
      if (const std::string name = name_of_key(from, key.id()); !name.empty()) set_name_of_key(names, key.id(), name);
    }
  };
  if (previous != nullptr) {
    for (const Delegation& delegation : previous->delegations) {
      if (state.is_claimed(ProjectName::from_user(delegation.role.text()))) continue;
      keep_names(delegation.signers, previous->delegations_extra);
      delegations.emplace(delegation.role.text(), delegation);
    }
  }
  for (const ProjectName& project : created) {
    if (state.is_claimed(project)) continue;
    const auto authority = state.authority_of(project);
    if (!authority) throw bug("project {} was created without a claim", project.text());
    keep_names(authority->keys, authority->names);
    delegations.emplace(project.text(), delegation_to_project(project, authority->keys));
  }
  role.extra["x-pg-role"] = "new";
  role.has_delegations = true;
  role.delegations_extra = std::move(names);
  for (auto& [name, delegation] : delegations) role.delegations.push_back(std::move(delegation));
  return role;
}

bool same_content(const Targets& a, const Targets& b) {
  return a.delegations == b.delegations && a.delegations_extra == b.delegations_extra;
}

// Walks the changed paths once and collects what they mean for the tree.
class Collector {
 public:
  Collector(const RepositoryState& state, Rendering& rendering, Snapshot& snapshot)
      : state_(state), rendering_(rendering), snapshot_(snapshot) {}

  void add(const ChangedPath& change) {
    if (change.how == ChangedPath::How::removed) return;  // a removed release's file: what was published stays until it is cleaned up
    std::visit([&](const auto& kind) { publish(kind, change.path); }, layout::kind_of(change.path));
  }
  std::vector<ProjectName> created;
  std::vector<ReleasePath> files;
  std::vector<ProjectName> projects;   // with other releases than before
  std::optional<SiteFile> targets_role;

 private:
  void publish(const layout::RootHistory& root, const std::string& path) {
    rendering_.roots.push_back({metadata_path(root_file_name(root.version)), read(path)});
  }
  void publish(const layout::AdminRole& admin, const std::string&) {
    SiteFile file = role_file(state_.find_admin_role(admin.role), Pinned::by_digest);
    if (admin.role.is_top_level()) {
      targets_role = std::move(file);
    } else {
      rendering_.roles.push_back(std::move(file));
    }
  }
  void publish(const layout::ProjectOwners& owners, const std::string& path) {
    // Also a file that handed the project over and to which nobody delegates any more: its role never leaves snapshot.
    rendering_.roles.push_back(role_file(layout::owners_role(owners.project, owners.hop), path));
  }
  void publish(const layout::ProjectReleases& releases, const std::string&) {
    rendering_.roles.push_back(role_file(state_.find_releases(releases.project), Pinned::by_version));
    projects.push_back(releases.project);
  }
  void publish(const layout::ProjectClaim& claim, const std::string&) { created.push_back(claim.project); }
  void publish(const layout::ProjectFile& file, const std::string&) { files.push_back(file.path); }
  void publish(const layout::Configuration&, const std::string& path) {
    const Bytes bytes = read(path);
    const Digest digest = sha256_of(bytes);
    rendering_.targets.push_back({target_path(*TargetPath::parse(layout::configuration_target), digest), path, bytes.size(), digest});
  }
  void publish(const layout::CurrentRoot&, const std::string&) {}   // published by its history name
  void publish(const layout::ProjectInvitation&, const std::string& path) { throw bug("{} was accepted", path); }
  void publish(const layout::Stray&, const std::string& path) { throw bug("{} was accepted, but is stray", path); }
  void publish(const layout::Unpublished&, const std::string&) {}

  Bytes read(const std::string& path) const { return needed(state_.tree(), path, max_metadata_bytes); }
  SiteFile role_file(const RoleName& role, const std::string& path) {
    Bytes bytes = read(path);
    const std::uint64_t version = parse_signed_file<Targets>(bytes, path).untrusted.version;
    snapshot_.roles.insert_or_assign(role, role_meta(version, bytes, Pinned::by_digest));
    return {metadata_path(metadata_file_name(role, version)), std::move(bytes)};
  }
  SiteFile role_file(const RoleFile* role, Pinned pinned) {
    if (role == nullptr) throw bug("{} lost a role", state_.tree().name());
    Bytes bytes = read(role->path);
    const std::uint64_t version = role->file.untrusted.version;
    snapshot_.roles.insert_or_assign(role->role, role_meta(version, bytes, pinned));
    return {metadata_path(metadata_file_name(role->role, version)), std::move(bytes)};
  }

 public:
  static std::string target_path(const TargetPath& path, const Digest& digest) {
    return fmt::format("{}/{}", site_targets_dir, target_file_name(path, digest));
  }

 private:
  const RepositoryState& state_;
  Rendering& rendering_;
  Snapshot& snapshot_;
};

void add_release_files(const RepositoryState& state, const std::vector<ReleasePath>& files, Rendering& rendering) {
  for (const ReleasePath& file : files) {
    const TargetPath path = *TargetPath::parse(file.text());
    const auto releases = state.releases(file.project);
    const auto target = releases->targets.find(path);
    if (target == releases->targets.end()) throw bug("{} was accepted, but is not stated", file.text());
    const Digest& digest = target->second.hashes.at(HashAlgorithm::sha256);
    rendering.targets.push_back({Collector::target_path(path, digest), layout::release_file(file), target->second.length, digest});
    rendering.indexes.push_back(index_of_digest_file(digest, path));
  }
}

void finish(Rendering& rendering, const OnlineRoles& online, const Timestamp* previous, Snapshot snapshot,
            const MetaFile* unchanged_snapshot, const CommitId& commit, const TakenVersions& taken) {
  if (unchanged_snapshot != nullptr) {
    rendering.snapshot_version = unchanged_snapshot->version;
    rendering.timestamp = online.timestamp(previous, *unchanged_snapshot, commit);
  } else {
    snapshot.version = std::max(snapshot.version, taken.snapshot) + 1;
    snapshot.expires = online.until("snapshot");
    SiteFile file = online.snapshot(snapshot);
    rendering.snapshot_version = snapshot.version;
    rendering.timestamp = online.timestamp(previous, stated(snapshot.version, file.content), commit);
    rendering.roles.push_back(std::move(file));
  }
  rendering.timestamp_version = previous != nullptr ? previous->version + 1 : 1;
}

}  // namespace

Rendering render(const AcceptedCommit& commit, const std::vector<ChangedPath>& changed, const PublishedSite* previous,
                 const OnlineKeys& keys, UtcTime now, const TakenVersions& taken) {
  const RepositoryState& state = commit.state();
  const auto targets = state.admin_role(RoleName::of("targets"));
  const OnlineRoles online(state.root(), registrar_keys(*targets), state.configuration(), keys, now);
  Rendering rendering;
  Snapshot snapshot;
  if (previous != nullptr) snapshot = *previous->snapshot;
  Collector collector(state, rendering, snapshot);
  for (const ChangedPath& change : changed) collector.add(change);
  add_release_files(state, collector.files, rendering);
  for (const ProjectName& project : collector.projects) rendering.indexes.push_back(index_of_project_file(state, project));
  for (const ProjectName& project : collector.created) rendering.indexes.push_back(index_of_prefix_file(state, project));

  const Targets* previous_new = previous != nullptr ? &*previous->new_projects : nullptr;
  Targets new_projects = next_new_projects(state, previous_new, collector.created);
  if (state.configuration().new_names_per_day > 0) {
    const auto unclaimed = [&](const ProjectName& project) { return !state.is_claimed(project); };
    const auto created = static_cast<std::uint64_t>(std::ranges::count_if(collector.created, unclaimed));
    new_projects.extra["x-pg-new-names"] = to_json(next_name_count(previous_new, created, now));
  }
  if (previous_new == nullptr || !same_content(new_projects, *previous_new) || online.runs_out_soon("new", previous_new->expires)) {
    new_projects.version = std::max(previous_new != nullptr ? previous_new->version : 0, taken.new_projects) + 1;
    new_projects.expires = online.until("new");
    SiteFile file = online.new_projects(new_projects);
    snapshot.roles.insert_or_assign(RoleName::of("new"), role_meta(new_projects.version, file.content, Pinned::by_digest));
    rendering.roles.push_back(std::move(file));
  }
  if (collector.targets_role) rendering.roles.push_back(*std::move(collector.targets_role));
  const bool unchanged = previous != nullptr && rendering.roles.empty() && !online.runs_out_soon("snapshot", previous->snapshot->expires);
  finish(rendering, online, previous != nullptr ? &*previous->timestamp : nullptr, std::move(snapshot),
         unchanged ? &previous->timestamp->snapshot : nullptr, commit.id(), taken);
  return rendering;
}

Rendering render_refresh(const PublishedSite& previous, const OnlineKeys& keys, UtcTime now, const TakenVersions& taken) {
  const OnlineRoles online(*previous.root, registrar_keys(*previous.targets), previous.configuration, keys, now);
  Rendering rendering;
  Snapshot snapshot = *previous.snapshot;
  if (online.runs_out_soon("new", previous.new_projects->expires)) {
    Targets next = next_version(*previous.new_projects, online.until("new"));
    next.version = std::max(next.version, taken.new_projects + 1);
    SiteFile file = online.new_projects(next);
    snapshot.roles.insert_or_assign(RoleName::of("new"), role_meta(next.version, file.content, Pinned::by_digest));
    rendering.roles.push_back(std::move(file));
  }
  const bool unchanged = rendering.roles.empty() && !online.runs_out_soon("snapshot", previous.snapshot->expires);
  finish(rendering, online, &*previous.timestamp, std::move(snapshot), unchanged ? &previous.timestamp->snapshot : nullptr,
         previous.commit, taken);
  return rendering;
}

bool needs_refresh(const PublishedSite& previous, UtcTime now) {
  return runs_out(previous.timestamp->expires, previous.configuration.expiry_days_of("timestamp"), 2, now);
}

}  // namespace tuf
