#include "libtufcore/release_terms.h"


#include "libtufcore/bytes.h"
#include "libtufcore/error.h"

namespace tuf {
namespace {

constexpr std::size_t max_platform_bytes = 64;
constexpr std::size_t max_release_reason_bytes = 200;

bool is_separator(char c) { return c == '.' || c == '_' || c == '-'; }

bool is_platform(std::string_view text) {
  if (text.empty() || text.size() > max_platform_bytes || is_separator(text.front()) ||
      is_separator(text.back()))
    return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool is_letter = (text[i] >= 'a' && text[i] <= 'z') || (text[i] >= '0' && text[i] <= '9');
    if (!is_letter && !(is_separator(text[i]) && !is_separator(text[i - 1]))) return false;
  }
  return true;
}

}  // namespace

std::optional<Platform> Platform::parse(std::string_view text) {
  if (!is_platform(text)) return std::nullopt;
  return Platform(std::string(text));
}

Platform Platform::from_user(std::string_view text) {
  if (auto platform = parse(text)) return *std::move(platform);
  throw usage(
      "'{}' is no name for a platform: lower-case letters and digits, single . _ - inside, at most {} "
      "characters",
      escaped(text), max_platform_bytes)
      .with_hint("for example linux-amd64");
}

std::optional<Reason> Reason::parse(std::string_view text) {
  if (text.empty() || text.size() > max_release_reason_bytes || text.front() == ' ' || text.back() == ' ')
    return std::nullopt;
  if (escaped(text, 16 * max_release_reason_bytes) != text)
    return std::nullopt;  // something in it is not what it seems
  return Reason(std::string(text));
}

Reason Reason::from_user(std::string_view text) {
  if (auto reason = parse(text)) return *std::move(reason);
  throw usage("'{}' is no reason: one line of 1 to {} bytes of plain text", escaped(text), max_release_reason_bytes);
}

}  // namespace tuf
