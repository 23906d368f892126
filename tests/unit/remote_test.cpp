#include "signer/remote.h"

#include <catch2/catch.hpp>

#include "libtufcore/io/file.h"
#include "tests/support/caught_with_hint.h"
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
  void refuse(const std::string& script) const {
    const fs::path hook = hub.path() / "hooks/pre-receive";
    write_file_atomically(hook, "#!/bin/sh\n" + script + "\nexit 1\n", FileMode::program);
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
  require_pushed(push_forward(git, first, "origin", "main"), "origin", "main", "");
  CHECK(shared.at_hub("main") == first);
  CHECK(shared.repository.open().find_commit(remote->tracking()) == first);
}

TEST_CASE("a push never forces and says that others were first", "[remote]") {
  Shared shared;
  shared.repository.commit({{"file", "1"}});
  const CommitId theirs = shared.repository.commit({{"file", "theirs"}});
  const GitRepository git = shared.repository.open();
  require_pushed(push_forward(git, theirs, "origin", "main"), "origin", "main", "");
  const CommitId ours = shared.repository.commit({{"other", "ours"}}, "unrelated");
  const Caught result =
      caught([&] { require_pushed(push_forward(git, ours, "origin", "main"), "origin", "main", "do this"); });
  CHECK(result == Caught{"conflict", "others pushed to branch main of origin first; nothing was pushed"});
  CHECK(shared.at_hub("main") == theirs);
}

TEST_CASE("a remote that is not there is a network error with the words of git", "[remote]") {
  Shared shared;
  const CommitId commit = shared.repository.commit({{"file", "1"}});
  run_git(shared.repository.path(), {"remote", "set-url", "origin", "/nowhere/at/all"});
  const GitRepository git = shared.repository.open();
  const Caught result = caught([&] { push_forward(git, commit, "origin", "main"); });
  CHECK(result.kind == "network");
  CHECK(result.message ==
        "git could not push to origin: fatal: '/nowhere/at/all' does not appear to be a git repository");
}

TEST_CASE("what the other side says of a refusal is told and bounded and is no terminal sequence", "[remote]") {
  Shared shared;
  const CommitId commit = shared.repository.commit({{"file", "1"}});
  const GitRepository git = shared.repository.open();
  shared.refuse("printf 'GH006: Protected \\033[31mbranch\\n\\nAsk for a review   \\n'");
  Pushed pushed = push_forward(git, commit, "origin", "main");
  CHECK(pushed.how == Pushed::How::refused_there);
  CHECK(pushed.reason == "pre-receive hook declined: GH006: Protected \\x1b[31mbranch; Ask for a review");
  CHECK_FALSE(pushed.judgement);
  shared.refuse("for i in $(seq 100); do printf '%0900d\\n' $i; done");
  pushed = push_forward(git, commit, "origin", "main");
  CHECK(pushed.reason.size() < 9000);
}

TEST_CASE("what the hook of pgpublish says is the refusal with its hint", "[remote]") {
  Shared shared;
  const CommitId commit = shared.repository.commit({{"file", "1"}});
  const GitRepository git = shared.repository.open();
  shared.refuse("echo 'pgpublish: error: commit 1a2b3c4d is refused: it is wrong'; echo 'pgpublish: hint: do this'");
  const Pushed pushed = push_forward(git, commit, "origin", "main");
  const CaughtWithHint said = caught_with_hint([&] { throw refused_there(pushed, "origin", "main"); });
  CHECK(said.error == Caught{"refused",
                             "origin does not let this into branch main, as its pgpublish says: commit 1a2b3c4d "
                             "is refused: it is wrong"});
  CHECK(said.hint == "nothing was pushed; do this");
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
