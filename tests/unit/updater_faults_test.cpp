// What servers and disks do wrong, as opposed to what attackers sign: odd names, damage, absence, size.
#include <catch2/catch.hpp>

#include "client/updater.h"
#include "tests/support/updating_machine.h"

namespace tuf {

TEST_CASE("P-01 names of roles lead out of neither folder nor URL", "[updater]") {
  const std::string name = GENERATE("../x", "/x", ".", "..", "?", "#", "a/b", "a%2Fb", "\x1b[1m", "1.root");
  RepositorySimulator sim;
  sim.add_delegation("targets", name, {"a/*"});
  sim.add_target(name, "a/file", "content");
  sim.update_snapshot();
  Machine machine(sim);
  CHECK(machine.find("a/file"));
  CHECK(sim.requests.back() == "1." + percent_encode(name) + ".json");
  CHECK(machine.files() == 5);
  CHECK(machine.find("a/file"));
  CHECK(sim.requests == Requests{"2.root.json", "timestamp.json"});
}

TEST_CASE("a role name too long for a file name is fetched again and never kept", "[updater]") {
  RepositorySimulator sim;
  const std::string name(300, 'n');
  sim.add_delegation("targets", name, {"a/*"});
  sim.add_target(name, "a/file", "content");
  sim.update_snapshot();
  Machine machine(sim);
  CHECK(machine.find("a/file"));
  CHECK(machine.find("a/file"));
  CHECK(sim.requests.size() == 3);
  CHECK(machine.files() == 4);
}

TEST_CASE("D-07 damaged files of the cache are fetched again", "[updater]") {
  RepositorySimulator sim;
  Machine machine(sim);
  machine.refresh();
  const std::string role = GENERATE("timestamp", "snapshot", "targets");
  const std::string garbage = GENERATE(std::string(), std::string("{}"), std::string("\xff\xfe"),
                                       std::string("{\"signed\":{\"version\":9"));
  test::write_text(machine.folder / ("metadata/" + role + ".json"), garbage);
  machine.refresh();
  CHECK(machine.trusted() == "root 1 timestamp 1 snapshot 1 targets 1");
  CHECK(MetadataCache(machine.folder.path()).read(RoleName::of(role)) == sim.file_of(role));
}

TEST_CASE("D-07 a damaged root stops everything before any request", "[updater]") {
  RepositorySimulator sim;
  Machine machine(sim);
  machine.refresh();
  test::write_text(machine.folder / "metadata/root.json", "{");
  CHECK(kind_of_refresh(machine) == "no-trusted-root");
  CHECK(sim.requests.empty());
  std::filesystem::remove(machine.folder / "metadata/root.json");
  CHECK(kind_of_refresh(machine) == "no-trusted-root");
}

TEST_CASE("a missing file is no verification failure and a missing next root is no failure at all",
          "[updater]") {
  const std::string request = GENERATE("timestamp.json", "1.snapshot.json", "1.targets.json");
  RepositorySimulator sim;
  Machine machine(sim);
  sim.missing = {request};
  CHECK(caught([&] { machine.refresh(); }) == Caught{"network", "there is no " + request + from_site});
  sim.missing.clear();
  sim.unreachable = {request};
  CHECK(kind_of_refresh(machine) == "network");
  sim.unreachable = {"2.root.json"};  // unlike 404: perhaps there is one
  CHECK(kind_of_refresh(machine) == "network");
  CHECK(sim.requests == Requests{"2.root.json", "timestamp.json"});
}

TEST_CASE("T-17 metadata larger than allowed is not read", "[updater]") {
  const auto [request, most] = GENERATE(table<std::string, std::size_t>({{"2.root.json", 512'000},
                                                                         {"timestamp.json", 16'384},
                                                                         {"1.snapshot.json", 2'000'000},
                                                                         {"1.targets.json", 5'000'000}}));
  RepositorySimulator sim;
  Machine machine(sim);
  sim.serves_instead[request] = Bytes(most + 1, ' ');
  CHECK(kind_of_refresh(machine) == "limit");
  sim.serves_instead[request] = Bytes(most, ' ');
  CHECK(kind_of_refresh(machine) == "refused");  // read, and no metadata
}

TEST_CASE("T-17 a stated length may be larger but not without bound", "[updater]") {
  RepositorySimulator sim;
  sim.states_hashes = true;
  sim.snapshot.extra["padding"] = std::string(3'000'000, 'x');
  sim.update_snapshot();
  Machine machine(sim);
  CHECK(kind_of_refresh(machine) == "nothing");
  sim.update_snapshot();
  sim.timestamp.snapshot.length = std::uint64_t{64u << 20} + 1;
  CHECK(kind_of_refresh(machine) == "limit");
  CHECK(sim.requests == Requests{"2.root.json", "timestamp.json"});
}

TEST_CASE("H-12 a web page instead of metadata is told as such", "[updater]") {
  RepositorySimulator sim;
  Machine machine(sim);
  const std::string request = GENERATE("2.root.json", "timestamp.json");
  sim.serves_instead[request] = "\n<!DOCTYPE html><html>Please log in</html>";
  CHECK(caught([&] { machine.refresh(); }) ==
        Caught{"network", request + from_site + " is a web page, not metadata"});
  CHECK(machine.trusted() == "root 1");
}

}  // namespace tuf
