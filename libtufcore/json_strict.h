#pragma once
// Private to json.cpp and json_skim.cpp, the only users of RapidJSON: it throws where it would abort, and
// both take numbers, texts, keys and depth by the same rules (attacks J-01..J-07).

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "libtufcore/bytes.h"
#include "libtufcore/error.h"
#include "libtufcore/json.h"

// RapidJSON aborts on misuse by default; here it throws.
#define RAPIDJSON_ASSERT(condition)                                \
  do {                                                             \
    if (!(condition)) throw tuf::bug("RapidJSON: {}", #condition); \
  } while (false)
#include <rapidjson/error/en.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

namespace tuf::strict {

// Digits to a number in -(2^53-1)..2^53-1; empty for anything else (fractions, exponents, "-0").
inline std::optional<std::int64_t> whole_number(std::string_view digits) {
  const bool negative = digits.starts_with('-');
  if (negative) digits.remove_prefix(1);
  if (digits.empty() || digits.size() > 16) return std::nullopt;
  std::int64_t value = 0;
  for (const char c : digits) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  if (value > max_whole_number || (negative && value == 0)) return std::nullopt;
  return negative ? -value : value;
}

inline std::string not_a_whole_number(std::string_view digits) {
  return fmt::format("the number {} is not a whole number from -(2^53-1) to 2^53-1", escaped(digits, 32));
}
inline std::string too_deep() { return fmt::format("it is nested deeper than {} levels", max_json_depth); }
// Also asked of each text once its escapes are read: "\\udc00" gives three bytes that are no UTF-8.
inline std::string not_utf8() { return "a text is not valid UTF-8"; }
inline std::string twice(std::string_view key) {
  return fmt::format("the member \"{}\" is there twice", escaped(key, 64));
}

// What RapidJSON wants of a handler and we never let it call: numbers arrive as RawNumber.
struct NoConvertedNumbers {
  bool Int(int) { return false; }
  bool Uint(unsigned) { return false; }
  bool Int64(std::int64_t) { return false; }
  bool Uint64(std::uint64_t) { return false; }
  bool Double(double) { return false; }
};

// RapidJSON's sentences, in the form of our messages.
inline std::string reason(rapidjson::ParseErrorCode code) {
  std::string text = rapidjson::GetParseError_En(code);
  if (text.ends_with('.')) text.pop_back();
  if (!text.empty() && text[0] >= 'A' && text[0] <= 'Z') text[0] = static_cast<char>(text[0] - 'A' + 'a');
  return text;
}

// The one value that `text` must be, through `handler`, which says in problem() why it stopped.
template <typename Handler>
void read(rapidjson::MemoryStream& stream, ByteView text, std::string_view what, Handler& handler) {
  using namespace rapidjson;
  if (text.starts_with("\xef\xbb\xbf"))
    throw refused("{} is not valid JSON: it starts with a byte order mark", what);
  if (!is_valid_utf8(text)) throw refused("{} is not acceptable JSON: {}", what, not_utf8());
  Reader reader;
  // The handlers stop at max_json_depth, so the parser's recursion is bounded. RapidJSON's own check of the
  // encoding is left off: it is slow, and lets lone surrogates through.
  constexpr unsigned flags = kParseNumbersAsStringsFlag | kParseStopWhenDoneFlag;
  const ParseResult result = reader.Parse<flags>(stream, handler);
  if (result.IsError()) {
    if (!handler.problem().empty()) throw refused("{} is not acceptable JSON: {}", what, handler.problem());
    if (handler.gave_up()) return;
    throw refused("{} is not valid JSON at byte {}: {}", what, result.Offset(), reason(result.Code()));
  }
  // Only white space may follow; a NUL is not white space (J-06).
  const std::size_t end = stream.Tell();
  if (const std::size_t more = text.find_first_not_of(" \t\r\n", end); more != ByteView::npos) {
    throw refused("{} is not valid JSON: more follows after the value, at byte {}", what, more);
  }
}

}  // namespace tuf::strict
