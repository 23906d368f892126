#pragma once
// What people say about a release and its files, in valid form only: `custom.platform` of a file, the reason of a yank or
// of a removal (docs/formats.md). parse() for what a file says, from_user() (throws usage) for what a person typed.

#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace tuf {

// Where a file runs: [a-z0-9]+([._-][a-z0-9]+)*, at most 64; "linux-amd64". Compared as text, nothing more is meant.
class Platform {
 public:
  static std::optional<Platform> parse(std::string_view text);
  static Platform from_user(std::string_view text);
  const std::string& text() const noexcept { return text_; }
  auto operator<=>(const Platform&) const = default;

 private:
  explicit Platform(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

// One line of UTF-8 without control or invisible characters, 1 to 200 bytes, no space at either end. Shown escaped all the same.
class Reason {
 public:
  static std::optional<Reason> parse(std::string_view text);
  static Reason from_user(std::string_view text);
  const std::string& text() const noexcept { return text_; }
  auto operator<=>(const Reason&) const = default;

 private:
  explicit Reason(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

}  // namespace tuf
