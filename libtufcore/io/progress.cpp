#include "libtufcore/io/progress.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "libtufcore/io/output.h"

namespace tuf {
namespace {

bool can_show(const Output& output) {
  if (output.quiet() || output.is_json() || isatty(STDERR_FILENO) != 1) return false;
  const char* ci = std::getenv("CI");
  const char* terminal = std::getenv("TERM");
  return (ci == nullptr || ci[0] == '\0') && terminal != nullptr && std::strcmp(terminal, "dumb") != 0;
}

std::size_t terminal_columns() {
  winsize size{};
  if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 80;
  return size.ws_col;
}

std::string time_left_text(double seconds) {
  const auto whole = static_cast<std::uint64_t>(std::clamp(seconds, 0.0, 359999.0));
  return fmt::format("{}:{:02}:{:02} left", whole / 3600, whole / 60 % 60, whole % 60);
}

}  // namespace

Progress::Progress(const Output& output, std::string what, std::optional<std::uint64_t> total, Unit unit)
    : shown_(can_show(output)),
      what_(std::move(what)),
      unit_(unit),
      total_(total),
      started_(std::chrono::steady_clock::now()),
      drawn_() {}

Progress::~Progress() {
  if (shown_) write_to_stderr("\r\x1b[K");
}

void Progress::advance_to(std::uint64_t done) {
  if (!shown_) return;
  const auto now = std::chrono::steady_clock::now();
  if (now - drawn_ < std::chrono::milliseconds(100)) return;
  drawn_ = now;
  const auto text = [&](std::uint64_t count) {
    return unit_ == Unit::bytes ? bytes_text(count) : fmt::format("{}", count);
  };
  const double seconds = std::max(std::chrono::duration<double>(now - started_).count(), 0.001);
  const double rate = static_cast<double>(done) / seconds;
  std::string line = fmt::format("{}  {}", what_, text(done));
  if (total_ && *total_ > 0) {
    const auto percent = static_cast<unsigned>(100.0 * static_cast<double>(std::min(done, *total_)) /
                                               static_cast<double>(*total_));
    line += fmt::format(" of {}  {}%", text(*total_), percent);
  }
  line += fmt::format("  {}/s", text(static_cast<std::uint64_t>(rate)));
  if (total_ && rate > 0 && *total_ > done) {
    line += "  " + time_left_text(static_cast<double>(*total_ - done) / rate);
  }
  write_to_stderr(fmt::format("\r{}\x1b[K", line.substr(0, terminal_columns() - 1)));
  std::fflush(stderr);
}

std::string bytes_text(std::uint64_t bytes) {
  constexpr const char* units[] = {"KiB", "MiB", "GiB", "TiB"};
  if (bytes < 1024) return fmt::format("{} {}", bytes, bytes == 1 ? "byte" : "bytes");
  double value = static_cast<double>(bytes) / 1024;
  std::size_t unit = 0;
  for (; value >= 1023.95 && unit + 1 < std::size(units); ++unit) value /= 1024;
  return fmt::format("{:.1f} {}", value, units[unit]);
}

}  // namespace tuf
