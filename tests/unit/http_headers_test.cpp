#include "client/http_headers.h"

#include <catch2/catch.hpp>

namespace tuf {

TEST_CASE("an entity tag is kept verbatim only when it is well-formed", "[http_headers]") {
  const auto tag_of = [](const std::string& value) {
    ReplyHeaders headers;
    headers.take("ETag: " + value + "\r\n");
    return headers.tag;
  };
  CHECK(tag_of("\"abc-1\"") == "\"abc-1\"");
  CHECK(tag_of("  W/\"a,b\"  ") == "W/\"a,b\"");
  CHECK(tag_of("\"\"") == "\"\"");
  CHECK(tag_of("\"" + std::string(510, 'x') + "\"").size() == 512);
  for (const std::string& wrong :
       {std::string("abc"), std::string("\""), std::string("w/\"a\""), std::string("\"a\"b\""),
        std::string("\"a b\""), std::string("\"a\rX: b\""), std::string("\"a\0b\"", 5),
        std::string("\"\x7f\""), std::string("\"\xc3\xa4\""), "\"" + std::string(511, 'x') + "\"",
        std::string()}) {
    INFO(wrong);
    CHECK(tag_of(wrong).empty());
    CHECK_FALSE(is_entity_tag(wrong));
  }
}

TEST_CASE("a new status line forgets the headers of the reply before", "[http_headers]") {
  ReplyHeaders headers;
  for (const char* line : {"HTTP/1.1 302 Found\r\n", "ETag: \"old\"\r\n", "Content-Length: 3\r\n",
                           "Content-Encoding: gzip\r\n", "Retry-After: 5\r\n", "\r\n"})
    headers.take(line);
  const std::size_t before = headers.bytes;
  headers.take("HTTP/2 200 \r\n");
  headers.take("content-length:7\r\n");
  CHECK(headers.tag.empty());
  CHECK(headers.encoding.empty());
  CHECK(headers.retry_after.empty());
  CHECK(headers.length == 7u);
  CHECK_FALSE(headers.two_lengths);
  CHECK(headers.bytes == before + 13 + 18);  // these go on: they are limited for all replies together
}

TEST_CASE("lengths that contradict one another are noticed", "[http_headers]") {
  const auto contradict = [](const char* first, const char* second) {
    ReplyHeaders headers;
    headers.take(std::string("Content-Length: ") + first);
    headers.take(std::string("Content-Length: ") + second);
    return headers.two_lengths;
  };
  CHECK_FALSE(contradict("5", "5"));
  CHECK(contradict("5", "6"));
  CHECK(contradict("5", "-5"));
  CHECK(contradict("5, 6", "5"));
}

TEST_CASE("a content range is understood or nothing", "[http_headers]") {
  CHECK(parse_content_range("bytes 5-9/10") == ContentRange{5, 9, 10});
  CHECK(parse_content_range("Bytes 0-0/*") == ContentRange{0, 0, std::nullopt});
  for (const char* wrong :
       {"", "bytes", "bytes ", "bytes */10", "bytes 9-5/10", "bytes 5-10/10", "bytes 5-9", "bytes 5/10",
        "bytes -9/10", "bytes +5-9/10", "bytes 5-9/", "bytes 5-9/10x", "bytes 5-9/99999999999999999999",
        "lines 5-9/10", "bytes 5/9-10", "bytes 0x5-9/10"}) {
    INFO(wrong);
    CHECK_FALSE(parse_content_range(wrong));
  }
}

}  // namespace tuf
