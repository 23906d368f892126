// Files so large that a client reads only what it needs of them, beside the same files read whole.
#include "libtufcore/large_metadata.h"

#include <catch2/catch.hpp>

#include "tests/support/caught.h"
#include "tests/support/updating_machine.h"

namespace tuf {
namespace {

// A repository whose snapshot and whose list of delegations are both large.
struct Crowd {
  explicit Crowd(int count = 2000) {
    sim.states_hashes = true;
    for (int i = 0; i < count; ++i) {
      const std::string name = fmt::format("p{:05}", i);
      sim.add_delegation("targets", name, {name + "/*"}, true, {i % 2 == 0 ? "alice" : "bob"});
    }
    sim.add_target("p00777", "p00777/file", "content");
    sim.update_snapshot();
  }
  RepositorySimulator sim;
};

NeededEntries needed(const std::string& path) { return needed_for(*TargetPath::parse(path)); }

}  // namespace

TEST_CASE("a large snapshot says of every role what a whole reading says", "[large]") {
  Crowd crowd;
  const Bytes file = crowd.sim.file_of("snapshot");
  REQUIRE(file.size() > large_file_bytes);
  const auto skimmed = parse_snapshot_file(file, "snapshot.json");
  const auto whole = parse_signed_file<Snapshot>(file, "snapshot.json");
  CHECK(skimmed.untrusted.roles.empty());
  CHECK(skimmed.untrusted.version == whole.untrusted.version);
  CHECK(skimmed.signed_bytes == whole.signed_bytes);
  CHECK(skimmed.signatures == whole.signatures);
  for (const auto& [role, meta] : whole.untrusted.roles) CHECK(skimmed.untrusted.find(role) == meta);
  CHECK_FALSE(skimmed.untrusted.find(RoleName::of("p")));
}

TEST_CASE("of a large list of delegations the one that is needed is read with its key", "[large]") {
  Crowd crowd;
  const Bytes file = crowd.sim.file_of("targets");
  REQUIRE(file.size() > large_file_bytes);
  const auto skimmed = parse_targets_file(file, "targets.json", needed("p00777/file"));
  const auto whole = parse_signed_file<Targets>(file, "targets.json");
  REQUIRE(skimmed.untrusted.delegations.size() == 1);
  CHECK(skimmed.untrusted.delegations[0] == whole.untrusted.delegations[777]);
  CHECK(skimmed.signed_bytes == whole.signed_bytes);
  CHECK(skimmed.signatures == whole.signatures);
  CHECK(parse_targets_file(file, "targets.json", needed("other/file")).untrusted.delegations.empty());
}

TEST_CASE("of a large list of files the one that is needed is read", "[large]") {
  RepositorySimulator sim;
  for (int i = 0; i < 2000; ++i) sim.add_target("targets", fmt::format("a/file{}", i), fmt::format("{}", i));
  const Bytes file = sim.file_of("targets");
  REQUIRE(file.size() > large_file_bytes);
  const auto skimmed = parse_targets_file(file, "targets.json", needed("a/file7"));
  REQUIRE(skimmed.untrusted.targets.size() == 1);
  CHECK(skimmed.untrusted.targets ==
        std::map<TargetPath, TargetFile>{
            *parse_signed_file<Targets>(file, "t").untrusted.targets.find(*TargetPath::parse("a/file7"))});
  CHECK(parse_targets_file(file, "targets.json", {}).untrusted.targets.size() == 2000);
}

TEST_CASE("a file in another order is read whole", "[large]") {
  Crowd crowd;
  Bytes file = crowd.sim.file_of("snapshot");
  // The same members, signed again in another order.
  const Json document = parse_json(file, "snapshot.json");
  const std::string signatures = json_text(document.as_object()->at("signatures"));
  file =
      "{\"signed\":" + json_text(document.as_object()->at("signed")) + ",\"signatures\":" + signatures + "}";
  const auto read = parse_snapshot_file(file, "snapshot.json");
  CHECK(read.untrusted.roles.size() == 2001);
  CHECK(read.untrusted.unread.members.empty());
}

TEST_CASE("T-05 no role of a large snapshot goes back or disappears", "[large]") {
  Crowd crowd;
  Machine machine(crowd.sim);
  REQUIRE(machine.find("p00777/file"));
  SECTION("an older version of a role that nobody asked for") {
    crowd.sim.role("p01234").version = 2;
    crowd.sim.update_snapshot();
    REQUIRE(machine.find("p00777/file"));
    crowd.sim.role("p01234").version = 1;
  }
  SECTION("a role that nobody asked for is gone") {
    crowd.sim.delegated.erase("p01234");
    crowd.sim.targets.delegations.erase(crowd.sim.targets.delegations.begin() + 1234);
    crowd.sim.targets.version += 1;
    crowd.sim.snapshot.roles.erase(RoleName::of("p01234"));
  }
  crowd.sim.update_snapshot();
  const Caught refused = caught([&] { machine.find("p00777/file"); });
  CHECK(refused.kind == "rollback");
  CHECK(refused.message.find("p01234") != std::string::npos);
  CHECK(machine.trusted().find("snapshot " + std::to_string(crowd.sim.snapshot.version - 1)) !=
        std::string::npos);
}

// The simulator's snapshot with one more entry, and a timestamp that names it.
void publish_with_entry(RepositorySimulator& sim, const std::string& name, Json entry) {
  Json::Object signed_part = *to_json(sim.snapshot).as_object();
  Json::Object meta = *signed_part["meta"].as_object();
  meta[name] = std::move(entry);
  signed_part["meta"] = std::move(meta);
  const Bytes file = signed_text(signed_part, {"snapshot"});
  sim.timestamp.version += 1;
  sim.timestamp.snapshot.hashes = {{HashAlgorithm::sha256, sha256_of(file)}};
  sim.timestamp.snapshot.length = file.size();
  sim.serves_instead[fmt::format("{}.snapshot.json", sim.snapshot.version)] = file;
}

TEST_CASE("an entry of a large snapshot that is no role is refused", "[large]") {
  const std::string name = GENERATE("foo", "targets.json.x", ".json");
  Crowd crowd;
  publish_with_entry(crowd.sim, name, Json::Object{{"version", 1}});
  Machine machine(crowd.sim);
  CHECK(caught([&] { machine.find("p00777/file"); }).kind == "refused");
}

TEST_CASE("an entry of a large snapshot that nobody can read is no floor for the next one", "[large]") {
  Crowd crowd;
  publish_with_entry(crowd.sim, "zz.json", Json::Object{{"version", "x"}});
  Machine machine(crowd.sim);
  REQUIRE(machine.find("p00777/file"));
  crowd.sim.update_snapshot();
  CHECK(machine.find("p00777/file"));
}

TEST_CASE("T-02 a large file counts as little as a small one when it is not signed", "[large]") {
  const std::string role = GENERATE("snapshot", "targets");
  Crowd crowd;
  crowd.sim.signers[role] = {"mallory"};
  crowd.sim.update_snapshot();
  Machine machine(crowd.sim);
  CHECK(caught([&] { machine.find("p00777/file"); }).kind == "refused");
}

TEST_CASE("one changed byte in a part of a large file that nobody reads is refused", "[large]") {
  const std::string role = GENERATE("snapshot", "targets");
  Crowd crowd;
  crowd.sim.states_hashes = false;
  crowd.sim.update_snapshot();
  Bytes file = crowd.sim.file_of(role);
  const std::size_t at = file.find(role == "snapshot" ? "p01500.json\":{\"version\":1" : "p01500/*");
  REQUIRE(at != Bytes::npos);
  file.replace(at, 6, "p01500");
  file[at + 5] = '1';
  crowd.sim.serves_instead[role == "snapshot" ? "3.snapshot.json" : "1.targets.json"] = file;
  Machine machine(crowd.sim);
  CHECK(caught([&] { machine.find("p00777/file"); }).kind == "refused");
}

}  // namespace tuf
