#include <catch2/catch.hpp>

#include "libtufcore/utc_time.h"

namespace tuf {
namespace {

using namespace std::literals;

TEST_CASE("times are seconds since 1970 and are written as they are read", "[utc_time]") {
  struct Row {
    const char* text;
    std::int64_t seconds;
  };
  const Row row = GENERATE(Row{"1970-01-01T00:00:00Z", 0}, Row{"2030-01-01T00:00:00Z", 1893456000},
                           Row{"2000-02-29T23:59:59Z", 951868799}, Row{"2024-02-29T12:00:00Z", 1709208000},
                           Row{"1969-12-31T23:59:59Z", -1}, Row{"0001-01-01T00:00:00Z", -62135596800},
                           Row{"9999-12-31T23:59:59Z", 253402300799}, Row{"2038-01-19T03:14:08Z", 2147483648});
  INFO(row.text);
  REQUIRE(UtcTime::parse(row.text));
  CHECK(UtcTime::parse(row.text)->unix_seconds() == row.seconds);
  CHECK(UtcTime::from_unix(row.seconds).text() == row.text);
}

TEST_CASE("J-10 only a real date in the one form that TUF knows is a time", "[utc_time]") {
  const std::string_view text = GENERATE(
      "", "2030-01-01", "2030-01-01T00:00:00", "2030-01-01T00:00:00z", "2030-01-01t00:00:00Z", "2030-01-01 00:00:00Z",
      "2030-01-01T00:00:00+00:00", "2030-01-01T00:00:00.0Z", "2030-01-01T00:00:00Z ", " 2030-01-01T00:00:00Z",
      "2030-01-01T23:59:60Z", "2030-01-01T24:00:00Z", "2030-01-01T00:60:00Z", "2030-13-01T00:00:00Z",
      "2030-00-01T00:00:00Z", "2030-01-00T00:00:00Z", "2030-01-32T00:00:00Z", "2030-02-29T00:00:00Z",
      "2100-02-29T00:00:00Z", "2030-04-31T00:00:00Z", "0000-01-01T00:00:00Z", "10000-01-01T00:00:00Z",
      "+030-01-01T00:00:00Z", "-030-01-01T00:00:00Z", "2030-1-01T00:00:000Z", "2030-01-01T 0:00:00Z",
      "2030/01/01T00:00:00Z", "2030-01-01T00-00-00Z", "203O-01-01T00:00:00Z", "2030-01-01T00:00:0\0Z"sv);
  INFO(text);
  CHECK_FALSE(UtcTime::parse(text));
}

TEST_CASE("times are ordered and moved by whole days and seconds", "[utc_time]") {
  const UtcTime time = *UtcTime::parse("2028-02-28T12:00:00Z");
  CHECK(time.plus_days(1).text() == "2028-02-29T12:00:00Z");
  CHECK(time.plus_days(366).text() == "2029-02-28T12:00:00Z");
  CHECK(time.plus_seconds(-1).text() == "2028-02-28T11:59:59Z");
  CHECK(time < time.plus_seconds(1));
  CHECK(time.plus_days(-1) < time);
  CHECK(time == UtcTime::from_unix(time.unix_seconds()));
}

TEST_CASE("spans are told in their largest whole unit", "[utc_time]") {
  struct Row {
    std::int64_t seconds;
    const char* text;
  };
  const Row row = GENERATE(Row{0, "0 seconds"}, Row{1, "1 second"}, Row{59, "59 seconds"}, Row{60, "1 minute"},
                           Row{119, "1 minute"}, Row{7200, "2 hours"}, Row{86399, "23 hours"}, Row{86400, "1 day"},
                           Row{-172800, "2 days"}, Row{365 * 86400, "365 days"});
  CHECK(duration_text(row.seconds) == row.text);
}

}  // namespace
}  // namespace tuf
