#include "publisher/published_site.h"

#include "libtufcore/client_workflow.h"
#include "libtufcore/error.h"
#include "libtufcore/large_metadata.h"
#include "libtufcore/own_members.h"
#include "libtufcore/site_layout.h"
#include "publisher/new_projects.h"

namespace tuf {
namespace {

struct File {
  Bytes bytes;
  std::string what;
};

std::string what_of(const SiteReader& site, std::string_view path) { return fmt::format("{}/{}", site.name, path); }

std::optional<File> find_file(const SiteReader& site, const std::string& path) {
  auto bytes = site.read(path);
  if (!bytes) return std::nullopt;
  return File{*std::move(bytes), what_of(site, path)};
}

File file_of(const SiteReader& site, const std::string& path) { return {needed_file(site, path), what_of(site, path)}; }

struct ReadRoot {
  Verified<Root> root;
  std::vector<Digest> digests;  // of all versions up to it
};

// Whether the site has just the files of that chain.
bool has_roots(const SiteReader& site, const std::vector<Digest>& digests) {
  for (std::size_t i = 0; i < digests.size(); ++i) {
    const auto file = site.read(root_path(i + 1));
    if (!file || sha256_of(*file) != digests[i]) return false;
  }
  return !site.read(root_path(digests.size() + 1));
}

// 5.3 without expiry: every step signed by the one before and by itself. The newest last.
std::vector<ReadRoot> read_roots(const SiteReader& site, const Digest& pinned_root, const PublishedSite* known) {
  if (known != nullptr && has_roots(site, known->root_digests)) return {{known->root, known->root_digests}};
  File next = file_of(site, root_path(1));
  if (sha256_of(next.bytes) != pinned_root) {
    throw refused("{} has the SHA-256 {}, but the pinned root has {}", next.what, sha256_of(next.bytes).hex(),
                  pinned_root.hex());
  }
  RootChain chain(next.bytes, next.what);
  std::vector<ReadRoot> roots;
  std::vector<Digest> digests;
  while (true) {
    digests.push_back(sha256_of(next.bytes));
    roots.push_back({Verified<Root>::by(chain.last().keys_of("root"), parse_signed_file<Root>(next.bytes, next.what)), digests});
    auto found = find_file(site, root_path(chain.version() + 1));
    if (!found) return roots;
    next = *std::move(found);
    chain.append(next.bytes, next.what);
  }
}

template <typename Role>
SignedFile<Role> parse(const File& file) {
  if constexpr (std::is_same_v<Role, Snapshot>) return parse_snapshot_file(file.bytes, file.what);
  else return parse_signed_file<Role>(file.bytes, file.what);
}

void require_stated(const File& file, const MetaFile& stated) {
  if (matches(stated, file.bytes)) return;
  throw refused("{} is not the file that the publication states (its SHA-256 is {})", file.what, sha256_of(file.bytes).hex());
}

template <typename Role>
Verified<Role> verified(const File& file, const RoleKeys& keys, const MetaFile* stated) {
  if (stated != nullptr) require_stated(file, *stated);
  auto role = Verified<Role>::by(keys, parse<Role>(file));
  if (stated != nullptr && role->version != stated->version) {
    throw refused("{} has version {}; the publication states {}", file.what, role->version, stated->version);
  }
  return role;
}

Verified<Targets> read_role(const SiteReader& site, const Snapshot& snapshot, const RoleName& role, const RoleKeys& keys) {
  const auto meta = snapshot.find(role);
  if (!meta) throw refused("the snapshot in '{}' does not list role {}", site.name, role.text());
  return verified<Targets>(file_of(site, metadata_path(role, meta->version)), keys, &*meta);
}

CommitId commit_of(const Timestamp& timestamp, const SiteReader& site) {
  const auto commit = timestamp.extra.find(commit_member);
  const std::string* text = commit == timestamp.extra.end() ? nullptr : commit->second.as_text();
  if (text == nullptr || text->size() != 40 || !is_lower_hex(*text)) {
    throw refused("the timestamp in '{}' does not name the commit that was published", site.name);
  }
  return *text;
}

Configuration read_configuration(const SiteReader& site, const Targets& targets) {
  const TargetPath path = *TargetPath::parse(layout::configuration_target);
  const auto stated = targets.targets.find(path);
  const auto hash = stated == targets.targets.end() ? Hashes::const_iterator() : stated->second.hashes.find(HashAlgorithm::sha256);
  if (stated == targets.targets.end() || hash == stated->second.hashes.end()) {
    throw refused("role targets in '{}' does not state the configuration", site.name);
  }
  const File file = file_of(site, target_path(path, hash->second));
  if (sha256_of(file.bytes) != hash->second)
    throw refused("{} is not the configuration that role targets states", file.what);
  return parse_configuration(file.bytes, file.what);
}

// Where the signers are those of `known`, the digest that both snapshots state says everything: what has it was verified.
Verified<Targets> read_again(const SiteReader& site, const Snapshot& snapshot, const RoleName& role, const RoleKeys& keys,
                             const PublishedSite& known, const Verified<Targets>& before) {
  const auto meta = snapshot.find(role);
  if (!meta || meta->hashes.empty() || meta != known.snapshot->find(role)) return read_role(site, snapshot, role, keys);
  require_stated(file_of(site, metadata_path(role, meta->version)), *meta);
  return before;
}

PublishedSite read_under(ReadRoot&& read_root, const File& timestamp_file, const SiteReader& site, const PublishedSite* known) {
  Verified<Root>& root = read_root.root;
  const PublishedSite* const same_root = known != nullptr && known->root_digests == read_root.digests ? known : nullptr;
  auto timestamp = verified<Timestamp>(timestamp_file, root->keys_of("timestamp"), nullptr);
  auto snapshot = verified<Snapshot>(file_of(site, metadata_path(RoleName::of("snapshot"), timestamp->snapshot.version)),
                                     root->keys_of("snapshot"), &timestamp->snapshot);
  const auto read = [&](const char* name, const RoleKeys& keys, const PublishedSite* same, Verified<Targets> PublishedSite::*before) {
    const RoleName role = RoleName::of(name);
    return same != nullptr ? read_again(site, *snapshot, role, keys, *same, same->*before) : read_role(site, *snapshot, role, keys);
  };
  auto targets = read("targets", root->keys_of("targets"), same_root, &PublishedSite::targets);
  const RoleKeys& registrar = registrar_keys(*targets);
  const bool same_registrar = same_root != nullptr && registrar == registrar_keys(*same_root->targets);
  auto new_projects = read("new", registrar, same_registrar ? same_root : nullptr, &PublishedSite::new_projects);
  const bool foreign = has_foreign_entries(*new_projects, *snapshot);
  CommitId commit = commit_of(*timestamp, site);
  Configuration configuration = read_configuration(site, *targets);
  return PublishedSite{.root = std::move(root),
                       .timestamp = std::move(timestamp),
                       .snapshot = std::move(snapshot),
                       .targets = std::move(targets),
                       .new_projects = std::move(new_projects),
                       .commit = std::move(commit),
                       .configuration = std::move(configuration),
                       .reader = site,
                       .root_digests = std::move(read_root.digests),
                       .has_foreign_entries = foreign};
}

}  // namespace

Error no_publication(const std::string& place) { return not_found("'{}' holds no publication", place); }

Bytes needed_file(const SiteReader& site, const std::string& path) {
  if (auto bytes = site.read(path)) return *std::move(bytes);
  throw refused("the publication in '{}' is incomplete: it has no {}", site.name, path)
      .with_hint("restore the tree of the last publication");
}

const RoleKeys& registrar_keys(const Targets& targets) {
  if (const Delegation* found = find_delegation(targets, RoleName::of("new"))) return found->signers;
  throw refused("role targets has no delegation to role new");
}

Verified<Targets> PublishedSite::role(const RoleName& role, const RoleKeys& keys) const {
  return read_role(reader, *snapshot, role, keys);
}

std::optional<PublishedSite> read_published_site(const SiteReader& site, const Digest& pinned_root, const PublishedSite* known) {
  const auto timestamp = find_file(site, std::string(timestamp_path));
  if (!timestamp) return std::nullopt;
  std::vector<ReadRoot> roots = read_roots(site, pinned_root, known);
  std::optional<Error> problem;
  while (!roots.empty()) {
    try {
      return read_under(std::move(roots.back()), *timestamp, site, known);
    } catch (const Error& error) {  // a publication that was killed left a newer root than it had published
      if (!problem) problem = error;
    }
    roots.pop_back();
  }
  throw Error(*problem);
}

}  // namespace tuf
