#pragma once
// pg.lock: which releases somebody chose, and the length and digests of each of their files, so that
// everybody gets the same bytes later (docs/formats.md). Sorted JSON: equal contents are equal bytes.
//
// A lock is bound to a repository by the digest of the root that was pinned, which says the same on every
// machine; the name is the one that the root states.

#include <compare>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "client/project_view.h"

namespace tuf {

struct LockedFile {
  std::uint64_t length = 0;
  Hashes hashes;  // never empty
  bool operator==(const LockedFile&) const = default;
};

struct LockedRelease {
  std::string requested;  // "latest", a version or a range: what updating the lock asks for again
  Version version;
  std::map<std::string, LockedFile> files;  // by target path, each of this release; never empty
  bool operator==(const LockedRelease&) const = default;
};

struct LockedRepository {
  std::uint64_t root_version = 1;  // of the trusted root when the lock was written
  std::map<WantedProduct, LockedRelease> releases;
  bool operator==(const LockedRepository&) const = default;
};

struct RepositoryIdentity {
  std::string name;    // as the root states it
  Digest root_sha256;  // of the root that was pinned
  auto operator<=>(const RepositoryIdentity&) const = default;
};

struct LockFile {
  std::map<RepositoryIdentity, LockedRepository> repositories;
  bool operator==(const LockFile&) const = default;

  // `what` names the file in messages. Strict: an unknown member, a path of another release or a digest that
  // is missing is refused.
  static LockFile parse(ByteView text, const std::string& what);
  Bytes text() const;
};

inline constexpr const char* default_lock_file = "pg.lock";

// What a user's file says. Throws configuration with the way out for anything that is no lock.
LockFile parse_lock_file(ByteView text, const std::filesystem::path& path);
// Throws not_found with the command that makes one when there is none.
LockFile read_lock_file(const std::filesystem::path& path);
std::optional<Bytes> read_lock_file_if_there(const std::filesystem::path& path);
// Atomically, and only when it changes. Throws conflict when the file is not `before` any more.
void write_lock_file(const std::filesystem::path& path, const LockFile& lock,
                     const std::optional<Bytes>& before);

LockedRelease locked_release(const Release& release, const std::string& requested);

}  // namespace tuf
