#pragma once
// The folder of a published tree. What is put becomes visible with settle(), in the order in which it was put; the timestamp,
// which leads to everything else, when that is on the disk. Files are written below .publish/ and moved into place
// when they are on the disk: never a half file, never another one's immutable file replaced, whoever else writes there.

#include <functional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "libtufcore/io/descriptor.h"
#include "libtufcore/io/file.h"

namespace tuf {

using TakePiece = std::function<void(ByteView)>;

class FolderStore {
 public:
  explicit FolderStore(fs::path folder);  // needs the lock below
  ~FolderStore();
  FolderStore(const FolderStore&) = delete;
  FolderStore& operator=(const FolderStore&) = delete;

  // A file that never changes. False when it is there already. Throws refused when it is there with other bytes (C-11).
  bool put_new(const std::string& path, ByteView bytes);
  // The same piece by piece, of a file that is not there (holds): it need not fit into memory.
  void put_new_pieces(const std::string& path, const std::function<void(const TakePiece&)>& produce);
  // Asks before the bytes are fetched from git: is this immutable file there? Refused as above.
  bool holds(const std::string& path, std::uint64_t length, const Digest& sha256) const;
  // A file that changes in place. False when it is there with just these bytes.
  bool replace(const std::string& path, ByteView bytes);
  // The same of the file that leads to all others: put last, it becomes visible when they are on the disk.
  bool replace_last(const std::string& path, ByteView bytes);
  // Everything put so far is visible and survives a power failure.
  void settle();

 private:
  struct Staged {
    std::string path;
    fs::path temporary;
    Existing existing;
    Descriptor content;  // kept open as long as there are few
    bool is_last = false;
  };
  bool is_there(const std::string& path) const;
  bool has_content(const std::string& path, ByteView bytes) const;
  void stage(const std::string& path, ByteView bytes, Existing existing);
  void stage_pieces(const std::string& path, const std::function<void(const TakePiece&)>& produce, Existing existing);
  void sync_contents();
  void sync_everything();
  void move_into_place(std::span<Staged> files);
  void refuse_links(const fs::path& path) const;
  void make_parents(const fs::path& path, std::set<fs::path>& touched);
  void move_into_place(const Staged& file);
  static int move_by_link(const Staged& file, const fs::path& path);

  fs::path folder_, staging_;
  Descriptor root_;
  std::vector<Staged> staged_;
  std::set<fs::path> known_;
};

// Held while reading the previous state and writing the next: two publishers cannot make two files of one version (C-07).
// What a killed run left is synced and removed.
// Makes the folder. Throws conflict when another process has it.
class SiteLock {
 public:
  explicit SiteLock(const fs::path& folder);

 private:
  FileLock lock_;
};

}  // namespace tuf
