#pragma once
// The client under test as the public suite sees it: one call is one run of the program against the simulated
// repository. What a test can ask afterwards is what the suite can ask: how the run ended, which requests it
// made, what lies in its two folders.

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "client/conformance.h"
#include "libtufcore/json.h"
#include "tests/support/caught.h"
#include "tests/support/repository_simulator.h"
#include "tests/support/temp_dir.h"

namespace tuf {

struct ConformanceMachine {
  using Texts = std::vector<std::string>;

  explicit ConformanceMachine(RepositorySimulator& simulator) : sim(simulator), now(simulator.now) {
    init(sim.root_file(1));
  }

  Caught init(const Bytes& root) {
    sim.requests.clear();
    test::write_text(folder / "root-to-trust", root);
    return caught([&] { conformance_init(metadata_dir(), folder / "root-to-trust"); });
  }

  Caught refresh() {
    return run([&](const ConformanceSettings& settings) { conformance_refresh(settings, sim); });
  }

  Caught download(const Texts& targets) {
    return run([&](const ConformanceSettings& settings) {
      conformance_download(settings, sim, targets, RepositorySimulator::targets_url, target_dir());
    });
  }

  // "root 1, snapshot 1": the metadata files of the folder, by name, with their versions.
  std::string trusted() const {
    std::map<std::string, std::string> versions;
    for (const auto& entry : std::filesystem::directory_iterator(metadata_dir())) {
      if (entry.path().extension() != ".json") continue;
      const std::string role = entry.path().stem().string();
      const Json json = parse_json(test::read_text(entry.path()), role);
      versions[role] =
          fmt::format("{} {}", role, JsonReader(json, role)["signed"]["version"].whole_number(1, INT64_MAX));
    }
    std::string text;
    for (const auto& [role, version] : versions) text += (text.empty() ? "" : ", ") + version;
    return text;
  }

  Bytes kept(const std::string& role) const { return test::read_text(metadata_dir() / (role + ".json")); }

  // The target folder: names and contents.
  std::map<std::string, std::string> got() const {
    std::map<std::string, std::string> files;
    if (!std::filesystem::exists(target_dir())) return files;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(target_dir()))
      files[std::filesystem::relative(entry.path(), target_dir()).string()] = test::read_text(entry.path());
    return files;
  }

  std::filesystem::path metadata_dir() const { return folder / "metadata"; }
  std::filesystem::path target_dir() const { return folder / "targets"; }

  RepositorySimulator& sim;
  UtcTime now;
  test::TempDir folder;
  Texts warnings;

 private:
  template <typename Action>
  Caught run(Action action) {
    sim.requests.clear();
    sim.rounds.clear();
    const Caught result = caught([&] {
      action({.metadata_dir = metadata_dir(),
              .metadata_url = RepositorySimulator::metadata_url,
              .now = now,
              .warn = [this](const std::string& text) { warnings.push_back(text); }});
    });
    // Never side by side.
    CHECK(std::all_of(sim.rounds.begin(), sim.rounds.end(), [](std::size_t count) { return count == 1; }));
    return result;
  }
};

using Requests = std::vector<std::string>;
inline const Caught success{"nothing", ""};

}  // namespace tuf
