#include "client/http_fetcher.h"

#include <catch2/catch.hpp>
#include <cstdlib>

#include "client/file_fetcher.h"
#include "client/url.h"
#include "libtufcore/error.h"
#include "libtufcore/io/file.h"
#include "tests/support/http_waits.h"
#include "tests/support/scripted_server.h"
#include "tests/support/temp_dir.h"

namespace tuf {
namespace {

constexpr std::uint64_t mebibyte = 1u << 20;

struct Failure {
  Error::Kind kind;
  std::string message;
};

// What a fetch of at most `max_bytes` fails with.
Failure failure_of(Fetcher& fetcher, const std::string& url, std::size_t max_bytes = 1000) {
  try {
    fetcher.fetch(url, max_bytes);
  } catch (const Error& error) {
    return {error.kind(), error.what()};
  }
  FAIL("the fetch succeeded");
  return {Error::Kind::bug, ""};
}

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("a file comes as it was sent and several come over one connection", "[http_fetcher]") {
  ScriptedServer server(
      {{"/a", {.bytes = ok_answer("first"), .keep_open = true}}, {"/b", {.bytes = ok_answer("second")}}});
  HttpFetcher fetcher(test::one_try());
  CHECK(fetcher.fetch(server.url("/a"), 5) == "first");
  CHECK(fetcher.fetch(server.url("/b"), 1000) == "second");
  CHECK(server.connections() == 1);
}

TEST_CASE("404 and 403 and 410 mean absent and everything else is a failure", "[http_fetcher]") {
  ScriptedServer server({{"/404", {.bytes = status_answer(404)}},
                         {"/403", {.bytes = status_answer(403)}},
                         {"/410", {.bytes = status_answer(410)}},
                         {"/500", {.bytes = status_answer(500)}},
                         {"/503", {.bytes = status_answer(503)}},
                         {"/204", {.bytes = status_answer(204)}},
                         {"/401", {.bytes = status_answer(401)}}});
  HttpFetcher fetcher(test::one_try());
  for (const char* path : {"/404", "/403", "/410"}) CHECK_FALSE(fetcher.fetch(server.url(path), 1000));
  for (const char* path : {"/500", "/503", "/204", "/401"}) {
    const Failure failure = failure_of(fetcher, server.url(path));
    CHECK(failure.kind == Error::Kind::network);
    CHECK(holds(failure.message, "cannot fetch " + server.url(path) + ": the server answers with status " +
                                     std::string(path + 1)));
  }
}

TEST_CASE("the error page of an absent file may be longer than the file might be", "[http_fetcher]") {
  const std::string page(100'000, 'x');
  ScriptedServer server(
      {{"/known",
        {.bytes = fmt::format("HTTP/1.1 404 No\r\nContent-Length: {}\r\n\r\n{}", page.size(), page)}},
       {"/endless", {.bytes = "HTTP/1.1 404 No\r\n\r\n", .then_for_ever = page}}});
  HttpFetcher fetcher(test::one_try());
  CHECK_FALSE(fetcher.fetch(server.url("/known"), 10));
  CHECK_FALSE(fetcher.fetch(server.url("/endless"), 10));
}

TEST_CASE("H-01 an endless body is cut at the limit", "[http_fetcher]") {
  ScriptedServer server(
      {{"/chunked",
        {.bytes = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
         .then_for_ever = "400\r\n" + std::string(0x400, 'x') + "\r\n"}},
       {"/until-close", {.bytes = "HTTP/1.1 200 OK\r\n\r\n", .then_for_ever = std::string(1024, 'x')}}});
  HttpFetcher fetcher(test::one_try());
  for (const char* path : {"/chunked", "/until-close"}) {
    std::uint64_t seen = 0;
    CHECK_THROWS_AS(
        fetcher.fetch_into(server.url(path), 0, 10'000, [&](ByteView piece) { seen += piece.size(); }),
        Error);
    CHECK(seen <= 10'000);
    CHECK(failure_of(fetcher, server.url(path), 10'000).kind == Error::Kind::limit);
  }
  CHECK(server.bytes_sent() < 64 * mebibyte);  // socket buffers, not for ever
}

TEST_CASE("H-01 exactly the limit is fine and one byte more is not", "[http_fetcher]") {
  ScriptedServer server({{"/ten", {.bytes = "HTTP/1.1 200 OK\r\n\r\n0123456789"}}});
  HttpFetcher fetcher(test::one_try());
  CHECK(fetcher.fetch(server.url("/ten"), 10) == "0123456789");
  const Failure failure = failure_of(fetcher, server.url("/ten"), 9);
  CHECK(failure.kind == Error::Kind::limit);
  CHECK(holds(failure.message, "is larger than 9 bytes"));
}

TEST_CASE("H-01 a wrong Content-Length is a failure or cut", "[http_fetcher]") {
  const auto with_length = [](const std::string& length) {
    return ScriptedAnswer{.bytes = "HTTP/1.1 200 OK\r\nContent-Length: " + length + "\r\n\r\nfive!"};
  };
  ScriptedServer server({{"/long", with_length("500")},
                         {"/short", with_length("2")},
                         {"/huge", with_length("1099511627776")},
                         {"/negative", with_length("-5")},
                         {"/two", with_length("5\r\nContent-Length: 3")},
                         {"/twice", with_length("5\r\nContent-Length: 5")}});
  HttpFetcher fetcher(test::one_try());
  CHECK(failure_of(fetcher, server.url("/long")).kind == Error::Kind::network);
  CHECK(fetcher.fetch(server.url("/short"), 1000) == "fi");  // the digest decides later
  CHECK(failure_of(fetcher, server.url("/huge")).kind == Error::Kind::limit);
  CHECK(failure_of(fetcher, server.url("/negative")).kind == Error::Kind::network);
  CHECK(holds(failure_of(fetcher, server.url("/two")).message, ": the server states two lengths of it"));
  CHECK(fetcher.fetch(server.url("/twice"), 1000) == "five!");
}

TEST_CASE("H-02 an encoded reply is refused and none is asked for", "[http_fetcher]") {
  ScriptedServer server({{"/gzip", {.bytes = ok_answer("\x1f\x8b-bomb", "content-ENCODING:  gzip\r\n")}},
                         {"/empty", {.bytes = ok_answer("", "Content-Encoding: br\r\n")}},
                         {"/identity", {.bytes = ok_answer("plain", "Content-Encoding: identity\r\n")}}});
  HttpFetcher fetcher(test::one_try());
  std::uint64_t seen = 0;
  CHECK_THROWS_AS(
      fetcher.fetch_into(server.url("/gzip"), 0, 1000, [&](ByteView piece) { seen += piece.size(); }), Error);
  CHECK(seen == 0);
  CHECK(holds(failure_of(fetcher, server.url("/gzip")).message,
              "the server answers in the encoding 'gzip', which was not asked for"));
  CHECK(failure_of(fetcher, server.url("/empty")).kind == Error::Kind::network);
  CHECK(fetcher.fetch(server.url("/identity"), 1000) == "plain");
  CHECK(holds(server.requests().front(), "\r\nAccept-Encoding: identity\r\n"));
}

TEST_CASE("H-03 a server that drips is left", "[http_fetcher]") {
  ScriptedServer server({{"/drip",
                          {.bytes = "HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n",
                           .then_for_ever = "x",
                           .pause = std::chrono::milliseconds(50)}}});
  HttpOptions options = test::one_try();
  options.patience.to_stall = std::chrono::seconds(1);
  HttpFetcher fetcher(options);
  const Failure failure = failure_of(fetcher, server.url("/drip"));
  CHECK(failure.kind == Error::Kind::network);
  CHECK(holds(failure.message, "too slow"));
}

TEST_CASE("H-04 redirects are followed five times and never to a file", "[http_fetcher]") {
  test::TempDir folder;
  write_file_atomically(folder / "secret", "secret");
  std::map<std::string, ScriptedAnswer> answers;
  const auto to = [](const std::string& where) {
    return ScriptedAnswer{.bytes = status_answer(302, "Location: " + where + "\r\n")};
  };
  for (int i = 1; i <= 6; ++i) answers[fmt::format("/{}", i)] = to(fmt::format("/{}", i - 1));
  answers["/0"] = {.bytes = ok_answer("there")};
  answers["/file"] = to("file://" + (folder / "secret").string());
  answers["/ftp"] = to("ftp://127.0.0.1/x");
  answers["/round"] = to("/round");
  answers["/encoded"] = {.bytes = status_answer(301, "Location: /0\r\nContent-Encoding: gzip\r\n")};
  answers["/to-absent"] = to("/absent");
  answers["/absent"] = {.bytes = status_answer(404)};
  ScriptedServer server(answers);
  HttpFetcher fetcher(test::one_try());
  CHECK(fetcher.fetch(server.url("/5"), 1000) == "there");
  CHECK(fetcher.fetch(server.url("/encoded"), 1000) == "there");
  CHECK_FALSE(fetcher.fetch(server.url("/to-absent"), 1000));
  for (const char* path : {"/6", "/file", "/ftp", "/round"})
    CHECK(failure_of(fetcher, server.url(path)).kind == Error::Kind::network);
}

TEST_CASE("H-04 a redirect to another host is followed and no password goes with it", "[http_fetcher]") {
  ScriptedServer other({{"/x", {.bytes = ok_answer("there")}}});
  ScriptedServer server({{"/a", {.bytes = status_answer(302, "Location: " + other.url("/x") + "\r\n")}}});
  std::string url = server.url("/a");
  url.insert(url.find("127."), "user:word@");
  HttpFetcher fetcher(test::one_try());
  CHECK(fetcher.fetch(url, 1000) == "there");
  CHECK(holds(server.requests().front(), "\r\nAuthorization: Basic "));
  CHECK_FALSE(holds(other.requests().front(), "Authorization"));
}

TEST_CASE("H-05 line ends smuggled into an address or a redirect make no header", "[http_fetcher]") {
  ScriptedServer server(
      {{"/raw", {.bytes = status_answer(302, "Location: /b\rX-Smuggled: yes\r\n")}},
       {"/encoded", {.bytes = status_answer(302, "Location: /b%0d%0aX-Smuggled:%20yes\r\n")}},
       {"/b%0d%0aX-Smuggled:%20yes", {.bytes = ok_answer("one path")}}});
  HttpFetcher fetcher(test::one_try());
  CHECK(failure_of(fetcher, server.url("/raw")).kind == Error::Kind::network);
  CHECK(server.requests().back().starts_with("GET /b HTTP/1.1\r\n"));  // a bare CR ends the address
  CHECK(fetcher.fetch(server.url("/encoded"), 1000) == "one path");
  CHECK(failure_of(fetcher, server.url("/b\r\nX-Smuggled: yes")).kind == Error::Kind::network);
  REQUIRE(server.requests().size() == 4);  // and no fifth
  for (const std::string& request : server.requests()) CHECK_FALSE(holds(request, "\nX-Smuggled"));
}

TEST_CASE("H-05 headers without an end are cut", "[http_fetcher]") {
  ScriptedServer server(
      {{"/headers",
        {.bytes = "HTTP/1.1 200 OK\r\n", .then_for_ever = "X-More: " + std::string(1000, 'x') + "\r\n"}}});
  HttpFetcher fetcher(test::one_try());
  CHECK(holds(failure_of(fetcher, server.url("/headers")).message, "the server's headers do not end"));
  CHECK(server.bytes_sent() < 64 * mebibyte);
}

TEST_CASE("a connection closed without an answer is a failure and not an absent file", "[http_fetcher]") {
  ScriptedServer server({});
  HttpFetcher fetcher(test::one_try());
  CHECK(failure_of(fetcher, server.url("/x")).kind == Error::Kind::network);
  CHECK(failure_of(fetcher, "http://127.0.0.1:1/x").kind == Error::Kind::network);  // nobody listens
  CHECK(failure_of(fetcher, "gopher://127.0.0.1/x").kind == Error::Kind::network);
}

TEST_CASE("what a sink throws comes out and the fetcher works on", "[http_fetcher]") {
  ScriptedServer server({{"/a", {.bytes = ok_answer("abc"), .keep_open = true}}});
  HttpFetcher fetcher(test::one_try());
  CHECK_THROWS_WITH(
      fetcher.fetch_into(server.url("/a"), 0, 1000, [](ByteView) { throw refused("not this one"); }),
      "not this one");
  CHECK(fetcher.fetch(server.url("/a"), 1000) == "abc");
}

TEST_CASE("P-02 the path is sent as it is and passwords are not shown", "[http_fetcher]") {
  ScriptedServer server({{"/a/b/../c%2Fd", {.bytes = ok_answer("kept")}}});
  HttpFetcher fetcher(test::one_try());
  CHECK(fetcher.fetch(server.url("/a/b/../c%2Fd"), 1000) == "kept");
  std::string url = server.url("/closed");
  url.insert(url.find("127."), "user:word@");
  const std::string message = failure_of(fetcher, url).message;
  CHECK(holds(message, "http://***@127.0.0.1"));
  CHECK_FALSE(holds(message, "word"));
}

TEST_CASE("base URLs have a known scheme and lose the slash at the end", "[url]") {
  CHECK(base_url_from_user("https://example.org/tuf//") == "https://example.org/tuf");
  CHECK(base_url_from_user("file:///srv/site/") == "file:///srv/site");
  for (const char* wrong :
       {"example.org", "/srv/site", "ftp://example.org", "http://", "http:///x", "file://server/x",
        "http://example.org/?x=1", "http://example.org/#x", "http://example.org/a b", ""}) {
    INFO(wrong);
    CHECK_THROWS_AS(base_url_from_user(wrong), Error);
  }
  CHECK(join_url("https://example.org/tuf", "a/../../b") == "https://example.org/tuf/a/../../b");
  CHECK(join_url("file:///srv", "a/../b") == "file:///srv/a/../b");
  CHECK_THROWS_AS(join_url("file:///srv", "a/../../b"), Error);
  CHECK_THROWS_AS(join_url("file:///srv", "..%2F..%2Fetc%2Fpasswd.json"), Error);
}

TEST_CASE("file URLs are decoded and a missing file is absent", "[file_fetcher]") {
  test::TempDir folder;
  write_file_atomically(folder / "a b%c", "content");
  FileFetcher fetcher;
  const std::string base = "file://" + folder.path().string();
  CHECK(fetcher.fetch(base + "/a%20b%25c", 7) == "content");
  CHECK(fetcher.fetch(base + "/none/../a%20b%25c", 7) == "content");  // as a web server reads it
  CHECK(fetcher.fetch("file://localhost" + folder.path().string() + "/a%20b%25c", 7) == "content");
  CHECK_FALSE(fetcher.fetch(base + "/none", 7));
  CHECK_FALSE(fetcher.fetch(base + "/a%20b%25c/below", 7));
  CHECK(failure_of(fetcher, base + "/a%20b%25c", 6).kind == Error::Kind::limit);
  CHECK(failure_of(fetcher, base).kind == Error::Kind::network);  // a folder
  CHECK(failure_of(fetcher, base + "/%00").kind == Error::Kind::network);
  CHECK(failure_of(fetcher, base + "/%4").kind == Error::Kind::network);
}

}  // namespace tuf
