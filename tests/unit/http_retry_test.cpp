#include "client/http_retry.h"

#include <catch2/catch.hpp>

#include "client/http_fetcher.h"
#include "libtufcore/error.h"
#include "tests/support/caught.h"
#include "tests/support/http_waits.h"
#include "tests/support/scripted_server.h"

namespace tuf {
namespace {

using std::chrono::milliseconds;

// Fails so often, then answers.
ScriptedAnswer after_failures(const std::string& failure, int count) {
  ScriptedAnswer answer{.bytes = failure};
  for (int i = 1; i < count; ++i) answer.then.push_back({.bytes = failure});
  answer.then.push_back({.bytes = ok_answer("good")});
  return answer;
}

}  // namespace

TEST_CASE("what may pass is tried again with growing waits", "[http_retry]") {
  for (const int status : {408, 429, 500, 502, 503, 504}) {
    ScriptedServer server({{"/x", after_failures(status_answer(status), 3)}});
    test::HttpWaits waits;
    HttpFetcher fetcher(waits.options());
    CHECK(fetcher.fetch(server.url("/x"), 100) == "good");
    CHECK(server.requests().size() == 4);
    CHECK(waits.waited ==
          std::vector<milliseconds>{milliseconds(500), milliseconds(1000), milliseconds(2000)});
    REQUIRE(waits.notes.size() == 3);
    CHECK(waits.notes[1] ==
          fmt::format("retrying in 1.0 s: cannot fetch {}: the server answers with status {}",
                      server.url("/x"), status));
  }
}

TEST_CASE("lost connections and bodies that break off are tried again", "[http_retry]") {
  for (const char* broken : {"", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf",
                             "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n"}) {
    INFO(broken);
    ScriptedServer server({{"/x", after_failures(broken, 1)}});
    test::HttpWaits waits;
    HttpFetcher fetcher(waits.options());
    CHECK(fetcher.fetch(server.url("/x"), 100) == "good");
    CHECK(server.requests().size() == 2);
  }
  test::HttpWaits waits;
  HttpFetcher fetcher(waits.options());
  CHECK(caught([&] { fetcher.fetch("http://127.0.0.1:1/x", 100); }).kind == "network");  // nobody listens
  CHECK(waits.waited.size() == 3);
}

TEST_CASE("what will not pass is not tried again", "[http_retry]") {
  ScriptedServer server(
      {{"/400", {.bytes = status_answer(400)}},
       {"/401", {.bytes = status_answer(401)}},
       {"/404", {.bytes = status_answer(404)}},
       {"/501", {.bytes = status_answer(501)}},
       {"/gzip", {.bytes = ok_answer("x", "Content-Encoding: gzip\r\n")}},
       {"/long", {.bytes = ok_answer(std::string(101, 'x'))}},
       {"/long-500", {.bytes = "HTTP/1.1 500 No\r\n\r\n", .then_for_ever = "xxxxxxxxxxxxxxxx"}},
       {"/negative", {.bytes = "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n"}},
       {"/loop", {.bytes = status_answer(302, "Location: /loop\r\n"), .keep_open = true}}});
  test::HttpWaits waits;
  HttpFetcher fetcher(waits.options());
  for (const char* path :
       {"/400", "/401", "/404", "/501", "/gzip", "/long", "/long-500", "/negative", "/loop"})
    caught([&] { fetcher.fetch(server.url(path), 100); });
  CHECK(server.requests().size() == 14);  // the loop has six
  CHECK(caught([&] { fetcher.fetch("gopher://127.0.0.1/x", 100); }).kind == "network");
  CHECK(waits.waited.empty());
}

TEST_CASE("no retries means one request", "[http_retry]") {
  ScriptedServer server({{"/x", after_failures(status_answer(503, "Retry-After: 1\r\n"), 1)}});
  test::HttpWaits waits;
  HttpFetcher fetcher(waits.options(0));
  CHECK(caught([&] { fetcher.fetch(server.url("/x"), 100); }) ==
        Caught{"network", "cannot fetch " + server.url("/x") +
                              ": the server answers with status 503 and asks to come back in 1 s"});
  CHECK(server.requests().size() == 1);
  CHECK(waits.waited.empty());
}

TEST_CASE("a server that asks for time gets it but not for ever", "[http_retry]") {
  ScriptedServer server({{"/soon", after_failures(status_answer(503, "Retry-After: 17\r\n"), 1)},
                         {"/late", after_failures(status_answer(429, "Retry-After: 61\r\n"), 1)}});
  test::HttpWaits waits;
  HttpFetcher fetcher(waits.options());
  CHECK(fetcher.fetch(server.url("/soon"), 100) == "good");
  CHECK(waits.waited == std::vector<milliseconds>{milliseconds(17'000)});
  CHECK(caught([&] { fetcher.fetch(server.url("/late"), 100); }) ==
        Caught{"network", "cannot fetch " + server.url("/late") +
                              ": the server answers with status 429 and asks to come back in 61 s"});
  CHECK(waits.waited.size() == 1);
}

TEST_CASE("of several requests only those that failed are asked again", "[http_retry]") {
  ScriptedServer server({{"/good", {.bytes = ok_answer("first")}},
                         {"/once", after_failures(status_answer(503), 1)},
                         {"/twice", after_failures(status_answer(500), 2)},
                         {"/never", {.bytes = status_answer(404)}}});
  test::HttpWaits waits;
  HttpFetcher fetcher(waits.options());
  const auto replies = fetcher.fetch_all({{server.url("/once"), 100},
                                          {server.url("/good"), 100},
                                          {server.url("/twice"), 100},
                                          {server.url("/never"), 100}});
  CHECK(replies[0].bytes == "good");
  CHECK(replies[1].bytes == "first");
  CHECK(replies[2].bytes == "good");
  CHECK(replies[3].outcome == FetchReply::Outcome::absent);
  CHECK(server.requests().size() == 2 + 1 + 3 + 1);
  CHECK(waits.waited.size() == 2);
}

TEST_CASE("waits have full jitter and an end", "[http_retry]") {
  HttpPatience patience;
  double share = 0;
  patience.random = [&] { return share; };
  CHECK(back_off(0, patience) == milliseconds(0));
  share = 0.999;
  CHECK(back_off(0, patience) == milliseconds(999));
  CHECK(back_off(4, patience) == milliseconds(15'984));
  CHECK(back_off(5, patience) == milliseconds(29'970));
  CHECK(back_off(1000, patience) == milliseconds(29'970));
  patience.random = {};
  const milliseconds real = back_off(3, patience);
  CHECK(real >= milliseconds(0));
  CHECK(real < milliseconds(8000));
}

TEST_CASE("H-01 metadata that breaks off after a megabyte again and again is given up", "[http_retry]") {
  const std::string head = "HTTP/1.1 200 OK\r\nContent-Length: 4000000\r\n\r\n";
  ScriptedServer server({{"/x", {.bytes = head + std::string(1'200'000, 'x')}}});
  test::HttpWaits waits;
  HttpFetcher fetcher(waits.options(3));
  CHECK(caught([&] { fetcher.fetch(server.url("/x"), 5'000'000); }).kind == "network");
  CHECK(server.requests().size() == 4);
}

}  // namespace tuf
