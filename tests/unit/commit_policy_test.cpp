#include "libtufcore/git/commit_policy.h"

#include <catch2/catch.hpp>

#include "tests/support/history.h"
#include "tests/support/test_keys.h"

using namespace tuf;
using namespace tuf::test;

namespace {

const std::string rule = "refused: : this repository requires signed commits: ";
std::string stranger(const std::string& name, const std::string& what) {
  return fmt::format("{}this one is signed with the key {}, which may not touch {}", rule,
                     id_of(name).substr(0, 8), what);
}

ContentRepository strict_repository() {
  CreateRepository change = repository_of({"ada"});
  change.configuration.commit_signatures_required = true;
  ContentRepository content;
  content.create(change, {"ada"});
  return content;
}

// A strict repository with project abc of olga and mia, and def of dora and dan.
struct Strict : Start {
  CommitId base;
  Strict() : Start(strict_repository(), "ada") {
    content.create_project(project_of("abc"), {"olga", "mia"});
    const CommitId abc = history.commit(content, {first}, "olga");
    content.create_project(project_of("def", {"dora"}, {"dan"}), {"dora", "dan"});
    base = history.commit(content, {abc}, "dan");
  }
  // The verdict on one more commit with this content.
  std::string verdict(const ContentRepository& next, const std::string& signer) {
    return verdicts(history.judge(base, history.commit(next, {base}, signer)));
  }
};

}  // namespace

TEST_CASE("where commits must be signed each needs a key that may touch what it touches", "[commit_policy]") {
  Strict s;
  CHECK(verdicts(s.history.judge(std::nullopt, s.base)) == "accepted | accepted | accepted");
  ContentRepository release = s.content;
  release.add_release("abc", "1.0.0", {{"f", "one"}}, {"mia"});
  CHECK(s.verdict(release, "mia") == "accepted");
  CHECK(s.verdict(release, "olga") == "accepted");
  CHECK(s.verdict(release, "") == rule + "the commit is not signed");
  CHECK(s.verdict(release, "dan") == stranger("dan", "projects/ab/abc/"));
  CHECK(s.verdict(release, "eve") == stranger("eve", "projects/ab/abc/"));
  CHECK(s.verdict(release, "ada") == stranger("ada", "projects/ab/abc/"));
  release.add_release("def", "1.0.0", {{"f", "two"}}, {"dan"});
  CHECK(s.verdict(release, "mia") == stranger("mia", "projects/de/def/"));
  ContentRepository promoted = s.content;
  promoted.promote({"abc"}, {"ada"});
  CHECK(s.verdict(promoted, "ada") == "accepted");
  CHECK(s.verdict(promoted, "olga") == stranger("olga", "admin/"));
  ContentRepository readme = s.content;
  readme.files["README.md"] = "hello";
  CHECK(s.verdict(readme, "ada") == "accepted");
  CHECK(s.verdict(readme, "olga") == stranger("olga", "what is not published"));
  CHECK(s.verdict(s.content, "olga") == stranger("olga", "what is not published"));  // an empty commit
  CHECK(s.verdict(s.content, "ada") == "accepted");
}

TEST_CASE("the first commit of a repository that requires signed commits is signed", "[commit_policy]") {
  Start unsigned_start(strict_repository());
  CHECK(verdicts(unsigned_start.history.judge(std::nullopt, unsigned_start.first)) ==
        rule + "the commit is not signed");
  Start foreign(strict_repository(), "eve");
  CHECK(verdicts(foreign.history.judge(std::nullopt, foreign.first)) == stranger("eve", "admin/"));
}

TEST_CASE("who comes and who goes may sign the commit that says so", "[commit_policy]") {
  Strict s;
  ContentRepository rotated = s.content;
  rotated.hand_over("abc", {"otto"}, 1, {"olga", "otto"});
  CHECK(s.verdict(rotated, "olga") == "accepted");
  CHECK(s.verdict(rotated, "otto") == "accepted");
  const CommitId handed_over = s.history.commit(rotated, {s.base}, "otto");
  ContentRepository release = rotated;
  release.change_maintainers("abc", {"max"}, {}, {"otto"});
  CHECK(verdicts(s.history.judge(handed_over, s.history.commit(release, {handed_over}, "olga"))) ==
        stranger("olga", "projects/ab/abc/"));
  CHECK(verdicts(s.history.judge(handed_over, s.history.commit(release, {handed_over}, "max"))) ==
        "accepted");
}

TEST_CASE("G-15 where commits must be signed a merge is signed by an administrator or as all that it brings",
          "[commit_policy]") {
  Strict s;
  ContentRepository ours = s.content, theirs = s.content;
  ours.add_release("abc", "1.0.0", {{"f", "one"}}, {"mia"});
  theirs.add_release("def", "1.0.0", {{"f", "two"}}, {"dan"});
  const CommitId first = s.history.commit(ours, {s.base}, "mia"),
                 second = s.history.commit(theirs, {s.base}, "dan");
  ContentRepository both = ours;
  both.take_over(theirs, "projects/de/");
  const auto merged = [&](const std::string& signer) {
    const JudgedRange range = s.history.judge(s.base, s.history.commit(both, {first, second}, signer));
    return range.commits.back().verdict.reason;
  };
  CHECK(merged("ada").empty());
  CHECK(merged("dora").empty());
  CHECK(rule + merged("") == rule + "this repository requires signed commits: the commit is not signed");
  CHECK("refused: : " + merged("mia") == stranger("mia", "projects/de/def/"));
  both.files["README.md"] = "mine";
  CHECK("refused: : " + merged("dora") == stranger("dora", "what is not published"));
}

TEST_CASE("an unsigned commit is not brought in by a merge whatever the branch left before",
          "[commit_policy]") {
  Strict s;
  ContentRepository theirs = s.content;
  theirs.add_release("def", "1.0.0", {{"f", "two"}}, {"dan"});
  const CommitId second = s.history.commit(theirs, {s.base});
  const CommitId merge = s.history.commit(theirs, {s.base, second}, "ada");
  const JudgedRange range = s.history.judge(s.base, merge);
  CHECK(verdicts(range) == rule + "the commit is not signed");
  CHECK_FALSE(range.accepted);
}

TEST_CASE("a signature of another commit is none of this one", "[commit_policy]") {
  Strict s;
  ContentRepository release = s.content;
  release.add_release("abc", "1.0.0", {{"f", "one"}}, {"mia"});
  const CommitId honest = s.history.commit(release, {s.base}, "mia");
  std::string object = s.history.git.open().commit_object(honest);
  object.replace(object.find("a raw commit"), 12, "another text");
  const CommitId forged = s.history.git.write_commit_object(object);
  CHECK(verdicts(s.history.judge(s.base, forged)) == rule + "the ssh signature is not valid");
}

TEST_CASE("G-20 an expiry further ahead than the policy is refused", "[commit_policy]") {
  CreateRepository change = repository_of({"ada"});
  change.configuration.expiry_days = {{"project", 10}, {"claimed", 20}};
  ContentRepository start;
  start.create(change, {"ada"});
  Start s(start);
  const UtcTime now = made_at;
  CreateProject project = project_of("abc");
  project.owners_expire = project.releases_expire = now.plus_days(11);
  const auto judged = [&](const ContentRepository& next, const CommitId& base) {
    return verdicts(s.history.judge(base, s.history.commit(next, {base}), now));
  };
  const auto too_far = [](const std::string& file, const std::string& role, int days, UtcTime until) {
    return fmt::format(
        "refused: {}: states that role {} is valid until {}; at most {} days from now are allowed", file,
        role, until.text(), days);
  };
  CHECK(verdicts(s.history.judge(std::nullopt, s.first, now)) == "accepted");
  CHECK(verdicts(s.history.judge(std::nullopt, s.first, now.plus_days(-2))) ==
        too_far("admin/root.json", "root", 365, made_at.plus_days(365)));
  ContentRepository next = s.content;
  next.create_project(project, {"olga", "mia"});
  CHECK(judged(next, s.first) == "accepted");
  const CommitId created = s.history.commit(next, {s.first});
  ContentRepository release = next;
  release.add_release("abc", "1.0.0", {{"f", "one"}}, {"mia"});
  CHECK(judged(release, created) == too_far("projects/ab/abc/releases.json", "abc.rel", 10, far_ahead));
  ContentRepository promoted = next;
  promoted.promote({"abc"}, {"ada"});
  CHECK(judged(promoted, created) == too_far("admin/claimed.json", "claimed", 20, far_ahead));
  project.releases_expire = now.plus_days(12);
  ContentRepository longer = s.content;
  longer.create_project(project, {"olga", "mia"});
  CHECK(judged(longer, s.first) ==
        too_far("projects/ab/abc/releases.json", "abc.rel", 10, now.plus_days(12)));
  CHECK(verdicts(s.history.judge(s.first, s.history.commit(longer, {s.first}))) ==
        "accepted");  // without a clock
}

TEST_CASE("who names himself administrator in a commit that waits may sign nothing else there", "[commit_policy]") {
  Start s(strict_repository(), "ada");
  ContentRepository claims = s.content;
  claims.edit_role("admin/targets.json", {}, [](Targets& role) {
    for (Delegation& delegation : role.delegations) delegation.signers.keys.push_back(test_key("eve").public_key());
  });
  const CommitId commit = s.history.commit(claims, {s.first}, "eve");
  const RepositoryState before = s.content.state(), after = claims.state();
  const auto problem = [&](CommitKind kind, const Touched& touched) {
    return signature_problem(s.history.git.open(), commit, kind, touched, &before, after).value_or("none");
  };
  CHECK(problem(CommitKind::change, {.admin = true}) == "none");
  const std::string what = stranger("eve", "what is not published").substr(std::string_view("refused: : ").size());
  CHECK(problem(CommitKind::change, {.unpublished = true}) == what);
  CHECK(problem(CommitKind::merge, {.admin = true, .unpublished = true}) == what);
}
