#include "libtufcore/utc_time.h"

#include <fmt/format.h>

#include <chrono>

namespace tuf {
namespace {

// Digits only: no sign, no space.
std::optional<int> number(std::string_view text) {
  int value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

}  // namespace

std::optional<UtcTime> UtcTime::parse(std::string_view text) {
  if (text.size() != 20 || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' || text[16] != ':' ||
      text[19] != 'Z') {
    return std::nullopt;
  }
  const auto year = number(text.substr(0, 4)), month = number(text.substr(5, 2)), day = number(text.substr(8, 2));
  const auto hour = number(text.substr(11, 2)), minute = number(text.substr(14, 2)), second = number(text.substr(17, 2));
  if (!year || !month || !day || !hour || !minute || !second) return std::nullopt;
  if (*year < 1 || *hour > 23 || *minute > 59 || *second > 59) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(*year), std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) return std::nullopt;
  const std::int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
  return UtcTime(days * 86400 + *hour * 3600 + *minute * 60 + *second);
}

std::string UtcTime::text() const {
  const auto days = std::chrono::floor<std::chrono::days>(std::chrono::sys_seconds(std::chrono::seconds(seconds_)));
  const std::chrono::year_month_day date(days);
  const std::int64_t in_day = seconds_ - std::int64_t{days.time_since_epoch().count()} * 86400;
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), in_day / 3600,
                     in_day / 60 % 60, in_day % 60);
}

std::string duration_text(std::int64_t seconds) {
  if (seconds < 0) seconds = -seconds;
  const auto in_words = [](std::int64_t count, const char* unit) {
    return fmt::format("{} {}{}", count, unit, count == 1 ? "" : "s");
  };
  if (seconds >= 86400) return in_words(seconds / 86400, "day");
  if (seconds >= 3600) return in_words(seconds / 3600, "hour");
  if (seconds >= 60) return in_words(seconds / 60, "minute");
  return in_words(seconds, "second");
}

}  // namespace tuf
