#include "libtufcore/change.h"

#include <catch2/catch.hpp>

#include "tests/support/caught.h"
#include "tests/support/content_repository.h"

using namespace tuf;
using namespace tuf::test;

namespace {

const ProjectName abc = *ProjectName::parse("abc");

AddRelease release_of(const std::string& version, std::vector<AddRelease::File> files) {
  return {abc, ProductName::default_of(abc), *Version::parse(version), std::move(files)};
}

AddRelease::File file_of(const std::string& name, const Bytes& content) {
  return {*FileName::parse(name), content.size(), sha256_of(content)};
}

Targets targets_of(const Json& part) { return parse_targets(part, "the role"); }

std::vector<std::string> order_of(const Targets& role) {
  std::vector<std::string> names;
  for (const Delegation& delegation : role.delegations) names.push_back(delegation.role.text());
  return names;
}

}  // namespace

TEST_CASE("a new repository has the roles of the design", "[change]") {
  const NewRepository made = make_repository(repository_of({"ada", "bea"}, 2));
  std::vector<std::string> paths;
  for (const auto& [path, part] : made.roles) paths.push_back(path);
  CHECK(paths == std::vector<std::string>{"admin/blocked.json", "admin/blocked.void.json",
                                          "admin/claimed.json", "admin/claimed.void.json", "admin/root.json",
                                          "admin/root_history/1.root.json", "admin/targets.json"});
  CHECK(made.roles.at("admin/root.json") == made.roles.at("admin/root_history/1.root.json"));
  CHECK(made.configuration_file == "{\"expiry_days\":{},\"max_file_bytes\":1000,\"name\":\"playground\"}\n");

  const Root root = parse_root(made.roles.at("admin/root.json"), "root");
  CHECK(root.version == 1);
  CHECK(root.expires == made_at.plus_days(365));
  CHECK(root.consistent_snapshot);
  CHECK(root.keys_of("root").threshold == 2);
  CHECK(root.keys_of("root") == root.keys_of("targets"));
  CHECK(root.extra.at("x-pg-repository") == Json("playground"));
  CHECK(name_of_key(root.extra, id_of("ci")) == "ci");

  const Targets targets = targets_of(made.roles.at("admin/targets.json"));
  CHECK(order_of(targets) == std::vector<std::string>{"blocked", "claimed", "new"});
  CHECK(targets.delegations[0].signers.threshold == 1);
  CHECK(targets.delegations[0].signers.keys.size() == 2);
  CHECK(targets.delegations[1].signers.threshold == 2);
  CHECK(targets.delegations[2].signers.keys.front().id() == id_of("ci"));
  for (const Delegation& delegation : targets.delegations) {
    CHECK_FALSE(delegation.terminating);
    CHECK(*delegation.paths == std::vector<std::string>{"*/*/*/*", "refs/*/*/*"});
  }
  const TargetFile& stated = targets.targets.at(*TargetPath::parse("config/repository.json"));
  CHECK(stated.hashes.at(HashAlgorithm::sha256) == sha256_of(made.configuration_file));

  for (const char* kind : {"blocked", "claimed"}) {
    const Targets role = targets_of(made.roles.at(fmt::format("admin/{}.json", kind)));
    CHECK(order_of(role) == std::vector<std::string>{fmt::format("{}.void", kind)});
    CHECK(role.delegations[0].terminating);
    CHECK(role.delegations[0].paths->empty());
    const Targets empty = targets_of(made.roles.at(fmt::format("admin/{}.void.json", kind)));
    CHECK(empty.targets.empty());
    CHECK_FALSE(empty.has_delegations);
  }
}

TEST_CASE("the order in which people are named has no meaning", "[change]") {
  CHECK(make_repository(repository_of({"ada", "bea", "cleo"}, 2)).roles ==
        make_repository(repository_of({"cleo", "ada", "bea"}, 2)).roles);
  CHECK(make_project(project_of("abc", {"olga", "otto"}, {"mia", "max"})) ==
        make_project(project_of("abc", {"otto", "olga"}, {"max", "mia"})));
}

TEST_CASE("a repository or project that nobody could sign is not made", "[change]") {
  CHECK(caught([] { make_repository(repository_of({"ada"}, 2)); }) ==
        Caught{"usage", "2 of the 1 administrators must sign: choose a number from 1 to 1"});
  CHECK(caught([] { make_repository(repository_of({"ada"}, 0)); }) ==
        Caught{"usage", "0 of the 1 administrators must sign: choose a number from 1 to 1"});
  CHECK(caught([] { make_repository(repository_of({})); }) ==
        Caught{"usage", "no administrators are named: name at least one"});
  CHECK(caught([] {
          make_project(project_of("abc", {"olga", "olga"}));
        }) == Caught{"usage", "the owners list the key " + label_of("olga") + " twice"});
  CreateRepository named = repository_of({"ada"});
  named.name = "../up";
  CHECK(
      caught([&] { make_repository(named); }) ==
      Caught{"usage",
             "'../up' is no name for a repository: use letters, digits and . _ + ~ -, starting with a letter "
             "or digit, at most 64"});
}

TEST_CASE("a new project has one delegation and no files", "[change]") {
  const SignedParts parts = make_project(project_of("abc", {"olga"}, {"mia", "max"}, 2));
  REQUIRE(parts.size() == 3);
  const Targets owners = targets_of(parts.at("projects/ab/abc/owners.json"));
  REQUIRE(owners.delegations.size() == 1);
  CHECK(owners.delegations[0].role.text() == "abc.rel");
  CHECK(owners.delegations[0].terminating);
  CHECK(*owners.delegations[0].paths == std::vector<std::string>{"abc/*/*/*"});
  CHECK(owners.delegations[0].signers.threshold == 2);
  CHECK(name_of_key(owners.delegations_extra, id_of("max")) == "max");
  const Targets releases = targets_of(parts.at("projects/ab/abc/releases.json"));
  CHECK(releases.targets.empty());
  CHECK_FALSE(releases.has_delegations);
  const Claim claim = parse_claim(parts.at("projects/ab/abc/claim.json"), "claim");
  CHECK(claim.project == abc);
  CHECK(claim.owners.keys.front().id() == id_of("olga"));
  CHECK(to_json(claim) == parts.at("projects/ab/abc/claim.json"));
}

TEST_CASE("what is explained is what was made", "[change]") {
  ContentRepository repository;
  CreateRepository wanted = repository_of({"ada", "bea", "cleo"}, 2);
  wanted.registrar_keys = persons({"reg", "rob"});
  wanted.registrar_threshold = 2;
  wanted.timestamp_keys = persons({"tim"});
  wanted.configuration.expiry_days = {{"root", 400}, {"timestamp", 1}};
  repository.create(wanted, {"ada", "bea"});
  const CreateRepository explained = explain_repository(repository.state());
  CHECK(explained.name == "playground");
  CHECK(explained.now == made_at);
  CHECK(make_repository(explained).roles == make_repository(wanted).roles);
  CHECK(make_repository(explained).configuration_file == make_repository(wanted).configuration_file);

  const CreateProject project = project_of("abc", {"olga", "otto"}, {"mia", "max"}, 2);
  repository.create_project(project, {"olga", "otto", "mia", "max"});
  CHECK(make_project(explain_project(repository.state(), abc)) == make_project(project));
}

TEST_CASE("a release is added as a new version only", "[change]") {
  const Targets empty = targets_of(make_project(project_of("abc")).at("projects/ab/abc/releases.json"));
  const Targets one = with_release(empty, release_of("1.0.0", {file_of("abc.tgz", "one")}));
  CHECK(one.version == empty.version);
  const TargetFile& stated = one.targets.at(*TargetPath::parse("abc/abc/1.0.0/abc.tgz"));
  CHECK(stated.length == 3);
  CHECK_FALSE(stated.custom);
  CHECK(caught([&] { with_release(one, release_of("1.0.0", {file_of("other.tgz", "two")})); }) ==
        Caught{"conflict",
               "version 1.0.0 of product abc of project abc was released before; a released version never "
               "changes"});
  CHECK_NOTHROW(with_release(one, release_of("1.0.0-rc", {file_of("abc.tgz", "two")})));
  CHECK_NOTHROW(with_release(one, release_of("1.0", {file_of("abc.tgz", "two")})));
  CHECK(caught([&] { with_release(one, release_of("2", {})); }) ==
        Caught{"usage", "a release needs at least one file"});
  CHECK(caught([&] { with_release(one, release_of("2", {file_of("a", "")})); }) ==
        Caught{"usage", "the file a is empty; a released file has at least one byte"});
  CHECK(caught([&] {
          with_release(one, release_of("2", {file_of("a", "x"), file_of("a", "y")}));
        }) == Caught{"usage", "the release has two files of the name a"});
}

TEST_CASE("releases are explained version by version", "[change]") {
  const Targets empty = targets_of(make_project(project_of("abc")).at("projects/ab/abc/releases.json"));
  Targets next = with_release(empty, release_of("1.10.0", {file_of("b", "b"), file_of("a", "a")}));
  next = with_release(next, release_of("1.9.0", {file_of("c", "c")}));
  const auto explained = explain_releases(abc, empty, next);
  REQUIRE(explained.size() == 2);
  CHECK(std::get<AddRelease>(explained[0]).version.text() == "1.9.0");
  const AddRelease& second = std::get<AddRelease>(explained[1]);
  CHECK(second.version.text() == "1.10.0");
  REQUIRE(second.files.size() == 2);
  CHECK(second.files[0].name.text() == "a");
  CHECK(explain_releases(abc, next, next).empty());
}

TEST_CASE("promotion keeps the void role first and sorts the projects", "[change]") {
  ContentRepository repository = with_project();
  repository.create_project(project_of("zoo"), {"olga", "mia"});
  repository.create_project(project_of("kit", {"olga", "otto"}), {"olga", "otto", "mia"});
  repository.promote({"zoo"}, {"ada"});
  repository.promote({"kit", "abc"}, {"ada"});
  const RepositoryState state = repository.state();
  const Targets claimed = *state.admin_role(RoleName::of("claimed"));
  CHECK(order_of(claimed) == std::vector<std::string>{"claimed.void", "abc", "kit", "zoo"});
  CHECK(claimed.version == 3);
  CHECK(claimed.delegations[2].terminating);
  CHECK(*claimed.delegations[2].paths == std::vector<std::string>{"kit/*/*/*", "refs/kit/*/*"});
  CHECK(claimed.delegations[2].signers.threshold == 2);
  CHECK(name_of_key(claimed.delegations_extra, id_of("otto")) == "otto");
  CHECK(caught([&] { with_promoted(claimed, {abc}, state); }) ==
        Caught{"conflict", "project abc is promoted already"});
  CHECK(caught([&] { with_promoted(claimed, {*ProjectName::parse("none")}, state); }) ==
        Caught{"conflict", "commit 1a2b3c4d has no project none"});
}

// A key whose id begins as another's does is made in hours: people compare whole ids.
std::string in_full(const std::string& name) { return name + " key " + id_of(name); }

TEST_CASE("every change is told in complete sentences", "[change]") {
  CHECK(describe(repository_of({"ada", "bea"}, 2)) ==
        std::vector<std::string>{
            fmt::format("creates repository playground at 2030-01-01T00:00:00Z; administrators (2 of 2 must sign): {}, {}",
                        in_full("ada"), in_full("bea")),
            "online keys of role timestamp (1 of 1 must sign): " + in_full("ci"),
            "online keys of role snapshot (1 of 1 must sign): " + in_full("ci"),
            "online keys of role new (1 of 1 must sign): " + in_full("ci"),
            "configuration: commit_signatures optional, expiry_days.root 365, expiry_days.targets 365, "
            "expiry_days.blocked 365, expiry_days.claimed 365, expiry_days.project 1825, expiry_days.new 30, "
            "expiry_days.snapshot 14, expiry_days.timestamp 3, max_file_bytes 1000, new_names_per_day 0, "
            "shard_bytes 250000, transfer_days 30"});
  CHECK(describe(project_of("abc")) ==
        std::vector<std::string>{
            fmt::format("creates project abc; owners (1 of 1 must sign): {}; maintainers (1 of 1 "
                        "must sign): {}",
                        in_full("olga"), in_full("mia")),
            "role abc stays valid until 2035-01-01T00:00:00Z",
            "role abc.rel stays valid until 2035-01-01T00:00:00Z"});
  CHECK(describe(release_of("1.1.0", {file_of("a.tgz", "x"), file_of("b.tgz", "xy")})) ==
        std::vector<std::string>{fmt::format(
            "adds release 1.1.0 of product abc of project abc with 2 files: a.tgz (1 byte, sha256 {}), b.tgz "
            "(2 bytes, sha256 {})",
            sha256_of("x").hex(), sha256_of("xy").hex())});
  CHECK(describe(ExtendExpiry{RoleName::of("abc.rel"), far_ahead}) ==
        std::vector<std::string>{"role abc.rel stays valid until 2035-01-01T00:00:00Z"});
  CHECK(describe(PromoteProjects{{abc, *ProjectName::parse("def")}}) ==
        std::vector<std::string>{"promotes abc, def: from now on no online key can touch these names"});
  CHECK(describe(ChangeUnpublished{{"README.md"}}) ==
        std::vector<std::string>{"changes 1 file that is not published: README.md"});
}

TEST_CASE("S-16 names of people and files are told escaped and with their key id", "[change]") {
  CreateProject project = project_of("abc");
  project.owners.front().name = "ol\x1b[2Jga";
  const std::string line = describe(project).front();
  CHECK(line.find('\x1b') == std::string::npos);
  CHECK(line.find(id_of("olga").substr(0, 8)) != std::string::npos);
  CHECK(describe(ChangeUnpublished{{"x\ny"}}).front().find('\n') == std::string::npos);
}

TEST_CASE("changes have a form for programs", "[change]") {
  CHECK(
      json_text(to_json(Change(release_of("1.1.0", {file_of("a.tgz", "x")})))) ==
      fmt::format(
          R"({{"change":"add-release","files":[{{"length":1,"name":"a.tgz","sha256":"{}"}}],"product":"abc",)"
          R"("project":"abc","version":"1.1.0"}})",
          sha256_of("x").hex()));
  CHECK(json_text(to_json(Change(ExtendExpiry{RoleName::of("abc"), far_ahead}))) ==
        R"({"change":"extend-expiry","expires":"2035-01-01T00:00:00Z","role":"abc"})");
  CHECK(json_text(to_json(Change(PromoteProjects{{abc}}))) ==
        R"({"change":"promote-projects","projects":["abc"]})");
  CHECK(json_text(to_json(Change(ChangeUnpublished{{"a"}}))) ==
        R"({"change":"change-unpublished","paths":["a"]})");
  CHECK(*to_json(Change(project_of("abc"))).as_object()->at("change").as_text() == "create-project");
  CHECK(*to_json(Change(repository_of({"ada"}))).as_object()->at("change").as_text() == "create-repository");
}

TEST_CASE("the first difference of two documents is named by its place", "[change]") {
  struct Row {
    std::string one, other, place;
  };
  const auto row = GENERATE(values<Row>({
      {R"({"a":1})", R"({"a":1})", ""},
      {R"({"a":1})", R"({"a":2})", "a"},
      {R"({"a":1})", R"({"a":1,"b":2})", "b"},
      {R"({"a":1,"b":2})", R"({"a":1})", "b"},
      {R"({"a":[{"b":1},{"c":2}]})", R"({"a":[{"b":1},{"c":3}]})", "a[1].c"},
      {R"({"a":[1]})", R"({"a":[1,2]})", "a[1]"},
      {R"({"a":[1]})", R"({"a":{}})", "a"},
      {R"({"a":{}})", R"({"a":{"":1}})", "a.''"},
      {R"([])", R"({})", "the whole document"},
  }));
  INFO(row.one << " and " << row.other);
  CHECK(first_difference(parse_json(row.one, "one"), parse_json(row.other, "other")) == row.place);
}
