#pragma once
// Names of files in the published tree, relative to its root: the one place that knows them (docs/formats.md). Also right
// for other people's TUF repositories: metadata names are percent-encoded as TUF clients ask for them.

#include <optional>
#include <string>
#include <string_view>

#include "libtufcore/digest.h"
#include "libtufcore/names.h"

namespace tuf {

// Names below the metadata URL ("metadata/" in our tree).
std::string metadata_file_name(const RoleName& role, std::optional<std::uint64_t> version);  // "3.abc.rel.json"
inline constexpr std::string_view timestamp_file_name = "timestamp.json";
std::string root_file_name(std::uint64_t version);                                            // "1.root.json"

// Names of target files below "targets/": "a/b/<hex>.file" with a digest (consistent snapshots), "a/b/file" without.
// As they stand on the disk; in a URL each component is percent-encoded (percent_encode_path), and web servers
// read that as the name on the disk.
std::string target_file_name(const TargetPath& path, const std::optional<Digest>& digest);

inline constexpr std::string_view site_metadata_dir = "metadata";
inline constexpr std::string_view site_targets_dir = "targets";
inline constexpr std::string_view site_index_dir = "index";
bool is_below(std::string_view dir, std::string_view site_path);          // one of these, by whole names
std::string metadata_path(const RoleName& role, std::uint64_t version);   // "metadata/3.abc.rel.json"
std::string root_path(std::uint64_t version);                             // "metadata/1.root.json"
std::string target_path(const TargetPath& path, const Digest& digest);    // "targets/a/b/<hex>.file"
inline constexpr std::string_view timestamp_path = "metadata/timestamp.json";
std::string index_of_project(const ProjectName& project);          // "index/projects/ab/abc.json"
std::string index_of_prefix(const ProjectName& project);           // "index/projects/ab.json": the names that start so
std::string index_of_digest(const Digest& sha256);                 // "index/sha256/<first two>/<hex>.json"

// What a web server should say about a file: immutable ones never change once written.
enum class CacheRule { immutable, revalidate };
CacheRule cache_rule(std::string_view site_path);

}  // namespace tuf
