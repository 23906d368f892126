#include "client/metadata_cache.h"

#include <catch2/catch.hpp>
#include <filesystem>

#include "tests/support/caught.h"
#include "tests/support/repository_simulator.h"
#include "tests/support/temp_dir.h"

namespace tuf {
namespace {

std::filesystem::perms mode_of(const std::filesystem::path& path) {
  return std::filesystem::status(path).permissions() & std::filesystem::perms::all;
}

}  // namespace

TEST_CASE("P-12 the trusted folder is for its owner only and refused when others can write there",
          "[metadata_cache]") {
  test::TempDir folder;
  const MetadataCache cache(folder / "state");
  CHECK(mode_of(folder / "state") == std::filesystem::perms(0700));
  CHECK(mode_of(folder / "state/metadata") == std::filesystem::perms(0700));
  const std::string open_folder = GENERATE("state", "state/metadata");
  std::filesystem::permissions(folder / open_folder, std::filesystem::perms(0777));
  CHECK(caught([&] { MetadataCache again(folder / "state"); }).kind == "refused");
}

TEST_CASE("a written file is read back whole and in its place", "[metadata_cache]") {
  test::TempDir folder;
  const MetadataCache cache(folder / "state");
  const Bytes bytes("any bytes\0at all", 16);
  cache.write(RoleName::of("a/b"), bytes);
  CHECK(cache.read(RoleName::of("a/b")) == bytes);
  CHECK(test::read_text(folder / "state/metadata/a%2Fb.json") == bytes);
  CHECK_FALSE(cache.read(RoleName::of("a")));
}

TEST_CASE("D-07 what cannot be read is no cache", "[metadata_cache]") {
  test::TempDir folder;
  const MetadataCache cache(folder / "state");
  std::filesystem::create_directory(folder / "state/metadata/timestamp.json");
  CHECK_FALSE(cache.read(RoleName::of("timestamp")));
  CHECK_FALSE(cache.use(RoleName::of("timestamp"), [](ByteView) { FAIL("there is nothing to look at"); }));
}

TEST_CASE("a cached file that is refused is not used and a defect is not hidden", "[metadata_cache]") {
  test::TempDir folder;
  const MetadataCache cache(folder / "state");
  const RoleName role = RoleName::of("targets");
  cache.write(role, "bytes");
  CHECK(cache.use(role, [](ByteView bytes) { CHECK(bytes == "bytes"); }));
  CHECK_FALSE(cache.use(role, [](ByteView) { throw expired("too old"); }));
  CHECK_THROWS_AS(cache.use(role, [](ByteView) { throw bug("a defect"); }), Error);
}

TEST_CASE("D-07 a missing or damaged root is no trusted root and the message says which and why",
          "[metadata_cache]") {
  RepositorySimulator sim;
  test::TempDir folder;
  const MetadataCache cache(folder / "state");
  const std::string path = "'" + (folder / "state/metadata/root.json").string() + "'";
  CHECK(caught([&] { cache.root_chain(); }) ==
        Caught{"no-trusted-root", "there is no trusted root in " + path});
  cache.write(RoleName::of("root"), sim.root_file(1));
  CHECK(cache.root_chain().version() == 1);
  sim.signers["root"] = {"mallory"};
  sim.publish_root();
  cache.write(RoleName::of("root"), sim.root_file(1));
  const Caught damaged = caught([&] { cache.root_chain(); });
  CHECK(damaged.kind == "no-trusted-root");
  CHECK(damaged.message.find("the trusted root in " + path + " is damaged: ") == 0);
  CHECK_FALSE(cache.has_sound_root());
}

TEST_CASE("status reads only files that the root stands for", "[metadata_cache]") {
  RepositorySimulator sim;
  test::TempDir folder;
  const MetadataCache cache(folder / "state");
  CHECK_FALSE(cache.timestamp_under(sim.root));
  cache.write(RoleName::of("timestamp"), sim.file_of("timestamp"));
  cache.write(RoleName::of("snapshot"), sim.file_of("snapshot"));
  CHECK(cache.timestamp_under(sim.root)->version == 1);
  CHECK(cache.snapshot_under(sim.root)->version == 1);
  sim.set_keys("timestamp", {"fresh timestamp"});
  CHECK_FALSE(cache.timestamp_under(sim.root));
}

TEST_CASE("the time of the last refresh is kept and damage to it does no harm", "[metadata_cache]") {
  test::TempDir folder;
  const MetadataCache cache(folder / "state");
  CHECK_FALSE(cache.last_refresh());
  cache.note_refresh(UtcTime::from_unix(1'800'000'000));
  CHECK(cache.last_refresh() == UtcTime::from_unix(1'800'000'000));
  test::write_text(folder / "state/last_refresh", "yesterday");
  CHECK_FALSE(cache.last_refresh());
}

}  // namespace tuf
