// Which paths a delegation names: patterns, hash prefixes and hash bins.

#include <catch2/catch.hpp>
#include <chrono>

#include "libtufcore/find_target.h"
#include "tests/support/repository_simulator.h"

namespace tuf {
namespace {

TEST_CASE("P-10 path patterns follow the shell without crossing a slash", "[find_target]") {
  struct Row {
    const char* pattern;
    const char* path;
    bool matches;
  };
  const auto row = GENERATE(values<Row>({
      {"*", "abc", true},
      {"*", "", true},
      {"*", "a/b", false},
      {"a/*", "a/b", true},
      {"a/*", "a/b/c", false},
      {"a/*", "a", false},
      {"a/*", "a/", true},
      {"a/**", "a/b", true},
      {"a/**", "a/b/c", false},
      {"**/c", "a/b/c", false},
      {"**/c", "a/c", true},
      {"*/*/*/*", "a/b/c/d", true},
      {"*/*/*/*", "a/b/c", false},
      {"*/*/*/*", "a/b/c/d/e", false},
      {"*.tgz", "x.tgz", true},
      {"*.tgz", "x.tgz.sig", false},
      {"*.tgz", "a/x.tgz", false},
      {"f?o", "foo", true},
      {"f?o", "f/o", false},
      {"f?o", "fo", false},
      {"f?o", "f\xc3\xb6o", true},
      {"f??o", "f\xc3\xb6o", false},
      {"*?z", "\xc3\xb6z", true},
      {"[ab]", "a", false},
      {"[ab]", "[ab]", true},
      {"a[!b]c", "axc", false},
      {"\\*", "*", false},
      {"\\*", "\\x", true},
      {"A", "a", false},
      {"", "", true},
      {"", "a", false},
      {"a*b*c", "aXbYbZc", true},
      {"a*b*c", "aXbYbZ", false},
      {"*a/b", "aa/b", true},
      {"*a/b", "aa/c", false},
      {"a*/b*/c", "a1/b2/c", true},
      {"a*/b*/c", "a1/b2/d", false},
      {"?", "*", true},
      {"*a*", "b/a", false},
      {"abc-*/x", "abc-/x", true},
      {"/a", "a", false},
  }));
  INFO(row.pattern << " on " << row.path);
  CHECK(path_matches(row.pattern, row.path) == row.matches);
}

TEST_CASE("P-10 a hostile pattern costs little time", "[find_target]") {
  std::string stars;
  for (int i = 0; i < 5000; ++i) stars += "*a";
  const std::string path(4096, 'a');
  const auto start = std::chrono::steady_clock::now();
  CHECK_FALSE(path_matches(stars + "b", path));
  CHECK_FALSE(path_matches("*" + std::string(2048, 'a') + "b", path));
  CHECK_FALSE(path_matches(std::string(10000, '*') + "b", path));
  CHECK_FALSE(path_matches("*" + std::string(2048, '?') + "b", path));
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(2));
}

TEST_CASE("hash prefixes delegate the paths whose SHA-256 starts so", "[find_target]") {
  const auto path = *TargetPath::parse("file1.txt");
  const std::string hash = sha256_of("file1.txt").hex();
  Delegation delegation{RoleName::of("bin"), role_keys({"bin"}), false, std::nullopt, std::nullopt, {}};
  CHECK_FALSE(delegates(delegation, path));
  delegation.path_hash_prefixes = {"zz", hash.substr(0, 3)};
  CHECK(delegates(delegation, path));
  delegation.path_hash_prefixes = {hash};
  CHECK(delegates(delegation, path));
  delegation.path_hash_prefixes = {hash.substr(1, 3), hash + "0"};
  CHECK_FALSE(delegates(delegation, path));
}

TEST_CASE("succinct roles put a path into the bin of the first bits of its SHA-256", "[find_target]") {
  struct Row {
    std::uint32_t bits;
    const char* role;
  };
  // SHA-256 of "file1.txt" starts with 55ae75d9 (0101 0101 1010 1110 0111 ...).
  REQUIRE(sha256_of("file1.txt").hex().substr(0, 8) == "55ae75d9");
  const auto row = GENERATE(values<Row>({{1, "bins-0"},
                                         {2, "bins-1"},
                                         {4, "bins-5"},
                                         {5, "bins-0a"},
                                         {8, "bins-55"},
                                         {9, "bins-0ab"},
                                         {16, "bins-55ae"},
                                         {31, "bins-2ad73aec"},
                                         {32, "bins-55ae75d9"}}));
  CHECK(bin_for({role_keys({"bins"}), row.bits, "bins"}, *TargetPath::parse("file1.txt")).text() == row.role);
}

}  // namespace
}  // namespace tuf
