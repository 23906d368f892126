#include "client/lock_file.h"

#include <catch2/catch.hpp>
#include <cstdlib>

#include "client/locked_releases.h"
#include "client/release_choice.h"
#include "libtufcore/io/output.h"
#include "tests/support/caught_with_hint.h"
#include "tests/support/repository_simulator.h"
#include "tests/support/temp_dir.h"

namespace tuf {
namespace {

const std::string path_a = "abc/abc/1.0.0/abc.tgz", path_b = "abc/abc/1.0.0/doc.txt";
constexpr const char* what = "'pg.lock'";

// A repository, a machine that trusts it, and a lock of abc 1.0.0.
struct Story {
  Story() {
    setenv("XDG_STATE_HOME", folder.path().c_str(), 1);
    sim.root.extra["x-pg-repository"] = "playground";
    sim.root.version = 2;
    sim.publish_root();
    sim.add_delegation("targets", "blocked", {"*/*/*/*"});
    sim.add_delegation("targets", "claimed", {"*/*/*/*"});
    sim.add_delegation("claimed", "abc", {"abc/*/*/*"}, true);
    sim.add_delegation("abc", "abc.rel", {"abc/*/*/*"}, true, {"alice"});
    for (const std::string& path : {path_a, path_b, std::string("abc/abc/1.1.0/abc.tgz")})
      sim.add_target("abc.rel", path, path);
    sim.update_snapshot();
    MetadataCache(config.folder()).write(RoleName::of("root"), sim.root_file(1));
    write_repository(config);
    lock.repositories[{"playground", config.root_sha256}] = {
        2,
        {{abc, locked_release(choose_release(view(), abc, VersionRequest::from_user("1.0.0"), out), "^1")}}};
  }
  ~Story() { unsetenv("XDG_STATE_HOME"); }

  ProjectView view(Ask ask = Ask::server) {
    return look_up_project(config, sim, abc.project, sim.now.plus_seconds(later), out, ask);
  }
  LockedRelease& locked() { return lock.repositories.begin()->second.releases.at(abc); }
  // The names of the files that a locked fetch would get.
  std::vector<std::string> files() {
    const LockedPart part = parts_of(lock, {}, std::nullopt, what).at(0);
    const ProjectView now = view();
    require_same_root(part, now, what);
    std::vector<std::string> names;
    for (const ReleaseFile& file : release_as_locked(abc, part.locked.releases.at(abc), now, what, out).files)
      names.push_back(file.name.text());
    return names;
  }
  Caught failure() {
    return caught([&] { files(); });
  }
  Targets& releases() { return sim.role("abc.rel"); }
  void publish() {
    releases().version += 1;
    sim.update_snapshot();
  }
  TargetFile& stated(const std::string& path) { return releases().targets.at(*TargetPath::parse(path)); }
  const std::vector<std::string>& warnings() const { return OutputAccess::warnings(out); }

  RepositorySimulator sim;
  std::int64_t later = 0;
  test::TempDir folder;
  RepositoryConfig config{*FileName::parse("playground"), "https://sim.example", sha256_of("pinned")};
  WantedProduct abc = WantedProduct::from_user("abc");
  Output out{"pgclient", Output::Form::json, true, false};
  LockFile lock;
};

Digest digest(const std::string& text) { return sha256_of(text); }

Caught mistake(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return caught([&] { LockFile::parse(text.replace(at, from.size(), to), "pg.lock"); });
}

}  // namespace

TEST_CASE("a lock is sorted and equal locks are equal bytes", "[lock_file]") {
  Story story;
  const Bytes text = story.lock.text();
  CHECK(text ==
        R"({
  "repositories": [
    {
      "name": "playground",
      "releases": [
        {
          "files": [
            {
              "length": 21,
              "path": "abc/abc/1.0.0/abc.tgz",
              "sha256": ")" +
            digest(path_a).hex() + R"("
            },
            {
              "length": 21,
              "path": "abc/abc/1.0.0/doc.txt",
              "sha256": ")" +
            digest(path_b).hex() + R"("
            }
          ],
          "product": "abc",
          "project": "abc",
          "requested": "^1",
          "version": "1.0.0"
        }
      ],
      "root_sha256": ")" +
            digest("pinned").hex() + R"(",
      "root_version": 2
    }
  ],
  "schema": "pg.lock/1"
}
)");
  const LockFile again = LockFile::parse(text, "pg.lock");
  CHECK(again == story.lock);
  CHECK(again.text() == text);
}

TEST_CASE("a lock with anything unknown or contradictory is refused", "[lock_file]") {
  Story story;
  const Bytes text = story.lock.text();
  CHECK(mistake(text, "pg.lock/1", "pg.lock/2") ==
        Caught{"refused", "pg.lock: schema must be 'pg.lock/1', the format that this pgclient knows"});
  CHECK(mistake(text, "\"sha256\"", "\"sha265\"") ==
        Caught{"refused",
               "pg.lock: repositories[0].releases[0].files[0].sha265 is no member that this pgclient knows"});
  CHECK(mistake(text, digest(path_a).hex(), "00") ==
        Caught{"refused",
               "pg.lock: repositories[0].releases[0].files[0].sha256 must be 64 hexadecimal digits"});
  CHECK(mistake(text, "abc/abc/1.0.0/doc.txt", "abc/abc/1.0.0/abc.tgz") ==
        Caught{"refused", "pg.lock: repositories[0].releases[0].files[1].path must be there once"});
  const std::string path = GENERATE(as<std::string>(), "abc/abc/1.1.0/abc.tgz", "def/abc/1.0.0/abc.tgz",
                                    "../../etc/passwd", "abc/abc/1.0.0/../x", "abc/cli/1.0.0/abc.tgz", "");
  CHECK(mistake(text, "abc/abc/1.0.0/abc.tgz", path) ==
        Caught{"refused",
               "pg.lock: repositories[0].releases[0].files[0].path must be a path below abc/abc/1.0.0/"});
  const auto [from, to] =
      GENERATE(table<std::string, std::string>({{"\"length\": 21", "\"length\": -1"},
                                                {"\"root_version\": 2", "\"root_version\": 0"},
                                                {"\"project\": \"abc\"", "\"project\": \"A\""},
                                                {"\"version\": \"1.0.0\"", "\"version\": \"\""},
                                                {"\"requested\": \"^1\",", ""},
                                                {"\"schema\"", "\"x\": 1, \"schema\""},
                                                {"\"name\"", "\"url\": \"x\", \"name\""},
                                                {"pg.lock/1\"\n}", "pg.lock/1\"\n} {}"}}));
  INFO(from << " to " << to);
  CHECK(mistake(text, from, to).kind == "refused");
}

TEST_CASE("a lock file is written once and never over what somebody else wrote", "[lock_file]") {
  Story story;
  const auto path = story.folder / "pg.lock";
  CHECK(caught([&] { read_lock_file(path); }).kind == "not-found");
  write_lock_file(path, story.lock, std::nullopt);
  CHECK(read_lock_file(path) == story.lock);
  const auto before = read_lock_file_if_there(path);
  story.locked().requested = "latest";
  test::write_text(path, "somebody's");
  CHECK(caught([&] { write_lock_file(path, story.lock, before); }).kind == "conflict");
  CHECK(test::read_text(path) == "somebody's");
}

TEST_CASE("what is locked is what the repository says", "[lock_file]") {
  Story story;
  CHECK(story.files() == std::vector<std::string>{"abc.tgz", "doc.txt"});
  CHECK(story.warnings().empty());
}

TEST_CASE("a release whose bytes changed is refused", "[lock_file]") {
  Story story;
  const TargetFile before = story.stated(path_b);
  story.sim.add_target("abc.rel", path_b, "other content of other length");
  story.publish();
  CHECK(story.failure() ==
        Caught{"refused", "abc/abc/1.0.0/doc.txt is not what 'pg.lock' says: expected 21 bytes, sha256 " +
                              before.hashes.begin()->second.hex() +
                              "; the repository says 29 bytes, sha256 " +
                              digest("other content of other length").hex()});
  // Same digest and another length, same length and another digest.
  story.stated(path_b) = before;
  story.stated(path_b).length = 20;
  story.publish();
  CHECK(story.failure().kind == "refused");
  story.stated(path_b) = before;
  story.stated(path_b).hashes = {{HashAlgorithm::sha256, digest("another")}};
  story.publish();
  CHECK(story.failure().kind == "refused");
  story.stated(path_b) = before;
  story.publish();
  CHECK(story.failure().kind == "nothing");
}

TEST_CASE("one algorithm in common decides and none in common is refused", "[lock_file]") {
  Story story;
  const Digest other = digest_of(HashAlgorithm::sha512, path_b);
  story.stated(path_b).hashes.emplace(HashAlgorithm::sha512, other);
  story.publish();
  CHECK(story.failure().kind == "nothing");
  story.stated(path_b).hashes.erase(HashAlgorithm::sha256);
  story.publish();
  CHECK(story.failure().kind == "refused");
  story.locked().files.at(path_b).hashes.emplace(HashAlgorithm::sha512, other);
  CHECK(story.failure().kind == "nothing");
  story.locked().files.at(path_b).hashes.insert_or_assign(HashAlgorithm::sha512,
                                                          digest_of(HashAlgorithm::sha512, "x"));
  CHECK(story.failure().kind == "refused");
}

TEST_CASE("a lock in a merge conflict and one that is no JSON are told with the way out", "[lock_file]") {
  const auto failure = [](const std::string& text) {
    return caught_with_hint([&] { parse_lock_file(text, "pg.lock"); });
  };
  for (const std::string text : {"{\n<<<<<<< HEAD\n}", "<<<<<<< ours\n"}) {
    CHECK(failure(text).error == Caught{"configuration", "'pg.lock' holds the marks of a merge conflict"});
    CHECK(failure(text).hint ==
          "resolve the conflict, or remove the file and write it again with 'pgclient lock PROJECT...'");
  }
  const CaughtWithHint no_json = failure("{");
  CHECK(no_json.error ==
        Caught{"configuration", "'pg.lock' is not valid JSON at byte 1: missing a name for object member"});
  CHECK(no_json.hint ==
        "take it from version control again, or remove it and write it with 'pgclient lock PROJECT...'");
  CHECK(failure("{\"schema\": \"pg.lock/1\", \"repositories\": []}").error.kind == "nothing");
  const test::TempDir dir;
  const auto missing = caught_with_hint([&] { read_lock_file(dir / "own.lock"); });
  CHECK(missing.error == Caught{"not-found", fmt::format("there is no '{}'", (dir / "own.lock").string())});
  CHECK(missing.hint ==
        fmt::format("pgclient lock PROJECT --lock-file '{}' makes one", (dir / "own.lock").string()));
}

TEST_CASE("a removed release and a removed file are refused", "[lock_file]") {
  Story story;
  story.releases().targets.erase(*TargetPath::parse(path_b));
  story.publish();
  CHECK(story.failure() ==
        Caught{"refused", "'pg.lock' has abc/abc/1.0.0/doc.txt, which is not in the repository any more"});
  story.releases().targets.erase(*TargetPath::parse(path_a));
  story.publish();
  CHECK(story.failure() ==
        Caught{"refused", "'pg.lock' has abc 1.0.0, which is not in the repository any more"});
}

TEST_CASE("a blocked project is refused although it is locked", "[lock_file]") {
  Story story;
  story.sim.add_delegation("blocked", "blocked.void", {"abc/*/*/*"}, true);
  story.sim.role("blocked").version = 2;
  story.sim.update_snapshot();
  CHECK(
      story.failure() ==
      Caught{"refused",
             "'pg.lock' has abc 1.0.0, but project abc is blocked by the administrators of the repository"});
}

TEST_CASE("a yanked release is fetched with a warning and a new file is left out", "[lock_file]") {
  Story story;
  story.stated(path_a).custom = Json(Json::Object{{"yanked", "breaks \x1b[31mthings"}});
  story.sim.add_target("abc.rel", "abc/abc/1.0.0/extra.txt", "more");
  story.publish();
  CHECK(story.files() == std::vector<std::string>{"abc.tgz", "doc.txt"});
  CHECK(story.warnings() ==
        std::vector<std::string>{"abc 1.0.0 has a file that 'pg.lock' has not: abc/abc/1.0.0/extra.txt",
                                 "abc 1.0.0 is yanked: breaks \\x1b[31mthings"});
}

TEST_CASE("a lock for another root is refused and asks no server", "[lock_file]") {
  Story story;
  auto entry = story.lock.repositories.extract(story.lock.repositories.begin());
  entry.key().root_sha256 = digest("another root");
  story.lock.repositories.insert(std::move(entry));
  story.sim.requests.clear();
  CHECK(story.failure() ==
        Caught{"refused", "'pg.lock' was made for repository 'playground' with the root of sha256 " +
                              digest("another root").hex() + ", and no repository here has it"});
  CHECK(caught([&] { parts_of(story.lock, {}, "playground", what); }) ==
        Caught{"refused", "'pg.lock' was not made for repository playground, whose pinned root has sha256 " +
                              digest("pinned").hex()});
  CHECK(story.sim.requests.empty());
}

TEST_CASE("a lock made under a newer root than is to be had is a rollback", "[lock_file]") {
  Story story;
  story.lock.repositories.begin()->second.root_version = 3;
  CHECK(story.failure() ==
        Caught{"rollback",
               "'pg.lock' was made under version 3 of the root of repository playground, and the newest "
               "known here is version 2"});
  story.sim.root.version = 3;
  story.sim.publish_root();
  CHECK(story.failure().kind == "nothing");
}

TEST_CASE("S-11 a repository keeps its name and so a lock its repository", "[lock_file]") {
  Story story;
  story.sim.root.extra["x-pg-repository"] = "mall";
  story.sim.root.version = 3;
  story.sim.publish_root();
  CHECK(story.failure() ==
        Caught{"refused",
               "refused 3.root.json from https://sim.example/metadata: it is of repository "
               "'mall', not of 'playground'"});
}

TEST_CASE("T-15 a lock finds its repository by the root and never guesses", "[lock_file]") {
  Story story;
  RepositoryConfig disk{*FileName::parse("disk"), "https://disk.example", story.config.root_sha256};
  std::filesystem::create_directories(disk.folder());
  write_repository(disk);
  const auto chosen = [&](std::optional<std::string> repository) {
    return parts_of(story.lock, {}, repository, what).at(0).repository.name.text();
  };
  CHECK(chosen(std::nullopt) == "playground");
  CHECK(chosen("disk") == "disk");
  auto entry = story.lock.repositories.extract(story.lock.repositories.begin());
  entry.key().name = "elsewhere";
  story.lock.repositories.insert(std::move(entry));
  CHECK(caught([&] { chosen(std::nullopt); }) ==
        Caught{"usage", "several repositories have the root of 'pg.lock': disk, playground"});
  CHECK(caught([&] { parts_of(story.lock, {WantedProduct::from_user("def")}, "disk", what); }) ==
        Caught{"not-found", "'pg.lock' has no def"});
  CHECK(caught([&] { parts_of(LockFile(), {}, std::nullopt, what); }) ==
        Caught{"not-found", "'pg.lock' is empty"});
}

TEST_CASE("offline uses the state of the last refresh and asks for nothing", "[offline]") {
  Story story;
  story.sim.requests.clear();
  story.later = 3 * 86400;
  CHECK(story.view(Ask::nobody).releases.size() == 2);
  CHECK(story.warnings() == std::vector<std::string>{"offline: state of 2026-01-01T00:00:00Z, 3 days ago"});
  CHECK(story.view(Ask::nobody).root_version == 2);
  CHECK(story.sim.requests.empty());
}

TEST_CASE("offline uses an expired state and says so", "[offline]") {
  Story story;
  story.sim.requests.clear();
  story.later = 40 * 86400;
  CHECK(caught([&] { story.view(); }).kind == "expired");
  story.sim.requests.clear();
  CHECK(story.view(Ask::nobody).releases.size() == 2);
  CHECK(story.warnings().back() ==
        "offline: state of 2026-01-01T00:00:00Z, 40 days ago; it expired 10 days ago, and newer releases and "
        "blocks "
        "are not known");
  CHECK(story.sim.requests.empty());
}

TEST_CASE("offline without the needed files says so and asks for nothing", "[offline]") {
  Story story;
  story.sim.add_delegation("claimed", "def", {"def/*/*/*"}, true);
  story.sim.role("claimed").version += 1;
  story.publish();
  story.view();
  story.sim.requests.clear();
  CHECK(caught([&] {
          look_up_project(story.config, story.sim, *ProjectName::parse("def"), story.sim.now, story.out,
                          Ask::nobody);
        }) ==
        Caught{"network",
               "https://sim.example/metadata/1.def.json was not fetched yet, and --offline asks no server"});
  std::filesystem::remove(story.config.folder() / "last_refresh");
  CHECK(caught([&] { story.view(Ask::nobody); }) ==
        Caught{"network", "no refresh of repository playground is known, and --offline asks no server"});
  CHECK(story.sim.requests.empty());
}

TEST_CASE("a cached file that somebody changed is not used offline", "[offline]") {
  Story story;
  const auto file = story.config.folder() / "metadata/abc.rel.json";
  std::string text = test::read_text(file);
  text.replace(text.find("\"length\":21"), 11, "\"length\":22");
  test::write_text(file, text);
  CHECK(caught([&] { story.view(Ask::nobody); }).kind == "network");
}

}  // namespace tuf
