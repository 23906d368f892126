#include "client/proxy_choice.h"

#include <arpa/inet.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "client/url.h"
#include "libtufcore/bytes.h"
#include "libtufcore/parse_number.h"

namespace tuf {
namespace {

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& letter : result) letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
  return result;
}

std::string host_of(const std::string& url) {
  const std::size_t start = url.find("://") + 3;
  std::string_view authority = std::string_view(url).substr(start, url.find('/', start) - start);
  if (const std::size_t at = authority.rfind('@'); at != std::string_view::npos)
    authority.remove_prefix(at + 1);
  if (authority.starts_with('[')) return lower(authority.substr(1, authority.find(']') - 1));
  return lower(authority.substr(0, authority.find(':')));
}

// The bytes of a numeric address; empty when it is a name.
std::string address_bytes(const std::string& text) {
  std::string bytes(16, '\0');
  if (inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1) return bytes;
  bytes.resize(4);
  if (inet_pton(AF_INET, text.c_str(), bytes.data()) == 1) return bytes;
  return {};
}

// "10.0.0.0/8"
bool is_in_range(const std::string& host, const std::string& range) {
  const std::size_t slash = range.find('/');
  if (slash == std::string::npos) return false;
  const std::string address = address_bytes(host);
  const std::string start = address_bytes(range.substr(0, slash));
  const auto bits = parse_number<std::uint64_t>(std::string_view(range).substr(slash + 1));
  if (address.empty() || address.size() != start.size() || !bits || *bits > 8 * address.size()) return false;
  for (std::uint64_t bit = 0; bit < *bits; ++bit) {
    const int shift = 7 - static_cast<int>(bit % 8);
    if (((address[bit / 8] ^ start[bit / 8]) >> shift & 1) != 0) return false;
  }
  return true;
}

// "example.org" and ".example.org" are that host and all below it; "*" is every host.
bool is_listed(const std::string& host, const std::string& list) {
  std::size_t at = 0;
  while (at < list.size()) {
    const std::size_t end = std::min(list.find_first_of(", ", at), list.size());
    std::string entry = lower(std::string_view(list).substr(at, end - at));
    at = end + 1;
    if (entry == "*") return true;
    if (entry.starts_with('.')) entry.erase(0, 1);
    if (entry.empty()) continue;
    if (host == entry || host.ends_with("." + entry) || is_in_range(host, entry)) return true;
  }
  return false;
}

// curl takes "proxy:3128" for "http://proxy:3128". Whatever stands before the last '@' may be secret.
std::string shown_proxy(const std::string& proxy) {
  const std::size_t scheme = proxy.find("://");
  const std::string start = scheme == std::string::npos ? "http://" : proxy.substr(0, scheme + 3);
  const std::string rest = proxy.substr(scheme == std::string::npos ? 0 : scheme + 3);
  const std::size_t at = rest.rfind('@');
  return escaped(start + (at == std::string::npos ? rest : "***" + rest.substr(at)), 1024);
}

}  // namespace

std::optional<std::string> environment_of_process(const char* name) {
  const char* value = std::getenv(name);
  if (value == nullptr || *value == '\0') return std::nullopt;
  return value;
}

std::optional<ProxyChoice> proxy_for(const std::string& url, const Environment& environment) {
  if (is_file_url(url)) return std::nullopt;
  // HTTP_PROXY is none: a web server's CGI programs get it from whoever asks them.
  std::vector<const char*> variables{"http_proxy"};
  if (url.starts_with("https://")) variables = {"https_proxy", "HTTPS_PROXY"};
  variables.insert(variables.end(), {"all_proxy", "ALL_PROXY"});
  for (const char* variable : variables) {
    const auto proxy = environment(variable);
    if (!proxy) continue;
    ProxyChoice choice{variable, shown_proxy(*proxy)};
    for (const char* exception : {"no_proxy", "NO_PROXY"}) {
      const auto list = environment(exception);
      if (!list) continue;
      if (is_listed(host_of(url), *list)) choice.exception = exception;
      break;
    }
    return choice;
  }
  return std::nullopt;
}

}  // namespace tuf
