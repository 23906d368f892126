#pragma once
// What every fuzz target says: this holds for any bytes at all. A broken promise ends the program, so that
// libFuzzer keeps the input; the only exception that may leave our code is tuf::Error, never of the kind
// `bug`, and its text is safe to print.

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "libtufcore/bytes.h"
#include "libtufcore/error.h"

namespace tuf::fuzz {

[[noreturn]] inline void broken(std::string_view promise, std::string_view seen = {}) {
  std::fprintf(stderr, "broken promise: %.*s\n%.*s\n", static_cast<int>(promise.size()), promise.data(),
               static_cast<int>(seen.size()), seen.data());
  std::abort();
}

inline void promise(bool holds, std::string_view what, std::string_view seen = {}) {
  if (!holds) broken(what, seen);
}

inline bool is_printable(std::string_view text) {
  const auto control = [](unsigned char c) { return c < 0x20 || c == 0x7f; };
  return is_valid_utf8(text) && std::none_of(text.begin(), text.end(), control);
}

inline void check(const Error& error) {
  promise(error.kind() != Error::Kind::bug, "no input is a bug of ours", error.what());
  promise(is_printable(error.what()), "messages hold nothing that a terminal obeys (P-09)", error.what());
  promise(is_printable(error.hint()), "hints hold nothing that a terminal obeys (P-09)", error.hint());
  promise(std::string_view(error.what()).size() < 4096, "messages are short whatever they speak of",
          error.what());
}

// What `action` gives; empty when it throws an Error. Any other exception goes through and ends the program.
template <typename Action>
auto accepted(Action&& action) -> std::optional<decltype(action())> {
  try {
    return action();
  } catch (const Error& error) {
    check(error);
    return std::nullopt;
  }
}

inline std::string_view view(const std::uint8_t* bytes, std::size_t size) {
  return {reinterpret_cast<const char*>(bytes), size};
}

// Small decisions and texts taken from the front of the input; zeros and "" when it is used up.
class Choices {
 public:
  explicit Choices(std::string_view input) : rest_(input) {}
  bool any() const { return !rest_.empty(); }
  unsigned byte() {
    if (rest_.empty()) return 0;
    const auto value = static_cast<unsigned char>(rest_.front());
    rest_.remove_prefix(1);
    return value;
  }
  std::size_t below(std::size_t count) { return count == 0 ? 0 : byte() % count; }
  bool flag() { return (byte() & 1) != 0; }
  // Up to the separator byte: inputs stay readable, and libFuzzer's insertions keep what comes after.
  std::string_view text(char separator = '\n') {
    const std::size_t end = std::min(rest_.find(separator), rest_.size());
    const std::string_view text = rest_.substr(0, end);
    rest_.remove_prefix(std::min(end + 1, rest_.size()));
    return text;
  }
  std::string_view rest() { return std::exchange(rest_, {}); }

 private:
  std::string_view rest_;
};

}  // namespace tuf::fuzz
