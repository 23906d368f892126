#include "client/updater.h"

#include <catch2/catch.hpp>

#include "tests/support/updating_machine.h"

namespace tuf {

TEST_CASE("a first refresh asks for each file once and in the order of the specification", "[updater]") {
  RepositorySimulator sim;
  Machine machine(sim);
  machine.refresh();
  CHECK(sim.requests == Requests{"2.root.json", "timestamp.json", "1.snapshot.json", "1.targets.json"});
  CHECK(machine.trusted() == "root 1 timestamp 1 snapshot 1 targets 1");
  CHECK(machine.files() == 4);
  CHECK(MetadataCache(machine.folder.path()).last_refresh() == sim.now);
}

TEST_CASE("H-14 a refresh is two requests when nothing changed", "[updater]") {
  RepositorySimulator sim;
  sim.states_hashes = GENERATE(false, true);
  sim.update_snapshot();
  Machine machine(sim);
  machine.refresh();
  machine.refresh();
  CHECK(sim.requests == Requests{"2.root.json", "timestamp.json"});
}

TEST_CASE("only what changed is asked for", "[updater]") {
  RepositorySimulator sim;
  sim.states_hashes = GENERATE(false, true);
  sim.add_delegation("targets", "alice", {"a/*"});
  sim.add_delegation("targets", "bob", {"b/*"});
  sim.add_target("alice", "a/file", "content");
  sim.update_snapshot();
  Machine machine(sim);
  CHECK(machine.find("a/file"));
  CHECK(sim.requests ==
        Requests{"2.root.json", "timestamp.json", "2.snapshot.json", "1.targets.json", "1.alice.json"});
  CHECK(machine.find("a/file"));
  CHECK(sim.requests == Requests{"2.root.json", "timestamp.json"});

  sim.role("alice").version = 2;
  sim.add_target("alice", "a/other", "content");
  sim.update_snapshot();
  CHECK(machine.find("a/other"));
  CHECK(sim.requests == Requests{"2.root.json", "timestamp.json", "3.snapshot.json", "2.alice.json"});
  CHECK(machine.trusted() == "root 1 timestamp 3 snapshot 3 targets 1 alice 2");
}

TEST_CASE("T-19 a repository without consistent snapshots is asked for plain names", "[updater]") {
  RepositorySimulator sim;
  sim.root.consistent_snapshot = false;
  sim.publish_root();
  Machine machine(sim);
  machine.refresh();
  CHECK(sim.requests == Requests{"2.root.json", "timestamp.json", "snapshot.json", "targets.json"});
}

TEST_CASE("T-02 D-06 a file signed by others is not kept and what was there stays", "[updater]") {
  const auto [role, request, kept] = GENERATE(table<std::string, std::string, std::string>(
      {{"timestamp", "timestamp.json", "root 1 timestamp 2 snapshot 2 targets 1 alice 1"},
       {"snapshot", "3.snapshot.json", "root 1 timestamp 3 snapshot 2 targets 1 alice 1"},
       {"targets", "2.targets.json", "root 1 timestamp 3 snapshot 3 targets 1 alice 1"},
       {"alice", "2.alice.json", "root 1 timestamp 3 snapshot 3 targets 2 alice 1"}}));
  RepositorySimulator sim;
  sim.add_delegation("targets", "alice", {"a/*"});
  sim.add_target("alice", "a/file", "content");
  sim.update_snapshot();
  Machine machine(sim);
  REQUIRE(machine.find("a/file"));

  sim.targets.version = sim.role("alice").version = 2;
  sim.update_snapshot();
  const auto sound = sim.signers[role];
  sim.signers[role] = {"mallory"};
  const Caught refused = caught([&] { machine.find("a/file"); });
  CHECK(refused.kind == "refused");
  CHECK(refused.message.find(request + from_site) == 0);
  CHECK(sim.requests.back() == request);
  CHECK(machine.trusted() == kept);

  sim.signers[role] = sound;  // the good repository heals it
  CHECK(machine.find("a/file"));
  CHECK(machine.trusted() == "root 1 timestamp 3 snapshot 3 targets 2 alice 2");
}

TEST_CASE("T-03 an expired file is not kept", "[updater]") {
  const std::string role = GENERATE("timestamp", "snapshot", "targets");
  RepositorySimulator sim;
  UtcTime& expires = role == "timestamp"  ? sim.timestamp.expires
                     : role == "snapshot" ? sim.snapshot.expires
                                          : sim.targets.expires;
  Machine machine(sim);
  expires = sim.now;  // equal is too late
  CHECK(kind_of_refresh(machine) == "expired");
  CHECK(machine.trusted().find(role) == std::string::npos);
  expires = sim.now.plus_seconds(1);
  CHECK(kind_of_refresh(machine) == "nothing");
}

TEST_CASE("T-03 trusted files that expire meanwhile are asked for again and refused", "[updater]") {
  RepositorySimulator sim;
  sim.root.expires = sim.now.plus_days(300);
  sim.publish_root();
  sim.timestamp.expires = sim.now.plus_days(300);
  Machine machine(sim);
  machine.refresh();
  machine.now = sim.now.plus_days(60);
  CHECK(kind_of_refresh(machine) == "expired");
  CHECK(sim.requests == Requests{"2.root.json", "timestamp.json", "1.snapshot.json"});
  CHECK(machine.trusted() == "root 1 timestamp 1 snapshot 1 targets 1");
}

TEST_CASE("T-03 expired roots in between lead on and an expired last one stops", "[updater]") {
  RepositorySimulator sim;
  Machine machine(sim);
  sim.root.version = 2;
  sim.root.expires = sim.now.plus_days(-1);
  sim.publish_root();
  CHECK(kind_of_refresh(machine) == "expired");
  CHECK(sim.requests == Requests{"2.root.json", "timestamp.json", "3.root.json"});
  sim.root.version = 3;
  sim.root.expires = sim.now.plus_days(1);
  sim.publish_root();
  CHECK(kind_of_refresh(machine) == "nothing");
  CHECK(machine.trusted() == "root 3 timestamp 1 snapshot 1 targets 1");
}

TEST_CASE("T-05 T-09 an older timestamp is refused until its keys are rotated", "[updater]") {
  RepositorySimulator sim;
  sim.timestamp.version = 9'000'000;
  sim.snapshot.version = 5;
  sim.timestamp.snapshot.version = 5;
  Machine machine(sim);
  machine.refresh();
  sim.timestamp.version = 3;
  const Caught older = caught([&] { machine.refresh(); });
  CHECK(older == Caught{"rollback", "refused timestamp.json" + from_site +
                                        ": version 3 is older than version 9000000 already seen"});
  CHECK(machine.trusted() == "root 1 timestamp 9000000 snapshot 5 targets 1");

  sim.root.version = 2;
  sim.set_keys("timestamp", {"fresh timestamp"});
  sim.publish_root();
  sim.snapshot.version = sim.timestamp.snapshot.version = 2;
  machine.refresh();
  CHECK(machine.trusted() == "root 2 timestamp 3 snapshot 2 targets 1");
}

TEST_CASE("T-05 an older or shorter snapshot is refused and the trusted one stays", "[updater]") {
  RepositorySimulator sim;
  sim.add_delegation("targets", "alice", {"a/*"});
  sim.targets.version = 4;
  sim.update_snapshot();
  Machine machine(sim);
  machine.refresh();
  SECTION("a role goes back") {
    sim.targets.version = 3;
    sim.update_snapshot();
  }
  SECTION("a role is gone") {
    sim.update_snapshot();
    sim.snapshot.roles.erase(RoleName::of("alice"));
  }
  CHECK(kind_of_refresh(machine) == "rollback");
  CHECK(machine.trusted() == "root 1 timestamp 3 snapshot 2 targets 4");
}

TEST_CASE("T-06 T-07 a root that does not follow is not kept", "[updater]") {
  RepositorySimulator sim;
  Machine machine(sim);
  machine.refresh();
  sim.root.version = 2;
  SECTION("signed by new keys only") { sim.set_keys("root", {"mallory"}); }
  SECTION("signed by old keys only") {
    sim.set_keys("root", {"fresh root"});
    sim.signers["root"] = {"root"};
  }
  SECTION("a version is skipped") { sim.root.version = 3; }
  sim.publish_root();
  if (sim.root.version == 3) sim.serves_instead["2.root.json"] = sim.root_file(3);
  const Caught refused = caught([&] { machine.refresh(); });
  CHECK(refused.kind == "refused");
  CHECK(refused.message.find("2.root.json" + from_site) != std::string::npos);
  CHECK(sim.requests == Requests{"2.root.json", "timestamp.json"});
  CHECK(machine.trusted() == "root 1 timestamp 1 snapshot 1 targets 1");
}

TEST_CASE("T-06 a rotated root is kept and the next run starts from it", "[updater]") {
  RepositorySimulator sim;
  Machine machine(sim);
  sim.root.version = 2;
  sim.set_keys("root", {"fresh root"});
  sim.signers["root"] = {"root", "fresh root"};
  sim.publish_root();
  machine.refresh();
  CHECK(sim.requests.front() == "2.root.json");
  machine.refresh();
  CHECK(sim.requests == Requests{"3.root.json", "timestamp.json"});
}

TEST_CASE("the chain of roots of one run is bounded and the next run goes on", "[updater]") {
  RepositorySimulator sim;
  for (int i = 0; i < 260; ++i) {
    sim.root.version += 1;
    sim.publish_root();
  }
  Machine machine(sim);
  machine.refresh();
  CHECK(machine.trusted() == "root 257 timestamp 1 snapshot 1 targets 1");
  machine.refresh();
  CHECK(machine.trusted() == "root 261 timestamp 1 snapshot 1 targets 1");
}

TEST_CASE("T-08 a file other than the one its parent names is refused and not kept", "[updater]") {
  const auto [role, request] = GENERATE(table<std::string, std::string>(
      {{"snapshot", "2.snapshot.json"}, {"targets", "1.targets.json"}, {"alice", "1.alice.json"}}));
  RepositorySimulator sim;
  sim.states_hashes = true;
  sim.add_delegation("targets", "alice", {"a/*"});
  sim.add_target("alice", "a/file", "content");
  sim.update_snapshot();
  Machine machine(sim);
  const Bytes sound = sim.file_of(role);
  for (const Bytes& other :
       {sound + " ", sound.substr(0, sound.size() - 1), Bytes(sound.size(), ' '), Bytes()}) {
    sim.serves_instead[request] = other;
    const Caught refused = caught([&] { machine.find("a/file"); });
    CHECK(refused.kind == "refused");
    CHECK(refused.message.find("refused " + request + from_site) == 0);
    CHECK(machine.trusted().find(role) == std::string::npos);
  }
  sim.serves_instead.clear();
  CHECK(machine.find("a/file"));
}

TEST_CASE("T-10 a timestamp of the same version with other content is reported and the first one counts",
          "[updater]") {
  RepositorySimulator sim;
  Machine machine(sim);
  machine.refresh();
  const Bytes first = *MetadataCache(machine.folder.path()).read(RoleName::of("timestamp"));
  sim.timestamp.expires = sim.now.plus_days(31);
  machine.refresh();
  REQUIRE(machine.warnings.size() == 1);
  CHECK(machine.warnings.front() ==
        "timestamp.json" + from_site + " is version 1 as before, with other content; the one seen before is used");
  CHECK(MetadataCache(machine.folder.path()).read(RoleName::of("timestamp")) == first);
}

TEST_CASE("T-13 a role kept for one delegator is not believed for another with other keys", "[updater]") {
  RepositorySimulator sim;
  sim.add_delegation("targets", "alice", {"a/*"});
  sim.add_target("alice", "a/file", "content");
  sim.add_target("alice", "b/file", "content");
  sim.update_snapshot();
  Machine machine(sim);
  REQUIRE(machine.find("a/file"));
  sim.targets.delegations.clear();
  sim.add_delegation("targets", "bob", {"b/*"});
  sim.add_delegation("bob", "alice", {"b/*"}, false, {"carol"});  // the same role name, carol's key
  sim.targets.version = 2;
  sim.update_snapshot();
  CHECK(caught([&] { machine.find("b/file"); }).kind == "refused");
  CHECK(sim.requests.back() == "1.alice.json");
}

TEST_CASE("T-08 two roles of one key are not served for each other when they say which they are",
          "[updater]") {
  RepositorySimulator sim;
  for (const char* name : {"alice", "bob"}) {
    sim.add_delegation("targets", name, {"a/*"}, false, {"one key"});
    sim.role(name).extra["x-pg-role"] = name;
  }
  sim.add_target("bob", "a/file", "content");
  sim.update_snapshot();
  Machine machine(sim);
  sim.serves_instead = {{"1.alice.json", sim.file_of("bob")}, {"1.bob.json", sim.file_of("alice")}};
  CHECK(caught([&] { machine.find("a/file"); }) ==
        Caught{"refused", "refused 1.alice.json" + from_site + ": it says that it is role 'bob', not 'alice'"});
  CHECK(machine.trusted() == "root 1 timestamp 2 snapshot 2 targets 1");
  const Bytes other = sim.file_of("bob");
  sim.serves_instead.clear();
  MetadataCache(machine.folder.path()).write(RoleName::of("alice"), other);  // nor believed from the folder
  CHECK(machine.find("a/file"));
  CHECK(machine.trusted() == "root 1 timestamp 2 snapshot 2 targets 1 alice 1 bob 1");
}

TEST_CASE("S-14 a delegation to a top-level name does not replace a trusted file", "[updater]") {
  RepositorySimulator sim;
  Machine machine(sim);
  const MetadataCache cache(machine.folder.path());
  Updater updater = machine.updater(cache);
  const TopLevel top = updater.refresh();
  for (const char* name : {"root", "timestamp", "snapshot", "targets"}) {
    CHECK(caught([&] { updater.load(top, RoleName::of(name), role_keys({name}), {}); }) ==
          Caught{"refused", fmt::format("a delegation names the top-level role '{}'", name)});
  }
  CHECK(machine.trusted() == "root 1 timestamp 1 snapshot 1 targets 1");
}

}  // namespace tuf
