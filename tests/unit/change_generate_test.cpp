// From (base, list of changes) to files, and the same list once more on a base that has moved.
#include <catch2/catch.hpp>

#include "libtufcore/change.h"
#include "tests/support/caught.h"
#include "tests/support/content_repository.h"

using namespace tuf;
using namespace tuf::test;

namespace {

const ProjectName abc = *ProjectName::parse("abc");
const std::string releases = "projects/ab/abc/releases.json";

Change add(const std::string& version, const Bytes& content) {
  return AddRelease{abc,
                    ProductName::default_of(abc),
                    *Version::parse(version),
                    {{*FileName::parse("abc.tgz"), content.size(), sha256_of(content)}}};
}

Change extend(const std::string& role, UtcTime expires = far_ahead) {
  return ExtendExpiry{RoleName::of(role), expires};
}

SignedParts made(const ContentRepository& base, const std::vector<Change>& changes) {
  const RepositoryState state = base.state();
  return generate(&state, changes);
}

Caught told(const ContentRepository& base, const std::vector<Change>& changes) {
  return caught([&] { made(base, changes); });
}

}  // namespace

TEST_CASE("a list of changes makes the next version of each file that it edits and no other", "[generate]") {
  const ContentRepository base = with_release();
  const SignedParts parts =
      made(base, {add("2.0.0", "two"), add("1.5.0", "old"), extend("abc.rel", far_ahead.plus_days(1))});
  REQUIRE(parts.size() == 1);
  const Targets next = parse_targets(parts.at(releases), "releases");
  CHECK(next.version == 3);
  CHECK(next.expires == far_ahead.plus_days(1));
  CHECK(next.targets.size() == 3);
  CHECK(made(base, {extend("abc.rel", far_ahead.plus_days(1)), add("1.5.0", "old"), add("2.0.0", "two")}) ==
        parts);

  CHECK(made(base, {ChangeUnpublished{{"README.md"}}}).empty());
  CHECK(made(base, {extend("abc")}).begin()->first == "projects/ab/abc/owners.json");
  CHECK(generate(nullptr, {repository_of({"ada"})}) == make_repository(repository_of({"ada"})).roles);
  CHECK(made(base, {project_of("def")}) == make_project(project_of("def")));
}

TEST_CASE("a change that lost the race is made again on the newer base", "[generate]") {
  const ContentRepository base = with_release();
  ContentRepository newer = base;
  newer.add_release("abc", "2.0.0", {{"abc.tgz", "two"}}, {"mia"});
  newer.create_project(project_of("def", {"dora"}, {"dan"}), {"dora", "dan"});
  newer.promote({"def"}, {"ada"});

  const Targets next =
      parse_targets(made(newer, {add("3.0.0", "three"), extend("abc.rel")}).at(releases), "releases");
  CHECK(next.version == 4);
  CHECK(next.targets.size() == 3);
  const SignedParts promoted = made(newer, {PromoteProjects{{abc}}, extend("claimed")});
  CHECK(parse_targets(promoted.at("admin/claimed.json"), "claimed").delegations.size() == 3);

  CHECK(told(newer, {add("2.0.0", "mine"), extend("abc.rel")}) ==
        Caught{"conflict",
               "version 2.0.0 of product abc of project abc was released before; a released version never "
               "changes"});
  CHECK(told(newer, {project_of("def")}) == Caught{"conflict", "project def exists already"});
  CHECK(told(newer, {PromoteProjects{{*ProjectName::parse("def")}}, extend("claimed")}) ==
        Caught{"conflict", "project def is promoted already"});
  CHECK(told(newer, {repository_of({"ada"})}) == Caught{"conflict", "the repository exists already"});
  CHECK(told(new_repository(), {add("2.0.0", "two"), extend("abc.rel")}) ==
        Caught{"conflict", "there is no project abc"});
}

TEST_CASE("a list that says too little or too much makes nothing", "[generate]") {
  const ContentRepository base = with_release();
  CHECK(told(base, {add("2.0.0", "two")}) ==
        Caught{"usage",
               "nothing says until when the next version of projects/ab/abc/releases.json stays valid"});
  CHECK(told(base, {extend("abc.rel"), extend("abc.rel")}) ==
        Caught{"usage", "two times are named until which role abc.rel stays valid"});
  CHECK(told(base, {extend("timestamp")}) == Caught{"usage", "no change makes a new version of role timestamp"});
  CHECK(told(base, {extend("a.b.rel")}) == Caught{"usage", "no change makes a new version of role a.b.rel"});
  CHECK(told(base, {project_of("def"), project_of("def")}) ==
        Caught{"usage", "two changes make projects/de/def/claim.json"});
  CHECK(caught([] { generate(nullptr, {extend("abc")}); }) ==
        Caught{"usage", "the first change creates the repository, alone"});
}

TEST_CASE("nothing is made on a base that is not signed", "[generate]") {
  ContentRepository base = with_release();
  base.add_release("abc", "2.0.0", {{"abc.tgz", "two"}}, {});
  CHECK(told(base, {add("3.0.0", "three"), extend("abc.rel")}) ==
        Caught{"refused",
               "projects/ab/abc/releases.json at commit 1a2b3c4d is signed by 0 of the 1 key it needs "
               "(missing: " +
                   label_of("mia") + ")"});
}
