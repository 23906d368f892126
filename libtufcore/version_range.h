#pragma once
// Ranges of versions as npm writes them: '^1.2', '~1.2.3', '>=1.2,<2', '1.2.x || 2.0.*', '1.2 - 1.4'. A comma
// or white space means "and", "||" means "or". Versions are compared by precedence (names.h), so they may
// have any number of numeric parts; where npm completes a version of fewer than three parts ('>1.2' means
// '>=1.3',
// '=1.2' means '1.2.x'), so does this.
//
// A pre-release is in a range only when one of the comparators beside it names a pre-release of the same
// numbers: '>=1.2.3-beta.1' has 1.2.3-rc.1 and not 1.3.0-beta. A version that is not numeric is in no range.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libtufcore/names.h"

namespace tuf {

class VersionRange {
 public:
  // Throws usage that says what was expected, and where. At most 256 bytes.
  static VersionRange from_user(std::string_view text);

  bool has(const Version& version) const;
  // The same without the rule about pre-releases: what the bounds alone say.
  bool spans(const Version& version) const;
  const std::string& text() const noexcept { return text_; }
  // The first version that the text names; empty for '*'. Where a person looked when nothing is in the range.
  const std::optional<Version>& first_named() const noexcept { return first_named_; }

 private:
  friend class RangeParser;
  enum class Relation { less, at_most, equal, at_least, greater };
  struct Comparator {
    Relation relation;
    Version bound;
    bool admits(const Version& version) const;
  };
  using All = std::vector<Comparator>;  // none: every version
  VersionRange() = default;

  std::string text_;
  std::vector<All> alternatives_;
  std::optional<Version> first_named_;
};

// What a person asks for: the latest, a version by its name, or the highest of a range.
class VersionRequest {
 public:
  // Nothing and "latest" ask for the latest. What can be the name of a version is one, so '1.2' is 1.2 and
  // never 1.2.3; '1.x' is both: the release of that name when there is one, else the range.
  static VersionRequest from_user(const std::optional<std::string>& text);

  bool is_latest() const noexcept { return !exact_ && !range_; }
  const std::optional<Version>& exact() const noexcept { return exact_; }
  const std::optional<VersionRange>& range() const noexcept { return range_; }

 private:
  std::optional<Version> exact_;
  std::optional<VersionRange> range_;
};

}  // namespace tuf
