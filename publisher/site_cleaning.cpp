#include "publisher/site_cleaning.h"

#include <charconv>
#include <set>

#include "libtufcore/error.h"
#include "libtufcore/large_metadata.h"
#include "libtufcore/site_layout.h"
#include "publisher/snapshot_text.h"

namespace tuf {
namespace {

using Versions = std::map<std::string, std::set<std::uint64_t>>;   // by role

Versions versions_in(const fs::path& folder) {
  Versions versions;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder / site_metadata_dir)) {
    const std::string name = entry.path().filename().string();
    std::uint64_t version = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), version);
    const std::string_view rest(end, static_cast<std::size_t>(name.data() + name.size() - end));
    constexpr std::string_view suffix = ".json";
    if (error != std::errc() || !rest.starts_with('.') || !rest.ends_with(suffix) || rest.size() <= suffix.size()) continue;
    versions[std::string(rest.substr(1, rest.size() - 1 - suffix.size()))].insert(version);
  }
  return versions;
}

std::string path_of(const std::string& role, std::uint64_t version) {
  return fmt::format("{}/{}.{}.json", site_metadata_dir, version, role);
}

Bytes read(const fs::path& folder, const std::string& path) { return read_file(folder / path, max_metadata_bytes); }

Snapshot snapshot_of(const fs::path& folder, std::uint64_t version) {
  const std::string path = path_of(Snapshot::type, version);
  return parse_snapshot_file(read(folder, path), path).untrusted;
}

// The oldest snapshot that somebody who began before the cut-off ended may still follow.
Snapshot oldest_needed(const fs::path& folder, const Snapshot& current, const std::set<std::uint64_t>& versions, UtcTime cut_off) {
  Snapshot oldest = current;
  for (auto older = std::make_reverse_iterator(versions.lower_bound(current.version)); older != versions.rend(); ++older) {
    const auto replaced = time_made(oldest);
    if (replaced && *replaced <= cut_off) break;
    oldest = snapshot_of(folder, *older);
  }
  return oldest;
}

class Cleaner {
 public:
  Cleaner(const fs::path& folder, std::vector<std::string>& gone) : folder_(folder), gone_(gone) {}

  // Versions below `first_needed` go, each after the files that only these versions state.
  void clean(const std::string& role, const std::set<std::uint64_t>& versions, std::uint64_t first_needed) {
    const auto needed = versions.lower_bound(first_needed);
    if (needed == versions.begin()) return;
    std::set<std::string> kept;
    for (auto version = needed; version != versions.end(); ++version) {
      for (const auto& [path, target] : files_of(role, *version)) kept.insert(path);
    }
    for (auto version = versions.begin(); version != needed; ++version) {
      for (const auto& [path, target] : files_of(role, *version)) {
        if (!kept.insert(path).second) continue;
        remove_index(target);
        remove(path);
      }
      remove(path_of(role, *version));
    }
  }
  void remove(const std::string& path) {
    if (fs::exists(fs::symlink_status(folder_ / path))) gone_.push_back(path);
  }

 private:
  struct Target {
    Digest sha256;
    std::string path;
  };
  std::map<std::string, Target> files_of(const std::string& role, std::uint64_t version) const {
    std::map<std::string, Target> files;
    if (role != Targets::type && !role.ends_with(".rel")) return files;
    const std::string name = path_of(role, version);
    const Targets parsed = parse_signed_file<Targets>(read(folder_, name), name).untrusted;
    for (const auto& [path, target] : parsed.targets) {
      const auto hash = target.hashes.find(HashAlgorithm::sha256);
      if (hash == target.hashes.end()) continue;
      files.emplace(target_path(path, hash->second), Target{hash->second, path.text()});
    }
    return files;
  }
  // Another path may have the same content.
  void remove_index(const Target& target) {
    const std::string path = index_of_digest(target.sha256);
    const auto bytes = read_file_if_there(folder_ / path, max_metadata_bytes);
    if (!bytes) return;
    const Json index = parse_json(*bytes, path);
    if (JsonReader(index, path)["path"].text() == target.path) gone_.push_back(path);
  }

  const fs::path& folder_;
  std::vector<std::string>& gone_;
};

}  // namespace

std::vector<std::string> files_to_remove(const fs::path& folder, const PublishedSite& site, UtcTime now, int grace_days) {
  const Versions versions = versions_in(folder);
  const auto snapshots = versions.find(Snapshot::type);
  if (snapshots == versions.end()) return {};
  const Snapshot oldest = oldest_needed(folder, *site.snapshot, snapshots->second, now.plus_days(-grace_days));
  std::vector<std::string> gone;
  Cleaner cleaner(folder, gone);
  for (const auto& [name, of_role] : versions) {
    const auto role = RoleName::parse(name);
    const auto needed = role ? oldest.find(*role) : std::nullopt;
    // What the oldest snapshot does not know came later, and is needed.
    if (needed && name != Root::type && name != Snapshot::type) cleaner.clean(name, of_role, needed->version);
  }
  cleaner.clean(Snapshot::type, snapshots->second, oldest.version);
  return gone;
}

}  // namespace tuf
