#include "libtufcore/git/git_repository.h"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdlib>

#include "libtufcore/error.h"
#include "tests/support/caught.h"
#include "tests/support/temp_git_repository.h"

using namespace tuf;
using namespace tuf::test;
namespace fs = std::filesystem;

namespace {

GitRepository::NewCommit new_commit(const std::optional<CommitId>& parent, const std::string& file) {
  GitRepository::NewCommit commit;
  commit.parent = parent;
  commit.files = {{file, "content of " + file}};
  commit.message = "add " + file;
  commit.author_name = "Bob";
  commit.author_email = "bob@example.org";
  commit.time = UtcTime::from_unix(1893456000);
  commit.branch = "main";
  return commit;
}

std::string text_of(const std::vector<ChangedPath>& changes) {
  std::string text;
  for (const ChangedPath& change : changes) text += "+~-"[static_cast<int>(change.how)] + change.path + " ";
  return text;
}

void run_git(const TempGitRepository& repository, const std::string& arguments) {
  const std::string command = "git -C '" + repository.path().string() + "' " + arguments + " >/dev/null 2>&1";
  REQUIRE(std::system(command.c_str()) == 0);
}

}  // namespace

TEST_CASE("a commit is read back byte for byte", "[git_repository]") {
  TempGitRepository repository;
  const std::string binary("\0\r\n\xff", 4);
  const CommitId id = repository.commit({{"admin/root.json", "{}"}, {"projects/ab/abc/f", binary}});
  const GitRepository opened = repository.open();
  const auto tree = opened.tree(id);
  CHECK(tree->read("projects/ab/abc/f", 4) == binary);
  CHECK(tree->read("projects/ab/abc", 4) == std::nullopt);
  CHECK(tree->read("projects/ab/abc/f/", 4) == std::nullopt);
  CHECK(tree->read("projects/ab/abc/f/g", 4) == std::nullopt);
  CHECK(tree->read("nothing", 4) == std::nullopt);
  CHECK(tree->list("") == std::vector<std::string>{"admin/", "projects/"});
  CHECK(tree->list("projects/ab/abc/") == std::vector<std::string>{"f"});
  CHECK(tree->list("projects/zz").empty());
  const auto digest = tree->digest("projects/ab/abc/f", 4);
  REQUIRE(digest);
  CHECK(digest->size == 4);
  CHECK(digest->sha256 == sha256_of(binary));
  CHECK(tree->name() == "commit " + short_id(id));
}

TEST_CASE("a tree can be read after its repository object is gone", "[git_repository]") {
  TempGitRepository repository;
  const CommitId id = repository.commit({{"a", "1"}});
  const std::shared_ptr<const TreeReader> tree = repository.open().tree(id);
  CHECK(tree->read("a", 10) == "1");
}

TEST_CASE("changes are exact and follow object ids", "[git_repository]") {
  TempGitRepository repository;
  const CommitId first =
      repository.commit({{"a", "1"}, {"b/c", "2"}, {"b/d", "3"}, {"e", "4"}, {"same/x", "5"}});
  const CommitId second = repository.commit(
      {{"a", std::nullopt}, {"a/now", "folder"}, {"b/c", "changed"}, {"b/d", std::nullopt}, {"f", "new"}});
  const GitRepository opened = repository.open();
  CHECK(text_of(opened.changes(first, second, 100)) == "-a +a/now ~b/c -b/d +f ");
  CHECK(text_of(opened.changes(second, first, 100)) == "+a -a/now ~b/c +b/d -f ");
  CHECK(text_of(opened.changes(std::nullopt, first, 100)) == "+a +b/c +b/d +e +same/x ");
  CHECK(opened.changes(second, second, 0).empty());
  CHECK(kind_of_error([&] { opened.changes(first, second, 4); }) == Error::Kind::limit);
}

TEST_CASE("a folder that loses its last file is gone", "[git_repository]") {
  TempGitRepository repository;
  repository.commit({{"a/b/c", "1"}, {"x", "2"}});
  const CommitId id = repository.commit({{"a/b/c", std::nullopt}, {"never/there", std::nullopt}});
  CHECK(repository.open().tree(id)->list("") == std::vector<std::string>{"x"});
}

TEST_CASE("the second of two commits on one parent is a conflict and moves nothing", "[git_repository]") {
  TempGitRepository repository;
  const CommitId base = repository.commit({{"a", "1"}});
  GitRepository ours = repository.open();
  GitRepository theirs = repository.open();
  const CommitId first = theirs.make_commit(new_commit(base, "theirs"));
  CHECK(kind_of_error([&] { ours.make_commit(new_commit(base, "ours")); }) == Error::Kind::conflict);
  CHECK(ours.resolve("main") == first);
  CHECK(kind_of_error([&] { ours.make_commit(new_commit(std::nullopt, "orphan")); }) ==
        Error::Kind::conflict);
  CHECK(ours.resolve("HEAD") == first);
}

TEST_CASE("a preview reads like the commit and moves no branch", "[git_repository]") {
  TempGitRepository repository;
  const CommitId base = repository.commit({{"a", "1"}});
  const GitRepository opened = repository.open();
  const auto preview = opened.preview(new_commit(base, "b"));
  CHECK(preview->list("") == std::vector<std::string>{"a", "b"});
  CHECK(preview->name() == "the new commit");
  CHECK(opened.resolve("HEAD") == base);
}

TEST_CASE("our own commits obey the tree check", "[git_repository]") {
  TempGitRepository repository;
  for (const std::string path : {".git/config", "a/../b", "a//b", "/a", "x.", ""}) {
    INFO(path);
    CHECK(kind_of_error([&] { repository.commit({{path, "x"}}); }) == Error::Kind::refused);
  }
  CHECK(repository.open().find_commit("HEAD") == std::nullopt);
}

TEST_CASE("a range lists parents before children and stops at its limit", "[git_repository]") {
  TempGitRepository repository;
  const CommitId a = repository.commit({{"a", "1"}});
  const CommitId b = repository.commit({{"a", "2"}});
  const CommitId side =
      repository.write_commit(repository.write_tree({{"100644", "s", repository.write_blob("s")}}), {a});
  const CommitId merge = repository.write_commit(
      repository.write_tree({{"100644", "m", repository.write_blob("m")}}), {b, side});
  const GitRepository opened = repository.open();
  const std::vector<CommitInfo> range = opened.range(a, merge, 10);
  REQUIRE(range.size() == 3);
  CHECK(range.back().id == merge);
  CHECK(range.back().parents == std::vector<CommitId>{b, side});
  CHECK(range.back().summary == "a raw commit");
  CHECK(range.back().committed.unix_seconds() == 1893456000);
  CHECK(opened.range(std::nullopt, merge, 10).front().id == a);
  CHECK(opened.range(merge, merge, 10).empty());
  CHECK(kind_of_error([&] { opened.range(std::nullopt, merge, 3); }) == Error::Kind::limit);
  CHECK(opened.is_ancestor(a, merge));
  CHECK(opened.is_ancestor(a, a));
  CHECK_FALSE(opened.is_ancestor(merge, a));
  CHECK(opened.merge_base(b, side) == a);
  const CommitId unrelated = repository.write_commit(repository.write_tree({}));
  CHECK(opened.merge_base(b, unrelated) == std::nullopt);
}

TEST_CASE("G-04 attributes and line ending settings do not change stored bytes", "[git_repository]") {
  TempGitRepository repository;
  repository.commit({{".gitattributes", "* text eol=crlf ident\n"}});
  write_text(repository.path() / ".gitattributes", "* text eol=crlf ident\n");
  write_text(repository.path() / ".git/config",
             read_text(repository.path() / ".git/config") + "[core]\n\tautocrlf = true\n");
  const std::string bytes = "$Id$\r\nline\n";
  write_text(repository.path() / "large.txt", bytes);
  GitRepository opened = repository.open();
  GitRepository::NewCommit commit = new_commit(opened.resolve("main"), "small.txt");
  commit.files["small.txt"] = bytes;
  commit.large_files["large.txt"] = repository.path() / "large.txt";
  const CommitId id = opened.make_commit(commit);
  CHECK(opened.tree(id)->read("small.txt", 100) == bytes);
  CHECK(opened.tree(id)->read("large.txt", 100) == bytes);
  CHECK(opened.tree(id)->digest("large.txt", 100)->sha256 == sha256_of(bytes));
}

TEST_CASE("a file of many megabytes goes through the object store in pieces", "[git_repository]") {
  TempGitRepository repository;
  std::string bytes(20u << 20, '\0');
  for (std::size_t i = 0; i < bytes.size(); i += 4099) bytes[i] = static_cast<char>(i >> 7);
  write_text(repository.home() / "large", bytes);
  GitRepository opened = repository.open();
  GitRepository::NewCommit commit = new_commit(std::nullopt, "x");
  commit.large_files["large"] = repository.home() / "large";
  const auto tree = opened.tree(opened.make_commit(commit));
  const auto digest = tree->digest("large", bytes.size());
  REQUIRE(digest);
  CHECK(digest->size == bytes.size());
  CHECK(digest->sha256 == sha256_of(bytes));
  CHECK(kind_of_error([&] { tree->digest("large", bytes.size() - 1); }) == Error::Kind::limit);
}

TEST_CASE("G-05 replace refs are ignored", "[git_repository]") {
  TempGitRepository repository;
  const CommitId id = repository.commit({{"a", "true"}});
  const ObjectId fake = repository.write_blob("fake");
  const ObjectId real = repository.write_blob("true");
  write_text(repository.path() / ".git/refs/replace" / real, fake + "\n");
  CHECK(repository.open().tree(id)->read("a", 10) == "true");
}

TEST_CASE("G-05 alternates and grafts and shallow clones are refused", "[git_repository]") {
  TempGitRepository repository;
  const CommitId a = repository.commit({{"a", "1"}});
  const CommitId b = repository.commit({{"a", "2"}});
  SECTION("alternates") {
    write_text(repository.path() / ".git/objects/info/alternates", "/somewhere/else/objects\n");
    CHECK(kind_of_error([&] { repository.open(); }) == Error::Kind::refused);
  }
  SECTION("grafts") {
    write_text(repository.path() / ".git/info/grafts", b + "\n");
    CHECK(kind_of_error([&] { repository.open().range(std::nullopt, b, 10); }) == Error::Kind::refused);
  }
  SECTION("shallow") {
    write_text(repository.path() / ".git/shallow", b + "\n");
    fs::remove(repository.object_file(a));
    CHECK(kind_of_error([&] { repository.open().range(std::nullopt, b, 10); }) == Error::Kind::refused);
  }
}

TEST_CASE("G-06 an object whose content is not what its id says is refused", "[git_repository]") {
  TempGitRepository repository;
  const CommitId id = repository.commit({{"a", "true"}, {"d/f", "x"}});
  const ObjectId wrong = repository.write_blob("fake");
  const ObjectId right = repository.write_blob("true");
  fs::permissions(repository.object_file(right), fs::perms::owner_all);
  fs::copy_file(repository.object_file(wrong), repository.object_file(right),
                fs::copy_options::overwrite_existing);
  const GitRepository opened = repository.open();
  CHECK(kind_of_error([&] { opened.tree(id)->read("a", 10); }) == Error::Kind::refused);
  CHECK(kind_of_error([&] { opened.tree(id)->digest("a", 10); }) == Error::Kind::refused);
  CHECK(opened.tree(id)->read("d/f", 10) == "x");
}

TEST_CASE("G-08 the settings of user and repository are found by name and have no other influence",
          "[git_repository]") {
  TempGitRepository repository;
  write_text(repository.home() / ".gitconfig",
             "[user]\n\tname = Alice From Home\n[core]\n\thooksPath = /nonexistent\n");
  write_text(repository.path() / ".git/hooks/reference-transaction", "#!/bin/sh\nexit 1\n");
  fs::permissions(repository.path() / ".git/hooks/reference-transaction", fs::perms::owner_all);
  const CommitId id = repository.commit({{"a", "1"}});
  const GitRepository opened = repository.open();
  CHECK(opened.config_text("user.name") == "Alice From Home");
  CHECK(opened.config_text("user.email") == std::nullopt);
  CHECK(repository.open().config_text("user.name") == "Alice From Home");  // also for a second one
  CHECK(opened.resolve("main") == id);
}

TEST_CASE("G-09 a repository of another user is refused with the command that allows it",
          "[git_repository]") {
  if (geteuid() != 0) {
    WARN("skipped: only root can make a repository of another user");
    return;
  }
  TempGitRepository repository;
  REQUIRE(chown(repository.path().c_str(), 4711, 4711) == 0);
  REQUIRE(chown((repository.path() / ".git").c_str(), 4711, 4711) == 0);
  try {
    repository.open();
    FAIL("opened");
  } catch (const Error& error) {
    CHECK(error.kind() == Error::Kind::local_io);
    CHECK(std::string(error.what()).find("belongs to uid 4711, and this is uid 0") != std::string::npos);
    CHECK(error.hint().find("git config --global --add safe.directory") != std::string::npos);
  }
  write_text(repository.home() / ".gitconfig", "[safe]\n\tdirectory = " + repository.path().string() + "\n");
  CHECK_NOTHROW(repository.open());
}

TEST_CASE("G-10 a file that is too large is refused from its header", "[git_repository]") {
  TempGitRepository repository;
  const CommitId id = repository.commit({{"a", std::string(1000, 'x')}});
  const GitRepository opened = repository.open();
  CHECK(kind_of_error([&] { opened.tree(id)->read("a", 999); }) == Error::Kind::limit);
  CHECK(opened.tree(id)->read("a", 1000)->size() == 1000);
}

TEST_CASE("G-10 folders nested too deeply are refused", "[git_repository]") {
  TempGitRepository repository;
  std::string path;
  for (int i = 0; i < 40; ++i) path += "d/";
  const CommitId id = repository.commit({{path + "f", "x"}});
  CHECK(kind_of_error([&] { repository.open().changes(std::nullopt, id, 10); }) == Error::Kind::limit);
}

TEST_CASE("G-11 odd revisions and refs that are no commits are not found", "[git_repository]") {
  TempGitRepository repository;
  const CommitId id = repository.commit({{"a", "1"}});
  repository.set_branch("blob", repository.write_blob("1"));
  const GitRepository opened = repository.open();
  for (const std::string revision :
       {"-x", "--upload-pack=touch x", "main\r", "", "blob", "nothing", "a..b", "HEAD:a"}) {
    INFO(revision);
    CHECK(opened.find_commit(revision) == std::nullopt);
    CHECK(kind_of_error([&] { opened.resolve(revision); }) == Error::Kind::not_found);
  }
  CHECK(kind_of_error([&] { opened.commit("zz"); }) == Error::Kind::not_found);
  CHECK(kind_of_error([&] { opened.tree(std::string(40, '1')); }) == Error::Kind::not_found);
  run_git(repository, "-c user.name=a -c user.email=a@b tag -a -m x v1 main");
  CHECK(opened.find_commit("v1") == id);
}

TEST_CASE("G-11 a missing parent stops the walk", "[git_repository]") {
  TempGitRepository repository;
  const CommitId id = repository.write_commit(repository.write_tree({}), {std::string(40, 'a')});
  CHECK(kind_of_error([&] { repository.open().range(std::nullopt, id, 10); }).has_value());
}

TEST_CASE("a commit is found by branch and id and short id and as an ancestor", "[git_repository]") {
  TempGitRepository repository;
  const CommitId first = repository.commit({{"a", "1"}});
  const CommitId second = repository.commit({{"a", "2"}}, "main");
  const GitRepository opened = repository.open();
  for (const std::string revision : {"main", "refs/heads/main", "heads/main", "HEAD", "main~0"}) {
    INFO(revision);
    CHECK(opened.find_commit(revision) == second);
  }
  CHECK(opened.find_commit(second) == second);
  CHECK(opened.find_commit(short_id(first)) == first);
  CHECK(opened.find_commit("main~1") == first);
  CHECK(opened.find_commit("HEAD^") == first);
  CHECK(opened.find_commit("main~2") == std::nullopt);
}

TEST_CASE("a branch is told by name and a detached head has none", "[git_repository]") {
  TempGitRepository repository;
  CHECK(repository.open().current_branch() == "main");
  const CommitId id = repository.commit({{"a", "1"}});
  write_text(repository.path() / ".git/HEAD", id + "\n");
  CHECK(repository.open().current_branch() == std::nullopt);
}

TEST_CASE("a folder without repository is not found", "[git_repository]") {
  const TempDir dir;
  CHECK(kind_of_error([&] { GitRepository::open(dir.path()); }) == Error::Kind::not_found);
}

TEST_CASE("check out brings index and work tree of the given paths to the commit", "[git_repository]") {
  TempGitRepository repository;
  repository.commit({{"p/a", "1"}, {"p/old/b", "2"}, {"q", "3"}});
  run_git(repository, "reset --hard main");
  GitRepository opened = repository.open();
  CHECK(opened.uncommitted({"p", "q"}).empty());
  repository.commit({{"p/a", "changed"}, {"p/old/b", std::nullopt}, {"p/new", "5"}});
  write_text(repository.path() / "p/new", "5");  // is what was committed from there
  opened.check_out({"p/a", "p/old/b", "p/new"});
  CHECK(read_text(repository.path() / "p/a") == "changed");
  CHECK_FALSE(fs::exists(repository.path() / "p/old"));
  run_git(repository, "diff --quiet HEAD");
  run_git(repository, "diff --quiet --cached HEAD");
  CHECK(opened.uncommitted({"p", "q"}).empty());
}

TEST_CASE("G-04 attributes do not change what is checked out", "[git_repository]") {
  TempGitRepository repository;
  const std::string bytes = "$Id$\nline\n";
  repository.commit({{".gitattributes", "* text eol=crlf ident\n"}, {"p/a", bytes}});
  repository.open().check_out({".gitattributes", "p/a"});
  CHECK(read_text(repository.path() / "p/a") == bytes);
  repository.commit({{"p/a", bytes + "more\n"}});
  repository.open().check_out({"p/a"});
  CHECK(read_text(repository.path() / "p/a") == bytes + "more\n");
}

TEST_CASE("uncommitted files are told for the asked folders only", "[git_repository]") {
  TempGitRepository repository;
  repository.commit({{"p/a", "1"}, {"q/b", "2"}});
  fs::remove(repository.path() / ".git/index");
  CHECK(repository.open().uncommitted({"p"}).empty());  // nothing is checked out
  run_git(repository, "reset --hard main");
  write_text(repository.path() / "p/a", "mine");
  write_text(repository.path() / "p/sub/new", "mine");
  write_text(repository.path() / "q/b", "also mine");
  CHECK(repository.open().uncommitted({"p"}) == std::vector<std::string>{"p/a", "p/sub/new"});
  CHECK(repository.open().uncommitted({"q"}) == std::vector<std::string>{"q/b"});
}

TEST_CASE("P-05 check out does not write through a symbolic link in the work tree", "[git_repository]") {
  TempGitRepository repository;
  repository.commit({{"p/a", "1"}});
  run_git(repository, "reset --hard main");
  repository.commit({{"p/a", "2"}});
  fs::remove_all(repository.path() / "p");
  write_text(repository.home() / "outside/a", "precious");
  fs::create_directory_symlink(repository.home() / "outside", repository.path() / "p");
  CHECK(kind_of_error([&] { repository.open().check_out({"p/a"}); }) == Error::Kind::local_io);
  CHECK(read_text(repository.home() / "outside/a") == "precious");
  repository.commit({{"p/a", std::nullopt}, {"x", "1"}});
  CHECK(kind_of_error([&] { repository.open().check_out({"p/a"}); }) == Error::Kind::local_io);
  CHECK(fs::exists(repository.home() / "outside/a"));
}
