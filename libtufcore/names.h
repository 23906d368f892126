#pragma once
// Names that exist only in valid form (DESIGN of names: docs/formats.md). Parsing throws usage (what a person typed)
// through the `from_user` makers and returns empty through `find`-style makers when the text comes from a file.

#include <compare>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tuf {

// Project and product names: [a-z0-9]+(-[a-z0-9]+)*, at most 64; a project's is also none of the reserved words.
class ProjectName {
 public:
  static std::optional<ProjectName> parse(std::string_view text);
  static ProjectName from_user(std::string_view text);          // throws usage that says the rule
  const std::string& text() const noexcept { return text_; }
  auto operator<=>(const ProjectName&) const = default;

 private:
  explicit ProjectName(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

class ProductName {
 public:
  static std::optional<ProductName> parse(std::string_view text);
  static ProductName from_user(std::string_view text);
  static ProductName default_of(const ProjectName& project);    // the product that has the project's name
  const std::string& text() const noexcept { return text_; }
  auto operator<=>(const ProductName&) const = default;

 private:
  explicit ProductName(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

// [0-9A-Za-z][0-9A-Za-z.+-]*, at most 64. Ordered by Semantic Versioning 2.0 precedence with any number of numeric
// parts (1.2 < 1.2.1, 1.2 and 1.2.0 are equal in precedence, then ordered by text so that the order is total).
// A text that is not of that form ("nightly") sorts before every numeric one, by text.
class Version {
 public:
  static std::optional<Version> parse(std::string_view text);
  static Version from_user(std::string_view text);
  const std::string& text() const noexcept { return text_; }
  bool is_prerelease() const;                                   // has a SemVer pre-release part, or is not numeric
  bool is_numeric() const;                                      // its part before '-' and '+' is numbers and dots
  std::strong_ordering operator<=>(const Version& other) const;
  std::strong_ordering precedence(const Version& other) const;  // the same without the last step: 1.2, 1.2.0 and 1.2+x are equal
  bool operator==(const Version& other) const { return text_ == other.text_; }

 private:
  explicit Version(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

// One file name: [0-9A-Za-z._+~-], not starting with '.', '-' or '~' nor ending with '.', at most 200 bytes. Also the
// name of a reference.
class FileName {
 public:
  static std::optional<FileName> parse(std::string_view text);
  static FileName from_user(std::string_view text);
  const std::string& text() const noexcept { return text_; }
  auto operator<=>(const FileName&) const = default;

 private:
  explicit FileName(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

// The target path of a release file: <project>/<product>/<version>/<file>.
struct ReleasePath {
  ProjectName project;
  ProductName product;
  Version version;
  FileName file;
  static std::optional<ReleasePath> parse(std::string_view target_path);
  std::string text() const;
};

// Any TUF repository's role name: not empty, at most 512 bytes, valid UTF-8 without NUL (attack P-01 is met where it
// becomes a URL or a file name: site_layout and metadata_cache percent-encode it).
class RoleName {
 public:
  static std::optional<RoleName> parse(std::string_view text);
  static RoleName of(std::string_view text);                    // a name of our own; throws bug when invalid
  const std::string& text() const noexcept { return text_; }
  bool is_top_level() const noexcept;                           // root, timestamp, snapshot, targets
  auto operator<=>(const RoleName&) const = default;

 private:
  explicit RoleName(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

// Any TUF repository's target path: not empty, at most 4096 bytes, valid UTF-8 without NUL or newline. May hold "..":
// it is never used as a local path.
class TargetPath {
 public:
  static std::optional<TargetPath> parse(std::string_view text);
  static TargetPath from_user(std::string_view text);
  const std::string& text() const noexcept { return text_; }
  auto operator<=>(const TargetPath&) const = default;

 private:
  explicit TargetPath(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

// Two project names with equal skeletons look alike: hyphens dropped, 0->o, 1->l, i->l.
std::string skeleton(const ProjectName& name);
std::string skeleton_of_text(std::string_view text);

}  // namespace tuf
