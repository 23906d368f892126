#pragma once
// A moment in whole seconds, UTC. Pure: reading the clock is io/system_clock.

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tuf {

class UtcTime {
 public:
  // Exactly "YYYY-MM-DDTHH:MM:SSZ" (TUF 4.2), a real date, years 0001..9999; empty otherwise. Attack J-10.
  static std::optional<UtcTime> parse(std::string_view text);
  static constexpr UtcTime from_unix(std::int64_t seconds) { return UtcTime(seconds); }
  constexpr std::int64_t unix_seconds() const noexcept { return seconds_; }
  std::string text() const;                                  // "2030-01-01T00:00:00Z"
  constexpr UtcTime plus_days(std::int64_t days) const { return UtcTime(seconds_ + days * 86400); }
  constexpr UtcTime plus_seconds(std::int64_t seconds) const { return UtcTime(seconds_ + seconds); }
  auto operator<=>(const UtcTime&) const = default;

 private:
  explicit constexpr UtcTime(std::int64_t seconds) : seconds_(seconds) {}
  std::int64_t seconds_;
};

// "2 days", "3 hours", "1 minute": the largest whole unit, for messages. Negative spans lose their sign.
std::string duration_text(std::int64_t seconds);

}  // namespace tuf
