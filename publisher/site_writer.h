#pragma once
// Writes a rendering into a folder: files first, timestamp.json last, each file whole or not at all. A kill at any moment
// leaves a tree from which every client sees the old or the new state.

#include <filesystem>

#include "libtufcore/io/file.h"
#include "publisher/lfs_store.h"
#include "publisher/render.h"

namespace tuf {

// Held while reading the previous state and writing the next: two publishers cannot make two files of one version (C-07).
FileLock lock_site(const std::filesystem::path& folder);

struct WrittenSite {
  std::size_t files = 0;
  std::uint64_t bytes = 0;
};
// Target bytes come from `tree`, or where it has git-lfs pointers from `lfs`, hashed again on the way. Throws refused when a file that never changes is there with other
// bytes (C-11).
WrittenSite write_site(const std::filesystem::path& folder, const Rendering& rendering, const TreeReader* tree,
                       const LfsStore& lfs = LfsStore({}));

}  // namespace tuf
