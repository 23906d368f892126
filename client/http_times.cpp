#include "client/http_times.h"

#include <curl/curl.h>

#include <algorithm>

#include "libtufcore/parse_number.h"

namespace tuf {
namespace {

constexpr std::time_t a_moment = 2;  // seconds

std::optional<std::time_t> time_of(const std::string& text) {
  const std::time_t time = curl_getdate(text.c_str(), nullptr);
  if (time < 0) return std::nullopt;
  return time;
}

}  // namespace

std::optional<std::chrono::seconds> asked_to_wait(const ReplyHeaders& headers) {
  constexpr std::int64_t a_year = 366l * 24 * 3600;  // no number from outside overflows anything
  if (headers.retry_after.empty()) return std::nullopt;
  if (const auto seconds = parse_number<std::uint64_t>(headers.retry_after))
    return std::chrono::seconds(std::min<std::uint64_t>(*seconds, a_year));
  const auto until = time_of(headers.retry_after);
  const auto now = time_of(headers.date);
  if (!until || !now) return std::nullopt;
  return std::chrono::seconds(std::clamp<std::int64_t>(*until - *now, 0, a_year));
}

std::string lasting_tag(const ReplyHeaders& headers) {
  if (headers.last_modified.empty()) return headers.tag;
  const auto changed = time_of(headers.last_modified);
  const auto now = time_of(headers.date);
  return changed && now && *now - *changed >= a_moment ? headers.tag : "";
}

}  // namespace tuf
