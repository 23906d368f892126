// D-07: whatever happened to a file of the trusted folder, the next run heals it by itself. Only the trusted
// root cannot be had again; there the message says what is wrong and the way out.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <functional>

#include "client/updater.h"
#include "tests/support/caught_with_hint.h"
#include "tests/support/updating_machine.h"

namespace tuf {
namespace {

namespace fs = std::filesystem;

struct Damage {
  std::string name;
  std::function<void(const fs::path&)> inflict;  // on a file that is there
  std::string reason;  // why a root in that state cannot be used; PATH stands for the path
};

void replace_by_link(const fs::path& file, const fs::path& target) {
  fs::remove(file);
  fs::create_symlink(target, file);
}

void flip(const fs::path& file, std::size_t eighths) {
  Bytes bytes = test::read_text(file);
  bytes[bytes.size() * eighths / 8] ^= 1;
  test::write_text(file, bytes);
}

const std::vector<Damage>& damages() {
  static const std::vector<Damage> all{
      {"emptied", [](const fs::path& file) { test::write_text(file, ""); },
       "the trusted root is not valid JSON at byte 0: the document is empty"},
      {"cut off", [](const fs::path& file) { test::write_text(file, test::read_text(file).substr(0, 10)); },
       "the trusted root is not valid JSON at byte 10: missing a closing quotation mark in string"},
      {"garbage", [](const fs::path& file) { test::write_text(file, "garbage\n"); },
       "the trusted root is not valid JSON at byte 0: invalid value"},
      {"a file of another kind", [](const fs::path& file) { test::write_text(file, "{}"); },
       "the trusted root: signed is missing"},
      {"a byte flipped", [](const fs::path& file) { flip(file, 7); },
       "the trusted root (by its own keys) is signed by 0 of the 1 key it needs (missing: 969a5a70)"},
      {"zeros, as after a power failure",
       [](const fs::path& file) { test::write_text(file, Bytes(fs::file_size(file), '\0')); },
       "the trusted root is not valid JSON at byte 0: the document is empty"},
      {"larger than anything that is read",
       [](const fs::path& file) { fs::resize_file(file, (64u << 20) + 1); },
       "PATH is larger than the 67108864 bytes allowed here"},
      {"a folder with something in it",
       [](const fs::path& file) {
         fs::remove(file);
         test::write_text(file / "inside", "x");
       },
       "PATH is not a plain file"},
      {"a link to a good copy",
       [](const fs::path& file) {
         fs::rename(file, fs::path(file) += ".copy");
         replace_by_link(file, fs::path(file) += ".copy");
       },
       "PATH is a symbolic link, not a plain file"},
      {"a link to nothing", [](const fs::path& file) { replace_by_link(file, "/nowhere/at/all"); },
       "PATH is a symbolic link, not a plain file"},
      {"a link to a device without end", [](const fs::path& file) { replace_by_link(file, "/dev/zero"); },
       "PATH is a symbolic link, not a plain file"},
      {"a pipe that nobody writes to",
       [](const fs::path& file) {
         fs::remove(file);
         REQUIRE(mkfifo(file.c_str(), 0600) == 0);
       },
       "PATH is not a plain file"},
      {"not readable", [](const fs::path& file) { fs::permissions(file, fs::perms::none); },
       "cannot read PATH: Permission denied"},
      {"gone", [](const fs::path& file) { fs::remove(file); }, ""},
  };
  return all;
}

// Root may read everything: as long as this lives, the test is somebody else, who owns `folder`.
class AsOrdinaryUser {
 public:
  explicit AsOrdinaryUser(const fs::path& folder) : was_root_(geteuid() == 0) {
    if (!was_root_) return;
    constexpr uid_t nobody = 65534;
    REQUIRE(chown(folder.c_str(), nobody, gid_t(-1)) == 0);
    for (const auto& entry : fs::recursive_directory_iterator(folder))
      REQUIRE(lchown(entry.path().c_str(), nobody, gid_t(-1)) == 0);
    REQUIRE(seteuid(nobody) == 0);
  }
  ~AsOrdinaryUser() {
    if (was_root_ && seteuid(0) != 0) std::abort();
  }
  AsOrdinaryUser(const AsOrdinaryUser&) = delete;
  AsOrdinaryUser& operator=(const AsOrdinaryUser&) = delete;

 private:
  bool was_root_;
};

struct CachedStory {
  CachedStory() {
    sim.gives_tags = true;
    sim.add_delegation("targets", "alice", {"a/*"});
    sim.add_target("alice", "a/file", "content");
    sim.update_snapshot();
    machine.find("a/file");
    MetadataCache(machine.folder.path()).lock();
  }
  // As a program does it: with the lock.
  bool finds() {
    const MetadataCache cache(machine.folder.path());
    const FileLock lock = cache.lock();
    Updater updater = machine.updater(cache);
    const TopLevel top = updater.refresh();
    return find_target(top.targets, *TargetPath::parse("a/file"), updater.loader(top)).has_value();
  }
  RepositorySimulator sim;
  Machine machine{sim};
};

const std::vector<std::string> healing_files{"metadata/timestamp.json",
                                             "metadata/snapshot.json",
                                             "metadata/targets.json",
                                             "metadata/alice.json",
                                             "last_refresh",
                                             "timestamp.tag",
                                             "lock"};

}  // namespace

TEST_CASE("D-07 H-09 whatever happens to a file of the cache the next run heals it", "[metadata_cache]") {
  CachedStory story;
  const fs::path folder = story.machine.folder.path();
  std::size_t files = 0;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) files += entry.is_regular_file() ? 1 : 0;
  CHECK(files ==
        healing_files.size() + 1);  // and root.json: another file in there belongs into the list, too
  const std::string trusted = story.machine.trusted();
  const AsOrdinaryUser user(folder);
  for (const std::string& name : healing_files) {
    const Bytes before = test::read_text(folder / name);
    for (const Damage& damage : damages()) {
      INFO(name << ": " << damage.name);
      damage.inflict(folder / name);
      CHECK(story.finds());
      CHECK(story.machine.trusted() == trusted);
      if (name == "timestamp.tag") continue;  // written with the next new timestamp
      CHECK(fs::symlink_status(folder / name).type() == fs::file_type::regular);
      // A lock holds nothing, and the note of the last refresh may begin anew.
      if (name != "lock" && name != "last_refresh") CHECK(test::read_text(folder / name) == before);
      CHECK(story.finds());
      CHECK(story.sim.requests == Requests{"2.root.json", "timestamp.json"});
    }
  }
}

TEST_CASE("D-07 H-09 a flipped byte anywhere in a cached file is noticed and the file fetched again",
          "[metadata_cache]") {
  CachedStory story;
  const fs::path folder = story.machine.folder.path();
  for (const std::string& name : healing_files) {
    const Bytes before = test::read_text(folder / name);
    for (std::size_t eighths = 0; eighths < 8 && !before.empty(); ++eighths) {  // a lock is empty
      INFO(name << ": " << eighths << "/8");
      flip(folder / name, eighths);
      CHECK(story.finds());
      // A note may begin anew: the tag with the next timestamp, the time since when the timestamp is known.
      const bool may_differ = name == "timestamp.tag" || name == "last_refresh";
      if (!may_differ) CHECK(test::read_text(folder / name) == before);
    }
  }
}

TEST_CASE("D-07 when everything but the root is damaged at once the next run heals it", "[metadata_cache]") {
  const Damage damage = GENERATE(from_range(damages()));
  INFO(damage.name);
  CachedStory story;
  const std::string trusted = story.machine.trusted();
  const AsOrdinaryUser user(story.machine.folder.path());
  for (const std::string& name : healing_files) damage.inflict(story.machine.folder / name);
  CHECK(story.finds());
  CHECK(story.machine.trusted() == trusted);
  CHECK(story.finds());
  CHECK(story.sim.requests == Requests{"2.root.json", "timestamp.json"});
}

TEST_CASE("D-07 a damaged root stops everything with the reason and the way out and nothing else changes",
          "[metadata_cache]") {
  const Damage damage = GENERATE(from_range(damages()));
  INFO(damage.name);
  CachedStory story;
  const fs::path root = story.machine.folder / "metadata/root.json";
  const AsOrdinaryUser user(story.machine.folder.path());
  damage.inflict(root);
  story.sim.requests.clear();
  const CaughtWithHint caught = caught_with_hint([&] { story.machine.refresh(); });
  CHECK(caught.error.kind == "no-trusted-root");  // exit code 14
  CHECK(caught.hint ==
        "set the repository up again with 'pgclient init', with the root digest from where you had it");
  CHECK(story.sim.requests.empty());
  const std::string path = "'" + root.string() + "'";
  std::string reason = damage.reason;
  if (const std::size_t at = reason.find("PATH"); at != std::string::npos) reason.replace(at, 4, path);
  CHECK(caught.error.message == (damage.name == "gone"
                                     ? "there is no trusted root in " + path
                                     : "the trusted root in " + path + " is damaged: " + reason));

  // The way out, as `pgclient init` goes it.
  const MetadataCache cache(story.machine.folder.path());
  CHECK_FALSE(cache.has_sound_root());
  cache.write(RoleName::of("root"), story.sim.root_file(1));
  CHECK(story.finds());
  CHECK(story.sim.requests == Requests{"2.root.json", "timestamp.json"});
}

}  // namespace tuf
