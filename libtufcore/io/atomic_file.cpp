// Writes that are there whole or not at all.
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "libtufcore/error.h"
#include "libtufcore/io/destination.h"
#include "libtufcore/io/file.h"

namespace tuf {
namespace {

constexpr int max_writers_of_one_name = 16;
constexpr std::size_t max_name_in_temporary = 200;  // so that the temporary name stays below 255 bytes

// A fixed small set of names, so that what a killed writer left behind is found without listing the folder.
std::string temporary_name(const fs::path& path, int slot) {
  return fmt::format(".{}.tmp-{:06x}", path.filename().string().substr(0, max_name_in_temporary), slot);
}

// A temporary file is held with a lock while somebody writes it; one without a lock was left by a killed
// writer.
void remove_if_stale(int directory, const std::string& name) {
  const Descriptor file(openat(directory, name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (file.get() < 0) {
    if (errno == ELOOP)
      unlinkat(directory, name.c_str(), 0);  // a symbolic link placed there: not ours, not followed
    return;
  }
  if (flock(file.get(), LOCK_EX | LOCK_NB) != 0) return;
  if (is_still_named(directory, name, file.get())) unlinkat(directory, name.c_str(), 0);
}

// Empty when another writer holds the name.
Descriptor create_locked(int directory, const std::string& name, mode_t mode, const fs::path& path) {
  Descriptor file(
      openat(directory, name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode));
  if (file.get() < 0) {
    if (errno == EEXIST) return Descriptor();
    throw system_error("write", path);
  }
  // The mode is that one whatever the umask says. Between creation and lock another writer may have taken the
  // file for a stale one.
  errno = 0;
  const bool ours = fchmod(file.get(), mode) == 0 && flock(file.get(), LOCK_EX) == 0 &&
                    is_still_named(directory, name, file.get());
  if (ours) return file;
  if (errno == 0 || errno == ENOENT) return Descriptor();
  const Error error = system_error("write", path);
  unlinkat(directory, name.c_str(), 0);
  throw error;
}

}  // namespace

AtomicFile::AtomicFile(fs::path path, FileMode mode, Existing existing)
    : path_(std::move(path)), existing_(existing) {
  if (!path_.has_filename()) throw local_io("{} is not the name of a file", shown_path(path_));
  directory_.reset(open(directory_of(path_).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (directory_.get() < 0) throw system_error("write into folder", directory_of(path_));
  check_destination(directory_.get(), path_, existing_);
  for (int attempt = 0; attempt < 2 * max_writers_of_one_name; ++attempt) {
    temporary_ = temporary_name(path_, attempt % max_writers_of_one_name);
    remove_if_stale(directory_.get(), temporary_);
    file_ = create_locked(directory_.get(), temporary_, static_cast<mode_t>(mode), path_);
    if (file_.get() < 0) continue;
    removed_on_interrupt_.watch((directory_of(path_) / temporary_).string());
    return;
  }
  throw conflict("too many processes are writing {} at once", shown_path(path_)).with_hint("try again later");
}

AtomicFile::~AtomicFile() {
  if (file_.get() >= 0) unlinkat(directory_.get(), temporary_.c_str(), 0);
}

void AtomicFile::append(ByteView bytes) {
  while (!bytes.empty()) {
    const ssize_t count = write(file_.get(), bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw system_error("write", path_);
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
}

void AtomicFile::commit(AfterPowerLoss then) {
  if (then != AfterPowerLoss::anything && fsync(file_.get()) != 0) throw system_error("write", path_);
  rename_into_place(directory_.get(), temporary_, path_, existing_);
  removed_on_interrupt_.release();
  if (close(file_.release()) != 0) throw system_error("write", path_);
  if (then == AfterPowerLoss::new_file && fsync(directory_.get()) != 0)
    throw system_error("store folder of", path_);
}

void write_file_atomically(const fs::path& path, ByteView bytes, FileMode mode, Existing existing,
                           AfterPowerLoss then) {
  AtomicFile file(path, mode, existing);
  file.append(bytes);
  file.commit(then);
}

}  // namespace tuf
