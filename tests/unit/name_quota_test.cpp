#include "publisher/name_quota.h"

#include <catch2/catch.hpp>

#include "publisher/report.h"
#include "tests/support/caught.h"
#include "tests/support/publication.h"

using namespace tuf;
using namespace tuf::test;

namespace {

// A repository that takes two new names a day; published once.
struct Quota : Publication {
  Quota() : Publication(two_a_day()) {
    commit();
    publish(made_at);
  }
  static ContentRepository two_a_day() {
    CreateRepository change = repository_of({"ada"});
    change.configuration.new_names_per_day = 2;
    ContentRepository content;
    content.create(change, {"ada"});
    return content;
  }
  CommitId create(const std::string& name) {
    content.create_project(project_of(name), {"olga", "mia"});
    return commit();
  }
  std::optional<NameTooMany> too_many(UtcTime now) {
    const auto previous = site();
    return find_name_too_many(range(), &*previous, now);
  }
  JudgedRange range() {
    return judge_range(git.open(), site()->commit, git.open().resolve_branch("main"), pin());
  }
};

const UtcTime noon = made_at;

}  // namespace

TEST_CASE("a third name of a day is too many until the day is over", "[name_quota]") {
  Quota q;
  q.create("abc");
  CHECK_FALSE(q.too_many(noon));
  q.publish(noon);
  CHECK(json_text(q.site()->new_projects->extra.at("x-pg-new-names")) ==
        R"({"count":1,"since":"2030-01-01T00:00:00Z"})");
  q.create("def");
  q.publish(noon.plus_seconds(3600));
  CHECK(json_text(q.site()->new_projects->extra.at("x-pg-new-names")) ==
        R"({"count":2,"since":"2030-01-01T00:00:00Z"})");
  const CommitId third = q.create("ghi");
  const auto name = q.too_many(noon.plus_seconds(86399));
  REQUIRE(name);
  CHECK(name->commit == third);
  JudgedRange range = q.range();
  refuse_name(range, *name);
  CHECK(range.commits.back().commit.id == third);
  CHECK_FALSE(range.accepted);
  CHECK(caught([&] { stop_if_refused(range); }) ==
        Caught{"refused", "commit " + short_id(third) +
                              " is refused: projects/gh/ghi/claim.json: is one new name too many; this "
                              "repository takes 2 a day"});
  CHECK(range.commits.back().verdict.hint ==
        "from 2030-01-02T00:00:00Z on the next ones are taken; names that administrators promote do not count: "
        "pgsign admin promote ghi");
  CHECK(name->again == noon.plus_days(1));
  CHECK_FALSE(q.too_many(noon.plus_days(1)));
  q.publish(noon.plus_days(1));
  CHECK(json_text(q.site()->new_projects->extra.at("x-pg-new-names")) ==
        R"({"count":1,"since":"2030-01-02T00:00:00Z"})");
}

TEST_CASE("dates of commits and many commits at once give no more names", "[name_quota]") {
  Quota q;
  const CommitId first = q.create("abc");
  const CommitId second = q.create("def");
  const CommitId third = q.create("ghi");
  q.create("jkl");
  const auto name = q.too_many(noon.plus_days(365));
  REQUIRE(name);
  CHECK(name->commit == third);
  const GitRepository git = q.git.open();
  const auto without = [&](const CommitId& commit) {
    return newest_without(git, q.range(), [&](const CommitId& at) { return git.is_ancestor(commit, at); });
  };
  CHECK(without(third) == second);
  CHECK(without(first) == q.site()->commit);
}

TEST_CASE("names that administrators promote do not count", "[name_quota]") {
  Quota q;
  for (const char* name : {"abc", "def", "ghi"}) q.create(name);
  CHECK(q.too_many(noon));
  q.content.promote({"abc", "def", "ghi"}, {"ada"});
  q.commit();
  CHECK_FALSE(q.too_many(noon));
}

TEST_CASE("a clock that was ahead once holds no names back for ever", "[name_quota]") {
  Targets role;
  role.extra["x-pg-new-names"] = to_json(NameCount{noon.plus_days(400), 2});
  CHECK(next_name_count(&role, 1, noon).count == 1);
  CHECK(next_name_count(&role, 1, noon).since == noon);
  CHECK(next_name_count(nullptr, 3, noon).count == 3);
}
