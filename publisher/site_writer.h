#pragma once
// Writes a rendering into a folder: files first, timestamp.json last. A kill at any moment leaves a tree from which every
// client sees the old or the new state.

#include "publisher/lfs_store.h"
#include "publisher/render.h"

namespace tuf {

// Files of git come from `tree`, or where it has git-lfs pointers from `lfs`, hashed again on the way. Throws refused when
// a file that never changes is there with other bytes (C-11).
WrittenSite write_site(const fs::path& folder, const Rendering& rendering, const TreeReader* tree,
                       const LfsStore& lfs = LfsStore({}));

}  // namespace tuf
