// Replies that broke something once: found by fuzzing.
#include <catch2/catch.hpp>

#include "client/http_fetcher.h"
#include "tests/support/caught.h"
#include "tests/support/http_waits.h"
#include "tests/support/scripted_server.h"

namespace tuf {
namespace {

struct Download {
  Caught end;
  Bytes bytes;
};

Download download(Fetcher& fetcher, const std::string& url, std::uint64_t first_byte) {
  Download result;
  result.end = caught([&] {
    if (!fetcher.fetch_into(url, first_byte, 100, [&](ByteView piece) { result.bytes += piece; }))
      throw not_found("nothing");
  });
  return result;
}

}  // namespace

TEST_CASE("H-11 a trailer after the body cannot take back what range the body was", "[http_requests]") {
  const std::string head =
      "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 5-9/10\r\nTransfer-Encoding: chunked\r\n\r\n";
  ScriptedServer server(
      {{"/none", {.bytes = head + "5\r\nworld\r\n0\r\nContent-Range: none\r\n\r\n"}},
       {"/other", {.bytes = head + "5\r\nworld\r\n0\r\nContent-Range: bytes 5-9/20\r\n\r\n"}},
       {"/endless", {.bytes = head + "5\r\nworld\r\n0\r\n", .then_for_ever = "X: y\r\n"}}});
  HttpFetcher fetcher(test::one_try());
  for (const char* path : {"/none", "/other"}) {
    INFO(path);
    const Download part = download(fetcher, server.url(path), 5);
    CHECK(part.end == Caught{"nothing", ""});
    CHECK(part.bytes == "world");
  }
  CHECK(download(fetcher, server.url("/endless"), 5).end.kind == "network");
}

TEST_CASE("H-01 the rest of a file is not taken when the part before it is longer than the limit",
          "[http_requests]") {
  ScriptedServer server({{"/x",
                          {.bytes = "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 200-204/*\r\n"
                                    "Content-Length: 5\r\n\r\nworld"}}});
  HttpFetcher fetcher(test::one_try());
  const Download part = download(fetcher, server.url("/x"), 200);
  CHECK(part.end ==
        Caught{"limit", server.url("/x") + " is larger than 100 bytes, the most that is read of it"});
  CHECK(part.bytes.empty());
}

TEST_CASE("H-04 after a redirect to a file the same fetcher still downloads from others", "[http_requests]") {
  ScriptedServer server({{"/file", {.bytes = status_answer(302, "Location: file:///etc/passwd\r\n")}},
                         {"/good", {.bytes = ok_answer("good")}}});
  HttpFetcher fetcher(test::one_try());
  CHECK(download(fetcher, server.url("/file"), 0).end.kind == "network");
  const Download good = download(fetcher, server.url("/good"), 0);
  CHECK(good.end == Caught{"nothing", ""});
  CHECK(good.bytes == "good");
}

}  // namespace tuf
