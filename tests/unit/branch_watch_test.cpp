#include "publisher/branch_watch.h"

#include <catch2/catch.hpp>

#include "tests/support/temp_dir.h"

using namespace tuf;
using namespace tuf::test;

namespace {

constexpr std::chrono::milliseconds at_once(0);

// As git does it: another file takes the place of the one before.
void move_branch(const fs::path& file, const std::string& commit) {
  fs::create_directories(file.parent_path());
  write_file_atomically(file, commit + "\n");
}

}  // namespace

TEST_CASE("a branch is seen to move whether its reference is loose or packed or its folder is new", "[branch_watch]") {
  const TempDir folder;
  const fs::path git = folder.path() / "content.git", loose = git / "refs/heads/release/1";
  fs::create_directories(git / "refs/heads");
  BranchWatch watch(git, "release/1");
  CHECK_FALSE(watch.wait(at_once));
  move_branch(loose, "one");
  CHECK(watch.wait(at_once));
  CHECK_FALSE(watch.wait(at_once));
  move_branch(git / "refs/heads/main", "another branch");
  CHECK_FALSE(watch.wait(at_once));
  move_branch(git / "packed-refs", "two");
  fs::remove_all(git / "refs/heads/release");
  CHECK(watch.wait(at_once));
  move_branch(loose, "three");
  CHECK(watch.wait(at_once));
}

TEST_CASE("a branch is seen to move when another repository takes the place of the one before", "[branch_watch]") {
  const TempDir folder;
  const fs::path git = folder.path() / "content.git";
  move_branch(git / "refs/heads/main", "one");
  BranchWatch watch(git, "main");
  fs::rename(git, folder.path() / "old.git");
  CHECK(watch.wait(at_once));
  move_branch(git / "refs/heads/main", "one");
  CHECK(watch.wait(at_once));
  move_branch(git / "refs/heads/main", "two");
  CHECK(watch.wait(at_once));
}
