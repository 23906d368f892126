#include "signer/remote.h"

#include <catch2/catch.hpp>

#include "tests/support/caught.h"
#include "tests/support/temp_git_repository.h"

namespace tuf {
namespace {

struct Shared {  // a repository with a bare hub as origin
  test::TempGitRepository repository;
  test::TempDir hub;
  Shared() {
    run_git(hub.path(), {"init", "-q", "--bare", "--initial-branch=main"});
    run_git(repository.path(), {"remote", "add", "origin", hub.path().string()});
  }
  std::string at_hub(const std::string& branch) const {
    return run_git(hub.path(), {"rev-parse", "refs/heads/" + branch}).output.substr(0, 40);
  }
};

}  // namespace

TEST_CASE("git gets its arguments as they are and never through a shell", "[remote]") {
  const test::TempDir dir;
  const GitRun run = run_git(dir.path(), {"rev-parse", "--sq-quote", "a b; touch x", "$(touch y)"});
  CHECK(run.exit_code == 0);
  CHECK(run.output == " 'a b; touch x' '$(touch y)'\n");
  CHECK_FALSE(std::filesystem::exists(dir / "x"));
  CHECK_FALSE(std::filesystem::exists(dir / "y"));
}

TEST_CASE("what git says on both streams is kept with its exit code", "[remote]") {
  const test::TempDir dir;
  const GitRun run = run_git(dir.path(), {"rev-parse", "--verify", "nowhere"});
  CHECK(run.exit_code == 128);
  CHECK(run.output.find("fatal:") != std::string::npos);
}

TEST_CASE("a repository without remote has none", "[remote]") {
  const test::TempGitRepository repository;
  repository.open();
  CHECK_FALSE(find_remote(repository.open(), "main"));
}

TEST_CASE("a push moves the branch of the remote to the commit that was judged", "[remote]") {
  Shared shared;
  const CommitId first = shared.repository.commit({{"file", "1"}});
  shared.repository.commit({{"file", "2"}});
  const GitRepository git = shared.repository.open();
  const std::optional<Remote> remote = find_remote(git, "main");
  REQUIRE(remote);
  CHECK(remote->name == "origin");
  CHECK(remote->main_branch == "main");
  push(git, first, *remote, "main", "");
  CHECK(shared.at_hub("main") == first);
  CHECK(shared.repository.open().find_commit(remote->tracking()) == first);
}

TEST_CASE("a push never forces and says that others were first", "[remote]") {
  Shared shared;
  shared.repository.commit({{"file", "1"}});
  const CommitId theirs = shared.repository.commit({{"file", "theirs"}});
  const GitRepository git = shared.repository.open();
  const Remote remote = *find_remote(git, "main");
  push(git, theirs, remote, "main", "");
  const CommitId ours = shared.repository.commit({{"other", "ours"}}, "unrelated");
  const Caught result = caught([&] { push(git, ours, remote, "main", "do this"); });
  CHECK(result == Caught{"conflict", "others pushed to branch main of origin first; nothing was pushed"});
  CHECK(shared.at_hub("main") == theirs);
}

TEST_CASE("a remote that is not there is a network error with the words of git", "[remote]") {
  Shared shared;
  const CommitId commit = shared.repository.commit({{"file", "1"}});
  run_git(shared.repository.path(), {"remote", "set-url", "origin", "/nowhere/at/all"});
  const GitRepository git = shared.repository.open();
  const Caught result = caught([&] { push(git, commit, *find_remote(git, "main"), "main", ""); });
  CHECK(result.kind == "network");
  CHECK(result.message ==
        "git could not push to origin: fatal: '/nowhere/at/all' does not appear to be a git repository");
}

TEST_CASE("the main branch is the one that the remote has and never a proposal", "[remote]") {
  Shared shared;
  shared.repository.commit({{"file", "1"}});
  const auto main_of = [&](const std::string& branch) {
    return find_remote(shared.repository.open(), branch)->main_branch;
  };
  CHECK(main_of("trunk") == "trunk");
  CHECK(main_of("sign/abc/0123456789ab") == "main");
  run_git(shared.repository.path(), {"config", "branch.topic.remote", "origin"});
  run_git(shared.repository.path(), {"config", "branch.topic.merge", "refs/heads/stable"});
  CHECK(main_of("topic") == "stable");
  run_git(shared.repository.path(), {"push", "-q", "origin", "main"});
  CHECK(main_of("topic") == "main");
}

}  // namespace tuf
