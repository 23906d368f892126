#include "libtufcore/memory_tree.h"

#include <set>

#include "libtufcore/error.h"

namespace tuf {

std::optional<Bytes> MemoryTree::read(const std::string& path, std::size_t max_bytes) const {
  const auto found = files_.find(path);
  if (found == files_.end()) return std::nullopt;
  if (found->second.size() > max_bytes) {
    throw limit("{}: {} has {} bytes, allowed are {}", name_, path, found->second.size(), max_bytes);
  }
  return found->second;
}

std::vector<std::string> MemoryTree::list(const std::string& dir) const {
  const std::string prefix = dir.empty() || dir.ends_with('/') ? dir : dir + "/";
  std::set<std::string> names;
  for (auto file = files_.lower_bound(prefix); file != files_.end() && file->first.starts_with(prefix);
       ++file) {
    const std::string rest = file->first.substr(prefix.size());
    const std::size_t slash = rest.find('/');
    names.insert(slash == std::string::npos ? rest : rest.substr(0, slash + 1));
  }
  return {names.begin(), names.end()};
}

std::optional<TreeReader::FileDigest> MemoryTree::digest(const std::string& path,
                                                         std::uint64_t max_bytes) const {
  const std::optional<Bytes> bytes = read(path, max_bytes);
  if (!bytes) return std::nullopt;
  return FileDigest{bytes->size(), sha256_of(*bytes)};
}

std::vector<ChangedPath> MemoryTree::all_added() const {
  std::vector<ChangedPath> changes;
  for (const auto& [path, bytes] : files_) changes.push_back({path, ChangedPath::How::added});
  return changes;
}

}  // namespace tuf
