// Releases that are yanked and removed, and files for platforms: what the rule book says, and what stays for
// ever.
#include <catch2/catch.hpp>

#include "libtufcore/release.h"
#include "tests/support/caught.h"
#include "tests/support/content_repository.h"

using namespace tuf;
using namespace tuf::test;

namespace {

const ProjectName abc = *ProjectName::parse("abc");
const std::string releases = "projects/ab/abc/releases.json";
const std::string file_1 = "projects/ab/abc/files/abc/1.0.0/abc.tgz";
const std::string expires = "role abc.rel stays valid until 2035-01-01T00:00:00Z";
const TargetPath target_1 = *TargetPath::parse("abc/abc/1.0.0/abc.tgz");

ContentRepository after(ContentRepository base, std::vector<Change> changes) {
  changes.push_back(expiry_of("abc.rel"));
  base.apply(changes, {"mia"});
  return base;
}

Targets role_of(const ContentRepository& repository) { return *repository.state().releases(abc); }

Change add(const std::string& version, std::vector<AddRelease::File> files,
           const std::string& product = "abc") {
  return AddRelease{abc, *ProductName::parse(product), *Version::parse(version), std::move(files)};
}

Caught conflict_of(const ContentRepository& base, const Change& change) {
  return caught([&] { after(base, {change}); });
}

// `edit` on top of a removal of release 1.0.0, signed again.
std::string verdict_on(const std::function<void(ContentRepository&)>& edit) {
  const ContentRepository base = with_release();
  ContentRepository next = after(base, {removal_of("leaks a key")});
  edit(next);
  return text_of(judge(&base, next));
}

}  // namespace

TEST_CASE("a release is yanked with a reason and the yank is taken back", "[release_changes]") {
  const ContentRepository base = with_release();
  const ContentRepository yanked = after(base, {yank_of("eats data")});
  CHECK(text_of(judge(&base, yanked)) == "accepted");
  CHECK(in_words(judge(&base, yanked)) ==
        std::vector<std::string>{"yanks release 1.0.0 of product abc of project abc: eats data", expires});
  CHECK(role_of(yanked).targets.at(target_1).custom == Json(Json::Object{{"yanked", "eats data"}}));

  const ContentRepository other = after(yanked, {yank_of("eats disks")});
  CHECK(in_words(judge(&yanked, other)).front() ==
        "yanks release 1.0.0 of product abc of project abc: eats disks");
  const ContentRepository back = after(other, {unyank_of()});
  CHECK(in_words(judge(&other, back)) ==
        std::vector<std::string>{"takes back the yank of release 1.0.0 of product abc of project abc",
                                 expires});
  CHECK(role_of(back).targets == role_of(base).targets);
  CHECK(text_of(judge(&other, back)) == "accepted");
}

TEST_CASE("a release and its files go for ever and its number never comes back", "[release_changes]") {
  const ContentRepository base = with_release();
  const ContentRepository gone = after(base, {removal_of("leaks a key")});
  CHECK_FALSE(gone.files.contains(file_1));
  CHECK(text_of(judge(&base, gone)) == "accepted");
  CHECK(in_words(judge(&base, gone)) ==
        std::vector<std::string>{
            "removes release 1.0.0 of product abc of project abc and its files for ever: leaks a key",
            expires});
  CHECK(role_of(gone).targets.empty());
  CHECK(removed_releases(role_of(gone).extra) == RemovedReleases{{"abc/abc/1.0.0", "leaks a key"}});

  CHECK(conflict_of(gone, add("1.0.0", {named_file("abc.tgz")})) ==
        Caught{"conflict",
               "version 1.0.0 of product abc of project abc was removed: leaks a key; its number never comes "
               "back"});
  ContentRepository again = gone;  // by hand, with the very same bytes
  again.files[file_1] = base.files.at(file_1);
  again.edit_role(releases, {"mia"}, [&](Targets& role) {
    role = next_version(role, far_ahead);
    role.targets = role_of(base).targets;
  });
  CHECK(text_of(judge(&gone, again)) == "refused: " + releases +
                                            ": version 1.0.0 of product abc of project abc was removed: "
                                            "leaks a key; its number never comes back");

  const ContentRepository later = after(gone, {add("1.0.1", {named_file("abc.tgz")})});
  CHECK(text_of(judge(&gone, later)) == "accepted");
  CHECK(removed_releases(role_of(later).extra).size() == 1);
  CHECK(text_of(judge(&gone, gone)) == "accepted");
}

TEST_CASE("G-18 a removal takes exactly the files of its release", "[release_changes]") {
  CHECK(verdict_on([](ContentRepository& next) { next.files[file_1] = "one"; }) ==
        "refused: " + file_1 + ": is still there, but its release is removed");
  CHECK(verdict_on([](ContentRepository& next) { next.files.erase("projects/ab/abc/claim.json"); }) ==
        "refused: projects/ab/abc/claim.json: is removed; what was accepted once stays in the repository");

  ContentRepository two = with_release();
  two.add_release("abc", "2.0.0", {{"abc.tgz", "two"}}, {"mia"});
  ContentRepository next = after(two, {removal_of("leaks a key")});
  next.files.erase("projects/ab/abc/files/abc/2.0.0/abc.tgz");
  CHECK(
      text_of(judge(&two, next)) ==
      "refused: projects/ab/abc/files/abc/2.0.0/abc.tgz: is removed, but releases.json still states it; the "
      "files of a release go with the release");
}

TEST_CASE("G-18 what was removed is never forgotten nor told otherwise", "[release_changes]") {
  const ContentRepository gone = after(with_release(), {removal_of("leaks a key")});
  const auto told = [&](const std::function<void(Json::Object&)>& edit) {
    ContentRepository next = after(gone, {add("1.0.1", {named_file("abc.tgz")})});
    next.edit(releases, {"mia"}, edit);
    return text_of(judge(&gone, next));
  };
  const std::string unknown =
      "refused: " + releases + ": contains a change that is not one of the known ones: ";
  CHECK(told([](Json::Object& part) { part.erase("x-pg-removed"); }) == unknown + "x-pg-removed");
  CHECK(told([](Json::Object& part) { part["x-pg-removed"] = Json::Object(); }) ==
        unknown + "x-pg-removed.abc/abc/1.0.0");
  CHECK(told([](Json::Object& part) {
          part["x-pg-removed"] = Json::Object{{"abc/abc/1.0.0", "all is well"}};
        }) == unknown + "x-pg-removed.abc/abc/1.0.0");
  CHECK(told([](Json::Object& part) {
          part["x-pg-removed"] = Json::Object{{"abc/abc/1.0.0", "leaks a key"}, {"def/def/1", "x"}};
        }) == "refused: " + releases + ": removes 'def/def/1', which is no release of project abc");
  CHECK(told([](Json::Object& part) {
          part["x-pg-removed"] = Json::Object{{"abc/abc/1.0.0", "leaks a key"}, {"abc/abc/7", "x"}};
        }) == "refused: " + releases + ": there is no version 7 of product abc of project abc");
}

TEST_CASE("a merge takes removals over and forgets none", "[release_changes]") {
  ContentRepository base = with_release();
  base.create_project(project_of("def", {"dora"}, {"dan"}), {"dora", "dan"});
  ContentRepository first = base;
  first.add_release("def", "1.0.0", {{"def.tgz", "def"}}, {"dan"});
  ContentRepository second = after(base, {add("2.0.0", {named_file("two.tgz")})});
  second = after(second, {removal_of("old"), removal_of("broken", "2.0.0")});
  ContentRepository merge = second;
  merge.take_over(first, "projects/de/");
  CHECK(text_of(judge_merge(base, first, second, merge)) == "accepted");
  CHECK(in_words(judge_merge(base, first, second, merge)).size() == 3);
}

TEST_CASE("yanks and removals that make no sense are conflicts that say why", "[release_changes]") {
  const ContentRepository base = with_release();
  const ContentRepository yanked = after(base, {yank_of("eats data")});
  const ContentRepository gone = after(base, {removal_of("leaks a key")});
  const std::string version = "version 1.0.0 of product abc of project abc";
  CHECK(conflict_of(yanked, yank_of("eats data")) ==
        Caught{"conflict", version + " is yanked already: eats data"});
  CHECK(conflict_of(base, unyank_of()) == Caught{"conflict", version + " is not yanked"});
  for (const Change& change : std::vector<Change>{yank_of("x"), unyank_of(), removal_of("x")}) {
    CHECK(conflict_of(gone, change) ==
          Caught{"conflict", version + " was removed: leaks a key; its number never comes back"});
    CHECK(conflict_of(with_project(), change) == Caught{"conflict", "there is no " + version});
  }
}

TEST_CASE("files of several products and platforms are one signature", "[release_changes]") {
  const ContentRepository base = with_project();
  const ContentRepository next =
      after(base, {add("1.0.0", {named_file("abc-linux", "linux-amd64"), named_file("notes.txt")}),
                   add("1.0.0", {named_file("cli.exe", "windows-amd64")}, "cli")});
  const Verdict verdict = judge(&base, next);
  CHECK(text_of(verdict) == "accepted");
  const std::string sha256 = sha256_of("abc-linux").hex();
  REQUIRE(in_words(verdict).size() == 3);
  CHECK(in_words(verdict)[0].starts_with(
      "adds release 1.0.0 of product abc of project abc with 2 files: abc-linux "
      "for linux-amd64 (9 bytes, sha256 " +
      sha256 + "), notes.txt (9 bytes"));
  CHECK(in_words(verdict)[1].starts_with(
      "adds release 1.0.0 of product cli of project abc with 1 file: cli.exe for "
      "windows-amd64 (7 bytes"));

  const ContentRepository yanked = after(next, {yank_of("broken")});
  const ContentRepository back = after(yanked, {unyank_of()});
  CHECK(role_of(back).targets == role_of(next).targets);  // platforms stay
  CHECK(role_of(yanked).targets.at(*TargetPath::parse("abc/cli/1.0.0/cli.exe")) ==
        role_of(next).targets.at(*TargetPath::parse("abc/cli/1.0.0/cli.exe")));
}

TEST_CASE("S-16 a reason is one line of plain text", "[release_changes]") {
  for (const std::string& text :
       std::vector<std::string>{"a", "contains a secret", "größer", std::string(200, 'x')}) {
    INFO(text);
    CHECK(Reason::parse(text)->text() == text);
  }
  for (const std::string& text :
       std::vector<std::string>{"", " a", "a ", "a\nb", "a\x1b[31m", std::string("a\0b", 3), "a\u202eb",
                                "a\u200bb", "\xff", std::string(201, 'x')}) {
    INFO(escaped(text));
    CHECK_FALSE(Reason::parse(text));
  }
  CHECK(caught([] { Reason::from_user("a\nb"); }) ==
        Caught{"usage", "'a\\x0ab' is no reason: one line of 1 to 200 bytes of plain text"});
}

TEST_CASE("a platform is a short plain name", "[release_changes]") {
  for (const char* text : {"linux", "linux-amd64", "linux-x86_64", "any", "macos-14.2-arm64"})
    CHECK(Platform::parse(text)->text() == text);
  for (const std::string& text : std::vector<std::string>{"", "-a", "a-", "a--b", "a._b", "Linux",
                                                          "linux/amd64", "a b", std::string(65, 'a')}) {
    INFO(text);
    CHECK_FALSE(Platform::parse(text));
  }
}
