#pragma once
// One commit's files, as the pure core sees them. libtufcore/git has the real one; tests have one in memory.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "libtufcore/digest.h"

namespace tuf {

class TreeReader {
 public:
  virtual ~TreeReader() = default;
  // Empty when there is no file of that name; throws limit when it is larger than max_bytes.
  virtual std::optional<Bytes> read(const std::string& path, std::size_t max_bytes) const = 0;
  // Names directly below a folder ("projects/ab", without a '/' at the end; "" is the top), sorted; empty when there is
  // none. Names of folders end in '/'.
  virtual std::vector<std::string> list(const std::string& dir) const = 0;
  struct FileDigest {
    std::uint64_t size;
    Digest sha256;
  };
  // Of a file of any size up to max_bytes (else throws limit); empty when absent.
  virtual std::optional<FileDigest> digest(const std::string& path, std::uint64_t max_bytes) const = 0;
  // Of a file of any size; empty when absent.
  virtual std::optional<std::uint64_t> size(const std::string& path) const {
    const auto found = digest(path, UINT64_MAX);
    return found ? std::optional(found->size) : std::nullopt;
  }
  // Hands a file's bytes on, piece by piece where they are many; false when there is no such file. Throws limit when it is larger
  // than max_bytes.
  virtual bool stream(const std::string& path, std::uint64_t max_bytes, const std::function<void(ByteView)>& take) const {
    const std::optional<Bytes> bytes = read(path, static_cast<std::size_t>(max_bytes));
    if (bytes) take(*bytes);
    return bytes.has_value();
  }
  // How messages name this tree: "commit 1a2b3c4d", "the work so far".
  virtual const std::string& name() const = 0;
};

// A file that differs between two trees.
struct ChangedPath {
  std::string path;
  enum class How { added, modified, removed } how;
  auto operator<=>(const ChangedPath&) const = default;
};

}  // namespace tuf
