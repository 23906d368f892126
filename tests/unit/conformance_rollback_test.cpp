// Going back in versions, and the one way in which that is allowed: new keys of the role that was led too
// far.
#include <catch2/catch.hpp>

#include "tests/support/conformance_machine.h"

namespace tuf {
namespace {

constexpr std::uint64_t far = 9007199254740991;  // the highest version there is

struct Rollback {
  const char* what;
  void (*attack)(RepositorySimulator&);
  Requests requests;  // the last is the file that is refused
  const char* trusted;
};

constexpr const char* before = "alice 3, root 1, snapshot 5, targets 3, timestamp 7";
constexpr const char* timestamp_moved = "alice 3, root 1, snapshot 5, targets 3, timestamp 8";

const Requests stops_at_timestamp = {"2.root.json", "timestamp.json"};
const Requests stops_at_snapshot = {"2.root.json", "timestamp.json", "6.snapshot.json"};

const Rollback rollbacks[] = {
    {"the timestamp", [](RepositorySimulator& sim) { sim.timestamp.version = 6; }, stops_at_timestamp,
     before},
    {"the first timestamp", [](RepositorySimulator& sim) { sim.timestamp.version = 1; }, stops_at_timestamp,
     before},
    {"the snapshot that a new timestamp names",
     [](RepositorySimulator& sim) {
       sim.snapshot.version = 4;
       sim.update_timestamp();
     },
     stops_at_timestamp, before},
    {"the snapshot behind a sound timestamp",
     [](RepositorySimulator& sim) {
       sim.update_snapshot();
       sim.states_hashes = false;
       sim.timestamp.snapshot = {.version = 6, .length = {}, .hashes = {}, .extra = {}};
       RepositorySimulator old = sim;
       old.snapshot.version = 4;
       sim.serves_instead["6.snapshot.json"] = old.file_of("snapshot");
     },
     stops_at_snapshot, timestamp_moved},
    {"targets in the snapshot",
     [](RepositorySimulator& sim) {
       sim.targets.version = 2;
       sim.update_snapshot();
     },
     stops_at_snapshot, timestamp_moved},
    {"a delegated role in the snapshot",
     [](RepositorySimulator& sim) {
       sim.role("alice").version = 2;
       sim.update_snapshot();
     },
     stops_at_snapshot, timestamp_moved},
    {"a role that is gone from the snapshot",
     [](RepositorySimulator& sim) {
       sim.delegated.erase("alice");
       sim.snapshot.roles.erase(RoleName::of("alice"));
       sim.update_snapshot();
     },
     stops_at_snapshot, timestamp_moved},
    {"a role that was never fetched and is gone",
     [](RepositorySimulator& sim) {
       sim.delegated.erase("bob");
       sim.snapshot.roles.erase(RoleName::of("bob"));
       sim.update_snapshot();
     },
     stops_at_snapshot, timestamp_moved},
};

struct Seen {
  RepositorySimulator sim;
  std::optional<ConformanceMachine> machine;

  explicit Seen(bool states_hashes) {
    sim.states_hashes = states_hashes;
    sim.add_delegation("targets", "alice", {"a/*"});
    sim.add_delegation("targets", "bob", {"b/*"});
    sim.add_target("alice", "a/file", "content");
    sim.targets.version = sim.role("alice").version = sim.role("bob").version = 3;
    sim.snapshot.version = 4;
    sim.timestamp.version = 6;
    sim.update_snapshot();
    machine.emplace(sim);
    REQUIRE(machine->download({"a/file"}) == success);
    REQUIRE(machine->trusted() == before);
  }
};

TEST_CASE("T-05 nothing that was seen may go back or disappear", "[conformance]") {
  const bool states_hashes = GENERATE(false, true);
  for (const Rollback& row : rollbacks) {
    INFO(row.what << (states_hashes ? " with hashes" : ""));
    Seen seen(states_hashes);
    row.attack(seen.sim);
    CHECK(seen.machine->refresh().kind == "rollback");
    CHECK(seen.sim.requests == row.requests);
    CHECK(seen.machine->trusted() == row.trusted);
    CHECK(seen.machine->download({"a/file"}).kind == "rollback");  // a second run is no wiser
    CHECK(seen.machine->trusted() == row.trusted);
  }
}

TEST_CASE("T-09 new keys of timestamp and snapshot and nothing else make an older state acceptable",
          "[conformance]") {
  struct Recovery {
    const char* too_far;
    KeyNames rotated;
    bool recovers;
  };
  const auto recovery = GENERATE(values<Recovery>({{"timestamp", {"timestamp"}, true},
                                                   {"timestamp", {"snapshot"}, true},
                                                   {"timestamp", {"targets"}, false},
                                                   {"timestamp", {}, false},
                                                   {"snapshot", {"timestamp", "snapshot"}, true},
                                                   {"snapshot", {"snapshot"}, true},
                                                   {"snapshot", {"targets"}, false},
                                                   {"snapshot", {}, false},
                                                   {"targets", {"snapshot"}, true},
                                                   {"targets", {"timestamp", "snapshot"}, true},
                                                   {"targets", {"targets"}, false},
                                                   {"targets", {}, false},
                                                   {"alice", {"snapshot"}, true},
                                                   {"alice", {"alice"}, false},
                                                   {"alice", {}, false}}));
  INFO(recovery.too_far);
  for (const std::string& role : recovery.rotated) UNSCOPED_INFO("new keys of " << role);
  Seen seen(GENERATE(false, true));
  RepositorySimulator& sim = seen.sim;
  const std::string role = recovery.too_far;
  const auto publish = [&](std::uint64_t version) {
    if (role == "targets") sim.targets.version = version;
    if (role == "alice") sim.role("alice").version = version;
    if (role == "snapshot") sim.snapshot.version = version - 1;
    if (role == "timestamp") sim.timestamp.version = version - 1;
    if (role == "timestamp")
      sim.update_timestamp();
    else
      sim.update_snapshot();
  };
  publish(far);
  REQUIRE(seen.machine->download({"a/file"}) == success);
  REQUIRE(seen.machine->trusted().find(fmt::format("{} {}", role, far)) != std::string::npos);

  for (const std::string& name : recovery.rotated) sim.set_keys(name, {"after " + name});
  sim.root.version = 2;
  sim.publish_root();
  if (role != "timestamp" && role != "snapshot") sim.targets.version += role == "alice" ? 1 : 0;
  publish(2);
  CHECK(seen.machine->download({"a/file"}).kind == (recovery.recovers ? "nothing" : "rollback"));
  const std::uint64_t expected = recovery.recovers ? 2 : far;
  CHECK(seen.machine->trusted().find(fmt::format("{} {}", role, expected)) != std::string::npos);
  CHECK(seen.machine->trusted().find("root 2") != std::string::npos);
}

TEST_CASE("T-09 new keys of snapshot also allow roles to be removed", "[conformance]") {
  Seen seen(GENERATE(false, true));
  seen.sim.set_keys("snapshot", {"after snapshot"});
  seen.sim.root.version = 2;
  seen.sim.publish_root();
  seen.sim.delegated.clear();
  seen.sim.targets.delegations.clear();
  seen.sim.snapshot.roles.clear();
  seen.sim.targets.version = 1;
  seen.sim.update_snapshot();
  CHECK(seen.machine->refresh() == success);
  CHECK(seen.machine->trusted() == "alice 3, root 2, snapshot 6, targets 1, timestamp 8");
  CHECK(seen.machine->download({"a/file"}).kind == "not-found");  // what lies in the folder proves nothing
}

}  // namespace
}  // namespace tuf
