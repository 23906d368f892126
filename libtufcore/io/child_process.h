#pragma once
// Running another program: its arguments as they are, never a shell; text in, text out, both bounded. It sees
// our environment without the variables that start with PG_, where passphrases and keys may be.

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "libtufcore/bytes.h"

namespace tuf {

struct ChildProgram {
  enum class Stderr { ours, kept };
  enum class TooMuch { is_refused, is_dropped };
  using Seconds = std::chrono::seconds;

  std::vector<std::string> words;           // the first is the program: a path, or a name that PATH leads to
  std::optional<Bytes> input = {};          // its stdin; empty: ours
  std::vector<std::string> variables = {};  // "NAME=value", in the place of ours
  Stderr on_stderr = Stderr::ours;
  std::size_t max_output_bytes = 64u << 10;  // of what is kept
  TooMuch too_much = TooMuch::is_refused;
  std::optional<Seconds> patience = Seconds(60);     // empty: however long it takes
  std::optional<std::uint64_t> max_file_bytes = {};  // of a file that it writes
  std::string hint_when_absent = {};                 // of the error that it cannot be started
};
struct ChildRun {
  int exit_code;
  Bytes output;  // its stdout
  Bytes talk;    // with Stderr::kept: both streams, as they came
};
// Throws other when it cannot be started, is killed or takes too long, limit when it says too much.
ChildRun run_child(const ChildProgram& program);

}  // namespace tuf
