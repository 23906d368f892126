#include "client/metadata_cache.h"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>

#include "client/trusted_state.h"
#include "tests/support/caught_with_hint.h"
#include "tests/support/repository_simulator.h"
#include "tests/support/temp_dir.h"

namespace tuf {
namespace {

std::filesystem::perms mode_of(const std::filesystem::path& path) {
  return std::filesystem::status(path).permissions() & std::filesystem::perms::all;
}

struct StateHome {
  explicit StateHome(const std::filesystem::path& folder) { setenv("XDG_STATE_HOME", folder.c_str(), 1); }
  ~StateHome() { unsetenv("XDG_STATE_HOME"); }
};

}  // namespace

TEST_CASE("P-12 the trusted folder is for its owner only and refused when others can write there",
          "[metadata_cache]") {
  const test::TempDir base;
  const StateHome state_home(base.path());
  const std::filesystem::path folder = state_directory() / "client/playground";
  const auto open_cache = [&] { const MetadataCache cache(folder); };
  open_cache();
  MetadataCache(folder).write_beside(folder / "projects/abc.json", "facts");
  for (const char* made : {"pg", "pg/client", "pg/client/playground", "pg/client/playground/metadata",
                           "pg/client/playground/projects"}) {
    INFO(made);
    const std::filesystem::path path = base / made;
    CHECK(mode_of(path) == std::filesystem::perms(0700));
    const std::string shown = "'" + path.string() + "'";
    for (const unsigned mode : {0720u, 0702u, 0777u}) {
      std::filesystem::permissions(path, std::filesystem::perms(mode));
      const CaughtWithHint refused = caught_with_hint(open_cache);
      CHECK(refused.error ==
            Caught{"refused", shown + " can be written by other users, so nothing in it can be trusted"});
      CHECK(refused.hint == "chmod go-w " + shown);
    }
    std::filesystem::permissions(path, std::filesystem::perms(0755));  // others may look
    CHECK(caught(open_cache).kind == "nothing");
    std::filesystem::permissions(path, std::filesystem::perms(0700));
  }
  // The folder above is the user's own business, as long as it is not the system's way of sharing.
  std::filesystem::permissions(base.path(), std::filesystem::perms(0775));
  CHECK(caught(open_cache).kind == "nothing");
}

TEST_CASE("P-12 a trusted folder of another user is refused", "[metadata_cache]") {
  if (geteuid() != 0) {
    WARN("skipped: only root can give a folder to somebody else");
    return;
  }
  const test::TempDir base;
  MetadataCache(base / "state");
  REQUIRE(chown((base / "state").c_str(), 65534, gid_t(-1)) == 0);
  const CaughtWithHint refused = caught_with_hint([&] { MetadataCache(base / "state"); });
  CHECK(refused.error == Caught{"refused", "'" + (base / "state").string() +
                                               "' belongs to another user (uid 65534), so nothing in it can be trusted"});
  CHECK(refused.hint == "use a folder of your own");
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
  CHECK_FALSE(trusted_role<Timestamp>(cache, sim.root).version);
  cache.write(RoleName::of("timestamp"), sim.file_of("timestamp"));
  cache.write(RoleName::of("snapshot"), sim.file_of("snapshot"));
  CHECK(trusted_role<Timestamp>(cache, sim.root).version == 1u);
  CHECK(trusted_role<Snapshot>(cache, sim.root).version == 1u);
  sim.set_keys("timestamp", {"fresh timestamp"});
  CHECK_FALSE(trusted_role<Timestamp>(cache, sim.root).version);
}

TEST_CASE("the time of the last refresh is kept and damage to it does no harm", "[metadata_cache]") {
  test::TempDir folder;
  const MetadataCache cache(folder / "state");
  CHECK_FALSE(cache.last_refresh());
  cache.note_refresh(UtcTime::from_unix(1'800'000'000), 7);
  CHECK(cache.last_refresh() == UtcTime::from_unix(1'800'000'000));
  test::write_text(folder / "state/last_refresh", "yesterday");
  CHECK_FALSE(cache.last_refresh());
}

}  // namespace tuf
