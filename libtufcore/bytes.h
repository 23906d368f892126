#pragma once
// Byte strings and their spellings: hexadecimal, percent-encoding, and the escaped form that is safe on a terminal.

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tuf {

using Bytes = std::string;
using ByteView = std::string_view;

std::string hex_encode(ByteView bytes);                     // lower case
std::optional<Bytes> hex_decode(std::string_view hex);      // empty unless an even number of hex digits (either case)

std::string base64_encode(ByteView bytes);                  // with padding, one line
// Strict: padding as encode writes it, no white space, no bits behind the end. One text for each byte string.
std::optional<Bytes> base64_decode(std::string_view text);
// A PEM block as OpenSSL writes it: 64 characters a line.
std::string pem_text(std::string_view label, ByteView bytes);

bool is_lower_hex(std::string_view text) noexcept;          // nothing but 0-9 and a-f

// Everything outside [A-Za-z0-9._~-] becomes %XX (upper-case hex); '/' too. TUF role names in URLs and file names.
std::string percent_encode(std::string_view text);
// The same for each component of a path: '/' stays.
std::string percent_encode_path(std::string_view path);

// Text from outside for people: control characters, invalid UTF-8, bidirectional overrides and other invisible
// characters become \x.. or \u{....}; never longer than max_bytes (then it ends in "..."). Attack P-09, S-16.
std::string escaped(std::string_view text, std::size_t max_bytes = 256);

// For a message: each escaped, "a, b and 3 more".
std::string listed(const std::vector<std::string>& names, std::size_t at_most = 20);
template <typename Name>  // FileName, ProjectName, ...
std::string listed(const std::vector<Name>& names, std::size_t at_most = 20) {
  std::vector<std::string> texts;
  for (const Name& name : names) texts.push_back(name.text());
  return listed(texts, at_most);
}

// "a, b": what `text_of` says of each, as it is.
template <typename Range, typename Text>
std::string comma_list(const Range& range, const Text& text_of) {
  std::string list;
  for (const auto& one : range) {
    if (!list.empty()) list += ", ";
    list += std::invoke(text_of, one);
  }
  return list;
}

bool is_valid_utf8(std::string_view text) noexcept;

}  // namespace tuf
