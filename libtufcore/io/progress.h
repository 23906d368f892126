#pragma once
// A progress line on stderr for long work: only on a terminal, never with --quiet, --json, CI or TERM=dumb.
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "libtufcore/io/command_line.h"

namespace tuf {

class Progress {
 public:
  enum class Unit { bytes, things };
  Progress(const Output& output, std::string what, std::optional<std::uint64_t> total,
           Unit unit = Unit::bytes);
  ~Progress();  // erases the line
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  void advance_to(std::uint64_t done);  // redraws at most ten times a second

 private:
  bool shown_;
  std::string what_;
  Unit unit_;
  std::optional<std::uint64_t> total_;
  std::chrono::steady_clock::time_point started_, drawn_;
};

std::string bytes_text(std::uint64_t bytes);  // "1.5 MiB"

}  // namespace tuf
