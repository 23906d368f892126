#include "client/http_date.h"

#include <catch2/catch.hpp>
#include <string>

using namespace tuf;

namespace {

std::string read(std::string_view text) {
  const auto date = parse_http_date(text);
  return date ? date->text() : "nothing";
}

}  // namespace

TEST_CASE("a Date header is read in the one form that servers may send", "[http_date]") {
  CHECK(read("Sun, 06 Nov 1994 08:49:37 GMT") == "1994-11-06T08:49:37Z");
  CHECK(read("Thu, 29 Feb 2024 23:59:59 GMT") == "2024-02-29T23:59:59Z");
  CHECK(read("Mon, 01 Jan 2035 00:00:00 GMT") == "2035-01-01T00:00:00Z");
  CHECK(read("Wed, 31 Dec 2036 00:00:00 GMT") == "2036-12-31T00:00:00Z");
}

TEST_CASE("anything else in a Date header is no date", "[http_date]") {
  for (const char* text :
       {"", "now", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994",
        "Sun, 06 Nov 1994 08:49:37 UTC", "Sun, 06 Nov 1994 08:49:37 GMT ", " Sun, 06 Nov 1994 08:49:37 GMT",
        "Xyz, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Abc 1994 08:49:37 GMT", "un,S 06 Nov 1994 08:49:37 GMT",
        "Sun, 31 Feb 1994 08:49:37 GMT", "Sun, 06 Nov 1994 25:49:37 GMT", "Sun, -6 Nov 1994 08:49:37 GMT",
        "Sun,x06 Nov 1994 08:49:37 GMT", "Sun, 06xNov 1994 08:49:37 GMT", "Sun, 06 Nov 1994x08:49:37 GMT",
        "Sun, 06 ov D1994 08:49:37 GMT"}) {
    INFO(text);
    CHECK(read(text) == "nothing");
  }
}
