#pragma once
// What must happen when a person presses Ctrl-C in the middle: temporary files go, the terminal echoes again.
// The table is process-wide and of fixed size because a signal handler may not allocate or lock.

#include <termios.h>

#include <chrono>
#include <string>

namespace tuf {

// SIGINT ends the program with 130, SIGTERM with 143, after tidying. A write to a closed pipe fails with
// EPIPE.
void install_signal_handlers();
// What the handlers do; also for an exit that skips destructors.
void tidy_before_exit() noexcept;
// What the handler of this signal writes to stdout before it ends the program; empty: nothing.
void set_last_words(int signal_number, const std::string& text);

// While one lives, a first signal ends nothing: the work asks from time to time, by throw_if_interrupted(), and
// has its way out. The second signal ends the program as ever.
class InterruptsWait {
 public:
  InterruptsWait() noexcept;
  ~InterruptsWait();
  InterruptsWait(const InterruptsWait&) = delete;
  InterruptsWait& operator=(const InterruptsWait&) = delete;
};
// Throws interrupted, terminated or hung_up when a signal waits, once for each.
void throw_if_interrupted();
void sleep_unless_interrupted(std::chrono::milliseconds time);  // throws like it, soon after the signal

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
