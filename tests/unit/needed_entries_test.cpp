#include <catch2/catch.hpp>

#include "libtufcore/find_target.h"

namespace tuf {

TEST_CASE("a search for one path needs its entry and the delegations that name it", "[find_target]") {
  const NeededEntries needed = needed_for(*TargetPath::parse("abc/abc/1.0/a.tgz"));
  CHECK(needed.target("abc/abc/1.0/a.tgz"));
  CHECK_FALSE(needed.target("abc/abc/1.0/a.tgz2"));
  CHECK(needed.delegation("paths", "abc/*/*/*"));
  CHECK_FALSE(needed.delegation("paths", "abd/*/*/*"));
  const std::string hash = sha256_of("abc/abc/1.0/a.tgz").hex();
  CHECK(needed.delegation("path_hash_prefixes", hash.substr(0, 3)));
  CHECK_FALSE(needed.delegation("path_hash_prefixes", hash.substr(1, 3)));
  CHECK_FALSE(needed.delegation("names", hash.substr(0, 3)));
}

TEST_CASE("a listing needs all below its projects and the delegations that may reach there",
          "[find_target]") {
  const NeededEntries needed = needed_for({*ProjectName::parse("abc"), *ProjectName::parse("def")});
  CHECK(needed.target("abc/abc/1.0/a.tgz"));
  CHECK(needed.target("def/x"));
  CHECK_FALSE(needed.target("abcd/abcd/1.0/a.tgz"));
  CHECK_FALSE(needed.target("abc"));
  CHECK(needed.delegation("paths", "abc/*/*/*"));
  CHECK(needed.delegation("paths", "d*/cli/*"));
  CHECK(needed.delegation("path_hash_prefixes", "00"));  // any path may have such a hash
  // Without a '/' it matches no file of a project: '*' ends at the next one.
  for (const char* elsewhere : {"*", "abc", "/abc/*", "xyz/*/*/*"}) {
    CAPTURE(elsewhere);
    CHECK_FALSE(needed.delegation("paths", elsewhere));
  }
  CHECK_FALSE(needed.delegation("names", "abc/*/*/*"));
}

}  // namespace tuf
