#include "libtufcore/io/partial_file.h"

#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "tests/support/caught.h"
#include "tests/support/temp_dir.h"

namespace tuf {
namespace {

Bytes content_of(const PartialFile& file) {
  Bytes content;
  file.read([&](ByteView piece) { content += piece; });
  return content;
}

struct Folder {
  fs::path part(const std::string& suffix = "") const { return dir / fmt::format(".a.tag{}.part", suffix); }
  fs::path path() const { return dir / "a"; }
  void leave(const std::string& text) const {
    PartialFile file(path(), Existing::refuse, "tag", 100);
    file.clear();
    file.append(text);
    file.keep();
  }
  test::TempDir dir;
};

}  // namespace

TEST_CASE("a partial file that is kept goes on in the next run", "[partial_file]") {
  const Folder folder;
  folder.leave("first ");
  CHECK(fs::exists(folder.part()));
  {
    PartialFile file(folder.path(), Existing::refuse, "tag", 100);
    CHECK(file.size() == 6);
    CHECK(file.path() == folder.part());
    CHECK(content_of(file) == "first ");
    file.append("second");
    CHECK(content_of(file) == "first second");
    file.commit(FileMode::shared);
  }
  CHECK(test::read_text(folder.path()) == "first second");
  CHECK_FALSE(fs::exists(folder.part()));
}

TEST_CASE("a partial file that nobody keeps is gone", "[partial_file]") {
  const Folder folder;
  {
    PartialFile file(folder.path(), Existing::refuse, "tag", 100);
    file.append("x");
    CHECK(fs::exists(folder.part()));
  }
  CHECK(fs::is_empty(folder.dir.path()));
}

TEST_CASE("a partial file of another tag is another file", "[partial_file]") {
  const Folder folder;
  folder.leave("first");
  const PartialFile file(folder.path(), Existing::refuse, "other", 100);
  CHECK(file.size() == 0);
  CHECK(test::read_text(folder.part()) == "first");
}

TEST_CASE("two writers of one file do not meet", "[partial_file]") {
  const Folder folder;
  PartialFile first(folder.path(), Existing::refuse, "tag", 100);
  first.append("first");
  PartialFile second(folder.path(), Existing::refuse, "tag", 100);
  CHECK(second.size() == 0);
  second.append("second");
  CHECK(second.path() == folder.part("-2"));
  CHECK(content_of(first) == "first");
  second.commit(FileMode::shared);
  CHECK(caught([&] { first.commit(FileMode::shared); }).kind == "conflict");
  CHECK(test::read_text(folder.path()) == "second");
}

TEST_CASE("P-05 P-08 only an own plain file of the right size is continued", "[partial_file]") {
  const Folder folder;
  const fs::path victim = folder.dir / "victim";
  test::write_text(victim, "mine");
  SECTION("a link") { fs::create_symlink(victim, folder.part()); }
  SECTION("a link to nowhere") { fs::create_symlink(folder.dir / "none", folder.part()); }
  SECTION("a second name of another file") { fs::create_hard_link(victim, folder.part()); }
  SECTION("a pipe") { REQUIRE(mkfifo(folder.part().c_str(), 0600) == 0); }
  SECTION("too long") { folder.leave(std::string(10, 'x')); }
  SECTION("others may write it") {
    folder.leave("theirs");
    fs::permissions(folder.part(), fs::perms(0622));
  }
  PartialFile file(folder.path(), Existing::refuse, "tag", 9);
  CHECK(file.size() == 0);
  file.append("new");
  file.commit(FileMode::shared);
  CHECK(test::read_text(folder.path()) == "new");
  CHECK(test::read_text(victim) == "mine");
  CHECK_FALSE(fs::exists(folder.dir / "none"));
}

TEST_CASE("P-05 a partial file is not begun for what must not be replaced", "[partial_file]") {
  const Folder folder;
  test::write_text(folder.path(), "there");
  CHECK(caught([&] { PartialFile(folder.path(), Existing::refuse, "tag", 9); }).kind == "conflict");
  fs::remove(folder.path());
  fs::create_symlink(folder.dir / "none", folder.path());
  CHECK(caught([&] { PartialFile(folder.path(), Existing::replace, "tag", 9); }).kind == "local-io");
  CHECK_FALSE(fs::exists(folder.part()));
}

TEST_CASE("a long name has room for its hidden form", "[partial_file]") {
  const Folder folder;
  const fs::path path = folder.dir / std::string(255, 'n');
  PartialFile file(path, Existing::refuse, "0123456789abcdef", 9);
  file.append("x");
  file.commit(FileMode::shared);
  CHECK(test::read_text(path) == "x");
}

}  // namespace tuf
