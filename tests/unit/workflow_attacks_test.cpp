// Attacks on the order of things in time, each on every kind of role that it can be tried on.

#include <catch2/catch.hpp>

#include "tests/support/attacked_world.h"

namespace tuf {
namespace {

// The kinds of roles that another file names: with its version, and with its hash where it says so.
std::vector<std::string> named_roles() { return {"snapshot", "targets", "alice", AttackedWorld().bin}; }

std::string named_by(const std::string& role) {
  return role == "snapshot" ? "timestamp.json" : "snapshot.json";
}

}  // namespace

TEST_CASE("T-03 an expired file of any kind is refused and not kept", "[attacks]") {
  std::vector<std::string> kinds = named_roles();
  kinds.push_back("timestamp");  // root is kept although it is refused: “T-03 expired roots in between ...”
  for (const int left : {0, -1, -86'400 * 365}) {
    INFO(left);
    std::string expires;
    refused_for_roles(
        kinds, false,
        [&](const AttackOn& on) {
          expires = on.world.machine.now.plus_seconds(left).text();
          on.world.sim.serves_instead[on.request] =
              edited(on, [&](Json::Object& part) { part["expires"] = expires; });
        },
        [&](const AttackOn& on) {
          return Caught{"expired", fmt::format("refused {}{}: it expired at {} and it is now {}", on.request,
                                               from_site, expires, on.world.machine.now.text())};
        });
  }
}

TEST_CASE("T-04 a timestamp that stays the same for two weeks is told", "[attacks]") {
  RepositorySimulator sim;
  sim.root.expires = sim.timestamp.expires = sim.snapshot.expires = sim.targets.expires =
      sim.now.plus_days(3000);
  sim.publish_root();
  Machine machine(sim);
  const auto warnings_after = [&](int days) {
    machine.now = sim.now.plus_days(days);
    machine.warnings.clear();
    machine.refresh();
    return machine.warnings;
  };
  const auto told = [](int version, const char* since, int days) {
    return std::vector<std::string>{fmt::format(
        "timestamp.json is version {} since {}, {} days ago: either nobody signs news, or they are withheld",
        version, since, days)};
  };
  CHECK(warnings_after(0).empty());
  CHECK(warnings_after(13).empty());  // asking in between does not make it news
  CHECK(warnings_after(14) == told(1, "2026-01-01T00:00:00Z", 14));
  CHECK(warnings_after(400) == told(1, "2026-01-01T00:00:00Z", 400));
  CHECK(machine.trusted() == "root 1 timestamp 1 snapshot 1 targets 1");  // told, and no reason to stop
  sim.timestamp.version = 2;
  CHECK(warnings_after(400).empty());
  CHECK(warnings_after(413).empty());
  CHECK(warnings_after(414) == told(2, "2027-02-05T00:00:00Z", 14));
  // A replayed older one is no news, and neither is what is damaged.
  sim.timestamp.version = 1;
  CHECK(caught([&] { warnings_after(415); }).kind == "rollback");
  sim.timestamp.version = 2;
  CHECK(warnings_after(416) == told(2, "2027-02-05T00:00:00Z", 16));
  test::write_text(machine.folder / "last_refresh", "2027-02-05T00:00:00Z\n2 yesterday\n");
  CHECK(warnings_after(417).empty());
}

TEST_CASE("T-05 the file of before is refused in the place of the news of any role", "[attacks]") {
  refused_for_every_role(
      false,
      [](const AttackOn& on) {
        on.world.sim.serves_instead[on.request] = edited(on, [&](Json::Object& part) {
          part["version"] = on.role == "snapshot" ? 2 : 1;
          if (on.role == "timestamp")
            part["meta"] = Json::Object{{"snapshot.json", Json::Object{{"version", 3}}}};
        });
      },
      [](const AttackOn& on) {
        const std::string refused = fmt::format("refused {}{}: ", on.request, from_site);
        if (on.role == "root")
          return Caught{"refused", refused + "it is version 1 and the version after 1 is needed"};
        if (on.role == "timestamp")
          return Caught{"rollback", refused + "version 1 is older than version 2 already seen"};
        return Caught{"rollback", refused + fmt::format("it is version {} and {} says version {}",
                                                        on.role == "snapshot" ? 2 : 1, named_by(on.role),
                                                        on.role == "snapshot" ? 3 : 2)};
      });
}

TEST_CASE("T-05 a snapshot that takes back any role is refused", "[attacks]") {
  for (const std::string& role : {std::string("targets"), std::string("alice"), AttackedWorld().bin}) {
    for (const bool is_listed : {true, false}) {
      INFO(role << ' ' << is_listed);
      if (role == "targets" && !is_listed) continue;  // a snapshot without it is no snapshot: metadata_test
      AttackedWorld world;
      world.publish_news();
      REQUIRE(world.refresh() == Caught{"nothing", ""});
      const std::string before = world.trusted();
      if (is_listed) {
        world.sim.snapshot.roles.at(RoleName::of(role)).version = 1;
      } else {
        world.sim.snapshot.roles.erase(RoleName::of(role));
      }
      world.sim.snapshot.version += 1;
      world.sim.update_timestamp();
      const std::string why =
          is_listed ? fmt::format("version 1 of role '{}' is older than version 2 already seen", role)
                    : fmt::format("role '{}' is no longer listed, version 2 of it was already seen", role);
      CHECK(world.refresh() == Caught{"rollback", "refused 4.snapshot.json" + from_site + ": " + why});
      CHECK(world.trusted() == "root 2 timestamp 4" + before.substr(before.find(" snapshot")));
      CHECK(world.sim.requests == Requests{"3.root.json", "timestamp.json", "4.snapshot.json"});
      world.sim.update_snapshot();
      CHECK(world.refresh() == Caught{"nothing", ""});
    }
  }
}

TEST_CASE("T-08 other bytes than the parent names are refused for any role", "[attacks]") {
  const auto other_bytes = GENERATE(0, 1, 2, 3);
  refused_for_roles(
      named_roles(), true,
      [&](const AttackOn& on) {
        const Bytes news = on.world.news_of(on.role);
        const std::vector<Bytes> others = {
            news + "\n", news.substr(0, news.size() - 1), news.substr(0, news.size() - 1) + " ",
            edited(on, [](Json::Object& part) { part["x-more"] = 1; })};  // by the right keys, even
        on.world.sim.serves_instead[on.request] = others.at(other_bytes);
      },
      [](const AttackOn& on) {
        const Caught end = on.world.refresh();
        CHECK(end.kind == "refused");
        CHECK(end.message.starts_with("refused " + on.request + from_site + ": it"));
        CHECK(end.message.find(named_by(on.role)) + end.message.find("the file naming it says") !=
              2 * std::string::npos);
        return end;
      });
}

TEST_CASE("T-08 a newer file than the parent names is refused for any role", "[attacks]") {
  refused_for_roles(
      named_roles(), false,
      [](const AttackOn& on) {
        on.world.sim.serves_instead[on.request] = edited(on, [](Json::Object& part) { part["version"] = 9; });
      },
      [](const AttackOn& on) {
        return Caught{"rollback",
                      fmt::format("refused {}{}: it is version 9 and {} says version {}", on.request, from_site,
                                  named_by(on.role), on.role == "snapshot" ? 3 : 2)};
      });
}

TEST_CASE("T-10 the same timestamp under another signature is no news", "[attacks]") {
  RepositorySimulator sim;
  sim.set_keys("timestamp", {"timestamp", "second"});
  sim.signers["timestamp"] = {"timestamp"};
  sim.publish_root();
  Machine machine(sim);
  machine.refresh();
  const Bytes first = *MetadataCache(machine.folder.path()).read(RoleName::of("timestamp"));
  sim.signers["timestamp"] = {"second"};
  REQUIRE(sim.file_of("timestamp") != first);
  machine.refresh();
  CHECK(machine.warnings.empty());
  CHECK(MetadataCache(machine.folder.path()).read(RoleName::of("timestamp")) == first);
  CHECK(sim.requests == Requests{"2.root.json", "timestamp.json"});
}

TEST_CASE("T-09 after a theft of the online keys new keys bring every version back", "[attacks]") {
  constexpr std::uint64_t far = 9007199254740991;  // INT64_MAX is no version at all: J-03
  AttackedWorld world;
  world.sim.snapshot.version = far - 1;
  world.sim.timestamp.version = far - 1;
  world.sim.targets.version = far;
  world.sim.update_snapshot();
  REQUIRE(world.refresh() == Caught{"nothing", ""});
  // The administrators go on with the true versions, first without and then with new keys.
  world.sim.snapshot.version = 3;
  world.sim.timestamp.version = 3;
  world.sim.targets.version = 2;
  world.sim.update_snapshot();
  CHECK(world.refresh().kind == "rollback");
  world.sim.root.version = 2;
  world.sim.set_keys("timestamp", {"new timestamp"});
  world.sim.set_keys("snapshot", {"new snapshot"});
  world.sim.publish_root();
  CHECK(world.refresh() == Caught{"nothing", ""});
  CHECK(world.trusted() == "root 2 timestamp 4 snapshot 4 targets 2 alice 1 " + world.bin + " 1");
}

TEST_CASE("T-14 ten thousand delegations and endless depth cost a bounded number of requests", "[attacks]") {
  RepositorySimulator sim;
  SECTION("side by side") {
    for (int i = 0; i < 10'000; ++i)
      sim.add_delegation("targets", fmt::format("r{}", i), {"*"}, false, {"wide"});
    sim.update_snapshot();
    Machine machine(sim);
    CHECK(caught([&] { machine.find("file"); }) ==
          Caught{"limit", "the search for 'file' met more than 64 roles"});
    CHECK(sim.requests.size() <= 4 + 64);
    CHECK(machine.trusted() == "root 1 timestamp 2 snapshot 2 targets 1");
  }
  SECTION("below each other") {
    sim.add_delegation("targets", "r1", {"*"}, false, {"deep"});
    for (int i = 1; i < 33; ++i)
      sim.add_delegation(fmt::format("r{}", i), fmt::format("r{}", i + 1), {"*"}, false, {"deep"});
    sim.update_snapshot();
    Machine machine(sim);
    CHECK(caught([&] { machine.find("file"); }) ==
          Caught{"limit", "the search for 'file' met role 'r17', deeper than 16 delegations"});
    CHECK(sim.requests.size() == 4 + 16);
  }
  SECTION("in circles") {
    sim.add_delegation("targets", "alice", {"*"});
    sim.add_delegation("alice", "bob", {"*"});
    sim.add_delegation("bob", "alice", {"*"});
    sim.update_snapshot();
    Machine machine(sim);
    CHECK_FALSE(machine.find("file"));
    CHECK(sim.requests.size() == 4 + 2);
  }
}

TEST_CASE("T-18 a clock ten years ahead is told as a question of the clock", "[attacks]") {
  AttackedWorld world;
  world.machine.now = world.sim.now.plus_days(3652);
  const std::string before = world.trusted();
  try {
    world.machine.find(AttackedWorld::path);
    FAIL("everything has expired");
  } catch (const Error& error) {
    CHECK(error.kind() == Error::Kind::expired);
    CHECK(error.hint().find("check this machine's clock") == 0);
  }
  CHECK(world.sim.requests == Requests{"2.root.json", "timestamp.json"});
  CHECK(world.trusted() == before);
}

TEST_CASE("T-18 a clock ten years back brings no older file back", "[attacks]") {
  AttackedWorld world;
  world.publish_news();
  REQUIRE(world.refresh() == Caught{"nothing", ""});
  world.machine.now = world.sim.now.plus_days(-3652);
  world.sim.timestamp.version = 2;
  CHECK(world.refresh().kind == "rollback");
  CHECK(world.trusted() == world.trusted_up_to(""));
}

TEST_CASE("P-11 of two delegations for one path the first that is listed answers", "[attacks]") {
  RepositorySimulator sim;
  sim.add_delegation("targets", "alice", {"a/*"});
  sim.add_delegation("targets", "bob", {"*/file"});
  sim.add_target("alice", "a/file", "of alice");
  sim.add_target("bob", "a/file", "of bob");
  sim.update_snapshot();
  Machine machine(sim);
  const auto found = machine.find("a/file");
  REQUIRE(found);
  CHECK(found->role.text() == "alice");
  CHECK(found->file.length == 8);
  CHECK(sim.requests.back() == "1.alice.json");  // bob is not even asked
  std::swap(sim.targets.delegations[0], sim.targets.delegations[1]);
  sim.targets.version = 2;
  sim.update_snapshot();
  CHECK(machine.find("a/file")->role.text() == "bob");
  CHECK(sim.requests.back() == "1.bob.json");
}

}  // namespace tuf
