#include "libtufcore/site_layout.h"

#include <fmt/format.h>

#include "libtufcore/bytes.h"

namespace tuf {

std::string metadata_file_name(const RoleName& role, std::optional<std::uint64_t> version) {
  const std::string name = percent_encode(role.text()) + ".json";
  return version ? fmt::format("{}.{}", *version, name) : name;
}

std::string root_file_name(std::uint64_t version) { return fmt::format("{}.root.json", version); }

std::string target_file_name(const TargetPath& path, const std::optional<Digest>& digest) {
  const std::string& text = path.text();
  if (!digest) return text;
  // Consistent snapshots (TUF 6.2): the digest goes before the last component.
  const std::size_t slash = text.rfind('/');
  const std::size_t name = slash == std::string::npos ? 0 : slash + 1;
  return text.substr(0, name) + digest->hex() + "." + text.substr(name);
}

std::string metadata_path(const RoleName& role, std::uint64_t version) {
  return fmt::format("{}/{}", site_metadata_dir, metadata_file_name(role, version));
}

std::string root_path(std::uint64_t version) {
  return fmt::format("{}/{}", site_metadata_dir, root_file_name(version));
}

std::string target_path(const TargetPath& path, const Digest& digest) {
  return fmt::format("{}/{}", site_targets_dir, target_file_name(path, digest));
}

std::string index_of_project(const ProjectName& project) {
  return fmt::format("{}/projects/{}/{}.json", site_index_dir, project.text().substr(0, 2), project.text());
}

std::string index_of_prefix(const ProjectName& project) {
  return fmt::format("{}/projects/{}.json", site_index_dir, project.text().substr(0, 2));
}

std::string index_of_digest(const Digest& sha256) {
  const std::string hex = sha256.hex();
  return fmt::format("{}/sha256/{}/{}.json", site_index_dir, hex.substr(0, 2), hex);
}

bool is_below(std::string_view dir, std::string_view site_path) {
  return site_path.starts_with(dir) && site_path.substr(dir.size()).starts_with('/');
}

CacheRule cache_rule(std::string_view site_path) {
  if (is_below(site_targets_dir, site_path)) return CacheRule::immutable;
  if (!is_below(site_metadata_dir, site_path)) return CacheRule::revalidate;
  // metadata/<number>.<role>.json never changes once written.
  site_path.remove_prefix(site_metadata_dir.size() + 1);
  const std::size_t digits = site_path.find_first_not_of("0123456789");
  return digits != 0 && digits != std::string_view::npos && site_path[digits] == '.' ? CacheRule::immutable : CacheRule::revalidate;
}

}  // namespace tuf
