#pragma once
// A copy of a file that nobody else can change between hashing it and storing it. It has no name on disk, so
// a kill leaves nothing behind.

#include <filesystem>

#include "libtufcore/digest.h"
#include "libtufcore/io/descriptor.h"

namespace tuf {

class StagedFile {
 public:
  // Copies `source` into an unnamed file in `folder`. Throws limit when it grows beyond max_bytes, local_io.
  StagedFile(const std::filesystem::path& source, const std::filesystem::path& folder,
             std::uint64_t max_bytes);
  std::filesystem::path path() const;  // readable as long as this object lives
  std::uint64_t length() const noexcept { return length_; }
  const Digest& sha256() const { return *sha256_; }

 private:
  Descriptor copy_;
  std::uint64_t length_ = 0;
  std::optional<Digest> sha256_;
};

}  // namespace tuf
