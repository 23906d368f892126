#include <catch2/catch.hpp>

#include <algorithm>
#include <vector>

#include "libtufcore/names.h"

namespace tuf {
namespace {

Version version(std::string_view text) {
  INFO(text);
  REQUIRE(Version::parse(text));
  return *Version::parse(text);
}

TEST_CASE("versions are ordered by precedence and then by text", "[version]") {
  // SemVer 2.0 section 11 has the examples in the middle; each line is above the one before it.
  const std::vector<std::string> ascending = {
      "2024a", "Nightly", "nightly", "v9.9.9",          // no numbers: below every number
      "0", "0.0.1", "0.9", "0.10", "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2",
      "1.0.0-beta.11", "1.0.0-rc.1", "1", "1.0", "1.0.0", "1.0.0+a", "1.0.0+b", "1.0.1", "1.2", "1.2.0", "1.2.0.1", "1.2.1",
      "1.10", "2.0.0", "2.1.0", "2.1.1", "11.0", "2024.01.05", "2024.1.6",
      "18446744073709551616.0", "18446744073709551617.0", "99999999999999999999999999999999"};
  std::vector<Version> versions;
  for (const std::string& text : ascending) versions.push_back(version(text));
  for (std::size_t i = 0; i < versions.size(); ++i) {
    for (std::size_t k = 0; k < versions.size(); ++k) {
      INFO(ascending[i] << " and " << ascending[k]);
      CHECK((versions[i] <=> versions[k]) == (i <=> k));
      CHECK((versions[i] == versions[k]) == (i == k));
    }
  }
  std::vector<Version> shuffled(versions.rbegin(), versions.rend());
  std::sort(shuffled.begin(), shuffled.end());
  CHECK(shuffled == versions);
}

TEST_CASE("no version is called latest because that word asks for the highest one", "[version]") {
  CHECK_FALSE(Version::parse("latest"));
  CHECK(Version::parse("latest-1"));
}

TEST_CASE("pre-releases and versions without numbers are not what latest means", "[version]") {
  const char* final_release = GENERATE("1", "1.0", "1.2.3", "1.0.0+build-7", "2024.01.05", "0.0.0.0.1");
  CHECK_FALSE(version(final_release).is_prerelease());
  const char* early = GENERATE("1.0-rc1", "1.0.0-0", "1.0.0-alpha+1", "nightly", "v1.0", "1.0rc1", "1..0");
  INFO(early);
  CHECK(version(early).is_prerelease());
}

TEST_CASE("P-02 a version is one path component without surprises", "[version]") {
  const std::string good = GENERATE(as<std::string>(), "1", "1.0.0-rc.1+linux", "nightly", "V2", std::string(64, '1'));
  CHECK(version(good).text() == good);
  const std::string bad = GENERATE(as<std::string>(), "", ".", "..", ".1", "-1", "+1", "1/2", "1 2", "1_0", "1~rc", "1:2", "\xc3\xa9",
                                   "1\n", std::string(65, '1'), std::string("1\0", 2));
  INFO(bad);
  CHECK_FALSE(Version::parse(bad));
}

}  // namespace
}  // namespace tuf
