// How many requests and round trips it takes to look a project up, and what is remembered of it.
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>

#include "client/project_view.h"
#include "libtufcore/io/output.h"
#include "tests/support/caught.h"
#include "tests/support/repository_simulator.h"
#include "tests/support/temp_dir.h"

namespace tuf {
namespace {

using Requests = std::vector<std::string>;
using Rounds = std::vector<std::size_t>;

// A repository of our own layout, and a downloader's machine that trusts its root.
struct Lookup {
  Lookup() {
    setenv("XDG_STATE_HOME", folder.path().c_str(), 1);
    sim.add_delegation("targets", "blocked", {"*/*/*/*"});
    sim.add_delegation("blocked", "blocked.void", {}, true);
    sim.add_delegation("targets", "claimed", {"*/*/*/*"});
    sim.add_delegation("claimed", "abc", {"abc/*/*/*"}, true);
    sim.add_delegation("abc", "abc.rel", {"abc/*/*/*"}, true, {"alice"});
    sim.add_delegation("targets", "new", {"*/*/*/*"});
    sim.add_delegation("new", "young", {"young/*/*/*"}, true);
    sim.add_delegation("young", "young.rel", {"young/*/*/*"}, true, {"bob"});
    sim.add_target("abc.rel", "abc/abc/1.0.0/abc.tgz", "content");
    sim.add_target("young.rel", "young/young/0.1.0/young.tgz", "content");
    sim.states_hashes = true;
    sim.update_snapshot();
    MetadataCache(config.folder()).write(RoleName::of("root"), sim.root_file(1));
  }
  ~Lookup() { unsetenv("XDG_STATE_HOME"); }

  ProjectView view(const std::string& project = "abc") {
    sim.requests.clear();
    sim.rounds.clear();
    return look_up_project(config, sim, *ProjectName::parse(project), now, out);
  }
  std::filesystem::path memo() const { return config.folder() / "projects/abc.json"; }
  std::string digest(const ProjectView& found) const {
    return found.releases.at(0).files.at(0).target.file.hashes.begin()->second.hex();
  }

  RepositorySimulator sim;
  UtcTime now = sim.now;
  test::TempDir folder;
  RepositoryConfig config{*FileName::parse("playground"), "https://sim.example", sha256_of("any")};
  Output out{"pgclient", Output::Form::json, true, false};
};

// What 'pgsign admin shard' makes of it: abc moves to claimed-a, and there is another shard.
void split_claimed(RepositorySimulator& sim) {
  sim.role("claimed").delegations.clear();
  sim.role("claimed").version += 1;
  sim.add_delegation("claimed", "claimed-b", {"b*/*/*/*", "refs/b*/*/*"});
  sim.add_delegation("claimed", "claimed-a", {"a*/*/*/*", "refs/a*/*/*"});
  sim.add_delegation("claimed-a", "abc", {"abc/*/*/*"}, true);
  sim.update_snapshot();
}

const Requests nothing_new{"2.root.json", "timestamp.json"};

}  // namespace

TEST_CASE("a cold look-up is three round trips and the artifact is the fourth", "[lookup]") {
  Lookup story;
  const auto [project, releases] =
      GENERATE(table<std::string, std::size_t>({{"abc", 1}, {"young", 1}, {"none", 0}}));
  CHECK(story.view(project).releases.size() == releases);
  const std::size_t own_roles = releases * 2;
  CHECK(story.sim.rounds == Rounds{2, 1, 4 + own_roles});
}

TEST_CASE("owners who change by hops cost no round trip neither cold nor for who was up to date", "[lookup]") {
  const bool up_to_date = GENERATE(true, false);
  Lookup story;
  RepositorySimulator& sim = story.sim;
  if (up_to_date) story.view();
  sim.role("abc").delegations.clear();
  sim.role("abc").version += 1;
  sim.add_delegation("abc", "abc.o2", {"abc/*/*/*", "refs/abc/*/*"}, true, {"carol"});
  sim.add_delegation("abc.o2", "abc.o3", {"abc/*/*/*", "refs/abc/*/*"}, true, {"dora"});
  sim.add_delegation("abc.o3", "abc.rel", {"abc/*/*/*"}, true, {"alice"});
  sim.update_snapshot();
  const ProjectView handed_over = story.view();
  REQUIRE(handed_over.releases.size() == 1);
  CHECK(handed_over.releases.at(0).files.at(0).target.trail.size() == 6);
  CHECK(handed_over.signers.contains(RoleName::of("abc.o3")));
  CHECK(sim.rounds.size() == 3);

  // The administrators shorten the way.
  sim.role("claimed").delegations.clear();
  sim.role("claimed").version += 1;
  sim.add_delegation("claimed", "abc.o3", {"abc/*/*/*"}, true, {"dora"});
  sim.update_snapshot();
  const ProjectView view = story.view();
  CHECK(view.releases.at(0).files.at(0).target.trail.size() == 4);
  CHECK(sim.rounds.size() == 3);
}

TEST_CASE("H-14 a look-up that finds nothing new is two requests in one round trip", "[lookup]") {
  Lookup story;
  const ProjectView cold = story.view();
  const ProjectView warm = story.view();
  CHECK(story.sim.requests == nothing_new);
  CHECK(story.sim.rounds == Rounds{2});
  CHECK(story.digest(warm) == story.digest(cold));
  CHECK(warm.releases.at(0).files.at(0).target.trail == cold.releases.at(0).files.at(0).target.trail);
  CHECK(warm.naming == cold.naming);
  REQUIRE(warm.signers.size() == cold.signers.size());
  for (const auto& [role, signers] : cold.signers) {
    CHECK(warm.signers.at(role).keys == signers.keys);
  }
}

TEST_CASE("the snapshot that is held is read only when its file is not the one that was there", "[lookup]") {
  Lookup story;
  story.view();
  const std::filesystem::path snapshot = story.config.folder() / "metadata/snapshot.json";
  const auto written = std::filesystem::last_write_time(snapshot);
  SECTION("a copy with the same content serves and is known from then on") {
    std::filesystem::copy_file(snapshot, snapshot.parent_path() / "copy");
    std::filesystem::rename(snapshot.parent_path() / "copy", snapshot);
    const Bytes memo = read_file(story.memo(), 1'000'000);
    CHECK(story.view().releases.size() == 1);
    CHECK(story.sim.requests == nothing_new);
    CHECK(read_file(story.memo(), 1'000'000) != memo);
  }
  SECTION("another content does not") {
    test::write_text(snapshot, "damaged");
    std::filesystem::last_write_time(snapshot, written);
    CHECK(story.view().releases.size() == 1);
    CHECK(story.sim.requests.size() == 3);
  }
}

TEST_CASE("after a change elsewhere only what changed is asked for", "[lookup]") {
  Lookup story;
  story.view();
  story.sim.role("young").version = 2;
  story.sim.role("new").version = 2;  // abc did not come from there the last time
  story.sim.update_snapshot();
  story.view();
  CHECK(story.sim.requests == Requests{"2.root.json", "timestamp.json", "3.snapshot.json"});
  CHECK(story.sim.rounds == Rounds{2, 1});
}

TEST_CASE("what was fetched beside a project serves the next one", "[lookup]") {
  Lookup story;
  story.view("abc");
  story.view("young");
  CHECK(story.sim.requests == Requests{"2.root.json", "timestamp.json", "1.young.json", "1.young.rel.json"});
}

TEST_CASE("what was fetched beside a project and not needed may be wrong and is not kept then", "[lookup]") {
  Lookup story;
  story.sim.signers["new"] = {"mallory"};
  story.sim.update_snapshot();
  CHECK(story.view("abc").releases.size() == 1);
  CHECK_FALSE(MetadataCache(story.config.folder()).read(RoleName::of("new")));
  CHECK(caught([&] { story.view("young"); }).kind == "refused");
}

TEST_CASE("what is remembered of a project ends with the snapshot it was proved under", "[lookup]") {
  Lookup story;
  story.view();
  story.sim.add_target("abc.rel", "abc/abc/1.0.0/abc.tgz", "other content");
  story.sim.role("abc.rel").version = 2;
  story.sim.update_snapshot();
  CHECK(story.digest(story.view()) == sha256_of("other content").hex());
}

TEST_CASE("what is remembered of a project ends with the root it was proved under", "[lookup]") {
  Lookup story;
  story.view();
  story.sim.set_keys("targets", {"carol"});
  story.sim.root.version = 2;
  story.sim.publish_root();
  // The new administrators have not signed anything yet: the old list is nobody's any more.
  story.sim.signers["targets"] = {"targets"};
  CHECK(caught([&] { story.view(); }).kind == "refused");
}

TEST_CASE("T-03 what is remembered of a project ends with the first expiry it was proved from", "[lookup]") {
  const std::string role = GENERATE("snapshot", "targets", "blocked", "claimed", "abc", "abc.rel");
  Lookup story;
  const UtcTime soon = story.sim.now.plus_days(1);
  if (role == "snapshot") {
    story.sim.snapshot.expires = soon;
  } else {
    story.sim.role(role).expires = soon;
  }
  story.sim.update_snapshot();
  story.view();
  story.now = story.sim.now.plus_seconds(86399);
  CHECK(story.view().releases.size() == 1);
  CHECK(story.sim.requests == nothing_new);
  story.now = soon;
  const Caught refused = caught([&] { story.view(); });
  CHECK(refused.kind == "expired");
}

TEST_CASE("H-09 a remembered project that was damaged is proved again", "[lookup]") {
  Lookup story;
  const std::string wanted = story.digest(story.view());
  Bytes memo = read_file(story.memo(), 1'000'000);
  SECTION("one byte of a digest is another one") {
    const std::size_t at = memo.find(wanted);
    REQUIRE(at != Bytes::npos);
    memo[at] = memo[at] == '0' ? '1' : '0';
  }
  SECTION("it is cut") { memo.resize(memo.size() / 2); }
  SECTION("it is empty") { memo.clear(); }
  SECTION("it is another project's") {
    story.view("young");
    memo = read_file(story.config.folder() / "projects/young.json", 1'000'000);
  }
  test::write_text(story.memo(), memo);
  CHECK(story.digest(story.view()) == wanted);
  CHECK(story.sim.requests == nothing_new);
  CHECK(story.view().releases.at(0).project.text() == "abc");
}

TEST_CASE("T-05 a thief of the timestamp key cannot lead back to what was remembered before a block",
          "[lookup]") {
  Lookup story;
  REQUIRE(story.view().releases.size() == 1);
  const MetaFile before = story.sim.timestamp.snapshot;
  const Bytes timestamp_before = story.sim.file_of("timestamp");
  const Bytes snapshot_before = story.sim.file_of("snapshot");
  story.sim.role("blocked").delegations.at(0).paths = std::vector<std::string>{"abc/*/*/*"};
  story.sim.role("blocked").version += 1;
  story.sim.update_snapshot();
  REQUIRE(story.view().releases.empty());
  SECTION("by a timestamp that names the older snapshot's digest under a newer version") {
    story.sim.timestamp.version += 1;
    story.sim.timestamp.snapshot.hashes = before.hashes;
    story.sim.timestamp.snapshot.length = before.length;
    CHECK(caught([&] { story.view(); }).kind == "refused");
  }
  SECTION("by the older timestamp that a power failure brought back beside the newer snapshot") {
    test::write_text(story.config.folder() / "metadata/timestamp.json", timestamp_before);
    story.sim.serves_instead = {{"timestamp.json", timestamp_before}, {"2.snapshot.json", snapshot_before}};
    CHECK(caught([&] { story.view(); }).kind == "rollback");
  }
  CHECK(story.sim.requests.back() ==
        fmt::format("{}.snapshot.json", story.sim.serves_instead.empty() ? 3 : 2));
}

TEST_CASE("a promoted name is found before and after its list is split and costs one round trip more once",
          "[lookup][shards]") {
  Lookup story;
  const std::string wanted = story.digest(story.view());
  split_claimed(story.sim);
  CHECK(story.digest(story.view()) == wanted);
  CHECK(story.sim.rounds == Rounds{2, 1, 1, 1});  // claimed itself, then the shard, which nobody expected
  CHECK(story.digest(story.view()) == wanted);
  CHECK(story.sim.requests == nothing_new);
  Lookup cold;
  split_claimed(cold.sim);
  CHECK(cold.digest(cold.view()) == wanted);
  CHECK(cold.sim.rounds == Rounds{2, 1, 7});
}

TEST_CASE("T-05 a host that serves claimed from before its split or omits a shard is refused", "[lookup][shards][attacks]") {
  const bool was_there = GENERATE(true, false);
  Lookup story;
  RepositorySimulator& sim = story.sim;
  if (was_there) story.view();
  const Bytes claimed_before = sim.file_of("claimed");
  split_claimed(sim);
  SECTION("the old file under the new name") {
    sim.serves_instead["2.claimed.json"] = claimed_before;
    CHECK(caught([&] { story.view(); }).kind == "refused");
  }
  SECTION("no shard") {
    sim.missing.insert("1.claimed-a.json");
    CHECK(caught([&] { story.view(); }).kind == "network");
  }
  SECTION("the other shard in its place") {
    sim.serves_instead["1.claimed-a.json"] = sim.file_of("claimed-b");
    CHECK(caught([&] { story.view(); }).kind == "refused");
  }
  SECTION("a thief of the online keys whose snapshot does not list the shard") {
    sim.snapshot.roles.erase(RoleName::of("claimed-a"));
    sim.snapshot.version += 1;
    sim.update_timestamp();
    CHECK(caught([&] { story.view(); }).kind == "refused");
  }
  CHECK_FALSE(MetadataCache(story.config.folder()).read(RoleName::of("claimed-a")));
}

TEST_CASE("T-05 nobody who saw a name in its shard is led back by a thief of the online keys", "[lookup][shards][attacks]") {
  Lookup story;
  RepositorySimulator& sim = story.sim;
  const Targets claimed_before = sim.role("claimed");
  split_claimed(sim);
  sim.role("claimed-a").version = 2;
  sim.update_snapshot();
  REQUIRE(story.view().releases.size() == 1);
  SECTION("to claimed from before the split") {
    sim.role("claimed") = claimed_before;
    sim.update_snapshot();
    CHECK(caught([&] { story.view(); }).kind == "rollback");
  }
  SECTION("to an older shard") {
    sim.role("claimed-a").version = 1;
    sim.update_snapshot();
    CHECK(caught([&] { story.view(); }).kind == "rollback");
  }
  SECTION("to a snapshot without the shard") {
    sim.snapshot.roles.erase(RoleName::of("claimed-a"));
    sim.snapshot.version += 1;
    sim.update_timestamp();
    CHECK(caught([&] { story.view(); }).kind == "rollback");
  }
}

TEST_CASE("timestamp is asked for conditionally once a server has given a tag", "[lookup]") {
  Lookup story;
  story.sim.gives_tags = true;
  story.view();
  CHECK(story.sim.unchanged_answers == 0);
  story.view();
  CHECK(story.sim.unchanged_answers == 1);
  SECTION("and a new one comes when there is one") {
    story.sim.update_timestamp();
    story.view();
    CHECK(story.sim.unchanged_answers == 1);
    CHECK(MetadataCache(story.config.folder()).read(RoleName::of("timestamp")) ==
          story.sim.file_of("timestamp"));
  }
  SECTION("T-03 and an answer that nothing changed does not keep it alive") {
    story.now = story.sim.now.plus_days(31);
    CHECK(caught([&] { story.view(); }).kind == "expired");
    CHECK(story.sim.unchanged_answers == 2);
  }
  SECTION("H-09 and not when the cached file is not the one of the tag") {
    test::write_text(story.config.folder() / "metadata/timestamp.json", "damaged");
    CHECK(story.view().releases.size() == 1);
    CHECK(story.sim.unchanged_answers == 1);
  }
  SECTION("H-09 and never with the tag of another server") {
    story.config.url = "https://mirror.example";
    CHECK(caught([&] { story.view(); }).kind == "network");
    CHECK(story.sim.unchanged_answers == 1);
  }
}

TEST_CASE("a tag that comes later than the file it belongs to is used from then on", "[lookup]") {
  Lookup story;
  story.view();  // a file that is too fresh for a tag
  story.sim.gives_tags = true;
  story.view();
  CHECK(story.sim.unchanged_answers == 0);
  story.view();
  CHECK(story.sim.unchanged_answers == 1);
}

TEST_CASE("H-09 a server that says unchanged without having been asked has given nothing", "[lookup]") {
  Lookup story;
  story.sim.says_unchanged = true;
  const Caught refused = caught([&] { story.view(); });
  CHECK(refused.kind == "network");
}

}  // namespace tuf
