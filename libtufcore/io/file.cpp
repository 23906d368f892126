#include "libtufcore/io/file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "libtufcore/error.h"
#include "libtufcore/io/descriptor.h"

namespace tuf {
namespace {

constexpr const char* state_variable = "XDG_STATE_HOME";
constexpr const char* state_below_home = ".local/state";

std::optional<Descriptor> open_to_read(const fs::path& path, int more_flags = 0) {
  Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC | more_flags));
  if (file.get() >= 0) return file;
  if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
  if (errno == ELOOP && (more_flags & O_NOFOLLOW) != 0)
    throw local_io("{} is a symbolic link, not a plain file", shown_path(path));
  throw system_error("read", path);
}

[[noreturn]] void throw_not_there(const fs::path& path) {
  errno = ENOENT;
  throw system_error("read", path);
}

Error too_large(const fs::path& path, std::uint64_t max_bytes) {
  return limit("{} is larger than the {} bytes allowed here", shown_path(path), max_bytes);
}

// Hands the file to `take` piece by piece; throws limit as soon as more than max_bytes were seen.
template <typename Take>
std::uint64_t read_pieces(int descriptor, const fs::path& path, std::uint64_t max_bytes, Take take) {
  std::array<char, 1 << 16> buffer;
  std::uint64_t total = 0;
  while (true) {
    const ssize_t count = read(descriptor, buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw system_error("read", path);
    if (count == 0) return total;
    total += static_cast<std::uint64_t>(count);
    if (total > max_bytes) throw too_large(path, max_bytes);
    take(ByteView(buffer.data(), static_cast<std::size_t>(count)));
  }
}

std::optional<fs::path> find_xdg_directory(const char* variable, const char* below_home) {
  const char* set = std::getenv(variable);
  if (set != nullptr && set[0] == '/')
    return fs::path(set) / "pg";  // the standard: relative values are ignored
  const char* home = std::getenv("HOME");
  if (home == nullptr || home[0] != '/') return std::nullopt;
  return fs::path(home) / below_home / "pg";
}

fs::path xdg_directory(const char* variable, const char* below_home) {
  if (const auto directory = find_xdg_directory(variable, below_home)) return *directory;
  throw configuration("neither {} nor HOME names a folder", variable)
      .with_hint(fmt::format("set {}", variable));
}

Bytes read_whole(const Descriptor& file, const fs::path& path, std::size_t max_bytes) {
  Bytes bytes;
  read_pieces(file.get(), path, max_bytes, [&](ByteView piece) { bytes += piece; });
  return bytes;
}

bool is_directory_now(const fs::path& path) {
  struct stat status {};
  return stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

}  // namespace

std::string shown_path(const fs::path& path) { return fmt::format("'{}'", escaped(path.string(), 4096)); }

Error system_error(std::string_view doing, const fs::path& path) {
  const int reason = errno;
  return local_io("cannot {} {}: {}", doing, shown_path(path), std::strerror(reason));
}

bool overwrite_note(const fs::path& path, ByteView bytes) {
  const Descriptor file(open(path.c_str(), O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  struct stat status {};
  if (file.get() < 0 || fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode)) return false;
  if (static_cast<std::uint64_t>(status.st_size) != bytes.size()) return false;
  return write(file.get(), bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size());
}

std::optional<Bytes> read_file_if_there(const fs::path& path, std::size_t max_bytes, Links links) {
  const std::optional<Descriptor> file =
      open_to_read(path, links == Links::refuse ? O_NONBLOCK | O_NOFOLLOW : O_NONBLOCK);
  if (!file) return std::nullopt;
  struct stat status {};
  if (fstat(file->get(), &status) != 0) throw system_error("look at", path);
  if (!S_ISREG(status.st_mode)) throw local_io("{} is not a plain file", shown_path(path));
  if (static_cast<std::uint64_t>(status.st_size) > max_bytes) throw too_large(path, max_bytes);
  return read_whole(*file, path, max_bytes);
}

Bytes read_file(const fs::path& path, std::size_t max_bytes) {
  const std::optional<Descriptor> file = open_to_read(path);
  if (!file) throw_not_there(path);
  return read_whole(*file, path, max_bytes);
}

std::uint64_t stream_file(const fs::path& path, std::uint64_t max_bytes, const std::function<void(ByteView)>& take) {
  const std::optional<Descriptor> file = open_to_read(path);
  if (!file) throw_not_there(path);
  return read_pieces(file->get(), path, max_bytes, take);
}

FileSummary summarise_file(const fs::path& path, HashAlgorithm algorithm, std::uint64_t max_bytes) {
  Hasher hasher(algorithm);
  const std::uint64_t length = stream_file(path, max_bytes, [&](ByteView piece) { hasher.update(piece); });
  return {length, hasher.finish()};
}

void sync_directory(const fs::path& path) {
  const Descriptor directory(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (directory.get() < 0) throw system_error("open", path);
  if (fsync(directory.get()) != 0) throw system_error("store", path);
}

void make_directories(const fs::path& path, unsigned mode) {
  if (path.empty() || is_directory_now(path)) return;
  const fs::path parent = path.parent_path();
  if (parent != path) make_directories(parent, mode);
  if (mkdir(path.c_str(), mode) != 0) {
    if (errno == EEXIST && is_directory_now(path))
      return;  // somebody else was quicker, or it is "a/." of "a"
    throw system_error("make folder", path);
  }
  sync_directory(parent.empty() ? fs::path(".") : parent);
}

void refuse_if_others_can_write(const fs::path& dir) {
  struct stat status {};
  if (stat(dir.c_str(), &status) != 0) throw system_error("look at", dir);
  if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
    throw refused("{} can be written by other users, so nothing in it can be trusted", shown_path(dir))
        .with_hint(fmt::format("chmod go-w {}", shown_path(dir)));
  }
  if (status.st_uid != geteuid() && status.st_uid != 0) {
    throw refused("{} belongs to another user (uid {}), so nothing in it can be trusted", shown_path(dir),
                  status.st_uid)
        .with_hint("use a folder of your own");
  }
}

void refuse_if_others_can_write_above(const fs::path& dir) {
  const auto top = find_xdg_directory(state_variable, state_below_home);
  const fs::path inside = top ? dir.lexically_relative(*top) : fs::path("..");
  if (inside.empty() || *inside.begin() == ".." || *inside.begin() == ".") return;
  fs::path above = *top;
  for (const fs::path& part : inside) {
    refuse_if_others_can_write(above);
    above /= part;
  }
}

FileLock::FileLock(const fs::path& path, Wait wait) {
  Descriptor file(open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (file.get() < 0) throw system_error("open lock", path);
  const int operation = wait == Wait::yes ? LOCK_EX : LOCK_EX | LOCK_NB;
  while (flock(file.get(), operation) != 0) {
    if (errno == EINTR) continue;
    if (errno != EWOULDBLOCK) throw system_error("lock", path);
    throw conflict("another process holds the lock {}", shown_path(path))
        .with_hint("try again when it has ended");
  }
  descriptor_ = file.release();
}

FileLock::~FileLock() {
  if (descriptor_ >= 0) close(descriptor_);  // which releases the lock; the file stays, others may wait on it
}

fs::path config_directory() { return xdg_directory("XDG_CONFIG_HOME", ".config"); }
fs::path state_directory() { return xdg_directory(state_variable, state_below_home); }

}  // namespace tuf
