#pragma once
// What must happen when a person presses Ctrl-C in the middle: temporary files go, the terminal echoes again.
// The table is process-wide and of fixed size because a signal handler may not allocate or lock.

#include <termios.h>

#include <string>

namespace tuf {

// SIGINT ends the program with 130, SIGTERM with 143, after tidying. A write to a closed pipe fails with
// EPIPE.
void install_signal_handlers();
// What the handlers do; also for an exit that skips destructors.
void tidy_before_exit() noexcept;

// A temporary file that goes when the program is interrupted. When the table is full it stays behind, and the
// next write of that name removes it.
class RemovedOnInterrupt {
 public:
  RemovedOnInterrupt() = default;
  ~RemovedOnInterrupt() { release(); }
  RemovedOnInterrupt(const RemovedOnInterrupt&) = delete;
  RemovedOnInterrupt& operator=(const RemovedOnInterrupt&) = delete;
  void watch(const std::string& path);
  void release() noexcept;

 private:
  int slot_ = -1;
};

// The terminal's settings come back on every way out.
class EchoOff {
 public:
  explicit EchoOff(int terminal);
  ~EchoOff();
  EchoOff(const EchoOff&) = delete;
  EchoOff& operator=(const EchoOff&) = delete;
};

}  // namespace tuf
