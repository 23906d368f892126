#pragma once
// Files that are not in any git repository yet, as a tree that the rule book can read.

#include <map>

#include "libtufcore/tree_reader.h"

namespace tuf {

class MemoryTree final : public TreeReader {
 public:
  MemoryTree(std::map<std::string, Bytes> files, std::string name)
      : files_(std::move(files)), name_(std::move(name)) {}
  std::optional<Bytes> read(const std::string& path, std::size_t max_bytes) const override;
  std::vector<std::string> list(const std::string& dir) const override;
  std::optional<FileDigest> digest(const std::string& path, std::uint64_t max_bytes) const override;
  const std::string& name() const override { return name_; }
  std::vector<ChangedPath> all_added() const;

 private:
  std::map<std::string, Bytes> files_;
  std::string name_;
};

}  // namespace tuf
