// Merges made to lose what main had already: whoever may push needs no key for the attempt.
#include <catch2/catch.hpp>

#include "libtufcore/git/commit_range.h"
#include "tests/support/history.h"

using namespace tuf;
using namespace tuf::test;

namespace {

// Project abc is made, then releases 1.0.0 (`older`) and 2.0.0 (`newer`). A release that nobody signed waits on top of the first.
struct Lost : Start {
  Lost() {
    content.create_project(project_of("abc"), {"olga", "mia"});
    none = content;
    created = history.commit(none, {first});
    ContentRepository unsigned_one = none;
    unsigned_one.add_release("abc", "0.1.0", {{"f", "unsigned"}}, {});
    waiting = history.commit(unsigned_one, {created});
    content.add_release("abc", "1.0.0", {{"f", "one"}}, {"mia"});
    one = content;
    older = history.commit(one, {created});
    content.add_release("abc", "2.0.0", {{"f", "two"}}, {"mia"});
    newer = history.commit(content, {older});
  }
  void check_refused(const CommitId& published, const ContentRepository& tree, const std::vector<CommitId>& parents) {
    const JudgedRange range = history.judge(published, history.commit(tree, parents));
    INFO(verdicts(range));
    CHECK(range.overall == Verdict::Kind::refused);
    CHECK_FALSE(range.accepted);
  }
  ContentRepository none, one;
  CommitId created, waiting, older, newer;
};

}  // namespace

TEST_CASE("G-15 a merge with a commit that waits brings nothing back from before what is published", "[commit_range]") {
  Lost s;
  for (const auto& parents : {std::vector{s.waiting, s.newer}, std::vector{s.newer, s.waiting}}) {
    s.check_refused(s.newer, s.none, parents);
    s.check_refused(s.newer, s.one, parents);
  }
}

TEST_CASE("G-15 a merge with a commit that waits loses nothing that main had since the last publication", "[commit_range]") {
  Lost s;
  s.check_refused(s.created, s.one, {s.waiting, s.newer});
  s.check_refused(s.created, s.none, {s.waiting, s.newer});
  ContentRepository side = s.none;
  side.create_project(project_of("def", {"dora"}, {"dan"}), {"dora", "dan"});
  const CommitId other = s.history.commit(side, {s.created});
  ContentRepository half = side;
  half.add_release("def", "1.0.0", {{"f", "x"}}, {});
  const CommitId half_done = s.history.commit(half, {other});
  s.check_refused(s.created, side, {half_done, s.newer});
  s.check_refused(s.created, s.content, {s.newer, half_done});
}

TEST_CASE("G-15 a second beginning that waits for signatures does not begin anew", "[commit_range]") {
  Lost s;
  ContentRepository beginning = new_repository(), unsigned_one = beginning;
  unsigned_one.edit_role("admin/targets.json", {}, [](Targets&) {});
  const CommitId second = s.history.commit(unsigned_one, {});
  s.check_refused(s.newer, beginning, {second, s.newer});
  s.check_refused(s.newer, s.content, {s.newer, second});
}

TEST_CASE("a merge of what waits with what was accepted since is judged as both together", "[commit_range]") {
  Lost s;
  ContentRepository other = s.none;
  other.create_project(project_of("def", {"dora"}, {"dan"}), {"dora", "dan"});
  const CommitId accepted = s.history.commit(other, {s.created});
  ContentRepository both = other;
  both.add_release("abc", "0.1.0", {{"f", "unsigned"}}, {});
  for (const auto& parents : {std::vector{s.waiting, accepted}, std::vector{accepted, s.waiting}}) {
    const CommitId merge = s.history.commit(both, parents);
    CHECK(s.history.judge(s.created, merge).overall == Verdict::Kind::pending);
    CHECK(s.history.judge(accepted, merge).overall == Verdict::Kind::pending);
    ContentRepository complete = both;
    complete.sign_also("projects/ab/abc/releases.json", "mia");
    const JudgedRange range = s.history.judge(accepted, s.history.commit(complete, {merge}));
    INFO(verdicts(range));
    CHECK(range.overall == Verdict::Kind::accepted);
  }
}

TEST_CASE("G-15 a branch that left main at a commit that waited comes in the same way before and after that is published",
          "[commit_range]") {
  Lost s;
  ContentRepository complete = s.none;
  complete.add_release("abc", "0.1.0", {{"f", "unsigned"}}, {});
  ContentRepository side = complete;
  side.create_project(project_of("def", {"dora"}, {"dan"}), {"dora", "dan"});
  const CommitId left = s.history.commit(side, {s.waiting});
  complete.sign_also("projects/ab/abc/releases.json", "mia");
  const CommitId completed = s.history.commit(complete, {s.waiting});
  ContentRepository both = complete;
  both.take_over(side, "projects/de/");
  for (const auto& parents : {std::vector{completed, left}, std::vector{left, completed}}) {
    const CommitId merge = s.history.commit(both, parents);
    for (const auto& published : {s.created, completed}) {
      const JudgedRange range = s.history.judge(published, merge);
      INFO(verdicts(range));
      CHECK(range.overall == Verdict::Kind::accepted);
      CHECK(range.accepted->id() == merge);
    }
    // What waited is no state to go back to.
    s.check_refused(completed, side, parents);
  }
}

TEST_CASE("G-15 a name that administrators reserved meanwhile comes in by no merge whichever parent it names first", "[commit_range]") {
  Start s;
  ContentRepository side = s.content;
  side.create_project(project_of("bank"), {"olga", "mia"});
  const CommitId squatted = s.history.commit(side, {s.first});
  s.content.administer({ReserveNames{{*ProjectName::parse("bank")}, true}, expiry_of("claimed")},
                       {"ada"});
  const CommitId reserved = s.history.commit(s.content, {s.first});
  ContentRepository both = s.content;
  both.take_over(side, "projects/");
  for (const auto& parents : {std::vector{reserved, squatted}, std::vector{squatted, reserved}}) {
    const JudgedRange range = s.history.judge(reserved, s.history.commit(both, parents));
    CHECK(range.overall == Verdict::Kind::refused);
    CHECK_FALSE(range.accepted);
    CHECK(range.commits.back().verdict.file == "projects/ba/bank/claim.json");
    CHECK(range.commits.back().verdict.reason == "the name bank is reserved by the administrators");
  }
}
