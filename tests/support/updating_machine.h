#pragma once
// A machine with a trusted folder that asks the simulated repository: for tests of client/updater.

#include <string>
#include <vector>

#include "client/updater.h"
#include "tests/support/caught.h"
#include "tests/support/repository_simulator.h"
#include "tests/support/temp_dir.h"

namespace tuf {

using Requests = std::vector<std::string>;

// One machine with a trusted folder, asking the simulated repository.
struct Machine {
  explicit Machine(RepositorySimulator& simulator) : sim(simulator), now(simulator.now) {
    MetadataCache(folder.path()).write(RoleName::of("root"), sim.root_file(1));
  }

  TopLevel refresh() {
    const MetadataCache cache(folder.path());
    return updater(cache).refresh();
  }

  // Refreshes and searches; the requests are those of this one run.
  std::optional<FoundTarget> find(const std::string& path) {
    const MetadataCache cache(folder.path());
    Updater update = updater(cache, needed_for(*TargetPath::parse(path)));
    const TopLevel top = update.refresh();
    return find_target(top.targets, *TargetPath::parse(path), update.loader(top));
  }

  Updater updater(const MetadataCache& cache, NeededEntries needed = {}) {
    sim.requests.clear();
    UpdateSettings settings{{RepositorySimulator::metadata_url}, now, [this](const std::string& text) {
                              warnings.push_back(text);
                            }};
    settings.needed = std::move(needed);
    return Updater(cache, sim, std::move(settings));
  }

  // "root 1 timestamp 2": name and version of every file in the folder; "x ?" for what is no metadata.
  std::string trusted() const {
    std::string text;
    for (const char* role : {"root", "timestamp", "snapshot", "targets", "alice", "bob"}) {
      const auto bytes = MetadataCache(folder.path()).read(RoleName::of(role));
      if (!bytes) continue;
      const Json json = parse_json(*bytes, role);
      text += fmt::format("{}{} {}", text.empty() ? "" : " ", role,
                          JsonReader(json, role)["signed"]["version"].whole_number(1, INT64_MAX));
    }
    return text;
  }

  std::size_t files() const {
    const std::filesystem::directory_iterator inside(folder / "metadata");
    return static_cast<std::size_t>(std::distance(begin(inside), end(inside)));
  }

  RepositorySimulator& sim;
  UtcTime now;
  test::TempDir folder;
  std::vector<std::string> warnings;
};

inline const std::string from_site = fmt::format(" from {}", RepositorySimulator::metadata_url);

inline std::string kind_of_refresh(Machine& machine) {
  return caught([&] { machine.refresh(); }).kind;
}

}  // namespace tuf
