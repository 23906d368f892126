#include "client/url.h"

#include <algorithm>

#include "libtufcore/bytes.h"
#include "libtufcore/error.h"

namespace tuf {
namespace {

constexpr std::string_view file_scheme = "file://";

bool is_plain(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](unsigned char c) { return c > 0x20 && c < 0x7f; });
}

bool has_host(std::string_view url) {
  const std::size_t start = url.find("://") + 3;
  return start < url.size() && url[start] != '/';
}

bool climbs_out(std::string_view relative) {
  int depth = 0;
  while (depth >= 0 && !relative.empty()) {
    const std::size_t end = std::min(relative.find('/'), relative.size());
    const std::string_view component = relative.substr(0, end);
    relative.remove_prefix(std::min(end + 1, relative.size()));
    if (component == "..") --depth;
    if (!component.empty() && component != "." && component != "..") ++depth;
  }
  return depth < 0;
}

}  // namespace

bool is_file_url(std::string_view url) { return url.starts_with(file_scheme); }

std::string base_url_from_user(std::string_view text) {
  const bool is_http = text.starts_with("https://") || text.starts_with("http://");
  if (!is_http && !is_file_url(text)) {
    throw usage("'{}' is no URL of a repository; it starts with https://, http:// or file://", escaped(text))
        .with_hint("for a folder on this machine: file:///srv/site");
  }
  if (!is_plain(text) || text.find_first_of("?#") != std::string_view::npos) {
    throw usage(
        "'{}' is no URL of a repository: no blanks, '?' or '#' in it, other characters percent-encoded",
        shown_url(text));
  }
  if (is_http && !has_host(text)) throw usage("'{}' names no host", shown_url(text));
  if (!is_http && has_host(text) && !text.starts_with("file://localhost/")) {
    throw usage("'{}' names a host; files of this machine are file:///with/three/slashes", shown_url(text));
  }
  while (text.ends_with('/')) text.remove_suffix(1);
  return std::string(text);
}

std::optional<std::string> percent_decoded(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      result += text[i];
      continue;
    }
    const auto byte = i + 2 < text.size() ? hex_decode(text.substr(i + 1, 2)) : std::nullopt;
    if (!byte || *byte == Bytes(1, '\0')) return std::nullopt;
    result += *byte;
    i += 2;
  }
  return result;
}

std::string join_url(std::string_view base, std::string_view relative) {
  while (base.ends_with('/')) base.remove_suffix(1);
  if (is_file_url(base) && climbs_out(percent_decoded(relative).value_or(".."))) {
    throw refused("the name '{}' leads out of {}", escaped(relative), shown_url(base));
  }
  return fmt::format("{}/{}", base, relative);
}

std::string shown_url(std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return escaped(url, 1024);
  const std::size_t start = scheme + 3;
  const std::size_t end = std::min(url.find('/', start), url.size());
  const std::size_t at = url.substr(0, end).rfind('@');
  if (at == std::string_view::npos || at < start) return escaped(url, 1024);
  return escaped(fmt::format("{}***{}", url.substr(0, start), url.substr(at)), 1024);
}

}  // namespace tuf
