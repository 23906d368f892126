// Several servers for one repository: the newest state that any of them can prove, and no trust in any.
#include <catch2/catch.hpp>

#include "tests/support/mirrors.h"
#include "tests/support/updating_machine.h"

namespace tuf {
namespace {

// Two hosts with the same repository, and a machine that knows both.
struct TwoHosts {
  TwoHosts() {
    for (RepositorySimulator* sim : {&one, &two}) {
      sim->add_delegation("targets", "alice", {"a/*"});
      sim->add_target("alice", "a/file", "content");
      sim->update_snapshot();
    }
    mirrors.hosts = {{"one", &one}, {"two", &two}};
    MetadataCache(folder.path()).write(RoleName::of("root"), one.root_file(1));
  }

  std::optional<FoundTarget> find() {
    warnings.clear();
    mirrors.requests.clear();
    const MetadataCache cache(folder.path());
    Updater updater(cache, mirrors,
                    {{Mirrors::url("one"), Mirrors::url("two")}, one.now, [this](const std::string& text) {
                       warnings.push_back(text);
                     }});
    const TopLevel top = updater.refresh();
    versions = fmt::format("root {} timestamp {} snapshot {}", top.root->version, top.timestamp->version,
                           top.snapshot->version);
    return find_target(top.targets, *TargetPath::parse("a/file"), updater.loader(top));
  }
  void publish_again(RepositorySimulator& sim) {
    sim.role("alice").version += 1;
    sim.update_snapshot();
  }

  RepositorySimulator one, two;
  Mirrors mirrors;
  test::TempDir folder;
  std::vector<std::string> warnings;
  std::string versions;
};

}  // namespace

TEST_CASE("a mirror that agrees costs no further round trip", "[mirrors]") {
  TwoHosts story;
  REQUIRE(story.find());
  CHECK(story.mirrors.requests == Requests{"one 2.root.json", "two 2.root.json", "one timestamp.json",
                                           "two timestamp.json", "one 2.snapshot.json", "one 1.targets.json",
                                           "one 1.alice.json"});
  CHECK(story.warnings.empty());
}

TEST_CASE("H-06 a mirror that fails is reported once and the good one answers", "[mirrors]") {
  TwoHosts story;
  std::string fault;
  SECTION("the first answers nothing") {
    for (const char* file :
         {"2.root.json", "timestamp.json", "2.snapshot.json", "1.targets.json", "1.alice.json"})
      story.one.unreachable.insert(file);
    fault = "cannot fetch https://sim.example/metadata/2.root.json: connection refused";
  }
  SECTION("the first has no timestamp") {
    story.one.missing = {"timestamp.json"};
    fault = "there is no timestamp.json from https://one.example/metadata";
  }
  SECTION("the first serves web pages") {
    story.one.serves_instead = {{"timestamp.json", "<html>"}, {"2.root.json", "<html>"}};
    fault = "2.root.json from https://one.example/metadata is a web page, not metadata";
  }
  SECTION("the first serves garbage for a root") {
    story.one.serves_instead = {{"2.root.json", "[]"}};
    fault = "2.root.json from https://one.example/metadata must be an object";
  }
  SECTION("the first breaks off in the middle") {
    story.one.unreachable = {"2.snapshot.json"};
    fault = "cannot fetch https://sim.example/metadata/2.snapshot.json: connection refused";
  }
  SECTION("the first has lost a role file") {
    story.one.missing = {"1.alice.json"};
    fault = "there is no 1.alice.json from https://one.example/metadata";
  }
  REQUIRE(story.find());
  CHECK(story.versions == "root 1 timestamp 2 snapshot 2");
  CHECK(story.warnings == Requests{"server https://one.example/metadata: " + fault});
}

TEST_CASE("H-06 when every mirror fails the fault of the first is the error", "[mirrors]") {
  TwoHosts story;
  story.one.missing = {"timestamp.json"};
  story.two.serves_instead = {{"timestamp.json", "[]"}};
  const Caught caught_error = caught([&] { story.find(); });
  CHECK(caught_error.kind == "network");
  CHECK(caught_error.message.find("there is no timestamp.json from https://one.example/metadata") == 0);
  CHECK(story.warnings.size() == 2);
}

TEST_CASE("H-08 the newest timestamp that can be proved wins wherever it is", "[mirrors]") {
  TwoHosts story;
  REQUIRE(story.find());
  SECTION("the second has it and the first is stale") {
    story.publish_again(story.two);
    REQUIRE(story.find());
    CHECK(story.versions == "root 1 timestamp 3 snapshot 3");
    CHECK(story.mirrors.requests == Requests{"one 2.root.json", "two 2.root.json", "one timestamp.json",
                                             "two timestamp.json", "two 3.snapshot.json",
                                             "two 2.alice.json"});
  }
  SECTION("the first is newer and not to be proved") {
    story.publish_again(story.one);
    story.one.signers["timestamp"] = {"mallory"};
    REQUIRE(story.find());
    CHECK(story.versions == "root 1 timestamp 2 snapshot 2");
    CHECK(story.warnings.size() == 1);
  }
  SECTION("both went back") {
    for (RepositorySimulator* sim : {&story.one, &story.two}) {
      sim->timestamp.version = 1;
    }
    CHECK(caught([&] { story.find(); }).kind == "rollback");
  }
  SECTION("a root that only the second has is found") {
    story.two.root.version = 2;
    story.two.publish_root();
    REQUIRE(story.find());
    CHECK(story.versions == "root 2 timestamp 2 snapshot 2");
    CHECK(story.mirrors.requests[4] == "one 3.root.json");
  }
}

// The attacker runs the second mirror, and the first is down: nothing that the single server could not do.
TEST_CASE("H-07 what a fallback mirror serves is verified like everything else", "[mirrors]") {
  TwoHosts story;
  REQUIRE(story.find());
  story.publish_again(story.two);
  for (const char* file :
       {"2.root.json", "timestamp.json", "3.snapshot.json", "1.targets.json", "2.alice.json"})
    story.one.unreachable.insert(file);
  const std::string role = GENERATE("timestamp", "snapshot", "alice");
  std::string sign = "signed by 0 of the 1 key";
  std::string kind = role == "timestamp" ? "network" : "refused";
  SECTION("signed by another key") { story.two.signers[role] = {"mallory"}; }
  SECTION("not signed") { story.two.signers[role] = {}; }
  SECTION("expired") {
    if (role == "timestamp") story.two.timestamp.expires = story.two.now;
    if (role == "snapshot") story.two.snapshot.expires = story.two.now;
    if (role == "alice") story.two.role("alice").expires = story.two.now;
    if (role != "timestamp") kind = "expired";
    sign = "it expired at";
  }
  SECTION("gone back") {
    if (role == "timestamp") story.two.timestamp.version = 1;
    if (role == "snapshot") story.two.timestamp.snapshot.version = 1;
    if (role == "alice") story.two.snapshot.roles.at(RoleName::of("alice")).version = 0;
    if (role == "alice") story.two.snapshot.roles.erase(RoleName::of("alice"));
    kind = role == "alice" ? "rollback" : "network";  // an older snapshot shows in timestamp already
    sign = "already seen";
  }
  // Who proved a timestamp is asked first for the rest.
  const Caught refused = caught([&] { story.find(); });
  CHECK(refused.kind == kind);
  REQUIRE(story.warnings.size() == 2);
  CHECK(story.warnings.back().find("mirror https://two.example/metadata: ") == 0);
  CHECK(story.warnings.back().find(sign) != std::string::npos);
}

}  // namespace tuf
