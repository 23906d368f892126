#pragma once
// Running another program: its arguments as they are, never a shell; text in, text out, both bounded; an end
// after so many seconds. It sees our environment without the variables that start with PG_, where passphrases
// and keys may be.

#include <chrono>
#include <string>
#include <vector>

#include "libtufcore/bytes.h"

namespace tuf {

struct ChildProgram {
  std::vector<std::string> words;  // the first is the program: a path, or a name that PATH leads to
  Bytes input;                     // its stdin
  std::size_t max_output_bytes = 64u << 10;
  std::chrono::seconds patience{60};
};
struct ChildRun {
  int exit_code;
  Bytes output;  // its stdout; what it says on stderr stays there
};
// Throws other when it cannot be started, is killed, takes too long, or says too much (limit).
ChildRun run_child(const ChildProgram& program);

std::vector<std::string> environment_of_children();  // "NAME=value"

}  // namespace tuf
