#include "publisher/s3_client.h"

#include <catch2/catch.hpp>

#include "tests/support/caught_with_hint.h"
#include "tests/support/scripted_server.h"

namespace tuf {
namespace {

using std::chrono::milliseconds;

struct Store {
  explicit Store(std::map<std::string, ScriptedAnswer> answers, int retries = 3)
      : server(std::move(answers)),
        options{.address = parse_s3_address("s3://bucket/p"),
                .access = {server.url(""), "eu-1", "id", "token", SecretText("secret")},
                .patience = {.retries = retries,
                             .sleep = [this](milliseconds time) { waited.push_back(time); },
                             .random = [] { return 0.5; },
                             .note = [this](const std::string& text) { notes.push_back(text); }}} {}
  S3Library library;
  std::vector<milliseconds> waited;
  std::vector<std::string> notes;
  ScriptedServer server;
  S3Options options;
  S3Client client{options};
};

ScriptedAnswer error_page(int status, const std::string& code) {
  const std::string body = "<Error><Code>" + code + "</Code></Error>";
  return {.bytes = fmt::format("HTTP/1.1 {} No\r\nContent-Length: {}\r\n\r\n{}", status, body.size(), body)};
}

}  // namespace

TEST_CASE("requests to the store are signed and say what they sign", "[s3_client]") {
  Store store({{"/bucket/p/a%2Bb",
                {.bytes = ok_answer(
                     "hello", "ETag: \"1\"\r\nX-Amz-Meta-Sha256: 00\r\nCache-Control: no-cache\r\n")}}});
  const auto found = store.client.read("a+b", 5);
  REQUIRE(found);
  CHECK(found->bytes == "hello");
  CHECK(found->object.tag == "\"1\"");
  CHECK(found->object.sha256 == "00");
  CHECK(found->object.cache_control == "no-cache");
  REQUIRE(store.server.requests().size() == 1);
  const std::string request = store.server.requests().front();
  for (const char* part :
       {"Authorization: AWS4-HMAC-SHA256 Credential=id/", "/eu-1/s3/aws4_request, SignedHeaders=",
        "host;x-amz-content-sha256;x-amz-date;x-amz-security-token", "x-amz-security-token: token",
        "x-amz-content-sha256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}) {
    INFO(request);
    CHECK(request.find(part) != std::string::npos);
  }
  CHECK(request.find("secret\r") == std::string::npos);
}

TEST_CASE("what may pass is asked of the store again with growing waits", "[s3_client]") {
  for (const char* failure : {"HTTP/1.1 503 Slow Down\r\nContent-Length: 0\r\n\r\n",
                              "HTTP/1.1 429 No\r\nContent-Length: 0\r\n\r\n", ""}) {
    ScriptedAnswer answer{.bytes = failure};
    answer.then = {{.bytes = failure}, {.bytes = ok_answer("x")}};
    Store store({{"/bucket/p/x", answer}});
    CHECK(store.client.read("x", 1)->bytes == "x");
    CHECK(store.waited == std::vector<milliseconds>{milliseconds(250), milliseconds(500)});
    CHECK(store.notes.size() == 2);
  }
  Store asks({{"/bucket/p/x",
               {.bytes = status_answer(503, "Retry-After: 7\r\n"), .then = {{.bytes = ok_answer("x")}}}}});
  CHECK(asks.client.read("x", 1)->bytes == "x");
  CHECK(asks.waited == std::vector<milliseconds>{milliseconds(7000)});
  CHECK(asks.notes == std::vector<std::string>{"retrying in 7.0 s: cannot read " + asks.client.url_of("x") +
                                               ": status 503"});
}

TEST_CASE("patience with the store ends and what will not pass is told at once", "[s3_client]") {
  Store busy({{"/bucket/p/x", {.bytes = status_answer(503)}}});
  CHECK(caught([&] { busy.client.read("x", 1); }) ==
        Caught{"network",
               "cannot read " + busy.client.url_of("x") + ": the object store answers with status 503"});
  CHECK(busy.server.requests().size() == 4);
  Store long_wait({{"/bucket/p/x", {.bytes = status_answer(503, "Retry-After: 3600\r\n")}}});
  CHECK(caught([&] { long_wait.client.read("x", 1); }).kind == "network");
  CHECK(long_wait.waited.empty());

  struct Row {
    int status;
    const char *code, *kind, *hint;
  };
  for (const Row& row :
       {Row{403, "SignatureDoesNotMatch", "forbidden",
            "look at AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and at what this key may do in the bucket"},
        Row{403, "RequestTimeTooSkewed", "forbidden", "this machine's clock is wrong"},
        Row{404, "NoSuchBucket", "network", "the bucket is made by its owner, not by pgpublish"},
        Row{301, "PermanentRedirect", "network", "the bucket is in another region: --s3-region NAME"}}) {
    Store store({{"/bucket/p/x", error_page(row.status, row.code)}});
    const CaughtWithHint failure = caught_with_hint([&] { store.client.read("x", 1); });
    CHECK(failure.error ==
          Caught{row.kind, fmt::format("cannot read {}: the object store answers with status {} {}",
                                       store.client.url_of("x"), row.status, row.code)});
    CHECK(failure.hint == row.hint);
    CHECK(store.server.requests().size() == 1);
  }
}

TEST_CASE("an object that is not there is no failure and one that is too large is", "[s3_client]") {
  Store store({{"/bucket/p/none", {.bytes = status_answer(404)}},
               {"/bucket/p/large", {.bytes = ok_answer("12345")}}});
  CHECK_FALSE(store.client.look("none"));
  CHECK_FALSE(store.client.read("none", 1));
  CHECK(
      caught([&] { store.client.read("large", 4); }) ==
      Caught{"limit", store.client.url_of("large") + " is larger than 4 bytes, the most that is read of it"});
}

TEST_CASE("C-01 bytes that are not those of the publication are not sent to the end", "[s3_client]") {
  Store store({{"/bucket/p/x", {.bytes = "", .after_requests = 99}}});
  const S3Upload upload{.key = "x",
                        .bytes = "tampered",
                        .length = 8,
                        .sha256 = sha256_of("accepted"),
                        .headers = site_headers("x")};
  CHECK(caught([&] { store.client.store(upload, {}); }) ==
        Caught{"refused", "x is not the file that was published: its bytes changed before they were sent"});
  for (const std::string& request : store.server.requests())
    CHECK(request.find("tampered") == std::string::npos);
}

}  // namespace tuf
