#pragma once
// Where a published tree is kept. What is put becomes visible with settle(), in the order in which it was put; the publisher
// puts the timestamp after everything that it leads to has settled.

#include <functional>
#include <memory>
#include <string>

#include "libtufcore/io/file.h"

namespace tuf {

using TakePiece = std::function<void(ByteView)>;

class SiteStore {
 public:
  virtual ~SiteStore() = default;
  // A file that never changes. False when it is there already. Throws refused when it is there with other bytes (C-11).
  virtual bool put_new(const std::string& path, ByteView bytes) = 0;
  // The same piece by piece, of a file that is not there (holds): it need not fit into memory.
  virtual void put_new_pieces(const std::string& path, const std::function<void(const TakePiece&)>& produce) = 0;
  // Asks before the bytes are fetched from git: is this immutable file there? Refused as above.
  virtual bool holds(const std::string& path, std::uint64_t length, const Digest& sha256) = 0;
  // A file that changes in place. False when it is there with just these bytes.
  virtual bool replace(const std::string& path, ByteView bytes) = 0;
  // Everything put so far is visible and survives a power failure.
  virtual void settle() = 0;
};

// A folder. Files are written below .publish/ and moved into place when they are on the disk: never a half file, never
// another one's immutable file replaced, whoever else writes there. Needs the lock below.
std::unique_ptr<SiteStore> open_folder_store(const fs::path& folder);

// Held while reading the previous state and writing the next: two publishers cannot make two files of one version (C-07).
FileLock lock_site(const fs::path& folder);

}  // namespace tuf
