#pragma once
// A whole text that is one decimal number, and nothing else: no space, no plus sign. Zeros in front are the
// caller's business.

#include <charconv>
#include <concepts>
#include <optional>
#include <string_view>

namespace tuf {

template <std::integral Number>
std::optional<Number> parse_number(std::string_view text) {
  Number number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

}  // namespace tuf
