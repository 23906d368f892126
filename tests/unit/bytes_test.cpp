#include <catch2/catch.hpp>

#include "libtufcore/bytes.h"

namespace tuf {
namespace {

using namespace std::literals;

TEST_CASE("hexadecimal is written in lower case and read in either", "[bytes]") {
  const Bytes bytes("\x00\x7f\x80\xff\x0a", 5);
  CHECK(hex_encode(bytes) == "007f80ff0a");
  CHECK(hex_decode("007f80ff0a") == bytes);
  CHECK(hex_decode("007F80Ff0A") == bytes);
  CHECK(hex_decode("") == Bytes());
}

TEST_CASE("S-07 text that is not whole bytes of hexadecimal has no value", "[bytes]") {
  const std::string text = GENERATE("0", "abc", "0g", "g0", " 0", "0x", "+1", "00 ", "\xff\xff", "0\n");
  INFO(text);
  CHECK_FALSE(hex_decode(text));
  CHECK_FALSE(hex_decode(std::string_view("0\0", 2)));
}

TEST_CASE("S-07 a megabyte of hexadecimal is only a long text", "[bytes]") {
  CHECK(hex_decode(std::string(1'000'000, 'A'))->size() == 500'000);
  CHECK_FALSE(hex_decode(std::string(1'000'001, 'A')));
}

TEST_CASE("P-01 percent-encoding leaves only the unreserved characters", "[bytes]") {
  struct Row {
    std::string_view text, encoded, as_path;
  };
  const Row row = GENERATE(
      Row{"abc.rel", "abc.rel", "abc.rel"}, Row{"AZaz09-._~", "AZaz09-._~", "AZaz09-._~"},
      Row{"../x", "..%2Fx", "../x"}, Row{"/x", "%2Fx", "/x"}, Row{"a//b/", "a%2F%2Fb%2F", "a//b/"},
      Row{"a%2Fb", "a%252Fb", "a%252Fb"}, Row{"?#&+ ", "%3F%23%26%2B%20", "%3F%23%26%2B%20"},
      Row{"\xc3\xa9", "%C3%A9", "%C3%A9"}, Row{"\x1b[\n", "%1B%5B%0A", "%1B%5B%0A"}, Row{"a\0b"sv, "a%00b", "a%00b"},
      Row{"\xff", "%FF", "%FF"}, Row{"", "", ""});
  INFO(row.text);
  CHECK(percent_encode(row.text) == row.encoded);
  CHECK(percent_encode_path(row.text) == row.as_path);
}

TEST_CASE("P-09 S-16 text from outside cannot steer a terminal nor hide", "[bytes]") {
  struct Row {
    std::string_view text, shown;
  };
  const Row row = GENERATE(
      Row{"plain text, 1.0 \\ 'x'", "plain text, 1.0 \\ 'x'"}, Row{"Zo\xc3\xab \xe6\x97\xa5", "Zo\xc3\xab \xe6\x97\xa5"},
      Row{"\x1b[2J", "\\x1b[2J"}, Row{"a\nb\r\t\x07", "a\\x0ab\\x0d\\x09\\x07"}, Row{"a\0b"sv, "a\\x00b"},
      Row{"\x7f", "\\x7f"}, Row{"\xc2\x9b", "\\u{9b}"},                         // DEL; CSI in one character
      Row{"\xe2\x80\xae", "\\u{202e}"}, Row{"\xe2\x81\xa6", "\\u{2066}"},       // bidirectional override and isolate
      Row{"bo\xe2\x80\x8b" "b", "bo\\u{200b}b"}, Row{"\xef\xbb\xbf", "\\u{feff}"},  // zero width
      Row{"\xc2\xad", "\\u{ad}"}, Row{"\xe1\xa0\x8b", "\\u{180b}"}, Row{"\xf3\xa0\x81\x81", "\\u{e0041}"},
      Row{"\xf0\x9d\x85\xb3", "\\u{1d173}"}, Row{"\xff\xc3", "\\xff\\xc3"}, Row{"\xed\xb0\x80", "\\xed\\xb0\\x80"});
  INFO(row.shown);
  CHECK(escaped(row.text) == row.shown);
}

TEST_CASE("escaped text is never longer than asked and says where it was cut", "[bytes]") {
  struct Row {
    std::string_view text;
    std::size_t max_bytes;
    std::string_view shown;
  };
  const Row row = GENERATE(Row{"abcdef", 6, "abcdef"}, Row{"abcdefg", 6, "abc..."}, Row{"abcd", 3, "..."},
                           Row{"abcd", 2, ".."}, Row{"abcd", 0, ""}, Row{"ab\n\n\n", 10, "ab\\x0a..."},
                           Row{"\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9", 6, "\xc3\xa9..."}, Row{"", 0, ""});
  INFO(row.text << " in " << row.max_bytes);
  CHECK(escaped(row.text, row.max_bytes) == row.shown);
  CHECK(escaped(std::string(10'000, 'x')).size() == 256);
}

TEST_CASE("J-07 UTF-8 is the shortest form of a character that is no surrogate", "[bytes]") {
  const std::string_view good = GENERATE("", "a", "\x7f", "\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf",
                                         "\xee\x80\x80", "\xef\xbf\xbf", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf");
  CHECK(is_valid_utf8(good));
  CHECK(is_valid_utf8("a\0b"sv));
  const std::string_view bad =
      GENERATE("\x80", "\xbf", "\xc0\x80", "\xc1\xbf", "\xe0\x9f\xbf", "\xf0\x8f\xbf\xbf", "\xed\xa0\x80",
               "\xed\xbf\xbf", "\xf4\x90\x80\x80", "\xf8\x88\x80\x80\x80", "\xff", "\xc2", "\xe2\x82", "\xf0\x9f\x98",
               "\xc2 ", "\xe2\x82 ");
  INFO(hex_encode(bad));
  CHECK_FALSE(is_valid_utf8(bad));
}

}  // namespace
}  // namespace tuf
