#include "client/http_headers.h"

#include <strings.h>

#include <algorithm>

#include "libtufcore/parse_number.h"

namespace tuf {
namespace {

constexpr std::size_t max_tag_bytes = 512;
constexpr std::size_t max_date_bytes = 64;

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return a.size() == b.size() && strncasecmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace

bool is_entity_tag(std::string_view text) {
  if (text.size() > max_tag_bytes) return false;
  if (text.starts_with("W/")) text.remove_prefix(2);
  if (text.size() < 2 || text.front() != '"' || text.back() != '"') return false;
  text = text.substr(1, text.size() - 2);
  return std::all_of(text.begin(), text.end(),
                     [](unsigned char c) { return c > 0x20 && c < 0x7f && c != '"'; });
}

std::optional<ContentRange> parse_content_range(std::string_view text) {
  constexpr std::string_view unit = "bytes ";
  if (text.size() <= unit.size() || !equal_ignoring_case(text.substr(0, unit.size()), unit))
    return std::nullopt;
  text = trimmed(text.substr(unit.size()));
  const std::size_t dash = text.find('-');
  const std::size_t slash = text.find('/');
  if (dash == std::string_view::npos || slash == std::string_view::npos || slash < dash) return std::nullopt;
  const auto first = parse_number<std::uint64_t>(text.substr(0, dash));
  const auto last = parse_number<std::uint64_t>(text.substr(dash + 1, slash - dash - 1));
  if (!first || !last || *first > *last) return std::nullopt;
  if (text.substr(slash + 1) == "*") return ContentRange{*first, *last, std::nullopt};
  const auto whole = parse_number<std::uint64_t>(text.substr(slash + 1));
  if (!whole || *last >= *whole) return std::nullopt;
  return ContentRange{*first, *last, whole};
}

void ReplyHeaders::take(std::string_view line) {
  const std::size_t counted = bytes + line.size();
  if (line.starts_with("HTTP/")) *this = ReplyHeaders();
  bytes = counted;
  const std::size_t colon = line.find(':');
  if (colon != std::string_view::npos)
    take_field(trimmed(line.substr(0, colon)), trimmed(line.substr(colon + 1)));
}

void ReplyHeaders::take_field(std::string_view name, std::string_view value) {
  const auto is = [&](std::string_view known) { return equal_ignoring_case(name, known); };
  if (is("content-encoding")) {
    if (!value.empty() && !equal_ignoring_case(value, "identity")) encoding = value;
  } else if (is("content-length")) {
    const auto stated = parse_number<std::uint64_t>(value);
    two_lengths = two_lengths || (has_length_ && length != stated);
    has_length_ = true;
    length = stated;
  } else if (is("content-range")) {
    range = parse_content_range(value);
  } else if (is("etag")) {
    tag = is_entity_tag(value) ? value : std::string_view();
  } else if (is("date") && value.size() <= max_date_bytes) {
    date = value;
  } else if (is("last-modified") && value.size() <= max_date_bytes) {
    last_modified = value;
  } else if (is("retry-after") && value.size() <= max_date_bytes) {
    retry_after = value;
  }
}

}  // namespace tuf
