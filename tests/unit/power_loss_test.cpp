// D-04: the power goes off at any moment. What the client does is recorded; every state that a disk may be in
// afterwards (tests/support/power_loss.h) is laid out as a folder, and the client goes on from there.
#include "tests/support/power_loss.h"

#include <catch2/catch.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
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

bool may_follow(const std::vector<PowerLoss>& losses, const DiskState& disk) {
  return std::any_of(losses.begin(), losses.end(), [&](const PowerLoss& loss) { return loss.disk == disk; });
}

}  // namespace

TEST_CASE("D-04 the recording knows each step of a write and every state that it may leave", "[power_loss]") {
  const test::TempDir dir;
  test::write_text(dir / "f", "old");
  PowerLossRecording recording(dir.path());
  write_file_atomically(dir / "f", "new!");
  CHECK(recording.steps() == Steps{"make .f.tmp-000000", "write 4 bytes to .f.tmp-000000", "sync .f.tmp-000000",
                                   "rename .f.tmp-000000 to f", "sync folder ."});
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

}  // namespace tuf
