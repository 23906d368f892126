#include "libtufcore/io/destination.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "libtufcore/error.h"

namespace tuf {
namespace {

int rename_without_replacing(int directory, const char* from, const char* to) {
  if (renameat2(directory, from, directory, to, RENAME_NOREPLACE) == 0) return 0;
  if (errno != EINVAL && errno != ENOSYS) return -1;
  // File systems that cannot: a second name, then the first one goes.
  if (linkat(directory, from, directory, to, 0) != 0) return -1;
  return unlinkat(directory, from, 0);
}

void refuse_unless_plain(const struct stat& status, const fs::path& path) {
  if (S_ISLNK(status.st_mode))
    throw local_io("{} is a symbolic link; nothing is written through it", shown_path(path));
  if (S_ISDIR(status.st_mode)) throw local_io("{} is a folder, not a file", shown_path(path));
  if (!S_ISREG(status.st_mode))
    throw local_io("{} is not a plain file; nothing is written there", shown_path(path));
}

}  // namespace

fs::path directory_of(const fs::path& path) {
  const fs::path parent = path.parent_path();
  return parent.empty() ? fs::path(".") : parent;
}

std::optional<std::uint64_t> size_at_destination(const fs::path& path) {
  struct stat status {};
  if (lstat(path.c_str(), &status) != 0) {
    if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
    throw system_error("look at", path);
  }
  refuse_unless_plain(status, path);
  return static_cast<std::uint64_t>(status.st_size);
}

void check_destination(int directory, const fs::path& path, Existing existing) {
  struct stat status {};
  if (fstatat(directory, path.filename().c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
    if (errno == ENOENT) return;
    throw system_error("look at", path);
  }
  refuse_unless_plain(status, path);
  if (existing == Existing::refuse) {
    throw conflict("{} exists already", shown_path(path)).with_hint("give --force to replace it");
  }
}

bool is_still_named(int directory, const std::string& name, int descriptor) {
  struct stat by_name {
  }, open_file{};
  return fstatat(directory, name.c_str(), &by_name, AT_SYMLINK_NOFOLLOW) == 0 &&
         fstat(descriptor, &open_file) == 0 && by_name.st_ino == open_file.st_ino &&
         by_name.st_dev == open_file.st_dev;
}

void rename_into_place(int directory, const std::string& temporary, const fs::path& path, Existing existing) {
  const std::string name = path.filename().string();
  const int failed = existing == Existing::refuse
                         ? rename_without_replacing(directory, temporary.c_str(), name.c_str())
                         : renameat(directory, temporary.c_str(), directory, name.c_str());
  if (failed == 0) return;
  const Error reason = system_error("write", path);
  if (errno == EEXIST) check_destination(directory, path, existing);
  throw reason;
}

}  // namespace tuf
