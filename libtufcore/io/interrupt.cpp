#include "libtufcore/io/interrupt.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <csignal>
#include <cstring>
#include <ctime>

#include "libtufcore/error.h"

namespace tuf {
namespace {

struct WatchedPath {
  std::atomic<int> state{0};  // 0 free, 1 being filled, 2 to be removed
  char path[1024] = {};
};
std::array<WatchedPath, 32> watched_paths;

std::atomic<int> silent_terminal{-1};
termios settings_before{};

std::atomic<int> waits{0};           // how many InterruptsWait there are
std::atomic<int> waiting_signal{0};  // 0: none

struct LastWords {
  std::atomic<std::size_t> size{0};
  char text[512] = {};
};
std::array<LastWords, 32> last_words;  // by signal number

void end_program(int signal_number) {
  int none = 0;
  if (waits.load() > 0 && waiting_signal.compare_exchange_strong(none, signal_number)) return;
  tidy_before_exit();
  const LastWords& words = last_words[static_cast<std::size_t>(signal_number)];
  const std::size_t size = words.size.load();
  const bool said = size == 0 || write(STDOUT_FILENO, words.text, size) >= 0;
  _exit(said ? 128 + signal_number : static_cast<int>(Error::Kind::local_io));
}

void ignore_broken_pipe(int) {}  // a handler, not SIG_IGN: programs that we start get the default back

void handle(int signal_number, void (*handler)(int)) {
  struct sigaction action {};
  action.sa_handler = handler;
  action.sa_flags = SA_RESTART;
  sigaction(signal_number, &action, nullptr);
}

}  // namespace

void install_signal_handlers() {
  handle(SIGINT, end_program);
  handle(SIGTERM, end_program);
  handle(SIGHUP, end_program);
  handle(SIGPIPE, ignore_broken_pipe);
}

void tidy_before_exit() noexcept {
  for (const WatchedPath& watched : watched_paths) {
    if (watched.state.load() == 2) unlink(watched.path);
  }
  const int terminal = silent_terminal.load();
  if (terminal >= 0) tcsetattr(terminal, TCSANOW, &settings_before);
}

void set_last_words(int signal_number, const std::string& text) {
  LastWords& words = last_words.at(static_cast<std::size_t>(signal_number));
  words.size = 0;
  if (text.size() > sizeof(words.text)) return;
  std::memcpy(words.text, text.data(), text.size());
  words.size = text.size();
}

InterruptsWait::InterruptsWait() noexcept { ++waits; }

// A signal that nobody asked about came when the work was done: it has waited long enough.
InterruptsWait::~InterruptsWait() {
  if (--waits > 0) return;
  const int signal_number = waiting_signal.exchange(0);
  if (signal_number != 0) end_program(signal_number);
}

void throw_if_interrupted() {
  switch (waiting_signal.exchange(0)) {
    case 0:
      return;
    case SIGHUP:
      throw hung_up("ended by SIGHUP");
    case SIGTERM:
      throw terminated("ended by SIGTERM");
    default:
      throw interrupted("interrupted");
  }
}

void sleep_unless_interrupted(std::chrono::milliseconds time) {
  constexpr std::chrono::milliseconds at_once{
      200};  // a signal that comes just before the sleep waits so long
  for (std::chrono::milliseconds left = time; left.count() > 0; left -= std::min(left, at_once)) {
    throw_if_interrupted();
    const timespec piece{0, static_cast<long>(std::min(left, at_once).count() * 1'000'000)};
    nanosleep(&piece, nullptr);
  }
  throw_if_interrupted();
}

void RemovedOnInterrupt::watch(const std::string& path) {
  release();
  if (path.size() >= sizeof(WatchedPath::path)) return;
  for (std::size_t i = 0; i < watched_paths.size(); ++i) {
    int free_slot = 0;
    if (!watched_paths[i].state.compare_exchange_strong(free_slot, 1)) continue;
    std::memcpy(watched_paths[i].path, path.c_str(), path.size() + 1);
    watched_paths[i].state = 2;
    slot_ = static_cast<int>(i);
    return;
  }
}

void RemovedOnInterrupt::release() noexcept {
  if (slot_ >= 0) watched_paths[static_cast<std::size_t>(slot_)].state = 0;
  slot_ = -1;
}

EchoOff::EchoOff(int terminal) {
  if (tcgetattr(terminal, &settings_before) != 0) return;
  silent_terminal = terminal;
  termios silent = settings_before;
  silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
  silent.c_lflag |= ECHONL;  // the newline that ends the passphrase is shown
  tcsetattr(terminal, TCSAFLUSH, &silent);
}

EchoOff::~EchoOff() {
  const int terminal = silent_terminal.exchange(-1);
  if (terminal >= 0) tcsetattr(terminal, TCSAFLUSH, &settings_before);
}

}  // namespace tuf
