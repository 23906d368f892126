#include "libtufcore/io/interrupt.h"

#include <unistd.h>

#include <array>
#include <atomic>
#include <csignal>
#include <cstring>

namespace tuf {
namespace {

struct WatchedPath {
  std::atomic<int> state{0};  // 0 free, 1 being filled, 2 to be removed
  char path[1024] = {};
};
std::array<WatchedPath, 32> watched_paths;

std::atomic<int> silent_terminal{-1};
termios settings_before{};

void end_program(int signal_number) {
  tidy_before_exit();
  _exit(128 + signal_number);
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
