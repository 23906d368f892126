// Many requests at once, and requests with conditions.
#include <catch2/catch.hpp>

#include "client/http_fetcher.h"
#include "libtufcore/error.h"
#include "tests/support/http_waits.h"
#include "tests/support/scripted_server.h"

namespace tuf {
namespace {

using Outcome = FetchReply::Outcome;

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

int count_with(const ScriptedServer& server, const std::string& part) {
  int count = 0;
  for (const std::string& request : server.requests()) count += holds(request, part) ? 1 : 0;
  return count;
}

FetchReply ask(Fetcher& fetcher, const FetchRequest& request) {
  return std::move(fetcher.fetch_all({request}).front());
}

}  // namespace

TEST_CASE("requests go out side by side and replies keep their order", "[http_requests]") {
  const auto held_back = [](const std::string& body) {  // until all three are asked
    return ScriptedAnswer{.bytes = ok_answer(body), .keep_open = true, .after_requests = 3};
  };
  ScriptedServer server(
      {{"/a", held_back("first")}, {"/b", held_back("second")}, {"/c", held_back("third")}});
  HttpFetcher fetcher(test::one_try());
  const auto replies =
      fetcher.fetch_all({{server.url("/a"), 10}, {server.url("/b"), 10}, {server.url("/c"), 10}});
  REQUIRE(replies.size() == 3);
  CHECK(replies[0].bytes == "first");
  CHECK(replies[1].bytes == "second");
  CHECK(replies[2].bytes == "third");
  CHECK(server.connections() == 3);
  CHECK(fetcher.fetch(server.url("/a"), 10) == "first");
  CHECK(server.connections() == 3);  // one of them again
}

TEST_CASE("one host gets at most six connections and every request its answer", "[http_requests]") {
  std::map<std::string, ScriptedAnswer> answers;
  std::vector<std::pair<std::string, std::string>> wanted;
  for (int i = 0; i < 100; ++i) {
    const std::string body = "body " + std::to_string(i);
    answers["/" + std::to_string(i)] = {.bytes = ok_answer(body), .keep_open = true, .after_requests = 6};
    wanted.emplace_back("/" + std::to_string(i), body);
  }
  ScriptedServer server(answers);
  std::vector<FetchRequest> requests;
  for (const auto& [path, body] : wanted) requests.push_back({server.url(path), 100});
  HttpFetcher fetcher(test::one_try());
  const auto replies = fetcher.fetch_all(requests);
  REQUIRE(replies.size() == wanted.size());
  for (std::size_t i = 0; i < replies.size(); ++i) CHECK(replies[i].bytes == wanted[i].second);
  CHECK(server.connections() == 6);
}

TEST_CASE("each of several requests has its own limits and its own failure", "[http_requests]") {
  ScriptedServer server({{"/good", {.bytes = ok_answer("good")}},
                         {"/absent", {.bytes = status_answer(404)}},
                         {"/long", {.bytes = "HTTP/1.1 200 OK\r\n\r\n0123456789"}},
                         {"/broken", {.bytes = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"}},
                         {"/gzip", {.bytes = ok_answer("x", "Content-Encoding: gzip\r\n")}}});
  HttpFetcher fetcher(test::one_try());
  const auto replies = fetcher.fetch_all({{server.url("/broken"), 100},
                                          {server.url("/long"), 9},
                                          {server.url("/good"), 4},
                                          {server.url("/gzip"), 100},
                                          {server.url("/absent"), 100},
                                          {"http://127.0.0.1:1/x", 100},
                                          {server.url("/closed"), 100}});
  const std::vector<Outcome> expected{Outcome::failed, Outcome::too_long, Outcome::received, Outcome::failed,
                                      Outcome::absent, Outcome::failed,   Outcome::failed};
  REQUIRE(replies.size() == expected.size());
  for (std::size_t i = 0; i < replies.size(); ++i) {
    INFO(i);
    CHECK(replies[i].outcome == expected[i]);
    CHECK(replies[i].failure.has_value() ==
          (expected[i] == Outcome::failed || expected[i] == Outcome::too_long));
    CHECK(replies[i].bytes == (i == 2 ? "good" : ""));
  }
  CHECK(replies[1].failure->kind() == Error::Kind::limit);
  CHECK(fetcher.fetch_all({}).empty());
}

TEST_CASE("H-09 a tag makes the question conditional and 304 is an answer to such a question only",
          "[http_requests]") {
  ScriptedServer server({{"/new", {.bytes = ok_answer("v1", "ETag: W/\"v1\"\r\n"), .keep_open = true}},
                         {"/same", {.bytes = status_answer(304, "ETag: \"v1\"\r\n"), .keep_open = true}},
                         {"/bad-tag", {.bytes = ok_answer("v1", "ETag: \"a b\"\r\n"), .keep_open = true}}});
  HttpFetcher fetcher(test::one_try());
  const FetchReply fresh = ask(fetcher, {server.url("/new"), 100, "\"v0\""});
  CHECK(fresh.outcome == Outcome::received);
  CHECK(fresh.bytes == "v1");
  CHECK(fresh.tag == "W/\"v1\"");
  CHECK(holds(server.requests().back(), "\r\nIf-None-Match: \"v0\"\r\n"));

  const FetchReply same = ask(fetcher, {server.url("/same"), 100, "\"v1\""});
  CHECK(same.outcome == Outcome::unchanged);
  CHECK(same.bytes.empty());

  const FetchReply unasked = ask(fetcher, {server.url("/same"), 100});
  CHECK(unasked.outcome == Outcome::failed);
  REQUIRE(unasked.failure);
  CHECK(unasked.failure->what() ==
        "cannot fetch " + server.url("/same") + ": the server answers with status 304");
  CHECK_FALSE(holds(server.requests().back(), "If-None-Match"));

  CHECK(ask(fetcher, {server.url("/bad-tag"), 100}).tag.empty());
  // A tag that no server gave, from a file that somebody changed, never becomes a header of its own.
  CHECK(ask(fetcher, {server.url("/same"), 100, "\"x\"\r\nX-Smuggled: yes"}).outcome == Outcome::failed);
  CHECK_FALSE(holds(server.requests().back(), "Smuggled"));
}

TEST_CASE("H-09 what follows a 304 on the wire is not taken for the next answer", "[http_requests]") {
  ScriptedServer server({{"/same",
                          {.bytes = "HTTP/1.1 304 Same\r\nContent-Length: 60\r\n\r\n" + ok_answer("smuggled"),
                           .keep_open = true}},
                         {"/next", {.bytes = ok_answer("honest")}}});
  HttpFetcher fetcher(test::one_try());
  CHECK(ask(fetcher, {server.url("/same"), 100, "\"v1\""}).outcome == Outcome::unchanged);
  CHECK(fetcher.fetch(server.url("/next"), 100) == "honest");
}

TEST_CASE("H-10 a request past the caches says so", "[http_requests]") {
  ScriptedServer server({{"/a", {.bytes = ok_answer("x"), .keep_open = true}}});
  HttpFetcher fetcher(test::one_try());
  ask(fetcher, {.url = server.url("/a"), .max_bytes = 10});
  CHECK(count_with(server, "Cache-Control") == 0);
  ask(fetcher, {.url = server.url("/a"), .max_bytes = 10, .past_caches = true});
  CHECK(holds(server.requests().back(), "\r\nCache-Control: no-cache\r\n"));
}

}  // namespace tuf
