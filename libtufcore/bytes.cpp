#include "libtufcore/bytes.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace tuf {
namespace {

constexpr std::string_view lower_digits = "0123456789abcdef";
constexpr std::string_view base64_digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view upper_digits = "0123456789ABCDEF";

int digit_value(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool is_unreserved(char c) noexcept {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
         c == '_' || c == '~';
}

struct CodePoint {
  char32_t value;
  std::size_t length;  // bytes; 0: not valid UTF-8 here
};

// Strict: no overlong forms, no surrogates, nothing above U+10FFFF.
CodePoint code_point_at(std::string_view text, std::size_t at) noexcept {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[at + i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return {first, 1};
  std::size_t length = 0;
  char32_t value = 0;
  if ((first & 0xe0) == 0xc0) {
    length = 2;
    value = first & 0x1f;
  } else if ((first & 0xf0) == 0xe0) {
    length = 3;
    value = first & 0x0f;
  } else if ((first & 0xf8) == 0xf0) {
    length = 4;
    value = first & 0x07;
  } else {
    return {0, 0};
  }
  if (at + length > text.size()) return {0, 0};
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return {0, 0};
    value = (value << 6) | (byte(i) & 0x3f);
  }
  constexpr char32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
  if (value < smallest[length] || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff)) return {0, 0};
  return {value, length};
}

// Characters that change how the text around them looks, or that cannot be seen.
bool is_invisible(char32_t c) noexcept {
  return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0xad || c == 0x34f || c == 0x61c ||
         (c >= 0x115f && c <= 0x1160) || (c >= 0x17b4 && c <= 0x17b5) || (c >= 0x180b && c <= 0x180f) ||
         (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) || (c >= 0x1d173 && c <= 0x1d17a) ||
         (c >= 0x2060 && c <= 0x206f) || c == 0x3164 || (c >= 0xfe00 && c <= 0xfe0f) || c == 0xfeff || c == 0xffa0 ||
         (c >= 0xfff0 && c <= 0xfffb) || (c >= 0xe0000 && c <= 0xe0fff) || (c & 0xfffe) == 0xfffe;
}

}  // namespace

std::string hex_encode(ByteView bytes) {
  std::string hex;
  hex.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    hex.push_back(lower_digits[byte >> 4]);
    hex.push_back(lower_digits[byte & 15]);
  }
  return hex;
}

std::optional<Bytes> hex_decode(std::string_view hex) {
  if (hex.size() % 2 != 0) return std::nullopt;
  Bytes bytes;
  bytes.reserve(hex.size() / 2);
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    const int high = digit_value(hex[i]), low = digit_value(hex[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    bytes.push_back(static_cast<char>(high * 16 + low));
  }
  return bytes;
}

std::string base64_encode(ByteView bytes) {
  std::string text;
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    const std::size_t count = std::min<std::size_t>(3, bytes.size() - at);
    std::uint32_t group = 0;
    for (std::size_t i = 0; i < 3; ++i) group = group << 8 | (i < count ? static_cast<unsigned char>(bytes[at + i]) : 0u);
    for (std::size_t i = 0; i < 4; ++i) text += i <= count ? base64_digits[group >> (18 - 6 * i) & 63] : '=';
  }
  return text;
}

std::optional<Bytes> base64_decode(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
  Bytes bytes;
  for (std::size_t at = 0; at < text.size(); at += 4) {
    const std::size_t digits = at + 4 == text.size() ? 4 - padding : 4;
    std::uint32_t group = 0;
    for (std::size_t i = 0; i < digits; ++i) {
      const std::size_t value = base64_digits.find(text[at + i]);
      if (value == std::string_view::npos) return std::nullopt;
      group |= static_cast<std::uint32_t>(value) << (18 - 6 * i);
    }
    for (std::size_t i = 0; i + 1 < digits; ++i) bytes += static_cast<char>(group >> (16 - 8 * i) & 0xff);
  }
  if (base64_encode(bytes) != text) return std::nullopt;  // bits behind the end
  return bytes;
}

std::string pem_text(std::string_view label, ByteView bytes) {
  constexpr std::size_t line = 64;
  const std::string content = base64_encode(bytes);
  std::string text = fmt::format("-----BEGIN {}-----\n", label);
  for (std::size_t at = 0; at < content.size(); at += line) text += content.substr(at, line) + "\n";
  return text + fmt::format("-----END {}-----\n", label);
}

std::string percent_encode(std::string_view text) {
  std::string encoded;
  encoded.reserve(text.size());
  for (const char c : text) {
    if (is_unreserved(c)) {
      encoded.push_back(c);
    } else {
      const auto byte = static_cast<unsigned char>(c);
      encoded.push_back('%');
      encoded.push_back(upper_digits[byte >> 4]);
      encoded.push_back(upper_digits[byte & 15]);
    }
  }
  return encoded;
}

std::string percent_encode_path(std::string_view path) {
  std::string encoded;
  for (;;) {
    const std::size_t slash = path.find('/');
    encoded += percent_encode(path.substr(0, slash));
    if (slash == std::string_view::npos) return encoded;
    encoded.push_back('/');
    path.remove_prefix(slash + 1);
  }
}

std::string escaped(std::string_view text, std::size_t max_bytes) {
  const auto is_printable = [](char letter) { return letter >= 0x20 && letter < 0x7f; };
  if (text.size() <= max_bytes && std::ranges::all_of(text, is_printable)) return std::string(text);
  constexpr std::string_view cut = "...";
  std::string safe;
  std::size_t fits = 0;  // how much of `safe` leaves room for the mark of a cut
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint point = code_point_at(text, at);
    const std::size_t length = point.length == 0 ? 1 : point.length;
    std::string piece;
    if (point.length == 0 || point.value < 0x20 || point.value == 0x7f) {
      piece = fmt::format("\\x{:02x}", static_cast<unsigned char>(text[at]));
    } else if (is_invisible(point.value)) {
      piece = fmt::format("\\u{{{:x}}}", static_cast<std::uint32_t>(point.value));
    } else {
      piece = text.substr(at, length);
    }
    if (safe.size() + piece.size() > max_bytes) {
      safe.resize(fits);
      return safe.append(cut.substr(0, max_bytes - fits));
    }
    safe += piece;
    if (safe.size() + cut.size() <= max_bytes) fits = safe.size();
    at += length;
  }
  return safe;
}

bool is_valid_utf8(std::string_view text) noexcept {
  constexpr std::uint64_t high_bits = 0x8080808080808080;
  for (std::size_t at = 0; at < text.size();) {
    // Nearly all text that we see is ASCII: eight bytes at a time.
    if (std::uint64_t eight; at + sizeof eight <= text.size()) {
      std::memcpy(&eight, text.data() + at, sizeof eight);
      if ((eight & high_bits) == 0) {
        at += sizeof eight;
        continue;
      }
    }
    const CodePoint point = code_point_at(text, at);
    if (point.length == 0) return false;
    at += point.length;
  }
  return true;
}

bool is_lower_hex(std::string_view text) noexcept {
  return text.find_first_not_of(lower_digits) == std::string_view::npos;
}

std::string listed(const std::vector<std::string>& names, std::size_t at_most) {
  std::string text;
  for (std::size_t i = 0; i < std::min(names.size(), at_most); ++i) text += (i == 0 ? "" : ", ") + escaped(names[i]);
  if (names.size() > at_most) text += fmt::format(" and {} more", names.size() - at_most);
  return text;
}

}  // namespace tuf
