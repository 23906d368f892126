#pragma once
// A content repository with its history in git, for tests of what judges it.

#include <git2.h>

#include <catch2/catch.hpp>

#include "libtufcore/git/commit_range.h"
#include "libtufcore/git/git_store.h"
#include "tests/support/content_repository.h"
#include "tests/support/temp_git_repository.h"

namespace tuf::test {

// "accepted accepted refused: <file>: <reason>"
inline std::string verdicts(const JudgedRange& range) {
  std::string text;
  for (const JudgedCommit& judged : range.commits) {
    if (!text.empty()) text += " | ";
    switch (judged.verdict.kind) {
      case Verdict::Kind::accepted:
        text += "accepted";
        break;
      case Verdict::Kind::pending:
        text += "pending";
        break;
      case Verdict::Kind::refused:
        text += "refused: " + judged.verdict.file + ": " + judged.verdict.reason;
        break;
    }
  }
  return text;
}

// Content repositories as commits of a real git repository.
class History {
 public:
  // Signed with the key of `signer`, unless that is empty.
  CommitId commit(const ContentRepository& content, const std::vector<CommitId>& parents,
                  const std::string& signer = {}) {
    std::map<std::string, std::optional<std::string>> files;
    for (const auto& [path, bytes] : content.files) files[path] = bytes;
    const std::string branch = "b" + std::to_string(++count_);
    return git.write_commit(tree_of(git.commit(files, branch)), parents, signer);
  }
  // Whatever is judged gets the same verdicts by one who forgets soon.
  JudgedRange judge(const std::optional<CommitId>& last, const CommitId& tip,
                    std::optional<UtcTime> now = {}) {
    JudgedRange range = judge_range(git.open(), last, tip, *pin, {.now = now});
    const JudgedRange other = judge_range(git.open(), last, tip, *pin, {.now = now, .commits_of_a_stage = 1});
    REQUIRE(verdicts(other) == verdicts(range));
    REQUIRE(other.overall == range.overall);
    REQUIRE((other.accepted ? other.accepted->id() : "") == (range.accepted ? range.accepted->id() : ""));
    return range;
  }
  TempGitRepository git;
  std::optional<Digest> pin;

 private:
  ObjectId tree_of(const CommitId& commit) {
    const Libgit2Use library;
    GitRepositoryHandle repository;
    check_git(git_repository_open(OutParam(repository), git.path().c_str()), "test: open");
    git_oid id;
    check_git(git_oid_fromstr(&id, commit.c_str()), "test: id");
    GitCommitHandle object;
    check_git(git_commit_lookup(OutParam(object), repository.get(), &id), "test: commit");
    char text[GIT_OID_HEXSZ + 1];
    return git_oid_tostr(text, sizeof text, git_commit_tree_id(object.get()));
  }
  int count_ = 0;
};

struct Start {
  History history;
  ContentRepository content;
  CommitId first;
  Start() : Start(new_repository()) {}
  explicit Start(ContentRepository start, const std::string& signer = {}) : content(std::move(start)) {
    history.pin = content.pin();
    first = history.commit(content, {}, signer);
  }
};

}  // namespace tuf::test
