#pragma once
// What stands in git for a large file that git-lfs keeps (git-lfs specification v1): its SHA-256 and its
// length, which are exactly what TUF states of it.

#include <cstdint>
#include <optional>

#include "libtufcore/digest.h"

namespace tuf {

struct LfsPointer {
  std::uint64_t size;
  Digest sha256;
  bool operator==(const LfsPointer&) const = default;
};

inline constexpr std::size_t max_lfs_pointer_bytes = 200;

// Exactly the bytes that git-lfs writes: three lines in their order, no extension, no other spelling. Empty
// for everything else.
std::optional<LfsPointer> parse_lfs_pointer(ByteView file);
Bytes lfs_pointer_text(const LfsPointer& pointer);
// Where an LFS store has the content: "4d/7a/4d7a2146...".
std::string lfs_object_path(const Digest& sha256);

}  // namespace tuf
