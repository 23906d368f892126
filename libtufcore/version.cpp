// The order of versions: Semantic Versioning 2.0 precedence with any number of numeric parts (names.h).
#include <algorithm>
#include <vector>

#include "libtufcore/bytes.h"
#include "libtufcore/error.h"
#include "libtufcore/names.h"

namespace tuf {
namespace {

bool is_number(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::vector<std::string_view> split(std::string_view text) {
  std::vector<std::string_view> parts;
  for (;;) {
    const std::size_t dot = text.find('.');
    parts.push_back(text.substr(0, dot));
    if (dot == std::string_view::npos) return parts;
    text.remove_prefix(dot + 1);
  }
}

// Of any length: no conversion that could overflow.
std::strong_ordering compare_numbers(std::string_view a, std::string_view b) {
  a.remove_prefix(std::min(a.find_first_not_of('0'), a.size()));
  b.remove_prefix(std::min(b.find_first_not_of('0'), b.size()));
  if (a.size() != b.size()) return a.size() <=> b.size();
  return a.compare(b) <=> 0;
}

struct Parts {
  bool numeric = false;
  std::vector<std::string_view> numbers;
  std::vector<std::string_view> prerelease;  // empty: a final release
};

Parts parts_of(std::string_view text) {
  text = text.substr(0, text.find('+'));  // build metadata has no precedence
  const std::size_t hyphen = text.find('-');
  Parts parts;
  parts.numbers = split(text.substr(0, hyphen));
  parts.numeric = std::all_of(parts.numbers.begin(), parts.numbers.end(), is_number);
  if (hyphen != std::string_view::npos) parts.prerelease = split(text.substr(hyphen + 1));
  return parts;
}

std::strong_ordering compare_release(const Parts& a, const Parts& b) {
  const std::size_t count = std::max(a.numbers.size(), b.numbers.size());
  for (std::size_t i = 0; i < count; ++i) {
    const auto order = compare_numbers(i < a.numbers.size() ? a.numbers[i] : "0", i < b.numbers.size() ? b.numbers[i] : "0");
    if (order != 0) return order;
  }
  return std::strong_ordering::equal;
}

// SemVer 11.3, 11.4: no pre-release is higher than any; numbers below texts; fewer fields below more.
std::strong_ordering compare_prerelease(const Parts& a, const Parts& b) {
  if (a.prerelease.empty() || b.prerelease.empty()) return b.prerelease.size() <=> a.prerelease.size();
  const std::size_t common = std::min(a.prerelease.size(), b.prerelease.size());
  for (std::size_t i = 0; i < common; ++i) {
    const std::string_view x = a.prerelease[i], y = b.prerelease[i];
    const bool x_number = is_number(x), y_number = is_number(y);
    if (x_number != y_number) return x_number ? std::strong_ordering::less : std::strong_ordering::greater;
    const auto order = x_number ? compare_numbers(x, y) : x.compare(y) <=> 0;
    if (order != 0) return order;
  }
  return a.prerelease.size() <=> b.prerelease.size();
}

}  // namespace

std::optional<Version> Version::parse(std::string_view text) {
  const auto alphanumeric = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  };
  if (text.empty() || text.size() > 64 || !alphanumeric(text.front())) return std::nullopt;
  const auto allowed = [&](char c) { return alphanumeric(c) || c == '.' || c == '+' || c == '-'; };
  if (!std::all_of(text.begin(), text.end(), allowed)) return std::nullopt;
  if (text == "latest") return std::nullopt;  // what people type for the highest version
  return Version(std::string(text));
}

Version Version::from_user(std::string_view text) {
  if (text == "latest")
    throw usage("'latest' is no version: it is the word for the highest one")
        .with_hint("name the version, for example 1.0.0");
  if (auto version = parse(text)) return *version;
  throw usage("'{}' is not a version: letters, digits and . + - only, starting with a letter or digit, at most 64 characters",
              escaped(text));
}

bool Version::is_prerelease() const {
  const Parts parts = parts_of(text_);
  return !parts.numeric || !parts.prerelease.empty();
}

bool Version::is_numeric() const { return parts_of(text_).numeric; }

std::strong_ordering Version::precedence(const Version& other) const {
  const Parts mine = parts_of(text_), theirs = parts_of(other.text_);
  if (mine.numeric != theirs.numeric) return mine.numeric ? std::strong_ordering::greater : std::strong_ordering::less;
  if (mine.numeric) {
    if (const auto order = compare_release(mine, theirs); order != 0) return order;
    return compare_prerelease(mine, theirs);
  }
  return text_.compare(other.text_) <=> 0;
}

std::strong_ordering Version::operator<=>(const Version& other) const {
  if (const auto order = precedence(other); order != 0) return order;
  return text_.compare(other.text_) <=> 0;
}

}  // namespace tuf
