#pragma once
// Reading and writing files: capped reads, and writes that are there whole or not at all. Errors are local_io
// (limit for too much) and name the path and the system's reason.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "libtufcore/digest.h"
#include "libtufcore/io/descriptor.h"
#include "libtufcore/io/interrupt.h"

namespace tuf {

namespace fs = std::filesystem;

enum class FileMode : unsigned { shared = 0644, secret = 0600, program = 0755 };
enum class Existing { replace, refuse };
// What a power failure right after a write may leave: the new file; the old one or the new one, whole; or
// anything (for what can be had again and is checked when it is read). A kill always leaves the old or the new one.
enum class AfterPowerLoss { new_file, old_or_new_file, anything };

Bytes read_file(const fs::path& path, std::size_t max_bytes);  // pipes, too: somebody named it
// A plain file; anything else of that name is local_io, and no pipe is waited for. Empty only for
// ENOENT/ENOTDIR.
enum class Links { follow, refuse };
std::optional<Bytes> read_file_if_there(const fs::path& path, std::size_t max_bytes,
                                        Links links = Links::follow);
// A plain file piece by piece; its length. Throws limit when it is longer than max_bytes.
std::uint64_t stream_file(const fs::path& path, std::uint64_t max_bytes, const std::function<void(ByteView)>& take);
struct FileSummary {
  std::uint64_t length;
  Digest digest;
};
FileSummary summarise_file(const fs::path& path, HashAlgorithm algorithm,
                           std::uint64_t max_bytes);  // streamed

// Writes to an exclusive temporary file in the same folder, fsyncs it, renames it, fsyncs the folder. A kill
// at any moment leaves the old file, the new file, or the old one and a ".<name>.tmp-00000N" that the next
// write of that name removes.
void write_file_atomically(const fs::path& path, ByteView bytes, FileMode mode = FileMode::shared,
                           Existing existing = Existing::replace,
                           AfterPowerLoss then = AfterPowerLoss::new_file);

// Writes over a plain file of just this length, where it is: for a small note whose loss harms nothing, ten times as
// fast as a new file. False when there is no such file.
bool overwrite_note(const fs::path& path, ByteView bytes);

// What write_file_atomically writes to: a file that grows piece by piece and appears under its name only by commit(). Dropped: the temporary file
// goes. Parents are not followed through symbolic links at the last component: an existing link, device or
// folder is refused.
class AtomicFile {
 public:
  AtomicFile(fs::path path, FileMode mode, Existing existing);
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;
  void append(ByteView bytes);
  void commit(AfterPowerLoss then = AfterPowerLoss::new_file);

 private:
  fs::path path_;
  Existing existing_;
  Descriptor directory_;
  Descriptor file_;        // locked while it is written; closed by commit()
  std::string temporary_;  // its name in the folder
  RemovedOnInterrupt removed_on_interrupt_;
};

void make_directories(const fs::path& path, unsigned mode = 0755);  // each new one fsynced into its parent
void refuse_if_others_can_write(const fs::path& dir);               // P-12: refused, with the chmod to run
// The same for the folders of state_directory() that `dir` is in: who can write there can exchange it.
void refuse_if_others_can_write_above(const fs::path& dir);

// One process at a time: flock on `path` (made when absent). Throws conflict naming the path when `wait` is
// no and it is held.
class FileLock {
 public:
  enum class Wait { no, yes };
  FileLock(const fs::path& path, Wait wait);
  ~FileLock();
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;

 private:
  int descriptor_ = -1;
};

// XDG base directories of this project: $XDG_CONFIG_HOME/pg (~/.config/pg) and $XDG_STATE_HOME/pg
// (~/.local/state/pg).
fs::path config_directory();
fs::path state_directory();

}  // namespace tuf
