#include "client/proxy_choice.h"

#include <catch2/catch.hpp>
#include <map>

using namespace tuf;

namespace {

using Variables = std::map<std::string, std::string>;

// "variable: proxy", "exception over variable", or "direct"
std::string choice(const std::string& url, const Variables& variables) {
  const auto found = proxy_for(url, [&](const char* name) -> std::optional<std::string> {
    const auto at = variables.find(name);
    return at == variables.end() ? std::nullopt : std::optional(at->second);
  });
  if (!found) return "direct";
  if (!found->exception.empty()) return found->exception + " over " + found->variable;
  return found->variable + ": " + found->proxy;
}

}  // namespace

TEST_CASE("the proxy of a URL is the one that curl takes", "[proxy_choice]") {
  struct Row {
    std::string url;
    Variables variables;
    std::string expected;
  };
  const std::string plain = "http://a.example/x";
  const std::string secure = "https://a.example:8443/x";
  const std::vector<Row> rows = {
      {plain, {}, "direct"},
      {plain, {{"http_proxy", "http://p:1"}}, "http_proxy: http://p:1"},
      {plain, {{"HTTP_PROXY", "http://p:1"}}, "direct"},
      {plain, {{"https_proxy", "http://p:1"}}, "direct"},
      {secure, {{"http_proxy", "http://p:1"}}, "direct"},
      {secure,
       {{"https_proxy", "p:1"}, {"HTTPS_PROXY", "q:1"}, {"all_proxy", "r:1"}},
       "https_proxy: http://p:1"},
      {secure, {{"HTTPS_PROXY", "q:1"}, {"all_proxy", "r:1"}}, "HTTPS_PROXY: http://q:1"},
      {secure, {{"all_proxy", "r:1"}, {"ALL_PROXY", "s:1"}}, "all_proxy: http://r:1"},
      {plain, {{"ALL_PROXY", "socks5h://s:1"}}, "ALL_PROXY: socks5h://s:1"},
      {"file:///srv/site", {{"all_proxy", "r:1"}}, "direct"},
  };
  for (const Row& row : rows) {
    INFO(row.expected);
    CHECK(choice(row.url, row.variables) == row.expected);
  }
}

TEST_CASE("hosts that no_proxy lists are reached directly", "[proxy_choice]") {
  const auto with = [](const std::string& host, const std::string& list) {
    return choice("http://" + host + "/x", {{"http_proxy", "p:1"}, {"no_proxy", list}}) ==
           "no_proxy over http_proxy";
  };
  CHECK(with("a.example", "*"));
  CHECK(with("a.example", "a.example"));
  CHECK(with("A.Example:81", "b.example, a.EXAMPLE"));
  CHECK(with("me:word@a.example", ".example"));
  CHECK(with("a.example", "example"));
  CHECK(with("10.1.2.3", "10.0.0.0/8"));
  CHECK(with("10.128.0.0", "10.128.0.0/9"));
  CHECK(with("[fe80::1]:81", "fe80::/10"));
  CHECK(with("[::1]", "::1"));
  CHECK_FALSE(with("a.example", ""));
  CHECK_FALSE(with("a.example", "ample"));
  CHECK_FALSE(with("a.example", "a.example.org"));
  CHECK_FALSE(with("11.1.2.3", "10.0.0.0/8"));
  CHECK_FALSE(with("10.127.0.0", "10.128.0.0/9"));
  CHECK_FALSE(with("10.1.2.3", "10.0.0.0/33"));
  CHECK_FALSE(with("10.1.2.3", "fe80::/0"));
  CHECK_FALSE(with("a.example", "10.0.0.0/0"));
  CHECK(choice("http://a.example", {{"http_proxy", "p:1"}, {"no_proxy", "b"}, {"NO_PROXY", "*"}}) ==
        "http_proxy: http://p:1");
  CHECK(choice("http://a.example", {{"http_proxy", "p:1"}, {"NO_PROXY", "*"}}) == "NO_PROXY over http_proxy");
}

TEST_CASE("a proxy is shown without its user name and password", "[proxy_choice]") {
  for (const char* proxy :
       {"http://me:secret@p:1", "me:secret@p:1", "http://me:se/cret@p:1", "http://me@secret@p:1"}) {
    INFO(proxy);
    CHECK(choice("http://a.example", {{"http_proxy", proxy}}) == "http_proxy: http://***@p:1");
  }
}
