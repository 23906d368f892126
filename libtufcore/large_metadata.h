#pragma once
// Metadata files of which a client needs little: a snapshot or a list of delegations with 100,000 entries.
// All of the file is checked as strict JSON and all of it is what the signatures cover; of its entries only
// those that are needed are read (docs/decisions/0008-large-files.md). Small files are read whole.

#include <functional>
#include <string_view>

#include "libtufcore/signed_file.h"

namespace tuf {

inline constexpr std::size_t large_file_bytes = 128u << 10;

// What a search will ask of a list. Empty functions: everything.
struct NeededEntries {
  std::function<bool(std::string_view path)> target;
  // Told ("paths", pattern) or ("path_hash_prefixes", prefix) of one delegation after the other.
  std::function<bool(std::string_view member, std::string_view text)> delegation;
};

// As parse_signed_file, which they use for small files; `signed_part` is not complete when the file was
// large.
SignedFile<Snapshot> parse_snapshot_file(ByteView file, std::string_view what);
SignedFile<Targets> parse_targets_file(ByteView file, std::string_view what, const NeededEntries& needed);

}  // namespace tuf
