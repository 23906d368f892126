#pragma once
// The repository's own store of git-lfs, from which git-lfs uploads and the publisher takes contents.

#include "libtufcore/git/git_repository.h"
#include "libtufcore/lfs_pointer.h"
#include "signer/staged_file.h"

namespace tuf {

// Puts the content where git-lfs looks for it (lfs.storage, else .git/lfs), whole or not at all; no-op when
// it is there.
void keep_lfs_object(const GitRepository& git, const StagedFile& content);

}  // namespace tuf
