#include "libtufcore/io/partial_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "libtufcore/error.h"
#include "libtufcore/io/destination.h"

namespace tuf {
namespace {

constexpr int max_writers = 4;             // of one name and tag at once
constexpr int max_attempts_on_a_name = 4;  // others may remove it between our looking and locking
constexpr std::size_t max_name_in_hidden = 200;
constexpr std::uint64_t written_out_at_once = 8u << 20;
constexpr std::size_t piece_bytes = 256u << 10;

std::string hidden_name(const fs::path& path, const std::string& tag, int writer) {
  const std::string name = path.filename().string().substr(0, max_name_in_hidden);
  return writer == 0 ? fmt::format(".{}.{}.part", name, tag)
                     : fmt::format(".{}.{}-{}.part", name, tag, writer + 1);
}

// Nobody else can write it, now or through another name.
bool is_ours(const struct stat& status) {
  return S_ISREG(status.st_mode) && status.st_nlink == 1 && status.st_uid == geteuid() &&
         (status.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

}  // namespace

PartialFile::PartialFile(fs::path path, Existing existing, const std::string& tag, std::uint64_t max_bytes)
    : path_(std::move(path)), existing_(existing) {
  if (!path_.has_filename()) throw local_io("{} is not the name of a file", shown_path(path_));
  directory_.reset(open(directory_of(path_).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (directory_.get() < 0) throw system_error("write into folder", directory_of(path_));
  check_destination(directory_.get(), path_, existing_);
  for (int writer = 0; writer < max_writers; ++writer) {
    if (open_as(hidden_name(path_, tag, writer), max_bytes)) return;
  }
  throw conflict("too many processes are writing {} at once", shown_path(path_)).with_hint("try again later");
}

// False when another process holds it.
bool PartialFile::open_as(const std::string& name, std::uint64_t max_bytes) {
  for (int attempt = 0; attempt < max_attempts_on_a_name; ++attempt) {
    Descriptor file(openat(directory_.get(), name.c_str(),
                           O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC,
                           S_IRUSR | S_IWUSR));
    // Somebody else's file, or a folder, in the place of ours: another name will do.
    if (file.get() < 0 && (errno == EACCES || errno == EPERM || errno == EISDIR)) return false;
    if (file.get() < 0 && errno != ELOOP) throw system_error("write", path_);
    struct stat status {};
    if (file.get() >= 0) {
      if (flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
        if (errno == EWOULDBLOCK) return false;
        throw system_error("lock", path_);
      }
      if (!is_still_named(directory_.get(), name, file.get())) continue;  // its writer ended meanwhile
      if (fstat(file.get(), &status) != 0) throw system_error("look at", path_);
    }
    if (file.get() >= 0 && is_ours(status) && static_cast<std::uint64_t>(status.st_size) <= max_bytes) {
      file_ = std::move(file);
      name_ = name;
      size_ = static_cast<std::uint64_t>(status.st_size);
      return true;
    }
    // A link, a pipe, somebody else's file, or one that is too long: not what an earlier run left.
    if (unlinkat(directory_.get(), name.c_str(), 0) == 0 || errno == ENOENT) continue;
    if (errno == EACCES || errno == EPERM || errno == EISDIR) return false;
    throw system_error("remove", directory_of(path_) / name);
  }
  return false;
}

PartialFile::~PartialFile() {
  if (file_.get() >= 0 && !kept_) unlinkat(directory_.get(), name_.c_str(), 0);
}

fs::path PartialFile::path() const { return directory_of(path_) / name_; }

void PartialFile::read(const std::function<void(ByteView)>& sink) const {
  Bytes piece(std::min<std::uint64_t>(size_, piece_bytes), '\0');
  for (std::uint64_t at = 0; at < size_;) {
    const ssize_t count = pread(file_.get(), piece.data(), piece.size(), static_cast<off_t>(at));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) throw system_error("read", path());
    sink(ByteView(piece).substr(0, static_cast<std::size_t>(count)));
    at += static_cast<std::uint64_t>(count);
  }
}

void PartialFile::append(ByteView bytes) {
  const std::uint64_t before = size_;
  while (!bytes.empty()) {
    const ssize_t count = write(file_.get(), bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw system_error("write", path_);
    size_ += static_cast<std::uint64_t>(count);
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  // The disk begins while more is on its way, so that the fsync at the end has little left to wait for.
  if (before / written_out_at_once != size_ / written_out_at_once)
    sync_file_range(file_.get(), 0, 0, SYNC_FILE_RANGE_WRITE);
}

void PartialFile::clear() {
  if (ftruncate(file_.get(), 0) != 0) throw system_error("write", path_);
  size_ = 0;
}

void PartialFile::commit(FileMode mode) {
  if (fchmod(file_.get(), static_cast<mode_t>(mode)) != 0 || fsync(file_.get()) != 0)
    throw system_error("write", path_);
  rename_into_place(directory_.get(), name_, path_, existing_);
  if (close(file_.release()) != 0) throw system_error("write", path_);
  if (fsync(directory_.get()) != 0) throw system_error("store folder of", path_);
}

}  // namespace tuf
