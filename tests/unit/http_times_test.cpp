#include "client/http_times.h"

#include <catch2/catch.hpp>

namespace tuf {
namespace {

std::optional<std::chrono::seconds> waits_for(const std::string& retry_after, const std::string& date = "") {
  ReplyHeaders headers;
  if (!date.empty()) headers.take("Date: " + date);
  headers.take("Retry-After: " + retry_after);
  return asked_to_wait(headers);
}

}  // namespace

TEST_CASE("Retry-After is seconds or a date beside the server's own", "[http_times]") {
  using std::chrono::seconds;
  const std::string now = "Sun, 06 Nov 1994 08:49:37 GMT";
  CHECK(waits_for("0") == seconds(0));
  CHECK(waits_for("120") == seconds(120));
  CHECK(waits_for("99999999999") == seconds(366 * 24 * 3600));  // bounded
  CHECK(waits_for("Sun, 06 Nov 1994 08:50:00 GMT", now) == seconds(23));
  CHECK(waits_for("Sunday, 06-Nov-94 08:50:00 GMT", now) == seconds(23));
  CHECK(waits_for("Sun, 06 Nov 1994 08:49:00 GMT", now) == seconds(0));
  CHECK_FALSE(waits_for("Sun, 06 Nov 1994 08:50:00 GMT"));  // beside nothing
  for (const char* wrong : {"soon", "-1", "1e3", "18446744073709551616"}) CHECK_FALSE(waits_for(wrong, now));
}

TEST_CASE("H-09 a tag of a file that was changed a moment ago is not kept", "[http_times]") {
  const auto tag_of = [](const std::string& changed, const std::string& now) {
    ReplyHeaders headers;
    headers.take("ETag: \"v1\"");
    if (!changed.empty()) headers.take("Last-Modified: " + changed);
    if (!now.empty()) headers.take("Date: " + now);
    return lasting_tag(headers);
  };
  const std::string changed = "Sun, 06 Nov 1994 08:49:37 GMT";
  CHECK(tag_of(changed, "Sun, 06 Nov 1994 08:49:37 GMT").empty());
  CHECK(tag_of(changed, "Sun, 06 Nov 1994 08:49:38 GMT").empty());
  CHECK(tag_of(changed, "Sun, 06 Nov 1994 08:49:39 GMT") == "\"v1\"");
  CHECK(tag_of(changed, "Sun, 06 Nov 1994 08:00:00 GMT").empty());  // a clock that went back
  CHECK(tag_of(changed, "").empty());
  CHECK(tag_of("yesterday-ish", changed).empty());
  CHECK(tag_of("", "") == "\"v1\"");  // a tag of another making
}

}  // namespace tuf
