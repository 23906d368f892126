#include "libtufcore/names.h"

#include <algorithm>
#include <array>

#include "libtufcore/bytes.h"
#include "libtufcore/error.h"

namespace tuf {
namespace {

constexpr std::array<std::string_view, 12> reserved = {"root", "timestamp", "snapshot", "targets", "blocked", "claimed",
                                                       "new",  "config",    "refs",     "index",   "metadata", "v2"};

bool is_reserved(std::string_view text) {
  return std::find(reserved.begin(), reserved.end(), text) != reserved.end() || text == "ui" ||
         text.starts_with("claimed-") || text.starts_with("new-");
}

bool is_lower_alphanumeric(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }
bool is_alphanumeric(char c) { return is_lower_alphanumeric(c) || (c >= 'A' && c <= 'Z'); }

// [a-z0-9]+(-[a-z0-9]+)*, at most 64
bool is_short_name(std::string_view text) {
  if (text.empty() || text.size() > 64 || text.front() == '-' || text.back() == '-') return false;
  if (text.find("--") != std::string_view::npos) return false;
  return std::all_of(text.begin(), text.end(), [](char c) { return is_lower_alphanumeric(c) || c == '-'; });
}

bool is_plain_text(std::string_view text, std::size_t max_bytes) {
  return !text.empty() && text.size() <= max_bytes && text.find('\0') == std::string_view::npos &&
         text.find('\n') == std::string_view::npos && is_valid_utf8(text);
}

}  // namespace

std::optional<ProjectName> ProjectName::parse(std::string_view text) {
  if (!is_short_name(text) || is_reserved(text)) return std::nullopt;
  return ProjectName(std::string(text));
}

ProjectName ProjectName::from_user(std::string_view text) {
  if (auto name = parse(text)) return *name;
  if (is_reserved(text)) throw usage("'{}' cannot be a project name: the word is reserved", escaped(text));
  throw usage("'{}' is not a project name: lower-case letters, digits and single hyphens inside, at most 64 characters",
              escaped(text));
}

std::optional<ProductName> ProductName::parse(std::string_view text) {
  if (!is_short_name(text)) return std::nullopt;
  return ProductName(std::string(text));
}

ProductName ProductName::from_user(std::string_view text) {
  if (auto name = parse(text)) return *name;
  throw usage("'{}' is not a product name: lower-case letters, digits and single hyphens inside, at most 64 characters",
              escaped(text));
}

ProductName ProductName::default_of(const ProjectName& project) { return ProductName(project.text()); }

std::optional<FileName> FileName::parse(std::string_view text) {
  if (text.empty() || text.size() > 200) return std::nullopt;
  const auto allowed = [](char c) {
    return is_alphanumeric(c) || c == '.' || c == '_' || c == '+' || c == '~' || c == '-';
  };
  if (!std::all_of(text.begin(), text.end(), allowed)) return std::nullopt;
  if (text.front() == '.' || text.front() == '-' || text.front() == '~' || text.back() == '.') return std::nullopt;
  return FileName(std::string(text));
}

FileName FileName::from_user(std::string_view text) {
  if (auto name = parse(text)) return *name;
  throw usage(
      "'{}' cannot be the name of a released file: letters, digits and . _ + ~ - only, not starting with . - or ~, not "
      "ending with a dot, at most 200 characters",
      escaped(text));
}

std::optional<ReleasePath> ReleasePath::parse(std::string_view path) {
  std::array<std::string_view, 4> parts;
  for (std::size_t i = 0; i < 3; ++i) {
    const std::size_t slash = path.find('/');
    if (slash == std::string_view::npos) return std::nullopt;
    parts[i] = path.substr(0, slash);
    path.remove_prefix(slash + 1);
  }
  parts[3] = path;
  auto project = ProjectName::parse(parts[0]);
  auto product = ProductName::parse(parts[1]);
  auto version = Version::parse(parts[2]);
  auto file = FileName::parse(parts[3]);
  if (!project || !product || !version || !file) return std::nullopt;
  return ReleasePath{*project, *product, *version, *file};
}

std::string ReleasePath::text() const {
  return project.text() + "/" + product.text() + "/" + version.text() + "/" + file.text();
}

std::optional<RoleName> RoleName::parse(std::string_view text) {
  if (text.empty() || text.size() > 512 || text.find('\0') != std::string_view::npos || !is_valid_utf8(text)) {
    return std::nullopt;
  }
  return RoleName(std::string(text));
}

RoleName RoleName::of(std::string_view text) {
  if (auto name = parse(text)) return *name;
  throw bug("'{}' is not a role name", escaped(text));
}

bool RoleName::is_top_level() const noexcept {
  return text_ == "root" || text_ == "timestamp" || text_ == "snapshot" || text_ == "targets";
}

std::optional<TargetPath> TargetPath::parse(std::string_view text) {
  if (!is_plain_text(text, 4096)) return std::nullopt;
  return TargetPath(std::string(text));
}

TargetPath TargetPath::from_user(std::string_view text) {
  if (auto path = parse(text)) return *path;
  throw usage("'{}' is not a target path: 1 to 4096 bytes of UTF-8 in one line", escaped(text));
}

std::string skeleton_of_text(std::string_view text) {
  std::string skeleton;
  for (const char c : text) {
    if (c == '-') continue;
    skeleton.push_back(c == '0' ? 'o' : c == '1' || c == 'i' ? 'l' : c);
  }
  return skeleton;
}

std::string skeleton(const ProjectName& name) { return skeleton_of_text(name.text()); }

}  // namespace tuf
