#include "publisher/published_site.h"

#include <algorithm>

#include "libtufcore/client_workflow.h"
#include "libtufcore/error.h"
#include "libtufcore/large_metadata.h"
#include "libtufcore/site_layout.h"

namespace tuf {
namespace {

struct File {
  Bytes bytes;
  std::string what;
};

std::optional<File> find_metadata(const SiteReader& site, const std::string& name) {
  const std::string path = fmt::format("{}/{}", site_metadata_dir, name);
  auto bytes = site.read(path);
  if (!bytes) return std::nullopt;
  return File{*std::move(bytes), fmt::format("{}/{}", site.name, path)};
}

File metadata(const SiteReader& site, const std::string& name) {
  if (auto file = find_metadata(site, name)) return *std::move(file);
  throw refused("the previous publication in '{}' is incomplete: it has no {}/{}", site.name, site_metadata_dir, name)
      .with_hint("restore the tree of the last publication");
}

// 5.3 without expiry: every step signed by the one before and by itself. The newest last.
std::vector<Verified<Root>> read_roots(const SiteReader& site, const Digest& pinned_root) {
  File next = metadata(site, root_file_name(1));
  if (sha256_of(next.bytes) != pinned_root) {
    throw refused("{} has the SHA-256 {}, but the pinned root has {}", next.what, sha256_of(next.bytes).hex(),
                  pinned_root.hex());
  }
  RootChain chain(next.bytes, next.what);
  std::vector<Verified<Root>> roots;
  while (true) {
    roots.push_back(Verified<Root>::by(chain.last().keys_of("root"), parse_signed_file<Root>(next.bytes, next.what)));
    auto found = find_metadata(site, root_file_name(chain.version() + 1));
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

template <typename Role>
Verified<Role> verified(const File& file, const RoleKeys& keys, const MetaFile* stated) {
  if (stated != nullptr && !matches(*stated, file.bytes)) {
    throw refused("{} is not the file that the publication states (its SHA-256 is {})", file.what, sha256_of(file.bytes).hex());
  }
  auto role = Verified<Role>::by(keys, parse<Role>(file));
  if (stated != nullptr && role->version != stated->version) {
    throw refused("{} has version {}; the publication states {}", file.what, role->version, stated->version);
  }
  return role;
}

Verified<Targets> read_role(const SiteReader& site, const Snapshot& snapshot, const RoleName& role, const RoleKeys& keys) {
  const auto meta = snapshot.find(role);
  if (!meta) throw refused("the snapshot in '{}' does not list role {}", site.name, role.text());
  return verified<Targets>(metadata(site, metadata_file_name(role, meta->version)), keys, &*meta);
}

CommitId commit_of(const Timestamp& timestamp, const SiteReader& site) {
  const auto commit = timestamp.extra.find("x-pg-commit");
  const std::string* text = commit == timestamp.extra.end() ? nullptr : commit->second.as_text();
  const auto is_hex = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
  if (text == nullptr || text->size() != 40 || !std::all_of(text->begin(), text->end(), is_hex)) {
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
  const std::string file = fmt::format("{}/{}", site_targets_dir, target_file_name(path, hash->second));
  const auto bytes = site.read(file);
  if (!bytes) throw refused("the previous publication in '{}' is incomplete: it has no {}", site.name, file);
  const std::string what = fmt::format("{}/{}", site.name, file);
  if (sha256_of(*bytes) != hash->second) throw refused("{} is not the configuration that role targets states", what);
  return parse_configuration(*bytes, what);
}

PublishedSite read_under(Verified<Root> root, const File& timestamp_file, const SiteReader& site) {
  auto timestamp = verified<Timestamp>(timestamp_file, root->keys_of("timestamp"), nullptr);
  auto snapshot = verified<Snapshot>(metadata(site, metadata_file_name(RoleName::of("snapshot"), timestamp->snapshot.version)),
                                     root->keys_of("snapshot"), &timestamp->snapshot);
  auto targets = read_role(site, *snapshot, RoleName::of("targets"), root->keys_of("targets"));
  auto new_projects = read_role(site, *snapshot, RoleName::of("new"), registrar_keys(*targets));
  CommitId commit = commit_of(*timestamp, site);
  Configuration configuration = read_configuration(site, *targets);
  return PublishedSite{std::move(root),         std::move(timestamp), std::move(snapshot),      std::move(targets),
                       std::move(new_projects), std::move(commit),    std::move(configuration), site};
}

}  // namespace

const RoleKeys& registrar_keys(const Targets& targets) {
  const auto delegation = std::ranges::find(targets.delegations, RoleName::of("new"), &Delegation::role);
  if (delegation == targets.delegations.end()) throw refused("role targets has no delegation to role new");
  return delegation->signers;
}

Verified<Targets> PublishedSite::role(const RoleName& role, const RoleKeys& keys) const {
  return read_role(reader, *snapshot, role, keys);
}

std::optional<PublishedSite> read_published_site(const SiteReader& site, const Digest& pinned_root) {
  const auto timestamp = find_metadata(site, std::string(timestamp_file_name));
  if (!timestamp) return std::nullopt;
  std::vector<Verified<Root>> roots = read_roots(site, pinned_root);
  std::optional<Error> problem;
  while (!roots.empty()) {
    try {
      return read_under(std::move(roots.back()), *timestamp, site);
    } catch (const Error& error) {  // a publication that was killed left a newer root than it had published
      if (!problem) problem = error;
    }
    roots.pop_back();
  }
  throw Error(*problem);
}

}  // namespace tuf
