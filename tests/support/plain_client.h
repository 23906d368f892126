#pragma once
// The shortest client of the workflow: it stores a file only after the function that accepts it has returned,
// so a test of an attack can ask what is still trusted afterwards.

#include <optional>
#include <string>
#include <vector>

#include "libtufcore/client_workflow.h"
#include "libtufcore/error.h"
#include "tests/support/caught.h"
#include "tests/support/repository_simulator.h"

namespace tuf {

struct PlainClient {
  explicit PlainClient(RepositorySimulator& simulator) : sim(simulator), roots{simulator.root_file(1)} {}

  Bytes fetched(const std::string& name) {
    auto bytes = sim.fetch(RepositorySimulator::metadata_url + name, 1'000'000);
    if (!bytes) throw not_found("{} is not there", name);
    return *bytes;
  }

  std::string versioned(const std::string& role, std::uint64_t version) const {
    return sim.root.consistent_snapshot ? fmt::format("{}.{}.json", version, role) : role + ".json";
  }

  Final<Root> update_root() {
    RootChain chain(roots.front(), "1.root.json");
    for (std::size_t i = 1; i < roots.size(); ++i) chain.append(roots[i], fmt::format("{}.root.json", i + 1));
    for (;;) {
      const std::string name = fmt::format("{}.root.json", chain.version() + 1);
      const auto next = sim.fetch(RepositorySimulator::metadata_url + name, 1'000'000);
      if (!next) break;
      chain.append(*next, name);
      roots.push_back(*next);
    }
    return std::move(chain).finish(sim.now);
  }

  Final<Snapshot> update_snapshot(const Final<Root>& root) {
    const Floor floor = floor_of(root, timestamp, snapshot);
    const Bytes received_timestamp = fetched("timestamp.json");
    const auto new_timestamp = accept_timestamp(root, received_timestamp, floor, sim.now, "timestamp.json");
    timestamp = received_timestamp;
    const Bytes received = fetched(versioned("snapshot", new_timestamp->snapshot.version));
    auto result = accept_snapshot(root, new_timestamp, received, floor, sim.now, "snapshot.json");
    snapshot = received;
    return result;
  }

  Final<Targets> load(const Final<Snapshot>& from, const RoleName& role, const RoleKeys& keys,
                      const Json::Object& names = {}) {
    const Bytes received = fetched(versioned(percent_encode(role.text()), meta_of(from, role).version));
    auto result = accept_targets(role, keys, from, received, sim.now, role.text() + ".json", names);
    roles[role.text()] = received;
    return result;
  }

  void refresh() {
    const auto root = update_root();
    const auto current = update_snapshot(root);
    load(current, RoleName::of("targets"), root->keys_of("targets"));
  }

  // "root 1, timestamp 1, snapshot 1, targets 1": what is on its disk, whole and as published.
  std::string trusted() const {
    std::string text = fmt::format("root {}", roots.size());
    const auto add = [&](std::string_view role, const Bytes& file) {
      const Json json = parse_json(file, role);
      text +=
          fmt::format(", {} {}", role,
                      JsonReader(json, std::string(role))["signed"]["version"].whole_number(1, INT64_MAX));
    };
    if (timestamp) add("timestamp", *timestamp);
    if (snapshot) add("snapshot", *snapshot);
    for (const auto& [role, file] : roles) add(role, file);
    return text;
  }

  RepositorySimulator& sim;
  std::vector<Bytes> roots;
  std::optional<Bytes> timestamp, snapshot;
  std::map<std::string, Bytes> roles;
};

inline Caught refresh_of(PlainClient& client) {
  return caught([&] { client.refresh(); });
}

// A client that has already seen the repository as it was made.
struct Story {
  RepositorySimulator sim;
  PlainClient client{sim};
  Story() { client.refresh(); }
  // As an administrator does after a theft.
  void rotate(const std::string& role) {
    sim.root.version += 1;
    sim.set_keys(role, {role + "-after"});
    sim.publish_root();
  }
};

}  // namespace tuf
