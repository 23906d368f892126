#include "publisher/branch_watch.h"

#include <poll.h>
#include <sys/inotify.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "libtufcore/io/interrupt.h"

namespace tuf {

BranchWatch::BranchWatch(const fs::path& git_directory, const std::string& branch) {
  const fs::path file = git_directory / "refs" / "heads" / branch;
  file_name_ = file.filename().string();
  events_.reset(inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
  if (events_.get() < 0) throw system_error("watch", git_directory);
  // git writes a file of another name and renames it. Packed references lie in one file of the git directory.
  constexpr std::uint32_t arrivals = IN_MOVED_TO | IN_CREATE | IN_CLOSE_WRITE | IN_ONLYDIR;
  for (const fs::path& folder : {git_directory, file.parent_path()}) {
    const bool is_there = fs::is_directory(folder);  // of a packed branch "release/1" the folder may be missing
    if (is_there && inotify_add_watch(events_.get(), folder.c_str(), arrivals) < 0) throw system_error("watch", folder);
  }
}

void BranchWatch::wait(std::chrono::milliseconds time) {
  constexpr std::chrono::milliseconds at_once{200};  // a signal that comes just before the wait is noticed so late
  const auto end = std::chrono::steady_clock::now() + time;
  while (true) {
    throw_if_interrupted();
    if (take_events()) return;
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
    if (left.count() <= 0) return;
    pollfd wanted{events_.get(), POLLIN, 0};
    poll(&wanted, 1, static_cast<int>(std::min(left, at_once).count()));
  }
}

bool BranchWatch::take_events() {
  bool moved = false;
  alignas(inotify_event) std::array<char, 16 * 1024> buffer;
  for (ssize_t size = 0; (size = read(events_.get(), buffer.data(), buffer.size())) > 0;) {
    for (std::size_t at = 0; at < static_cast<std::size_t>(size);) {
      inotify_event event;
      std::memcpy(&event, buffer.data() + at, sizeof event);
      const std::string_view name = event.len == 0 ? std::string_view() : std::string_view(buffer.data() + at + sizeof event);
      moved = moved || name == file_name_ || name == "packed-refs" || (event.mask & IN_Q_OVERFLOW) != 0;
      at += sizeof event + event.len;
    }
  }
  return moved;
}

}  // namespace tuf
