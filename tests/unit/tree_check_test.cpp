#include <catch2/catch.hpp>

#include "libtufcore/error.h"
#include "tests/support/temp_git_repository.h"

using namespace tuf;
using namespace tuf::test;

namespace {

// The error of `action`, which must throw one.
template <typename Action>
Error error_of(Action action) {
  try {
    action();
  } catch (const Error& error) {
    return error;
  }
  FAIL("nothing was thrown");
  return bug("unreachable");
}

std::optional<Error> refusal_of_changes(const TempGitRepository& repository, const CommitId& commit) {
  try {
    repository.open().changes(std::nullopt, commit, 1000);
  } catch (const Error& error) {
    return error;
  }
  return std::nullopt;
}

}  // namespace

TEST_CASE("G-01 each of the hostile trees is refused with its commit and folder and entry", "[tree_check]") {
  TempGitRepository repository;
  const std::vector<HostileTree> trees = hostile_trees(repository);
  REQUIRE(trees.size() == 21);
  for (const HostileTree& hostile : trees) {
    INFO(hostile.what);
    const CommitId commit =
        repository.write_commit(repository.write_tree_at("projects/ab/abc/", hostile.tree));
    const std::optional<Error> error = refusal_of_changes(repository, commit);
    REQUIRE(error);
    INFO(error->what());
    CHECK(error->kind() == Error::Kind::refused);
    const std::string message = error->what();
    CHECK(message.starts_with("commit " + short_id(commit) + ": projects/ab/abc/"));
    CHECK(message.find(hostile.entry) != std::string::npos);
    CHECK(message.find(hostile.fault) != std::string::npos);
  }
}

TEST_CASE("G-01 reading one file beside a hostile entry is refused too", "[tree_check]") {
  TempGitRepository repository;
  for (const HostileTree& hostile : hostile_trees(repository)) {
    if (hostile.what == "missing blob" || hostile.what == "blob used as tree")
      continue;  // told when they are opened
    INFO(hostile.what);
    const CommitId commit =
        repository.write_commit(repository.write_tree_at("projects/ab/abc/", hostile.tree));
    const GitRepository opened = repository.open();
    const auto tree = opened.tree(commit);
    CHECK(error_of([&] { tree->read("projects/ab/abc/a", 100); }).kind() == Error::Kind::refused);
    CHECK(error_of([&] { tree->list("projects/ab/abc"); }).kind() == Error::Kind::refused);
  }
}

TEST_CASE("G-02 symbolic links and executable files are refused by name", "[tree_check]") {
  TempGitRepository repository;
  const ObjectId blob = repository.write_blob("x");
  const auto message = [&](const std::string& mode) {
    const CommitId commit = repository.write_commit(repository.write_tree({{mode, "x", blob}}));
    const Error error = error_of([&] { repository.open().tree(commit)->read("x", 10); });
    CHECK(error.kind() == Error::Kind::refused);
    return std::string(error.what()).substr(std::string("commit 12345678").size());
  };
  CHECK(message("120000") == ": entry 'x' is a symbolic link; only plain files and folders are allowed");
  CHECK(message("100755") == ": entry 'x' is an executable file; only plain files and folders are allowed");
}

TEST_CASE("G-03 submodules and every spelling of gitmodules are refused", "[tree_check]") {
  TempGitRepository repository;
  const ObjectId blob = repository.write_blob("x");
  for (const std::string name :
       {".gitmodules", ".GitModules", "gitmod~1", "GITMOD~2", ".git::$INDEX_ALLOCATION"}) {
    INFO(name);
    const CommitId commit = repository.write_commit(repository.write_tree({{"100644", name, blob}}));
    CHECK(error_of([&] { repository.open().tree(commit)->list(""); }).kind() == Error::Kind::refused);
  }
}

TEST_CASE("P-04 names that are equal after case folding and composition are refused", "[tree_check]") {
  TempGitRepository repository;
  const ObjectId blob = repository.write_blob("x");
  const auto refuses = [&](const std::string& first, const std::string& second) {
    const CommitId commit =
        repository.write_commit(repository.write_tree({{"100644", first, blob}, {"100644", second, blob}}));
    return refusal_of_changes(repository, commit).has_value();
  };
  CHECK(refuses("e\u0301", "\u00e9"));  // decomposed and composed
  CHECK(refuses("STRASSE", "stra\u00dfe"));
  CHECK(refuses("\u00c4", "\u00e4"));
  CHECK_FALSE(refuses("a", "\u00e4"));
}

TEST_CASE("tree check lets ordinary names pass", "[tree_check]") {
  TempGitRepository repository;
  const CommitId commit = repository.commit({{"README.md", "x"},
                                             {".gitattributes", "x"},
                                             {".gitignore", "x"},
                                             {"projects/ab/abc/files/abc/1.0.0+b~1/\u00fcber file.tgz", "x"},
                                             {"a-b/x", "x"},
                                             {"a.b", "x"},
                                             {"a/x", "x"}});
  CHECK(repository.open().changes(std::nullopt, commit, 100).size() == 7);
}

TEST_CASE("names that end in a dot or a space are refused", "[tree_check]") {
  TempGitRepository repository;
  const ObjectId blob = repository.write_blob("x");
  for (const std::string name : {"x.", "x ", "...", "x\u00a0y", "x\u202ey"}) {
    INFO(name);
    const CommitId commit = repository.write_commit(repository.write_tree({{"100644", name, blob}}));
    CHECK(refusal_of_changes(repository, commit).has_value());
  }
}

TEST_CASE("a tree object cut in the middle is refused", "[tree_check]") {
  TempGitRepository repository;
  const ObjectId good = repository.write_tree({{"100644", "a", repository.write_blob("x")}});
  // A tree whose last entry lacks its id: the id of a name that holds a NUL ends the entry early.
  const CommitId commit = repository.write_commit(
      repository.write_tree({{"100644", "a", good}, {"100644", std::string("b\0b", 3), good}}));
  CHECK(refusal_of_changes(repository, commit).has_value());
}

TEST_CASE("G-10 a pyramid of empty folders is refused instead of walked", "[tree_check]") {
  TempGitRepository repository;
  ObjectId tree = repository.write_tree({});
  for (int level = 0; level < 20; ++level) {
    std::vector<TempGitRepository::RawEntry> entries;
    for (const char name : std::string("abcdefghij"))
      entries.push_back({"40000", std::string(1, name), tree});
    tree = repository.write_tree(entries);
  }
  const CommitId commit = repository.write_commit(tree);
  const std::optional<Error> error = refusal_of_changes(repository, commit);
  REQUIRE(error);
  CHECK(std::string(error->what()).find("is an empty folder") != std::string::npos);
}
