#include "libtufcore/version_range.h"

#include <catch2/catch.hpp>

#include "tests/support/caught.h"

namespace tuf {
namespace {

struct Row {
  const char* range;
  const char* version;
};

bool has(const Row& row) { return VersionRange::from_user(row.range).has(*Version::parse(row.version)); }

std::string mistake(const std::string& range) {
  const Caught error = caught([&] { VersionRange::from_user(range); });
  return error.kind == "usage" ? error.message : "not a usage error: " + error.kind;
}

}  // namespace

// The public examples of npm's node-semver and of its README.
TEST_CASE("a range has the versions that npm says it has", "[version_range]") {
  const Row row = GENERATE(
      Row{"1.0.0 - 2.0.0", "1.2.3"}, Row{"1.2.3+asdf - 2.4.3+asdf", "1.2.3"},
      Row{"1.2.3-pre+asdf - 2.4.3-pre+asdf", "1.2.3"}, Row{"1.2.3-pre+asdf - 2.4.3-pre+asdf", "1.2.3-pre.2"},
      Row{"1.2.3-pre+asdf - 2.4.3-pre+asdf", "2.4.3-alpha"}, Row{"1.2 - 3.4.5", "1.2.0"},
      Row{"1.2.3 - 3.4", "3.4.99"}, Row{"1.2.3 - 3", "3.99.99"}, Row{"*", "1.2.3"}, Row{"x", "0.0.1"},
      Row{"X.x", "2.0.0"}, Row{">=*", "0.2.4"}, Row{">=1.0.0", "1.0.0"}, Row{">=1.0.0", "1.1.0"},
      Row{">1.0.0", "1.0.1"}, Row{"<=2.0.0", "2.0.0"}, Row{"<=2.0.0", "0.2.9"}, Row{"<2.0.0", "1.9999.9999"},
      Row{">= 1.0.0", "1.0.1"}, Row{"<\t2.0.0", "0.2.9"}, Row{">=0.1.97", "0.1.97"},
      Row{"0.1.20 || 1.2.4", "1.2.4"}, Row{">=0.2.3 || <0.0.1", "0.0.0"}, Row{">=0.2.3||<0.0.1", "0.2.4"},
      Row{"2.x.x", "2.1.3"}, Row{"1.2.x", "1.2.3"}, Row{"1.2.x || 2.x", "2.1.3"},
      Row{"1.2.* || 2.*", "1.2.3"}, Row{"2 || 3", "2.1.2"}, Row{"2.3 || 9", "2.3.1"}, Row{"~2.4", "2.4.5"},
      Row{"~1", "1.2.3"}, Row{"~1.2.3", "1.2.3"}, Row{"~1.2.3", "1.2.9"}, Row{"~0", "0.9.9"},
      Row{"~1.2.3-beta.2", "1.2.3-beta.4"}, Row{">=1", "1.0.0"}, Row{"<1.2", "1.1.1"}, Row{">1.2", "1.3.0"},
      Row{">1", "2.0.0"}, Row{"<=1.2", "1.2.9"}, Row{"=1.2.0", "1.2.0"}, Row{"=1.2", "1.2.7"},
      Row{"= 0.7.x", "0.7.2"}, Row{"<=7.x", "7.9.9"}, Row{"~> 1", "1.2.3"}, Row{"^1.2.3", "1.8.1"},
      Row{"^1.2.3", "1.2.3"}, Row{"^0.1.2", "0.1.3"}, Row{"^0.1", "0.1.2"}, Row{"^0.0.1", "0.0.1"},
      Row{"^1.2 ^1", "1.4.2"}, Row{"^0.0", "0.0.7"}, Row{"^0", "0.9.1"}, Row{"^0.x", "0.7.0"},
      Row{"^1.x", "1.99.0"}, Row{"^1.2.3-alpha", "1.2.3-pre"}, Row{"^1.2.0-alpha", "1.2.0-pre"},
      Row{"^0.0.1-alpha", "0.0.1-beta"}, Row{"^0.0.1-alpha", "0.0.1"}, Row{"^1.2.3+build", "1.3.0"},
      Row{">=1.2.1 1.2.3", "1.2.3"}, Row{"1.2.3 >=1.2.1", "1.2.3"}, Row{">=1.2,<2", "1.9.0"},
      Row{">=1.2, <2", "1.2.0"}, Row{">1.2.3-alpha.3", "1.2.3-alpha.7"}, Row{">1.2.3-alpha.3", "3.4.5"},
      Row{"1.2.7 || >=1.2.9 <2.0.0", "1.4.6"}, Row{"1.2.3-rc.1 || 9", "1.2.3-rc.1"});
  INFO(row.range << " and " << row.version);
  if (std::string_view(row.range).starts_with(
          "~>")) {  // npm's alias of '~' is Ruby's word for something else
    CHECK(mistake(row.range) ==
          "'~> 1' is not a range of versions: a version after '~' is expected at character 2, found '> 1'");
    return;
  }
  CHECK(has(row));
}

TEST_CASE("a range has none of the versions that npm says it has not", "[version_range]") {
  const Row row = GENERATE(
      Row{"1.0.0 - 2.0.0", "2.2.3"}, Row{"1.2.3+asdf - 2.4.3+asdf", "1.2.3-pre.2"},
      Row{"1.2.3+asdf - 2.4.3+asdf", "2.4.3-alpha"}, Row{"1.2.3 - 3.4", "3.5.0"},
      Row{"^1.2.3+build", "2.0.0"}, Row{"^1.2.3+build", "1.2.0"}, Row{"^1.2.3", "1.2.3-pre"},
      Row{"^1.2", "1.2.0-pre"}, Row{">1.2", "1.3.0-beta"}, Row{">1.2", "1.2.8"}, Row{"<=1.2.3", "1.2.3-beta"},
      Row{"^1.2.3", "1.2.3-beta"}, Row{"=0.7.x", "0.7.0-asdf"}, Row{">=0.7.x", "0.7.0-asdf"},
      Row{"<=0.7.x", "0.7.0-asdf"}, Row{"1.0.0", "1.0.1"}, Row{">=1.0.0", "0.1.0"}, Row{">1.0.0", "0.0.1"},
      Row{"<=2.0.0", "2.9999.9999"}, Row{"<2.0.0", "2.2.9"}, Row{"<2.0.0", "2.0.0"},
      Row{">=0.1.97", "0.1.93"}, Row{"0.1.20 || 1.2.4", "1.2.3"}, Row{">=0.2.3 || <0.0.1", "0.0.3"},
      Row{"2.x.x", "3.1.3"}, Row{"1.2.x", "1.3.3"}, Row{"1.2.x || 2.x", "3.1.3"}, Row{"2", "1.1.2"},
      Row{"2.3 || 9", "2.4.1"}, Row{"~0.0.1", "0.1.0-alpha"}, Row{"~0.0.1", "0.1.0"}, Row{"~2.4", "2.5.0"},
      Row{"~1", "2.2.3"}, Row{"~1.0", "1.1.0"}, Row{"<1", "1.0.0"}, Row{">=1.2", "1.1.1"},
      Row{"<1.2", "1.2.0-0"}, Row{"=0.7.x", "0.8.2"}, Row{"<0.7.x", "0.7.2"}, Row{"<1.2.3", "1.2.3-beta"},
      Row{"=1.2.3", "1.2.3-beta"}, Row{"^0.0.1", "0.0.2-alpha"}, Row{"^0.0.1", "0.0.2"},
      Row{"^1.2.3", "2.0.0-alpha"}, Row{"^1.2.3", "1.2.2"}, Row{"^0.1.2", "0.2.0"}, Row{"^0.0", "0.1.0"},
      Row{"^0", "1.0.0"}, Row{"^1.0.0", "2.0.0-rc1"}, Row{"1 - 2", "3.0.0-pre"}, Row{"1 - 2", "2.0.0-pre"},
      Row{"1 - 2", "1.0.0-pre"}, Row{"1.1.x", "1.0.0-a"}, Row{"1.x", "1.1.0-a"}, Row{"1.x", "1.2.0-a"},
      Row{"*", "1.2.3-alpha"}, Row{"<*", "0.0.0"}, Row{">*", "9.0.0"}, Row{">=1.0.0 <1.1.0", "1.1.0-pre"},
      Row{">=1.0.0 <1.1.0-pre", "1.1.0-pre"}, Row{">1.2.3-alpha.3", "3.4.5-alpha.9"},
      Row{"~1.2.3-beta.2", "1.2.4-beta.2"}, Row{"^1.2.3-beta.2", "1.2.4-beta.2"}, Row{"*", "nightly"},
      Row{">=0", "v1.2.3"});
  INFO(row.range << " and " << row.version);
  CHECK_FALSE(has(row));
}

TEST_CASE("a range knows any number of numeric parts of any length", "[version_range]") {
  CHECK(has({"~1.2.3", "1.2.3.4"}));
  CHECK(has({"^1.2.3.4", "1.3"}));
  CHECK_FALSE(has({"^1.2.3.4", "1.2.3.3"}));
  CHECK(has({"^0.0.0.4", "0.0.0.4.1"}));
  CHECK_FALSE(has({"^0.0.0.4", "0.0.0.5"}));
  CHECK(has({"1.2.3.x", "1.2.3.9"}));
  CHECK_FALSE(has({"1.2.3.x", "1.2.4"}));
  CHECK_FALSE(has({"=1.2.3", "1.2.3.1"}));
  CHECK(has({"=1.2.3", "1.2.3.0"}));
  CHECK(has({"=1.2.3", "1.2.3+build"}));
  CHECK(has({"^2024.01", "2024.12.31"}));
  CHECK(has({"^99999999999999999999999.9", "99999999999999999999999.10"}));
  CHECK_FALSE(has({"^99999999999999999999999.9", "100000000000000000000000.0"}));
  CHECK(has({">=1.2-rc.1", "1.2.0-rc.2"}));
}

TEST_CASE("a wrong range is told with the place", "[version_range]") {
  const auto [range, message] = GENERATE(table<std::string, std::string>(
      {{"", "a version is expected at character 1, it ends there"},
       {">=1.2,", "a version is expected at character 7, it ends there"},
       {">=1.2,<<2", "a version after '<' is expected at character 8, found '<2'"},
       {"^", "a version after '^' is expected at character 2, it ends there"},
       {"1 - ", "a version after '-' is expected at character 5, it ends there"},
       {"1 || ", "a version is expected at character 6, it ends there"},
       {"|| 1", "a version is expected at character 1, found '|| 1'"},
       {"1 | 2", "a version is expected at character 3, found '| 2'"},
       {"^1.2.", "a number, 'x' or '*' is expected at character 6, it ends there"},
       {"^1..2", "a number, 'x' or '*' is expected at character 4, found '.2'"},
       {"^1.2beta", "a comma, a space or '||' is expected at character 5, found 'beta'"},
       {"^v1.2", "a version after '^' is expected at character 2, found 'v1.2'"},
       {">1.x.2", "'x' or '*' is expected at character 6, found '2'"},
       {"^1x", "a number, 'x' or '*' is expected at character 2, found '1x'"},
       {"^1.2.x-rc", "a comma, a space or '||' is expected at character 7, found '-rc'"},
       {"^1.2.3-", "the name of a pre-release is expected at character 8, it ends there"},
       {"^1.2.3-a..b", "the name of a pre-release is expected at character 10, found '.b'"},
       {"^1.2.3+", "the name of a build is expected at character 8, it ends there"},
       {">1 - 2", "a version is expected at character 4, found '- 2'"},
       {"^1;rm", "a comma, a space or '||' is expected at character 3, found ';rm'"}}));
  CHECK(mistake(range) == "'" + range + "' is not a range of versions: " + message);
}

TEST_CASE("what stands in a range is bounded and fit for a terminal", "[version_range]") {
  CHECK(mistake("^1\x1b[31m").find('\x1b') == std::string::npos);
  CHECK(mistake(std::string(257, '1')) == "a range of versions has at most 256 characters, this one 257");
  CHECK(mistake("^" + std::string(64, '9')).ends_with("the version at character 2 is too long"));
  CHECK_NOTHROW(VersionRange::from_user(std::string(61, '9') + ".x"));
}

TEST_CASE("what a person types asks for the latest or a version or a range", "[version_range]") {
  CHECK(VersionRequest::from_user(std::nullopt).is_latest());
  CHECK(VersionRequest::from_user("latest").is_latest());
  const std::string exact =
      GENERATE(as<std::string>(), "1", "1.2", "1.2.0", "1.2.0-rc.1", "nightly", "1.x.3", "1x", "2x.0");
  CHECK(VersionRequest::from_user(exact).exact()->text() == exact);
  CHECK_FALSE(VersionRequest::from_user(exact).range());
  const std::string both = GENERATE(as<std::string>(), "x", "X", "1.x", "1.2.x", "1.X.x");
  CHECK(VersionRequest::from_user(both).exact()->text() == both);
  CHECK(VersionRequest::from_user(both).range()->text() == both);
  const std::string range = GENERATE(as<std::string>(), "*", "1.*", "^1", "=1.2.0", "1 2", "1||2");
  CHECK_FALSE(VersionRequest::from_user(range).exact());
  CHECK(VersionRequest::from_user(range).range()->text() == range);
  const std::string wrong = GENERATE(as<std::string>(), "", " ", "../1", "1/2", "-1", "latest!", "^nightly");
  CHECK(caught([&] { VersionRequest::from_user(wrong); }).kind == "usage");
}

}  // namespace tuf
