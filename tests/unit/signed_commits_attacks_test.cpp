// Where commits must be signed: nothing unsigned comes in by the order or the shape of merges, and nobody's
// commit holds what another must sign.
#include <catch2/catch.hpp>

#include "tests/support/history.h"

using namespace tuf;
using namespace tuf::test;

namespace {

const std::string unsigned_one = "this repository requires signed commits: the commit is not signed";
std::string stranger(const std::string& name, const std::string& what) {
  return fmt::format(
      "this repository requires signed commits: this one is signed with the key {}, which may not touch {}",
      id_of(name).substr(0, 8), what);
}

const ChangeConfiguration sign_commits{{{"commit_signatures", "optional", "required"}}};

ContentRepository two_projects() {
  ContentRepository content = with_project();
  content.create_project(project_of("def", {"dora"}, {"dan"}), {"dora", "dan"});
  return content;
}

// `before` | `rule`: commits must be signed from here on. `side` left at `before`: a release of def, unsigned
// or signed.
struct Branches : Start {
  explicit Branches(const std::string& side_signer = "") : Start(two_projects()) {
    with_rule = content;
    with_rule.administer({sign_commits, expiry_of("targets")}, {"ada"});
    rule = history.commit(with_rule, {first}, "ada");
    theirs = content;
    theirs.add_release("def", "1.0.0", {{"f", "two"}}, {"dan"});
    side = history.commit(theirs, {first}, side_signer);
    both = with_rule;
    both.take_over(theirs, "projects/de/");
  }
  void check_refused(const CommitId& tip, const std::string& reason) {
    const JudgedRange range = history.judge(first, tip);
    INFO(verdicts(range));
    CHECK(range.overall == Verdict::Kind::refused);
    CHECK_FALSE(range.accepted);
    CHECK(range.commits.back().verdict.reason == reason);
    CHECK(history.judge(rule, tip).overall ==
          Verdict::Kind::refused);  // also when the rule is published already
  }
  ContentRepository with_rule, theirs, both;
  CommitId rule, side;
};

}  // namespace

TEST_CASE("an unsigned branch from before the rule comes in with neither parent first", "[commit_policy]") {
  Branches b;
  const std::string reason = fmt::format("brings commit {}: {}", short_id(b.side), unsigned_one);
  b.check_refused(b.history.commit(b.both, {b.rule, b.side}, "ada"), reason);
  b.check_refused(b.history.commit(b.both, {b.side, b.rule}, "ada"), reason);
  Branches fine("dan");
  for (const auto& parents : {std::vector{fine.rule, fine.side}, std::vector{fine.side, fine.rule}}) {
    CHECK(verdicts(fine.history.judge(fine.first, fine.history.commit(fine.both, parents, "ada"))) ==
          "accepted | accepted | accepted");
  }
}

TEST_CASE("an unsigned branch does not come in with a merge of three", "[commit_policy]") {
  Branches b;
  ContentRepository third = b.content;
  third.add_release("abc", "1.0.0", {{"f", "one"}}, {"mia"});
  const CommitId other = b.history.commit(third, {b.first}, "mia");
  ContentRepository all = b.both;
  all.take_over(third, "projects/ab/");
  for (const auto& parents : {std::vector{b.rule, b.side, other}, std::vector{b.side, b.rule, other},
                              std::vector{other, b.side, b.rule}})
    b.check_refused(b.history.commit(all, parents, "ada"), "is a merge of more than two branches");
}

TEST_CASE("an unsigned branch does not come in with merges that cross", "[commit_policy]") {
  Branches b;
  const std::string reason = fmt::format("brings commit {}: {}", short_id(b.side), unsigned_one);
  // Merged once each way, and these two with each other.
  const CommitId one = b.history.commit(b.both, {b.rule, b.side}, "ada");
  const CommitId two = b.history.commit(b.both, {b.side, b.rule}, "ada");
  b.check_refused(b.history.commit(b.both, {one, two}, "ada"), reason);
  b.check_refused(b.history.commit(b.both, {two, one}, "ada"), reason);
  // Hidden behind a merge of commits that were all made before the rule.
  const CommitId hidden = b.history.commit(b.theirs, {b.first, b.side});
  b.check_refused(b.history.commit(b.both, {b.rule, hidden}, "ada"), reason);
  b.check_refused(b.history.commit(b.both, {hidden, b.rule}, "ada"), reason);
  // The branch goes on, properly signed.
  ContentRepository more = b.theirs;
  more.add_release("def", "2.0.0", {{"f", "three"}}, {"dan"});
  const CommitId signed_on_top = b.history.commit(more, {b.side}, "dan");
  ContentRepository merged = b.both;
  merged.take_over(more, "projects/de/");
  b.check_refused(b.history.commit(merged, {b.rule, signed_on_top}, "ada"), reason);
  b.check_refused(b.history.commit(merged, {signed_on_top, b.rule}, "ada"), reason);
}

TEST_CASE("an unsigned merge does not come in as the second parent of a signed one", "[commit_policy]") {
  Branches b("dan");
  const CommitId merge = b.history.commit(b.both, {b.rule, b.side});
  b.check_refused(b.history.commit(b.both, {b.rule, merge}, "ada"), unsigned_one);
  b.check_refused(b.history.commit(b.both, {merge, b.rule}, "ada"), unsigned_one);
}

TEST_CASE("an administrators commit holds no change of a project that is not theirs", "[commit_policy]") {
  ContentRepository strict = two_projects();
  strict.promote({"abc"}, {"ada"});
  strict.administer({sign_commits, expiry_of("targets")}, {"ada"});
  Start s(strict, "ada");
  const auto verdict = [&](const ContentRepository& next, const std::string& signer) {
    return s.history.judge(s.first, s.history.commit(next, {s.first}, signer)).commits.back().verdict;
  };
  ContentRepository both = strict;
  both.administer({expiry_of("claimed")}, {"ada"});
  CHECK(verdict(both, "ada").kind == Verdict::Kind::accepted);
  both.add_release("abc", "1.0.0", {{"f", "one"}},
                   {"mia"});  // signed for another commit, put together with this
  CHECK(verdict(both, "ada").reason == stranger("ada", "projects/ab/abc/"));
  CHECK(verdict(both, "mia").reason == stranger("mia", "admin/"));

  ContentRepository own = strict;  // who is both may do both
  own.create_project(project_of("own", {"ada"}, {"ada"}), {"ada"});
  own.administer({expiry_of("claimed")}, {"ada"});
  CHECK(verdict(own, "ada").kind == Verdict::Kind::accepted);
}

TEST_CASE("an administrators commit holds the transfer of a project and no other project beside it",
          "[commit_policy]") {
  ContentRepository strict = two_projects();
  const ProjectName abc = *ProjectName::parse("abc");
  strict.promote({"abc"}, {"ada"});
  const bool in_shard = GENERATE(false, true);
  if (in_shard) strict.administer({ShardNames{{"a"}}, expiry_of("claimed"), expiry_of("claimed-a")}, {"ada"});
  strict.administer({sign_commits, expiry_of("targets")}, {"ada"});
  const RepositoryState state = strict.state();
  const RoleFile& owners = *state.find_owners(abc);
  strict.administer({AnnounceTransfer{abc, owners.role, owners.file.untrusted.version, persons({"nora"}), 1,
                                      far_ahead.plus_days(-335), *Reason::parse("keys lost")},
                     expiry_of("claimed")},
                    {"ada"});
  Start s(strict, "ada");
  ContentRepository transferred = strict;
  std::vector<Change> transfer{TransferProject{abc, 2, persons({"nora"}), 1},
                               expiry_of("claimed", far_ahead.plus_days(30)), expiry_of("abc.o2")};
  if (in_shard) transfer.push_back(expiry_of("claimed-a"));
  transferred.administer(transfer, {"ada", "nora"});
  const auto verdict = [&](const ContentRepository& next) {
    return s.history.judge(s.first, s.history.commit(next, {s.first}, "ada")).commits.back().verdict;
  };
  CHECK(text_of(verdict(transferred)) == "accepted");
  transferred.add_release("def", "1.0.0", {{"f", "two"}}, {"dan"});
  CHECK(verdict(transferred).reason == stranger("ada", "projects/de/def/"));
}
