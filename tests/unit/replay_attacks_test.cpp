// What a key signed in one repository, replayed in another where it may sign, too: staging and production,
// say (S-11).

#include <catch2/catch.hpp>

#include "libtufcore/repository_layout.h"
#include "tests/support/attacked_world.h"  // after git_repository.h, whose parameters are called `from`, too
#include "tests/support/publication.h"

namespace tuf {
namespace {

void name_all(RepositorySimulator& sim, const std::string& name, const std::string& bin) {
  for (Json::Object* extra : {&sim.root.extra, &sim.timestamp.extra, &sim.snapshot.extra, &sim.targets.extra,
                              &sim.role("alice").extra, &sim.role(bin).extra}) {
    (*extra)["x-pg-repository"] = name;
  }
}

// Two repositories of the same people and keys, at the same versions. The machine trusts production.
struct TwoRepositories {
  TwoRepositories() {
    production.sim.root.extra["x-pg-repository"] = "production";
    production.sim.publish_root();  // root 1 again, with a name
    MetadataCache(production.machine.folder.path()).write(RoleName::of("root"), production.sim.root_file(1));
    name_all(production.sim, "production", production.bin);
    name_all(staging.sim, "staging", staging.bin);
    production.publish_news();
    staging.publish_news();
  }
  AttackedWorld production, staging;
};

}  // namespace

TEST_CASE("S-11 a file of any kind of another repository with the same keys is refused", "[attacks]") {
  for (const std::string& role : AttackedWorld().roles()) {
    INFO(role);
    TwoRepositories both;
    AttackedWorld& world = both.production;
    const std::string request = world.request_of(role);
    world.sim.serves_instead[request] = both.staging.news_of(role);
    CHECK(world.refresh() ==
          Caught{"refused", fmt::format("refused {}{}: it is of repository 'staging', not of 'production'",
                                        request, from_site)});
    CHECK(world.trusted() == world.trusted_up_to(role));
    CHECK(world.sim.requests.back() == (role == "root" ? "timestamp.json" : request));
    world.sim.serves_instead.clear();
    CHECK(world.refresh() == Caught{"nothing", ""});
    CHECK(world.trusted() == world.trusted_up_to(""));
  }
}

TEST_CASE("S-11 a root cannot lose or change the name of its repository and may get one", "[attacks]") {
  const auto [before, after, kind] = GENERATE(table<std::string, std::string, std::string>(
      {{"production", "", "refused"}, {"production", "staging", "refused"}, {"", "staging", "nothing"}}));
  RepositorySimulator sim;
  if (!before.empty()) sim.root.extra["x-pg-repository"] = before;
  sim.publish_root();
  Machine machine(sim);
  sim.root.version = 2;
  sim.root.extra.erase("x-pg-repository");
  if (!after.empty()) sim.root.extra["x-pg-repository"] = after;
  sim.publish_root();
  CHECK(kind_of_refresh(machine) == kind);
  CHECK(machine.trusted() == (kind == "refused" ? "root 1" : "root 2 timestamp 1 snapshot 1 targets 1"));
}

TEST_CASE("S-11 files that state no repository are those of other tools and pass", "[attacks]") {
  AttackedWorld world;
  world.publish_news();
  world.sim.timestamp.extra["x-pg-repository"] = "anything";  // the root states none: nothing to compare with
  CHECK(world.refresh() == Caught{"nothing", ""});
}

TEST_CASE("S-11 everything that is published states its repository", "[attacks]") {
  test::Publication p;
  p.commit();
  p.publish(test::made_at);
  p.content.create_project(test::project_of("abc"), {"olga", "mia"});
  p.commit();
  p.publish(test::made_at);
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(p.folder / "site/metadata")) {
    if (!entry.is_regular_file()) continue;
    INFO(entry.path());
    const Envelope file = parse_envelope(test::read_text(entry.path()), "file");
    CHECK(stated_repository(*file.signed_part.as_object()) == "playground");
    ++files;
  }
  CHECK(files >= 10);
}

TEST_CASE("S-13 every signature of the commit is published although fewer would do", "[attacks]") {
  test::Publication p;
  p.content = test::ContentRepository();
  p.content.create(test::repository_of({"ada", "bea", "cleo"}, 2), {"ada", "bea", "cleo"});
  p.commit();
  const Rendering rendering = [&] {
    const JudgedRange range =
        judge_range(p.git.open(), std::nullopt, p.git.open().resolve("main"), p.content.pin());
    REQUIRE(range.accepted);
    const GitRepository opened = p.git.open();
    FirstReleases first(opened, std::nullopt, range.accepted->id());
    return render(*range.accepted, opened.changes(std::nullopt, range.accepted->id()), first, nullptr,
                  test::online_keys(), test::made_at, test::any_version);
  }();
  const std::map<std::string, std::string> committed = {
      {"metadata/1.root.json", "admin/root_history/1.root.json"},
      {"metadata/1.targets.json", "admin/targets.json"},
      {"metadata/1.blocked.json", "admin/blocked.json"},
      {"metadata/1.claimed.json", "admin/claimed.json"}};
  std::size_t compared = 0;
  for (const SiteFile& file : rendering.files) {
    const auto path = committed.find(file.path);
    if (path == committed.end()) continue;
    INFO(file.path);
    const Bytes& content = p.content.files.at(path->second);
    REQUIRE(file.git);
    CHECK(file.git->path == path->second);  // the very bytes
    CHECK(file.git->sha256 == sha256_of(content));
    CHECK(parse_envelope(content, "file").signatures.by_key.size() == 3);
    ++compared;
  }
  CHECK(compared == 4);
}

}  // namespace tuf
