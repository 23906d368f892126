#include <catch2/catch.hpp>
#include <cstdlib>
#include <optional>

#include "client/http_authorities.h"
#include "client/http_fetcher.h"
#include "libtufcore/error.h"
#include "tests/support/caught.h"
#include "tests/support/http_waits.h"
#include "tests/support/scripted_server.h"
#include "tests/support/temp_dir.h"

namespace tuf {
namespace {

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

// The environment variable has this value, or none, for as long as this lives.
class Variable {
 public:
  explicit Variable(const char* name, const std::optional<std::string>& value = {}) : name_(name) {
    if (const char* now = std::getenv(name)) before_ = now;
    set(value);
  }
  ~Variable() { set(before_); }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;

 private:
  void set(const std::optional<std::string>& value) {
    if (value) {
      setenv(name_, value->c_str(), 1);
    } else {
      unsetenv(name_);
    }
  }
  const char* name_;
  std::optional<std::string> before_;
};

// What a fetch of `url` through this proxy ends with.
Caught through(const std::string& proxy, const std::string& url, test::HttpWaits& waits) {
  HttpOptions options = waits.options();
  options.proxy = proxy;
  HttpFetcher fetcher(options);
  return caught([&] { fetcher.fetch(url, 1000); });
}

std::string with_password(std::string url) { return url.insert(url.find("127."), "user:s3cret@"); }

}  // namespace

TEST_CASE("H-13 a proxy is asked for whole addresses", "[http_proxy]") {
  ScriptedServer proxy({{"http://site.test/a", {.bytes = ok_answer("by proxy"), .keep_open = true}}});
  HttpOptions options = test::one_try();
  SECTION("that of the options") {
    options.proxy = with_password(proxy.url(""));
    HttpFetcher fetcher(options);
    CHECK(fetcher.fetch("http://site.test/a", 100) == "by proxy");
    CHECK(holds(proxy.requests().back(), "\r\nProxy-Authorization: Basic "));
  }
  SECTION("that of the environment") {
    const Variable variable("http_proxy", proxy.url(""));
    HttpFetcher fetcher(options);
    CHECK(fetcher.fetch("http://site.test/a", 100) == "by proxy");
  }
  SECTION("that for everything") {
    const Variable variable("ALL_PROXY", proxy.url(""));
    HttpFetcher fetcher(options);
    CHECK(fetcher.fetch("http://site.test/a", 100) == "by proxy");
  }
  SECTION("the options win over the environment") {
    const Variable variable("http_proxy", "http://127.0.0.1:1");
    options.proxy = proxy.url("");
    HttpFetcher fetcher(options);
    CHECK(fetcher.fetch("http://site.test/a", 100) == "by proxy");
  }
}

TEST_CASE("H-13 hosts in no_proxy are asked themselves", "[http_proxy]") {
  ScriptedServer server({{"/a", {.bytes = ok_answer("direct")}}});
  const Variable proxy("http_proxy", "http://127.0.0.1:1");
  HttpFetcher fetcher(test::one_try());
  CHECK(caught([&] { fetcher.fetch(server.url("/a"), 100); }).kind == "network");
  const Variable exceptions("no_proxy", "example.org,127.0.0.1");
  CHECK(fetcher.fetch(server.url("/a"), 100) == "direct");
}

TEST_CASE("H-13 https goes through a tunnel and a proxy that refuses it is told once", "[http_proxy]") {
  ScriptedServer proxy(
      {{"refused.test:443", {.bytes = status_answer(403)}},
       {"password.test:443", {.bytes = status_answer(407, "Proxy-Authenticate: Basic realm=x\r\n")}},
       {"busy.test:443", {.bytes = status_answer(503)}},
       {"absent.test:443", {.bytes = status_answer(404)}}});
  const auto asks = [&](const std::string& host, std::size_t retries) {
    test::HttpWaits waits;
    const Caught end = through(with_password(proxy.url("")), "https://" + host + "/x", waits);
    CHECK(waits.waited.size() == retries);
    CHECK_FALSE(holds(end.message, "s3cret"));
    CHECK(holds(proxy.requests().back(), "CONNECT " + host + ":443 HTTP/1.1\r\n"));
    return end;
  };
  CHECK(asks("refused.test", 0) ==
        Caught{"network", "cannot fetch https://refused.test/x: CONNECT tunnel failed, response 403"});
  CHECK(asks("password.test", 0) ==
        Caught{"network", "cannot fetch https://password.test/x: CONNECT tunnel failed, response 407"});
  CHECK(asks("busy.test", 3).kind == "network");
  CHECK(asks("absent.test", 0).kind == "network");  // the proxy's 404 says nothing about the file
}

TEST_CASE("H-13 the password of a proxy is never shown", "[http_proxy]") {
  for (const char* proxy :
       {"http://user:s3cret@127.0.0.1:1", "nonsense://user:s3cret@127.0.0.1:1",
        "http://user:s3cret@127.0.0.1:99999", "http://user:s3cret@", "user:s3cret@nowhere.invalid:3128",
        "http://user:s3cret@[::1", "s3cret\r\nX: y"}) {
    INFO(proxy);
    test::HttpWaits waits;
    const Caught end = through(proxy, "http://127.0.0.1:1/x", waits);
    CHECK(end.kind == "network");
    CHECK_FALSE(holds(end.message, "s3cret"));
    for (const std::string& note : waits.notes) CHECK_FALSE(holds(note, "s3cret"));
  }
}

TEST_CASE("H-13 the authorities are those that are named and else the system's", "[http_proxy]") {
  const Variable no_folder("SSL_CERT_DIR"), no_file("SSL_CERT_FILE"), no_bundle("CURL_CA_BUNDLE");
  HttpOptions options;
  CHECK_FALSE(chosen_authorities(options));
  const Variable folder("SSL_CERT_DIR", "/folder");
  CHECK(chosen_authorities(options)->folder == "/folder");
  CHECK_FALSE(chosen_authorities(options)->file);
  const Variable file("SSL_CERT_FILE", "/file");
  CHECK(chosen_authorities(options)->file == "/file");
  CHECK(chosen_authorities(options)->folder == "/folder");
  const Variable bundle("CURL_CA_BUNDLE", "/bundle");
  CHECK(chosen_authorities(options)->file == "/bundle");
  CHECK_FALSE(chosen_authorities(options)->folder);
  options.authorities = "/named";
  CHECK(chosen_authorities(options)->file == "/named");
  CHECK_FALSE(chosen_authorities(options)->folder);
}

TEST_CASE("a folder of authorities is used when its names are hashes", "[http_proxy]") {
  const test::TempDir folder;
  const std::string path = folder.path().string();
  CHECK_FALSE(hashed_authorities(path + "/none"));
  for (const char* other :
       {"ca-certificates.crt", "0123456g.0", "012345678.0", "01234567.", "01234567.r0", "Some_CA.pem"})
    test::write_text(folder / other, "");
  CHECK_FALSE(hashed_authorities(path));
  test::write_text(folder / "4042bcee.0", "");
  REQUIRE(hashed_authorities(path));
  CHECK(hashed_authorities(path)->folder == path);
  CHECK_FALSE(hashed_authorities(path)->file);
}

}  // namespace tuf
