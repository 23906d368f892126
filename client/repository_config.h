#pragma once
// The repositories that were set up with `pgclient init`: <state directory>/client/<name>/repository.json
// beside the trusted files (metadata_cache.h).

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "libtufcore/digest.h"
#include "libtufcore/names.h"

namespace tuf {

struct RepositoryConfig {
  FileName name;
  std::string url;                                 // of the published tree
  Digest root_sha256;                              // of the root file that was pinned
  std::vector<std::string> mirrors = {};           // URLs of whole copies of the tree, in order of preference
  std::optional<std::uint64_t> root_version = {};  // of the pinned root; not known of old set-ups

  std::filesystem::path folder() const;
  // Of the main URL first, then of each mirror.
  std::vector<std::string> metadata_urls() const;
  std::vector<std::string> targets_urls() const;
};

inline constexpr std::size_t max_mirrors = 16;

// As people type them: each as base_url_from_user says; none twice, none the main URL, at most max_mirrors.
// Throws usage.
std::vector<std::string> mirrors_from_user(const std::string& url, const std::vector<std::string>& typed);

FileName repository_name_from_user(const std::string& text);  // throws usage that says the rule
std::filesystem::path repository_folder(const FileName& name);
std::vector<FileName> configured_repositories();  // sorted; throws local_io when the folder cannot be read
// Throws no_trusted_root with the way out when its repository.json is damaged.
std::optional<RepositoryConfig> find_repository(const FileName& name);
void write_repository(const RepositoryConfig& config);

// Forgets the repository with all that was trusted of it; false when there is nothing of that name. A kill at
// any moment leaves it whole, or gone but for an unused folder, which the next removal of that name clears.
bool remove_repository(const FileName& name);
// Where such a folder is.
std::filesystem::path removed_folder(const FileName& name);

// The one that `--repository` names, or the only one. Several and none named: usage error that lists them,
// never a guess (T-15). None set up at all: no_trusted_root.
RepositoryConfig select_repository(const std::optional<std::string>& name);

}  // namespace tuf
