#pragma once
// The verified lists of a repository as the proof of a file asks for them (file_proof.h), and the unsigned
// index beside them that says where to look first.

#include "client/file_proof.h"

namespace tuf {

// Everything that is handed over must outlive the result.
KnownReleases known_releases(const RepositoryConfig& repository, Fetcher& fetcher, Updater& updater,
                             const TopLevel& top, Ask ask);

}  // namespace tuf
