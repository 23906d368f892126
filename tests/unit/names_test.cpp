#include <catch2/catch.hpp>

#include "libtufcore/names.h"
#include "tests/support/caught.h"

namespace tuf {
namespace {

using namespace std::literals;

TEST_CASE("project and product names are lower-case words joined by single hyphens", "[names]") {
  const std::string good = GENERATE(as<std::string>(), "a", "0", "abc", "a-b", "a1-2b-c", "roots", "v3", "claimed2",
                                    "renew-all", std::string(64, 'a'));
  INFO(good);
  CHECK(ProjectName::parse(good)->text() == good);
  CHECK(ProductName::parse(good)->text() == good);
}

TEST_CASE("P-03 text of any other form is no project and no product", "[names]") {
  const std::string bad = GENERATE(as<std::string>(), "", "-", "-a", "a-", "a--b", "A", "aB", "a.b", "a_b", "a b", " a",
                                   "a/b", "..", ".", "a\n", "\xc3\xa9", "\x1b[1m", std::string(65, 'a'),
                                   std::string("a\0b", 3));
  INFO(bad);
  CHECK_FALSE(ProjectName::parse(bad));
  CHECK_FALSE(ProductName::parse(bad));
}

TEST_CASE("S-14 words that the layout needs are no projects but may be products", "[names]") {
  const std::string word = GENERATE("root", "timestamp", "snapshot", "targets", "blocked", "claimed", "new", "config", "refs",
                                    "index", "metadata", "v2", "ui", "claimed-a", "new-a", "claimed-abc-d");
  INFO(word);
  CHECK_FALSE(ProjectName::parse(word));
  CHECK(ProductName::parse(word));
  CHECK(caught([&] { ProjectName::from_user(word); }) ==
        Caught{"usage", "'" + word + "' cannot be a project name: the word is reserved"});
}

TEST_CASE("the product that is asked for without a name has the name of the project", "[names]") {
  CHECK(ProductName::default_of(*ProjectName::parse("abc")).text() == "abc");
}

TEST_CASE("a file name is one plain word", "[names]") {
  const std::string good =
      GENERATE(as<std::string>(), "a", "abc-1.0.tar.gz", "A_b+c~d-e", "0", "_x", "+x", "a..b", "CON", std::string(200, 'x'));
  CHECK(FileName::parse(good)->text() == good);
  const std::string bad =
      GENERATE(as<std::string>(), "", ".", "..", ".hidden", "-rf", "~user", "a/b", "a\\b", "a b", "a:b", "a\n", "a%2f",
               "\xc3\xa9", "dot.", std::string(201, 'x'), std::string("a\0b", 3));
  INFO(bad);
  CHECK_FALSE(FileName::parse(bad));
}

TEST_CASE("the target path of a release file has four parts", "[names]") {
  const auto path = ReleasePath::parse("abc/cli/1.2.0/abc.tgz");
  REQUIRE(path);
  CHECK(path->project.text() == "abc");
  CHECK(path->product.text() == "cli");
  CHECK(path->version.text() == "1.2.0");
  CHECK(path->file.text() == "abc.tgz");
  CHECK(path->text() == "abc/cli/1.2.0/abc.tgz");
}

TEST_CASE("P-02 a path that only resembles a release file is none", "[names]") {
  const std::string_view bad = GENERATE(
      "", "abc", "abc/abc/1.0", "abc/abc/1.0/", "/abc/abc/1.0/f", "abc//1.0/f", "abc/abc/1.0/f/g", "abc/abc/1.0/f/",
      "../abc/1.0/f", "abc/../1.0/f", "abc/abc/../f", "abc/abc/1.0/..", "abc/abc/.1/f", "refs/abc/1.0/f",
      "config/abc/1.0/f", "ABC/abc/1.0/f", "abc/abc/1.0/a\\b", "abc/abc/1.0/f ", "abc%2fabc/1.0/f", "abc/abc/1 0/f",
      "abc\0/abc/1.0/f"sv);
  INFO(bad);
  CHECK_FALSE(ReleasePath::parse(bad));
}

TEST_CASE("P-01 role names of others are any short text without NUL", "[names]") {
  const std::string good = GENERATE(as<std::string>(), "targets", "../x", "/x", "a b", "?", "#", "\n", "\xc3\xa9", std::string(512, 'x'));
  CHECK(RoleName::parse(good)->text() == good);
  const std::string bad = GENERATE(as<std::string>(), "", "\xff", std::string(513, 'x'), std::string("a\0b", 3));
  CHECK_FALSE(RoleName::parse(bad));
  CHECK(caught([] { RoleName::of(""); }) == Caught{"bug", "'' is not a role name"});
}

TEST_CASE("S-14 four role names belong to root", "[names]") {
  const char* top = GENERATE("root", "timestamp", "snapshot", "targets");
  CHECK(RoleName::of(top).is_top_level());
  const char* other = GENERATE("Root", "root ", "targets.void", "blocked", "claimed");
  CHECK_FALSE(RoleName::of(other).is_top_level());
}

TEST_CASE("P-02 target paths of others are one line of text", "[names]") {
  const std::string good =
      GENERATE(as<std::string>(), "a", "../x", "/x", "a//b", "a b", "\xc3\xa9", "?#", std::string(4096, 'x'));
  CHECK(TargetPath::parse(good)->text() == good);
  const std::string bad = GENERATE(as<std::string>(), "", "a\nb", "\xff", std::string(4097, 'x'), std::string("a\0b", 3));
  CHECK_FALSE(TargetPath::parse(bad));
}

TEST_CASE("names that look alike have one skeleton", "[names]") {
  CHECK(skeleton_of_text("pay-pal") == "paypal");
  CHECK(skeleton_of_text("g0-1i") == "goll");
  CHECK(skeleton(*ProjectName::parse("paypai")) == skeleton(*ProjectName::parse("pay-pa1")));
  CHECK(skeleton(*ProjectName::parse("abc")) != skeleton(*ProjectName::parse("abd")));
}

TEST_CASE("a wrong name that was typed is answered with the rule", "[names]") {
  const std::string words = " name: lower-case letters, digits and single hyphens inside, at most 64 characters";
  CHECK(caught([] { ProjectName::from_user("A\x1b[1m"); }) == Caught{"usage", "'A\\x1b[1m' is not a project" + words});
  CHECK(caught([] { ProductName::from_user("a--b"); }) == Caught{"usage", "'a--b' is not a product" + words});
  CHECK(caught([] { FileName::from_user(".x"); }) ==
        Caught{"usage",
               "'.x' cannot be the name of a released file: letters, digits and . _ + ~ - only, not starting with . - or ~, "
               "not ending with a dot, at most 200 characters"});
  CHECK(caught([] { TargetPath::from_user("a\nb"); }) ==
        Caught{"usage", "'a\\x0ab' is not a target path: 1 to 4096 bytes of UTF-8 in one line"});
  CHECK(caught([] { Version::from_user(".1"); }) ==
        Caught{"usage",
               "'.1' is not a version: letters, digits and . + - only, starting with a letter or digit, at most 64 characters"});
  CHECK(ProjectName::from_user("abc") == *ProjectName::parse("abc"));
  CHECK(FileName::from_user("x") == *FileName::parse("x"));
}

}  // namespace
}  // namespace tuf
