#include "tests/support/memory_tree.h"

#include "libtufcore/error.h"

namespace tuf::test {

std::optional<Bytes> MemoryTree::read(const std::string& path, std::size_t max_bytes) const {
  const auto it = files_.find(path);
  if (it == files_.end()) return std::nullopt;
  if (it->second.size() > max_bytes)
    throw limit("{} at {} has {} bytes; at most {} are read", path, name_, it->second.size(), max_bytes);
  return it->second;
}

std::vector<std::string> MemoryTree::list(const std::string& dir) const {
  const std::string prefix = dir.empty() ? "" : dir + "/";
  std::vector<std::string> names;
  for (auto it = files_.lower_bound(prefix); it != files_.end() && it->first.starts_with(prefix); ++it) {
    const std::string rest = it->first.substr(prefix.size());
    const std::size_t slash = rest.find('/');
    std::string name = slash == std::string::npos ? rest : rest.substr(0, slash + 1);
    if (names.empty() || names.back() != name) names.push_back(std::move(name));
  }
  return names;
}

std::optional<TreeReader::FileDigest> MemoryTree::digest(const std::string& path,
                                                         std::uint64_t max_bytes) const {
  const auto bytes = read(path, max_bytes);
  if (!bytes) return std::nullopt;
  return FileDigest{bytes->size(), sha256_of(*bytes)};
}

std::vector<ChangedPath> differences(const std::map<std::string, Bytes>& from,
                                     const std::map<std::string, Bytes>& to) {
  std::vector<ChangedPath> changed;
  for (const auto& [path, bytes] : from) {
    const auto it = to.find(path);
    if (it == to.end())
      changed.push_back({path, ChangedPath::How::removed});
    else if (it->second != bytes)
      changed.push_back({path, ChangedPath::How::modified});
  }
  for (const auto& [path, bytes] : to) {
    if (!from.contains(path)) changed.push_back({path, ChangedPath::How::added});
  }
  return changed;
}

}  // namespace tuf::test
