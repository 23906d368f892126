#include "libtufcore/release.h"

#include <catch2/catch.hpp>

using namespace tuf;

namespace {

FoundTarget target(const std::string& path, std::optional<std::string> yanked = std::nullopt) {
  TargetFile file;
  file.length = 1;
  if (yanked) file.custom = Json::Object{{"yanked", *yanked}};
  return {*TargetPath::parse(path), file, RoleName::of("abc.rel"), {}};
}

std::string latest(const std::vector<FoundTarget>& targets) {
  const auto releases = releases_of(targets);
  const Latest found = latest_of(releases, *ProductName::parse("abc"));
  return (found.release == nullptr ? "none" : found.release->version.text()) + (found.only_prereleases ? " (pre-release)" : "");
}

}  // namespace

TEST_CASE("files are grouped by product and version with the newest first", "[release]") {
  const auto releases = releases_of({target("abc/abc/1.0.0/b"), target("abc/abc/1.0.0/a"), target("abc/abc/1.10.0/a"),
                                     target("abc/abc/1.9.0/a"), target("abc/cli/0.1/x"), target("abc/not-a-release")});
  std::vector<std::string> seen;
  for (const Release& release : releases) seen.push_back(release.product.text() + " " + release.version.text());
  CHECK(seen == std::vector<std::string>{"abc 1.10.0", "abc 1.9.0", "abc 1.0.0", "cli 0.1"});
  CHECK(releases[2].files.front().name.text() == "a");
}

TEST_CASE("latest is the highest version that is neither yanked nor a pre-release", "[release]") {
  CHECK(latest({}) == "none");
  CHECK(latest({target("abc/abc/1.2.0/f"), target("abc/abc/1.10.0/f")}) == "1.10.0");
  CHECK(latest({target("abc/abc/1.0.0/f"), target("abc/abc/2.0.0-rc.1/f")}) == "1.0.0");
  CHECK(latest({target("abc/abc/1.0.0/f"), target("abc/abc/2.0.0/f", "broken")}) == "1.0.0");
  CHECK(latest({target("abc/abc/2.0.0-rc.2/f"), target("abc/abc/2.0.0-rc.10/f")}) == "2.0.0-rc.10 (pre-release)");
  CHECK(latest({target("abc/abc/1.0.0/f", "broken")}) == "none");
  CHECK(latest({target("abc/cli/9.0.0/f")}) == "none");
}

TEST_CASE("one yanked file yanks its release", "[release]") {
  const auto releases = releases_of({target("abc/abc/1.0.0/a"), target("abc/abc/1.0.0/b", "wrong build")});
  CHECK(releases.front().yanked == "wrong build");
}
