// The definitions of open, write, fsync, renameat ... that come before the C library's, and what they note
// for the recording of this thread (power_loss.h).
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <utility>

#include "tests/support/power_loss.h"

namespace tuf::test {
namespace {

thread_local bool sync_does_nothing = false;

}  // namespace

QuickSync::QuickSync() { sync_does_nothing = true; }
QuickSync::~QuickSync() { sync_does_nothing = false; }

struct Recorder {
  using Change = PowerLossRecording::Change;
  using Kind = Change::Kind;

  static bool is_on() { return PowerLossRecording::active_ != nullptr; }
  static PowerLossRecording& recording() { return *PowerLossRecording::active_; }

  static std::optional<std::size_t> known(const struct stat& status) {
    const auto found = recording().nodes_by_inode_.find({status.st_dev, status.st_ino});
    if (found == recording().nodes_by_inode_.end()) return std::nullopt;
    return found->second;
  }
  static std::optional<std::size_t> node_of(int descriptor) {
    struct stat status {};
    return fstat(descriptor, &status) == 0 ? known(status) : std::nullopt;
  }
  static std::optional<std::size_t> node_at(int directory, const char* path) {
    struct stat status {};
    return fstatat(directory, path, &status, AT_SYMLINK_NOFOLLOW) == 0 ? known(status) : std::nullopt;
  }

  struct Place {
    std::size_t folder;
    std::string name;
  };
  // Nothing for a path that is not in the recorded folder.
  static std::optional<Place> place_of(int directory, std::string path) {
    while (path.size() > 1 && path.back() == '/') path.pop_back();
    const std::size_t slash = path.rfind('/');
    const std::string parent = slash == std::string::npos ? "" : path.substr(0, slash + 1);
    const auto folder = parent.empty() && directory != AT_FDCWD
                            ? node_of(directory)
                            : node_at(directory, parent.empty() ? "." : parent.c_str());
    if (!folder) return std::nullopt;
    return Place{*folder, slash == std::string::npos ? path : path.substr(slash + 1)};
  }

  static const std::string& shown(std::size_t node) { return recording().shown_names_[node]; }

  static void made(Kind kind, int directory, const char* path) {
    const auto place = place_of(directory, path);
    struct stat status {};
    if (!place || fstatat(directory, path, &status, AT_SYMLINK_NOFOLLOW) != 0) return;
    const std::size_t node = recording().shown_names_.size();
    recording().shown_names_.push_back(place->name);
    recording().nodes_by_inode_[{status.st_dev, status.st_ino}] = node;
    recording().note({.kind = kind, .node = node, .folder = place->folder, .name = place->name},
                     (kind == Kind::make_file ? "make " : "make folder ") + place->name);
  }
  static void wrote(int descriptor, std::uint64_t offset, const void* bytes, std::size_t count) {
    const auto node = node_of(descriptor);
    if (!node) return;
    recording().note({.kind = Kind::write,
                      .node = *node,
                      .bytes = {static_cast<const char*>(bytes), count},
                      .offset = offset},
                     fmt::format("write {} bytes to {}", count, shown(*node)));
  }
  static void truncated(int descriptor, std::uint64_t length) {
    if (const auto node = node_of(descriptor))
      recording().note({.kind = Kind::truncate, .node = *node, .offset = length}, "truncate " + shown(*node));
  }
  static void synced(int descriptor) {
    if (const auto node = node_of(descriptor))
      recording().note({.kind = Kind::sync, .node = *node}, "sync " + shown(*node));
  }
  static void moved(Kind kind, std::optional<Place> from, int to_directory, const char* to) {
    const auto place = place_of(to_directory, to);
    if (!from || !place) return;
    recording().note(
        {.kind = kind,
         .folder = from->folder,
         .to_folder = place->folder,
         .name = from->name,
         .to_name = place->name},
        fmt::format("{} {} to {}", kind == Kind::rename ? "rename" : "link", from->name, place->name));
    if (const auto node = node_at(to_directory, to); node && kind == Kind::rename)
      recording().shown_names_[*node] = place->name;
  }
  static void removed(const std::optional<Place>& place) {
    if (place)
      recording().note({.kind = Kind::remove, .folder = place->folder, .name = place->name},
                       "remove " + place->name);
  }
};

namespace {

int open_and_note(int directory, const char* path, int flags, mode_t mode) {
  struct stat before {};
  const bool was_there = Recorder::is_on() && fstatat(directory, path, &before, 0) == 0;
  const int descriptor = static_cast<int>(syscall(SYS_openat, directory, path, flags, mode));
  if (!Recorder::is_on() || descriptor < 0) return descriptor;
  if ((flags & O_CREAT) != 0 && !was_there)
    Recorder::made(Recorder::Kind::make_file, directory, path);
  else if ((flags & O_TRUNC) != 0)
    Recorder::truncated(descriptor, 0);
  return descriptor;
}

int rename_and_note(int directory, const char* from, int to_directory, const char* to, unsigned flags) {
  const auto place = Recorder::is_on() ? Recorder::place_of(directory, from) : std::nullopt;
  const int result = static_cast<int>(syscall(SYS_renameat2, directory, from, to_directory, to, flags));
  if (Recorder::is_on() && result == 0) Recorder::moved(Recorder::Kind::rename, place, to_directory, to);
  return result;
}

int link_and_note(int directory, const char* from, int to_directory, const char* to, int flags) {
  const auto place = Recorder::is_on() ? Recorder::place_of(directory, from) : std::nullopt;
  const int result = static_cast<int>(syscall(SYS_linkat, directory, from, to_directory, to, flags));
  if (Recorder::is_on() && result == 0) Recorder::moved(Recorder::Kind::link, place, to_directory, to);
  return result;
}

int unlink_and_note(int directory, const char* path, int flags) {
  const auto place = Recorder::is_on() ? Recorder::place_of(directory, path) : std::nullopt;
  const int result = static_cast<int>(syscall(SYS_unlinkat, directory, path, flags));
  if (Recorder::is_on() && result == 0) Recorder::removed(place);
  return result;
}

int mkdir_and_note(int directory, const char* path, mode_t mode) {
  const int result = static_cast<int>(syscall(SYS_mkdirat, directory, path, mode));
  if (Recorder::is_on() && result == 0) Recorder::made(Recorder::Kind::make_folder, directory, path);
  return result;
}

ssize_t write_and_note(int descriptor, const void* bytes, std::size_t size) {
  if (!Recorder::is_on()) return syscall(SYS_write, descriptor, bytes, size);
  const bool appends = (fcntl(descriptor, F_GETFL) & O_APPEND) != 0;
  const off_t offset = lseek(descriptor, 0, appends ? SEEK_END : SEEK_CUR);
  const ssize_t count = syscall(SYS_write, descriptor, bytes, size);
  if (count > 0 && offset >= 0)
    Recorder::wrote(descriptor, static_cast<std::uint64_t>(offset), bytes, static_cast<std::size_t>(count));
  return count;
}

int truncate_and_note(int descriptor, off_t length) {
  const int result = static_cast<int>(syscall(SYS_ftruncate, descriptor, length));
  if (Recorder::is_on() && result == 0) Recorder::truncated(descriptor, static_cast<std::uint64_t>(length));
  return result;
}

int sync_and_note(int descriptor, long call) {
  const int result = sync_does_nothing ? 0 : static_cast<int>(syscall(call, descriptor));
  if (Recorder::is_on() && result == 0) Recorder::synced(descriptor);
  return result;
}

}  // namespace
}  // namespace tuf::test

// The names are given as labels: the headers' own declarations (inline ones, with checks, in optimised
// builds) stay out of it. `mode` stands in the register of a third argument whether the caller gave one or
// not; without O_CREAT the kernel does not look at it.
using namespace tuf::test;
#define PG_INSTEAD_OF(name, result, ...)           \
  result noted_##name(__VA_ARGS__) __asm__(#name); \
  result noted_##name(__VA_ARGS__)
extern "C" {
PG_INSTEAD_OF(open, int, const char* path, int flags, mode_t mode) {
  return open_and_note(AT_FDCWD, path, flags, mode);
}
PG_INSTEAD_OF(open64, int, const char* path, int flags, mode_t mode) {
  return open_and_note(AT_FDCWD, path, flags, mode);
}
PG_INSTEAD_OF(openat, int, int directory, const char* path, int flags, mode_t mode) {
  return open_and_note(directory, path, flags, mode);
}
PG_INSTEAD_OF(openat64, int, int directory, const char* path, int flags, mode_t mode) {
  return open_and_note(directory, path, flags, mode);
}
PG_INSTEAD_OF(rename, int, const char* from, const char* to) {
  return rename_and_note(AT_FDCWD, from, AT_FDCWD, to, 0);
}
PG_INSTEAD_OF(renameat, int, int directory, const char* from, int to_directory, const char* to) {
  return rename_and_note(directory, from, to_directory, to, 0);
}
PG_INSTEAD_OF(renameat2, int, int directory, const char* from, int to_directory, const char* to,
              unsigned flags) {
  return rename_and_note(directory, from, to_directory, to, flags);
}
PG_INSTEAD_OF(link, int, const char* from, const char* to) {
  return link_and_note(AT_FDCWD, from, AT_FDCWD, to, 0);
}
PG_INSTEAD_OF(linkat, int, int directory, const char* from, int to_directory, const char* to, int flags) {
  return link_and_note(directory, from, to_directory, to, flags);
}
PG_INSTEAD_OF(unlink, int, const char* path) { return unlink_and_note(AT_FDCWD, path, 0); }
PG_INSTEAD_OF(rmdir, int, const char* path) { return unlink_and_note(AT_FDCWD, path, AT_REMOVEDIR); }
PG_INSTEAD_OF(unlinkat, int, int directory, const char* path, int flags) {
  return unlink_and_note(directory, path, flags);
}
PG_INSTEAD_OF(mkdir, int, const char* path, mode_t mode) { return mkdir_and_note(AT_FDCWD, path, mode); }
PG_INSTEAD_OF(mkdirat, int, int directory, const char* path, mode_t mode) {
  return mkdir_and_note(directory, path, mode);
}
PG_INSTEAD_OF(write, ssize_t, int descriptor, const void* bytes, std::size_t size) {
  return write_and_note(descriptor, bytes, size);
}
PG_INSTEAD_OF(ftruncate, int, int descriptor, off_t length) { return truncate_and_note(descriptor, length); }
PG_INSTEAD_OF(fsync, int, int descriptor) { return sync_and_note(descriptor, SYS_fsync); }
PG_INSTEAD_OF(fdatasync, int, int descriptor) { return sync_and_note(descriptor, SYS_fdatasync); }
}
