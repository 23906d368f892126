#pragma once
// A lock against what its repositories say now: the same bytes, or an error that says what became of them.

#include <optional>
#include <string>
#include <vector>

#include "client/lock_file.h"
#include "client/project_view.h"

namespace tuf {

// What a lock asks of one repository of this machine.
struct LockedPart {
  RepositoryConfig repository;
  std::string name;  // as the root stated it when the lock was written
  LockedRepository locked;
};

// Finds the repositories by their pinned roots. `wanted`: some of the products; none: all. `repository`: what
// --repository names; only its part then. Throws not_found for a product that is not in the lock, refused
// when no repository here has the lock's root, no_trusted_root when there is none at all.
std::vector<LockedPart> parts_of(const LockFile& lock, const std::vector<WantedProduct>& wanted,
                                 const std::optional<std::string>& repository, const std::string& what);

// Throws rollback when the repository shows an older root than when the lock was written.
void require_root_version(const LockedRepository& locked, const ProjectView& view,
                          const RepositoryConfig& repository, const std::string& what);
// That, and refused when the root now gives the repository another name.
void require_same_root(const LockedPart& part, const ProjectView& view, const std::string& what);

// The release with those of its files that the lock has; each as the repository states it now, which is the
// same length and, for every algorithm that both know (at least one), the same digest. Throws refused when
// the project is blocked, the release or a file of it is gone, or anything differs; warns when it is yanked,
// or has files that the lock has not.
Release release_as_locked(const WantedProduct& product, const LockedRelease& locked, const ProjectView& view,
                          const std::string& what, Output& out);

}  // namespace tuf
