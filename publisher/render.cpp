#include "publisher/render.h"

#include <algorithm>
#include <map>
#include <set>

#include "libtufcore/client_workflow.h"
#include "libtufcore/error.h"
#include "libtufcore/site_layout.h"
#include "publisher/name_quota.h"
#include "publisher/online_roles.h"
#include "publisher/site_index.h"

namespace tuf {
namespace {

Bytes needed(const TreeReader& tree, const std::string& path) {
  auto bytes = tree.read(path, max_metadata_bytes);
  if (!bytes) throw bug("{} has no {}", tree.name(), path);
  return *std::move(bytes);
}

SiteFile file_of_git(std::string path, std::string git_path, std::uint64_t length, const Digest& sha256) {
  return {std::move(path), {}, GitFile{std::move(git_path), length, sha256}};
}

SiteFile small_file_of_git(std::string path, const std::string& git_path, const TreeReader& tree) {
  const Bytes bytes = needed(tree, git_path);
  return file_of_git(std::move(path), git_path, bytes.size(), sha256_of(bytes));
}

SiteFile configuration_file(const TreeReader& tree) {
  const std::string git_path(layout::configuration);
  const Bytes bytes = needed(tree, git_path);
  const Digest digest = sha256_of(bytes);
  return file_of_git(target_path(*TargetPath::parse(layout::configuration_target), digest), git_path, bytes.size(), digest);
}

SiteFile release_file(const ReleasePath& file, const Targets& releases) {
  const TargetPath path = *TargetPath::parse(file.text());
  const auto target = releases.targets.find(path);
  if (target == releases.targets.end()) throw bug("{} was accepted, but is not stated", file.text());
  const Digest& digest = target->second.hashes.at(HashAlgorithm::sha256);
  return file_of_git(target_path(path, digest), layout::release_file(file), target->second.length, digest);
}

void move_to(std::vector<SiteFile>& all, std::vector<SiteFile>&& part) { std::ranges::move(part, std::back_inserter(all)); }

// Walks the changed paths once and collects what they mean for the tree.
class Collector {
 public:
  // `previous`: null where nothing is taken over from it.
  Collector(const RepositoryState& state, const PublishedSite* previous) : state_(state), digests_(state, previous) {}

  void add(const ChangedPath& change) {
    if (change.how == ChangedPath::How::removed) return;  // a removed release's file: what was published stays until it is cleaned up
    std::visit([&](const auto& kind) { publish(kind, change.path); }, layout::kind_of(change.path));
  }
  void add_release_files(FirstReleases& first) {
    std::vector<SiteFile> of_projects;
    for (const auto& [project, files] : files_) {
      const auto releases = state_.releases(project);
      for (const ReleasePath& file : files) {
        targets.push_back(release_file(file, *releases));
        digests_.add(targets.back().git->sha256, file);
      }
      of_projects.push_back(index_of_project_file(project, *releases));
      state_.forget(project);
    }
    indexes = digests_.files(first);
    move_to(indexes, std::move(of_projects));
    std::set<std::string> prefixes;
    for (const ProjectName& project : created) {
      SiteFile file = index_of_prefix_file(state_, project);
      if (prefixes.insert(file.path).second) indexes.push_back(std::move(file));
    }
  }
  std::vector<ProjectName> created;
  bool claimed_changed = false;
  std::vector<SiteFile> targets, roots, roles, indexes;
  std::optional<SiteFile> targets_role;
  ChangedRoles changed;

 private:
  void publish(const layout::RootHistory& root, const std::string& path) {
    roots.push_back(small_file_of_git(root_path(root.version), path, state_.tree()));
  }
  void publish(const layout::AdminRole& admin, const std::string& path) {
    SiteFile file = role_file(admin.role, path, Pinned::by_digest);
    claimed_changed = claimed_changed || admin.role.text().starts_with("claimed");
    if (admin.role.is_top_level()) {
      targets_role = std::move(file);
    } else {
      roles.push_back(std::move(file));
    }
  }
  void publish(const layout::ProjectOwners& owners, const std::string& path) {
    // Also a file that handed the project over and to which nobody delegates any more: its role never leaves snapshot.
    roles.push_back(role_file(layout::owners_role(owners.project, owners.hop), path, Pinned::by_digest));
  }
  void publish(const layout::ProjectReleases& releases, const std::string& path) {
    roles.push_back(role_file(layout::releases_role(releases.project), path, Pinned::by_version));
    files_.try_emplace(releases.project);
  }
  void publish(const layout::ProjectClaim& claim, const std::string&) { created.push_back(claim.project); }
  void publish(const layout::ProjectFile& file, const std::string&) { files_[file.path.project].push_back(file.path); }
  void publish(const layout::Configuration&, const std::string&) { targets.push_back(configuration_file(state_.tree())); }
  void publish(const layout::CurrentRoot&, const std::string&) {}   // published by its history name
  void publish(const layout::ProjectInvitation&, const std::string& path) { throw bug("{} was accepted", path); }
  void publish(const layout::Stray&, const std::string& path) { throw bug("{} was accepted, but is stray", path); }
  void publish(const layout::Unpublished&, const std::string&) {}

  SiteFile role_file(const RoleName& role, const std::string& path, Pinned pinned) {
    const Bytes bytes = needed(state_.tree(), path);
    const std::uint64_t version = parse_signed_file<Targets>(bytes, path).untrusted.version;
    changed.insert_or_assign(role, role_meta(version, bytes, pinned));
    return file_of_git(metadata_path(role, version), path, bytes.size(), sha256_of(bytes));
  }

  const RepositoryState& state_;
  DigestIndex digests_;
  std::map<ProjectName, std::vector<ReleasePath>> files_;  // added ones, of each project with other releases than before
};

MetaFile stated_in(const PublishedSite& site, const RoleName& role) {
  const auto meta = site.snapshot->find(role);
  if (!meta) throw refused("the snapshot in '{}' does not list role {}", site.reader.name, role.text());
  return *meta;
}

// What the publisher made before and what only the previous tree has: `new`, its shards, roles whose files left git.
void add_published(const PublishedSite& previous, std::set<std::string>& there, std::vector<SiteFile>& files) {
  const auto copy = [&](const RoleName& role, std::uint64_t version) {
    const std::string path = metadata_path(role, version);
    if (!there.insert(path).second) return;
    Bytes bytes = needed_file(previous.reader, path);
    const MetaFile stated = role.text() == Snapshot::type ? previous.timestamp->snapshot : stated_in(previous, role);
    if (!matches(stated, bytes)) throw refused("{}/{} is not the file that the publication states", previous.reader.name, path);
    files.push_back({path, std::move(bytes)});
  };
  copy(RoleName::of("new"), previous.new_projects->version);
  for (const Delegation& delegation : previous.new_projects->delegations) {
    if (is_new_shard(delegation.role)) copy(delegation.role, stated_in(previous, delegation.role).version);
  }
  copy(RoleName::of(Snapshot::type), previous.snapshot->version);
}

}  // namespace

bool is_signed_anew(const RepositoryState& state, const PublishedSite* previous) {
  return previous != nullptr &&
         (previous->has_foreign_entries || previous->root->keys_of("snapshot") != state.root().keys_of("snapshot") ||
          registrar_keys(*previous->targets) != registrar_keys(*state.admin_role(RoleName::of("targets"))));
}

Rendering render(const AcceptedCommit& commit, const std::vector<ChangedPath>& changed, FirstReleases& first,
                 const PublishedSite* previous, const OnlineKeys& keys, UtcTime now, const FreeVersion& free_version) {
  const RepositoryState& state = commit.state();
  const auto targets = state.admin_role(RoleName::of("targets"));
  const RoleKeys& registrar = registrar_keys(*targets);
  const OnlineRoles online({state.root(), registrar, state.configuration(), keys, now, free_version, previous});
  const bool anew = is_signed_anew(state, previous);
  Collector collector(state, anew ? nullptr : previous);
  for (const ChangedPath& change : changed) collector.add(change);
  collector.add_release_files(first);

  NewProjects projects(anew ? nullptr : previous, registrar, state.configuration().shard_bytes);
  if (state.configuration().new_names_per_day > 0) {
    const auto unclaimed = [&](const ProjectName& project) { return !state.is_claimed(project); };
    // Signed anew, they all count as created; those of today are not known any more.
    const auto count = anew ? 0 : static_cast<std::uint64_t>(std::ranges::count_if(collector.created, unclaimed));
    projects.note(std::string(new_names_member), to_json(next_name_count(previous != nullptr ? &*previous->new_projects : nullptr, count, now)),
                  count > 0);
  }
  for (const ProjectName& project : collector.created) {
    if (state.is_claimed(project)) continue;
    const auto authority = state.authority_of(project);
    if (!authority) throw bug("project {} was created without a claim", project.text());
    projects.add(project, authority->keys, authority->names);
  }
  if (collector.claimed_changed && previous != nullptr)
    projects.drop_if([&](const ProjectName& project) { return state.is_claimed(project); });
  online.publish_new_projects(projects, collector.roles, collector.changed);
  if (collector.targets_role) collector.roles.push_back(*std::move(collector.targets_role));
  Rendering rendering;
  online.finish(rendering, collector.changed, collector.roles, commit.id());
  for (auto* part : {&collector.targets, &collector.roots, &collector.roles, &collector.indexes}) move_to(rendering.files, std::move(*part));
  return rendering;
}

void add_unchanged(Rendering& rendering, const AcceptedCommit& commit, const std::vector<ChangedPath>& all,
                   FirstReleases& first, const PublishedSite& previous) {
  std::set<std::string> there;
  for (const SiteFile& file : rendering.files) there.insert(file.path);
  Collector whole(commit.state(), is_signed_anew(commit.state(), &previous) ? nullptr : &previous);
  for (const ChangedPath& path : all) whole.add(path);
  whole.add_release_files(first);
  if (whole.targets_role) whole.roles.push_back(*std::move(whole.targets_role));
  std::vector<SiteFile> files;
  for (auto* part : {&whole.targets, &whole.roots, &whole.roles, &whole.indexes}) {
    for (SiteFile& file : *part) {
      if (there.insert(file.path).second) files.push_back(std::move(file));
    }
  }
  if (!is_signed_anew(commit.state(), &previous)) add_published(previous, there, files);
  move_to(files, std::move(rendering.files));
  rendering.files = std::move(files);
}

}  // namespace tuf
