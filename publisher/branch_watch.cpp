#include "publisher/branch_watch.h"

#include <poll.h>
#include <sys/inotify.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>

#include "libtufcore/io/interrupt.h"

namespace tuf {
namespace {

// git replaces these files, it does not write into them.
std::string which_file(const fs::path& path) {
  struct stat status {};
  if (stat(path.c_str(), &status) != 0) return "none ";
  return fmt::format("{} {} {}.{} ", status.st_ino, status.st_size, status.st_mtim.tv_sec, status.st_mtim.tv_nsec);
}

}  // namespace

BranchWatch::BranchWatch(const fs::path& git_directory, const std::string& branch)
    : loose_(git_directory / "refs" / "heads" / branch), packed_(git_directory / "packed-refs"), seen_(look()) {
  events_.reset(inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
  if (events_.get() < 0) throw system_error("watch", git_directory);
}

bool BranchWatch::wait(std::chrono::milliseconds time) {
  const auto end = std::chrono::steady_clock::now() + time;
  while (true) {
    throw_if_interrupted();
    if (std::string now = look(); now != seen_) {
      seen_ = std::move(now);
      return true;
    }
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
    if (left.count() <= 0) return false;
    wait_for_events(left);
  }
}

std::string BranchWatch::look() const { return which_file(loose_) + which_file(packed_); }

// Folders come and go with the last branch in them, so each time they are watched again; where that is not possible the
// files are looked at in time all the same, and so is a signal that comes just before the wait.
void BranchWatch::wait_for_events(std::chrono::milliseconds time) {
  constexpr std::chrono::milliseconds at_once{200};
  for (const fs::path& folder : {packed_.parent_path(), loose_.parent_path()})
    inotify_add_watch(events_.get(), folder.c_str(), IN_MOVED_TO | IN_CREATE | IN_CLOSE_WRITE | IN_DELETE | IN_ONLYDIR);
  pollfd wanted{events_.get(), POLLIN, 0};
  poll(&wanted, 1, static_cast<int>(std::min(time, at_once).count()));
  std::array<char, 16 * 1024> unread;
  while (read(events_.get(), unread.data(), unread.size()) > 0) {
  }
}

}  // namespace tuf
