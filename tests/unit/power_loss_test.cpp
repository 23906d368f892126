// D-04: the power goes off at any moment. What the client does is recorded; every state that a disk may be in
// afterwards (tests/support/power_loss.h) is laid out as a folder, and the client goes on from there.
#include "tests/support/power_loss.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdio>

#include "client/download.h"
#include "libtufcore/error.h"
#include "tests/support/updating_machine.h"

namespace tuf {
namespace {

using test::DiskState;
using test::PowerLoss;
using test::PowerLossRecording;
using Steps = std::vector<std::string>;

// A machine that finds this on its disk when it starts again.
struct MachineAfter : Machine {
  MachineAfter(RepositorySimulator& simulator, const DiskState& disk) : Machine(simulator) {
    std::filesystem::remove_all(folder.path());
    test::write_disk_state(disk, folder.path());
  }
  std::optional<Bytes> file(const char* role) const {
    return MetadataCache(folder.path()).read(RoleName::of(role));
  }
};

// The first trust, as `pgclient init` does it, also after one that ended in the middle.
void set_up(const std::filesystem::path& folder, RepositorySimulator& sim, Machine& machine,
            const std::function<void()>& root_is_kept) {
  const MetadataCache cache(folder);
  const FileLock lock = cache.lock();
  if (!cache.has_sound_root()) cache.write(RoleName::of("root"), sim.root_file(1));
  root_is_kept();
  machine.updater(cache).refresh();
}

bool may_follow(const std::vector<PowerLoss>& losses, const DiskState& disk) {
  return std::any_of(losses.begin(), losses.end(), [&](const PowerLoss& loss) { return loss.disk == disk; });
}

}  // namespace

TEST_CASE("D-04 the recording knows each step of a write and every state that it may leave", "[power_loss]") {
  const test::TempDir dir;
  test::write_text(dir / "f", "old");
  PowerLossRecording recording(dir.path());
  write_file_atomically(dir / "f", "new!");
  CHECK(recording.steps() == Steps{"make .f.tmp-000000", "write 4 bytes to .f.tmp-000000",
                                   "sync .f.tmp-000000", "rename .f.tmp-000000 to f", "sync folder ."});
  recording.promise();
  const auto losses = recording.power_losses();
  CHECK(may_follow(losses, {{"f", "old"}}));
  CHECK(may_follow(losses, {{"f", "old"}, {".f.tmp-000000", "ne"}}));
  CHECK(may_follow(losses, {{"f", "old"}, {".f.tmp-000000", "new!"}}));
  CHECK(may_follow(losses, {{"f", "new!"}}));
  for (const PowerLoss& loss : losses) {
    INFO(loss.when);
    CHECK((loss.disk.at("f") == "new!" || (loss.promises == 0 && loss.disk.at("f") == "old")));
  }
}

TEST_CASE("D-04 the recording finds the faults of a careless writer", "[power_loss]") {
  const test::TempDir dir;
  test::write_text(dir / "f", "old");
  const bool syncs = GENERATE(false, true);
  PowerLossRecording recording(dir.path());
  const Descriptor file(open((dir / "t").c_str(), O_WRONLY | O_CREAT, 0600));
  REQUIRE(write(file.get(), "new!", 4) == 4);
  if (syncs) REQUIRE(fsync(file.get()) == 0);
  REQUIRE(rename((dir / "t").c_str(), (dir / "f").c_str()) == 0);
  recording.promise();
  const auto losses = recording.power_losses();
  CHECK(losses.back().promises == 1);
  CHECK(may_follow(losses, {{"f", "old"}}));  // the name was never safe
  for (const char* torn : {"", "ne"}) CHECK(may_follow(losses, {{"f", torn}}) == !syncs);
  CHECK(may_follow(losses, {{"f", std::string(4, '\0')}}) == !syncs);
  CHECK(may_follow(losses, {{"f", "new!"}}));
}

TEST_CASE("D-04 a first set-up that loses power leaves nothing or the root and can be repeated",
          "[power_loss]") {
  RepositorySimulator sim;
  Machine machine(sim);
  const test::TempDir base;
  PowerLossRecording recording(base.path());
  set_up(base / "state/repository", sim, machine, [&] { recording.promise(); });
  recording.promise();
  const auto losses = recording.power_losses();
  CHECK(losses.back().promises == 2);
  const test::QuickSync quick;
  for (const PowerLoss& loss : losses) {
    INFO(loss.when);
    const test::TempDir after;
    test::write_disk_state(loss.disk, after.path());
    const MetadataCache cache(after / "state/repository");
    CHECK((cache.has_sound_root() || (loss.promises == 0 && !cache.read(RoleName::of("root")))));
    set_up(cache.folder(), sim, machine, [] {});
    CHECK(cache.root_chain().version() == 1);
    CHECK(cache.read(RoleName::of("timestamp")) == sim.file_of("timestamp"));
    CHECK(cache.read(RoleName::of("targets")) == sim.file_of("targets"));
  }
}

TEST_CASE("D-04 a refresh that loses power leaves each trusted file old or new and the next one succeeds",
          "[power_loss]") {
  RepositorySimulator sim;
  sim.gives_tags = true;
  sim.states_hashes = GENERATE(false, true);
  sim.add_delegation("targets", "alice", {"a/*"});
  sim.add_target("alice", "a/file", "old");
  sim.update_snapshot();
  Machine machine(sim);
  machine.find("a/file");
  const DiskState before = test::read_disk_state(machine.folder.path());

  for (int i = 0; i < 2; ++i) {
    sim.root.version += 1;
    sim.publish_root();
  }
  sim.add_target("alice", "a/file", "new!");
  sim.targets.version += 1;
  sim.delegated.at("alice").version += 1;
  sim.update_snapshot();
  PowerLossRecording recording(machine.folder.path());
  machine.find("a/file");
  recording.promise();
  const auto losses = recording.power_losses();
  const DiskState now = test::read_disk_state(machine.folder.path());

  const test::QuickSync quick;
  for (const PowerLoss& loss : losses) {
    INFO(loss.when);
    MachineAfter after(sim, loss.disk);
    for (const std::string role : {"timestamp", "snapshot"}) {
      const std::string name = "metadata/" + role + ".json";
      CHECK((loss.disk.at(name) == before.at(name) || loss.disk.at(name) == now.at(name)));
    }
    const std::uint64_t root = MetadataCache(after.folder.path()).root_chain().version();
    CHECK((root == 3 || (loss.promises == 0 && root >= 1)));
    const auto found = after.find("a/file");
    REQUIRE(found);
    CHECK(found->file.length == 4);
    CHECK(after.trusted() == machine.trusted());
    CHECK(after.find("a/file"));
    CHECK(sim.requests ==
          Requests{"4.root.json", "timestamp.json"});  // whole again: nothing else is asked for
  }
}

TEST_CASE("D-04 a download that loses power leaves the old file or the whole new one", "[power_loss]") {
  const bool replaces = GENERATE(false, true);
  RepositorySimulator sim;
  const Bytes content(3000, 'c');
  sim.add_target("targets", "abc.tgz", content);
  const TargetPath path = *TargetPath::parse("abc.tgz");
  const FoundTarget target{
      path, sim.targets.targets.at(path), RoleName::of("targets"), {RoleName::of("targets")}};
  const auto fetch_into = [&](const std::filesystem::path& folder) {
    make_directories(folder);
    if (look_at_output(folder / "abc.tgz", target.file) == OutputNow::same_content) return;
    download_target(sim, target_url(RepositorySimulator::targets_url, target, TargetNaming::with_digest),
                    target, folder / "abc.tgz", replaces ? Existing::replace : Existing::refuse,
                    [](std::uint64_t) {});
  };
  const test::TempDir dir;
  if (replaces) test::write_text(dir / "got/abc.tgz", "another version");
  PowerLossRecording recording(dir.path());
  fetch_into(dir / "got");
  recording.promise();
  const test::QuickSync quick;
  for (const PowerLoss& loss : recording.power_losses()) {
    INFO(loss.when);
    const auto left = loss.disk.find("got/abc.tgz");
    if (left == loss.disk.end())
      CHECK((loss.promises == 0 && !replaces));
    else
      CHECK((left->second == content || (loss.promises == 0 && left->second == "another version")));
    const test::TempDir after;
    test::write_disk_state(loss.disk, after.path());
    fetch_into(after / "got");
    CHECK(test::read_disk_state(after.path()) == DiskState{{"got", std::nullopt}, {"got/abc.tgz", content}});
  }
}

}  // namespace tuf
