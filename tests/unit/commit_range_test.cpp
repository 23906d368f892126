#include "libtufcore/git/commit_range.h"

#include <catch2/catch.hpp>

#include "publisher/report.h"
#include "tests/support/caught.h"
#include "tests/support/history.h"

using namespace tuf;
using namespace tuf::test;

namespace {

// More commits than one thread judges alone, each a release of one of three projects.
struct Long {
  Start s;
  std::vector<CommitId> commits;
  Long() {
    for (const char* project : {"abc", "def", "ghi"}) s.content.create_project(project_of(project), {"olga", "mia"});
    commits.push_back(s.history.commit(s.content, {s.first}));
  }
  void grow(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t n = commits.size();
      s.content.add_release(n % 3 == 0 ? "abc" : n % 3 == 1 ? "def" : "ghi", fmt::format("1.{}.0", n), {{"f", "content"}}, {"mia"});
      add(s.content);
    }
  }
  void add(const ContentRepository& content) { commits.push_back(s.history.commit(content, {commits.back()})); }
  // As one thread does it: a few commits at a time, from the last accepted one on.
  std::string one_by_one() {
    std::string text = verdicts(s.history.judge(std::nullopt, commits.front()));
    std::optional<CommitId> from = commits.front();
    std::string waiting;
    for (std::size_t i = 1; i < commits.size(); ++i) {
      const JudgedRange range = s.history.judge(from, commits[i]);
      const std::string all = verdicts(range);
      if (range.accepted && range.accepted->id() == commits[i]) from = commits[i];
      if (range.overall == Verdict::Kind::pending) continue;
      text += " | " + all;
      if (range.overall == Verdict::Kind::refused) break;
    }
    return text;
  }
};

}  // namespace

TEST_CASE("a straight history is judged commit by commit and its tip is accepted", "[commit_range]") {
  Start s;
  s.content.create_project(project_of("abc"), {"olga", "mia"});
  const CommitId second = s.history.commit(s.content, {s.first});
  s.content.add_release("abc", "1.0.0", {{"abc.tgz", "content"}}, {"mia"});
  const CommitId third = s.history.commit(s.content, {second});
  const JudgedRange range = s.history.judge(std::nullopt, third);
  CHECK(verdicts(range) == "accepted | accepted | accepted");
  CHECK(range.accepted->id() == third);
  CHECK(verdicts(s.history.judge(second, third)) == "accepted");
  CHECK(s.history.judge(third, third).commits.empty());
  CHECK(s.history.judge(third, third).accepted->id() == third);
}

TEST_CASE("G-14 another first root than the pinned one is refused", "[commit_range]") {
  Start s;
  const Digest pinned = sha256_of("another root");
  const JudgedRange range = judge_range(s.history.git.open(), std::nullopt, s.first, pinned);
  CHECK(range.overall == Verdict::Kind::refused);
  CHECK_FALSE(range.accepted);
  CHECK(verdicts(range).find("but the pinned root has " + pinned.hex()) != std::string::npos);
}

TEST_CASE("G-13 a tip that does not descend from the published commit is refused", "[commit_range]") {
  Start s;
  s.content.create_project(project_of("abc"), {"olga", "mia"});
  const CommitId published = s.history.commit(s.content, {s.first});
  const Caught rewound = caught([&] { s.history.judge(published, s.first); });
  CHECK(rewound == Caught{"refused", "commit " + short_id(s.first) + " does not descend from commit " + short_id(published) +
                                         ", which was published last: the branch was rewound or forked"});
  CHECK(caught([&] { s.history.judge(CommitId(40, 'a'), s.first); }).kind == "refused");
}

TEST_CASE("nothing after a refused commit is judged and nothing is accepted", "[commit_range]") {
  Start s;
  ContentRepository bad = s.content;
  bad.files["admin/stray.json"] = "{}";
  const CommitId second = s.history.commit(bad, {s.first});
  const CommitId third = s.history.commit(s.content, {second});
  const JudgedRange range = s.history.judge(std::nullopt, third);
  CHECK(verdicts(range) == "accepted | refused: admin/stray.json: is none of the files that admin/ may hold");
  CHECK_FALSE(range.accepted);
  const Caught refusal = caught([&] { stop_if_refused(range); });
  CHECK(refusal == Caught{"refused", "commit " + short_id(second) + " is refused: admin/stray.json: is none of the files that admin/ may hold"});
}

TEST_CASE("a pending tip leaves the state before it accepted until the signature comes", "[commit_range]") {
  Start s;
  s.content.create_project(project_of("duo", {"olga"}, {"mia", "max"}, 2), {"olga", "mia", "max"});
  const CommitId created = s.history.commit(s.content, {s.first});
  s.content.add_release("duo", "1.0.0", {{"f", "content"}}, {"mia"});
  const CommitId half = s.history.commit(s.content, {created});
  JudgedRange range = s.history.judge(std::nullopt, half);
  CHECK(verdicts(range) == "accepted | accepted | pending");
  CHECK(range.overall == Verdict::Kind::pending);
  CHECK(range.accepted->id() == created);
  REQUIRE(missing_signatures(range).size() == 1);
  CHECK(missing_signatures(range).front() ==
        "projects/du/duo/releases.json is signed by 1 of the 2 keys it needs (missing: " + label_of("max") + ")");
  s.content.sign_also("projects/du/duo/releases.json", "max");
  const CommitId complete = s.history.commit(s.content, {half});
  range = s.history.judge(created, complete);
  CHECK(verdicts(range) == "pending | accepted");
  CHECK(range.accepted->id() == complete);
}

TEST_CASE("G-15 a merge of two branches that changed different projects is accepted", "[commit_range]") {
  Start s;
  s.content.create_project(project_of("abc"), {"olga", "mia"});
  s.content.create_project(project_of("def", {"dora"}, {"dan"}), {"dora", "dan"});
  const CommitId base = s.history.commit(s.content, {s.first});
  ContentRepository ours = s.content, theirs = s.content;
  ours.add_release("abc", "1.0.0", {{"f", "one"}}, {"mia"});
  theirs.add_release("def", "1.0.0", {{"f", "two"}}, {"dan"});
  const CommitId first = s.history.commit(ours, {base}), second = s.history.commit(theirs, {base});
  ContentRepository both = ours;
  both.take_over(theirs, "projects/de/");
  const CommitId merge = s.history.commit(both, {first, second});
  CHECK(verdicts(s.history.judge(base, merge)) == "accepted | accepted | accepted");

  SECTION("but not when it adds something of its own") {
    both.files["projects/ab/abc/files/abc/1.0.0/f"] = "three";
    const CommitId evil = s.history.commit(both, {first, second});
    const JudgedRange range = s.history.judge(base, evil);
    CHECK(range.overall == Verdict::Kind::refused);
    CHECK(range.commits.back().verdict.reason == "the merge does not take projects/ab/abc/ over as the side that changed it has it");
  }
}

TEST_CASE("G-15 a merge of two branches that changed one project is refused", "[commit_range]") {
  Start s;
  s.content.create_project(project_of("abc"), {"olga", "mia"});
  const CommitId base = s.history.commit(s.content, {s.first});
  ContentRepository ours = s.content, theirs = s.content;
  ours.add_release("abc", "1.0.0", {{"f", "one"}}, {"mia"});
  theirs.add_release("abc", "2.0.0", {{"f", "two"}}, {"mia"});
  const CommitId first = s.history.commit(ours, {base}), second = s.history.commit(theirs, {base});
  const JudgedRange range = s.history.judge(base, s.history.commit(ours, {first, second}));
  CHECK(range.overall == Verdict::Kind::refused);
  CHECK(range.commits.back().verdict.reason ==
        "both sides of the merge changed projects/ab/abc/; a merge may take a folder over from one side only");
}

TEST_CASE("G-15 a merge of three branches and a second history are refused", "[commit_range]") {
  Start s;
  s.content.create_project(project_of("abc"), {"olga", "mia"});
  const CommitId a = s.history.commit(s.content, {s.first});
  const CommitId octopus = s.history.commit(s.content, {a, s.first, s.first});
  CHECK(s.history.judge(a, octopus).commits.back().verdict.reason == "is a merge of more than two branches");
  ContentRepository other = new_repository();
  other.files["README.md"] = "another beginning";
  const CommitId unrelated = s.history.commit(other, {});
  const CommitId merge = s.history.commit(s.content, {a, unrelated});
  const JudgedRange range = s.history.judge(a, merge);
  CHECK(range.overall == Verdict::Kind::refused);
}

TEST_CASE("G-01 a hostile tree is a refusal of its commit", "[commit_range]") {
  Start s;
  const ObjectId blob = s.history.git.write_blob("x");
  const CommitId hostile = s.history.git.write_commit(s.history.git.write_tree({{"120000", "link", blob}}), {s.first});
  const JudgedRange range = s.history.judge(s.first, hostile);
  CHECK(range.overall == Verdict::Kind::refused);
  CHECK(range.commits.back().verdict.reason.find("'link' is a symbolic link") != std::string::npos);
}

TEST_CASE("only the commits after the last accepted one are judged and each is told", "[commit_range]") {
  Start s;
  std::vector<CommitId> commits{s.first};
  for (int i = 0; i < 5; ++i) {
    s.content.create_project(project_of("p" + std::to_string(i)), {"olga", "mia"});
    commits.push_back(s.history.commit(s.content, {commits.back()}));
  }
  std::string told;
  const auto tell = [&](std::size_t judged, std::size_t all) { told += fmt::format("{}/{} ", judged, all); };
  const JudgedRange range = judge_range(s.history.git.open(), commits[3], commits[5], *s.history.pin, {.progress = tell});
  CHECK(told == "1/2 2/2 ");
  CHECK(range.accepted->id() == commits[5]);
  CHECK(range.accepted->state().find_releases(project_of("p4").project) != nullptr);
}

TEST_CASE("a state that is known already gives the same verdicts, whichever it is", "[commit_range]") {
  Long h;
  h.grow(4);
  const auto judge = [&](const CommitId& from, const AcceptedCommit* known) {
    return judge_range(h.s.history.git.open(), from, h.commits.back(), *h.s.history.pin, {.known = known});
  };
  const CommitId &early = h.commits[1], &late = h.commits[3];
  for (const CommitId& known : {early, late}) {
    const JudgedRange range = h.s.history.judge(std::nullopt, known);
    REQUIRE(range.accepted->id() == known);
    const JudgedRange next = judge(early, &*range.accepted);
    CHECK(verdicts(next) == verdicts(judge(early, nullptr)));
    CHECK(next.accepted->id() == h.commits.back());
    CHECK(next.accepted->state().releases(project_of("abc").project)->targets.size() ==
          judge(early, nullptr).accepted->state().releases(project_of("abc").project)->targets.size());
  }
}

TEST_CASE("a long history that threads judge gets the verdicts that one thread gives", "[commit_range]") {
  Long h;
  h.grow(70);
  SECTION("all accepted") {
    const JudgedRange range = h.s.history.judge(std::nullopt, h.commits.back());
    CHECK(verdicts(range) == h.one_by_one());
    CHECK(range.accepted->id() == h.commits.back());
    CHECK(range.accepted->state().find_releases(project_of("abc").project)->file.untrusted.targets.size() > 20);
    for (std::size_t i = 2; i < range.commits.size(); ++i) {
      CHECK(range.commits[i].verdict.changes.size() == 2);
      CHECK(range.commits[i].commit.id == h.commits[i - 1]);
    }
  }
  SECTION("one waits for a signature in the middle") {
    h.s.content.create_project(project_of("duo", {"olga"}, {"mia", "max"}, 2), {"olga", "mia", "max"});
    h.add(h.s.content);
    h.s.content.add_release("duo", "1.0.0", {{"f", "content"}}, {"mia"});
    h.add(h.s.content);
    h.s.content.sign_also("projects/du/duo/releases.json", "max");
    h.add(h.s.content);
    h.grow(5);
    const std::string all = verdicts(h.s.history.judge(std::nullopt, h.commits.back()));
    CHECK(all == h.one_by_one());
    CHECK(all.find("accepted | pending | accepted") != std::string::npos);
  }
  SECTION("G-13 S-01 a forged one in the middle is refused and nothing after it is judged") {
    ContentRepository good = h.s.content;
    h.s.content.add_release("abc", "6.6.6", {{"f", "evil"}}, {"mallory"});
    h.add(h.s.content);
    h.add(good);
    const JudgedRange range = h.s.history.judge(std::nullopt, h.commits.back());
    CHECK(verdicts(range) == h.one_by_one());
    CHECK(range.commits.size() == 73);
    CHECK(range.overall == Verdict::Kind::refused);
    CHECK_FALSE(range.accepted);
    CHECK(range.commits.back().verdict.file == "projects/ab/abc/releases.json");
  }
}
