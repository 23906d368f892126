#include "libtufcore/version_range.h"

#include <algorithm>

#include "libtufcore/bytes.h"
#include "libtufcore/error.h"

namespace tuf {
namespace {

constexpr std::size_t max_range_bytes = 256;
constexpr std::size_t whole_version = 3;  // numeric parts; fewer are completed as npm does

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_space(char c) { return c == ' ' || c == '\t'; }
bool is_wildcard(std::string_view part) { return part == "x" || part == "X" || part == "*"; }
bool is_number(std::string_view part) { return !part.empty() && std::ranges::all_of(part, is_digit); }

// One more, of any length.
std::string next_number(std::string number) {
  for (std::size_t i = number.size(); i-- > 0;) {
    if (number[i] != '9') {
      ++number[i];
      return number;
    }
    number[i] = '0';
  }
  return "1" + number;
}

std::string joined(const std::vector<std::string>& numbers) {
  std::string text;
  for (const std::string& number : numbers) text += (text.empty() ? "" : ".") + number;
  return text;
}

// "1.2", "1.2.x", "1.2.3-rc.1", "*" in a range.
struct Partial {
  std::size_t at = 0;                // where it stands
  std::vector<std::string> numbers;  // up to the first wildcard
  bool wildcard = false;
  std::string prerelease;  // with its hyphen
  bool is_whole() const { return !prerelease.empty() || (!wildcard && numbers.size() >= whole_version); }
};

// The numbers of a version without pre-release and build, for "a pre-release of the same numbers".
Version numbers_of(const Version& version) {
  return *Version::parse(std::string_view(version.text()).substr(0, version.text().find_first_of("-+")));
}

// "1.x", "1.2.*", "x": what is a range although it can be the name of a version.
bool ends_in_wildcards(std::string_view text) {
  bool wildcard = false;
  for (;;) {
    const std::size_t dot = text.find('.');
    const std::string_view part = text.substr(0, dot);
    if (!is_wildcard(part) && (wildcard || !is_number(part))) return false;
    wildcard = is_wildcard(part);
    if (dot == std::string_view::npos) return wildcard;
    text.remove_prefix(dot + 1);
  }
}

}  // namespace

bool VersionRange::Comparator::admits(const Version& version) const {
  const auto order = version.precedence(bound);
  switch (relation) {
    case Relation::less:
      return order < 0;
    case Relation::at_most:
      return order <= 0;
    case Relation::equal:
      return order == 0;
    case Relation::at_least:
      return order >= 0;
    case Relation::greater:
      return order > 0;
  }
  return false;
}

bool VersionRange::spans(const Version& version) const {
  if (!version.is_numeric()) return false;
  return std::ranges::any_of(alternatives_, [&](const All& all) {
    return std::ranges::all_of(all, [&](const Comparator& one) { return one.admits(version); });
  });
}

bool VersionRange::has(const Version& version) const {
  if (!version.is_numeric()) return false;
  const bool prerelease = version.is_prerelease();
  const auto names_it = [&](const Comparator& one) {
    return one.bound.is_prerelease() && numbers_of(one.bound).precedence(numbers_of(version)) == 0;
  };
  return std::ranges::any_of(alternatives_, [&](const All& all) {
    return std::ranges::all_of(all, [&](const Comparator& one) { return one.admits(version); }) &&
           (!prerelease || std::ranges::any_of(all, names_it));
  });
}

// range := all ("||" all)*     all := hyphen | simple ((space | ',') simple)*
// hyphen := version " - " version     simple := operator? version
class RangeParser {
 public:
  explicit RangeParser(std::string_view text) : text_(text) { range_.text_ = std::string(text); }

  VersionRange parse() {
    if (text_.size() > max_range_bytes) {
      throw usage("a range of versions has at most {} characters, this one {}", max_range_bytes,
                  text_.size());
    }
    for (;;) {
      range_.alternatives_.push_back(all());
      if (at_ == text_.size()) return std::move(range_);
      at_ += 2;  // "||", where all() stops
    }
  }

 private:
  using Relation = VersionRange::Relation;
  using All = VersionRange::All;

  All all() {
    All result;
    for (;;) {
      skip_space();
      const std::string_view operation = take_operator();
      const Partial version = take_version(operation);
      if (operation.empty() && take_hyphen()) {
        add_hyphen(result, version, take_version("-"));
      } else {
        add(result, operation, version);
      }
      const std::size_t end = at_;
      skip_space();
      if (at_ == text_.size() || text_.substr(at_).starts_with("||")) return result;
      if (text_[at_] == ',')
        ++at_;
      else if (end == at_)
        fail("a comma, a space or '||'");
    }
  }

  void skip_space() {
    while (at_ < text_.size() && is_space(text_[at_])) ++at_;
  }

  std::string_view take_operator() {
    for (const std::string_view operation : {">=", "<=", ">", "<", "=", "^", "~"}) {
      if (!text_.substr(at_).starts_with(operation)) continue;
      at_ += operation.size();
      skip_space();
      return operation;
    }
    return {};
  }

  bool take_hyphen() {
    const std::size_t before = at_;
    skip_space();
    if (at_ > before && at_ + 1 < text_.size() && text_[at_] == '-' && is_space(text_[at_ + 1])) {
      ++at_;
      skip_space();
      return true;
    }
    at_ = before;
    return false;
  }

  Partial take_version(std::string_view after) {
    Partial version;
    version.at = at_;
    for (;;) {
      const std::string_view part = take_part();
      if (part.empty() && version.at == at_)
        fail(after.empty() ? "a version" : fmt::format("a version after '{}'", after));
      if (!is_wildcard(part) && (version.wildcard || !is_number(part)))
        fail(version.wildcard ? "'x' or '*'" : "a number, 'x' or '*'");
      if (is_wildcard(part))
        version.wildcard = true;
      else
        version.numbers.emplace_back(part);
      at_ += part.size();
      if (at_ == text_.size() || text_[at_] != '.') break;
      ++at_;
    }
    take_prerelease_and_build(version);
    if (!range_.first_named_ && !version.numbers.empty())
      range_.first_named_ = bound(version, joined(version.numbers) + version.prerelease);
    return version;
  }

  // What stands up to the next character that cannot be in a number or wildcard.
  std::string_view take_part() const {
    std::size_t end = at_;
    while (end < text_.size() && (is_digit(text_[end]) || is_wildcard(text_.substr(end, 1)))) ++end;
    return text_.substr(at_, end - at_);
  }

  void take_prerelease_and_build(Partial& version) {
    if (version.wildcard) return;
    for (const char sign : {'-', '+'}) {
      if (at_ == text_.size() || text_[at_] != sign) continue;
      const std::size_t start = at_++;
      take_identifiers(sign == '-' ? "a pre-release" : "a build");
      if (sign == '-') version.prerelease = std::string(text_.substr(start, at_ - start));
    }
  }

  void take_identifiers(std::string_view of_what) {
    const auto is_identifier = [](char c) {
      return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
    };
    for (;;) {
      const std::size_t start = at_;
      while (at_ < text_.size() && is_identifier(text_[at_])) ++at_;
      if (at_ == start) fail(fmt::format("the name of {}", of_what));
      if (at_ == text_.size() || text_[at_] != '.') return;
      ++at_;
    }
  }

  void add(All& all, std::string_view operation, const Partial& version) {
    if (version.numbers.empty()) {  // '*': everything; '<*' and '>*': nothing
      if (operation == "<" || operation == ">") all.push_back({Relation::less, *Version::parse("0-0")});
      return;
    }
    const bool whole = version.is_whole();
    const std::size_t last = version.numbers.size() - 1;
    if (operation == "^")
      add_between(all, version, first_that_counts(version));
    else if (operation == "~")
      add_between(all, version, std::min<std::size_t>(1, last));
    else if ((operation.empty() || operation == "=") && whole)
      all.push_back({Relation::equal, start_of(version)});
    else if (operation.empty() || operation == "=")
      add_between(all, version, last);
    else if (operation == ">=")
      all.push_back({Relation::at_least, start_of(version)});
    else if (operation == "<")
      all.push_back({Relation::less, whole ? start_of(version) : before(version)});
    else if (operation == ">")
      all.push_back(whole ? VersionRange::Comparator{Relation::greater, start_of(version)}
                          : VersionRange::Comparator{Relation::at_least, after(version, last)});
    else
      add_upper(all, version);
  }

  void add_hyphen(All& all, const Partial& from, const Partial& to) {
    if (!from.numbers.empty()) all.push_back({Relation::at_least, start_of(from)});
    if (!to.numbers.empty()) add_upper(all, to);
  }

  // '<=': a version that is not whole includes all that it begins.
  void add_upper(All& all, const Partial& version) {
    if (version.is_whole())
      all.push_back({Relation::at_most, start_of(version)});
    else
      all.push_back({Relation::less, before_next(version, version.numbers.size() - 1)});
  }

  void add_between(All& all, const Partial& version, std::size_t counts) {
    all.push_back({Relation::at_least, start_of(version)});
    all.push_back({Relation::less, before_next(version, counts)});
  }

  // '^' keeps everything up to the first number that is not 0.
  static std::size_t first_that_counts(const Partial& version) {
    const auto zero = [](const std::string& number) {
      return number.find_first_not_of('0') == std::string::npos;
    };
    const auto found = std::ranges::find_if_not(version.numbers, zero);
    const std::size_t last = version.numbers.size() - 1;
    return std::min(static_cast<std::size_t>(found - version.numbers.begin()), last);
  }

  static std::vector<std::string> next_at(const Partial& version, std::size_t place) {
    std::vector<std::string> numbers(version.numbers.begin(),
                                     version.numbers.begin() + static_cast<std::ptrdiff_t>(place) + 1);
    numbers.back() = next_number(numbers.back());
    return numbers;
  }

  // 1.2.3 and place 1: "1.3", and "1.3-0", which is lower than every pre-release of 1.3 but one.
  Version after(const Partial& version, std::size_t place) const {
    return bound(version, joined(next_at(version, place)));
  }
  Version before_next(const Partial& version, std::size_t place) const {
    return bound(version, joined(next_at(version, place)) + "-0");
  }
  Version before(const Partial& version) const { return bound(version, joined(version.numbers) + "-0"); }
  Version start_of(const Partial& version) const {
    return bound(version, joined(version.numbers) + version.prerelease);
  }

  Version bound(const Partial& version, const std::string& text) const {
    if (const auto parsed = Version::parse(text)) return *parsed;
    throw usage("'{}' is not a range of versions: the version at character {} is too long", escaped(text_),
                version.at + 1);
  }

  [[noreturn]] void fail(const std::string& expected) const {
    const std::string found = at_ == text_.size()
                                  ? "it ends there"
                                  : fmt::format("found '{}'", escaped(text_.substr(at_).substr(0, 16)));
    throw usage("'{}' is not a range of versions: {} is expected at character {}, {}", escaped(text_),
                expected, at_ + 1, found)
        .with_hint("ranges look like '^1.2', '~1.2.3', '>=1.2,<2', '1.x' or '1.2.0 || 1.4.x'");
  }

  std::string_view text_;
  std::size_t at_ = 0;
  VersionRange range_;
};

VersionRange VersionRange::from_user(std::string_view text) { return RangeParser(text).parse(); }

VersionRequest VersionRequest::from_user(const std::optional<std::string>& text) {
  VersionRequest request;
  if (!text || *text == "latest") return request;
  if (text->starts_with("==")) {
    throw usage("'{}' is not a version or range", escaped(*text))
        .with_hint(fmt::format("'{}' alone is that version", escaped(text->substr(2))));
  }
  request.exact_ = Version::parse(*text);
  if (!request.exact_ || ends_in_wildcards(*text)) request.range_ = VersionRange::from_user(*text);
  return request;
}

}  // namespace tuf
