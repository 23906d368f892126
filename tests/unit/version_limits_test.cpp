// Versions at the end of all whole numbers, in the files of whoever may sign them: refused before they count.
#include <catch2/catch.hpp>

#include "tests/support/attacked_world.h"
#include "tests/support/caught_with_hint.h"
#include "tests/support/history.h"
#include "tests/support/publication.h"

using namespace tuf;
using namespace tuf::test;

namespace {

constexpr std::uint64_t last = 9007199254740991;  // 2^53-1

void set_last_version(ContentRepository& content, const std::string& path, const std::string& signer) {
  content.edit(path, {signer}, [](Json::Object& part) { part["version"] = last; });
}

struct Row {
  std::string path, signer;
};
const std::vector<Row> roles_in_git = {
    {"admin/targets.json", "ada"},           {"admin/blocked.json", "ada"},
    {"admin/blocked.void.json", "ada"},      {"admin/claimed.json", "ada"},
    {"admin/claimed.void.json", "ada"},      {"projects/ab/abc/owners.json", "olga"},
    {"projects/ab/abc/releases.json", "mia"}};

std::uint64_t version_of(const ContentRepository& content, const std::string& path) {
  return parse_signed_file<Targets>(content.files.at(path), path).untrusted.version;
}

}  // namespace

TEST_CASE("T-09 no role in git jumps to the last version there is", "[version_limits]") {
  const ContentRepository base = with_release();
  for (const Row& row : roles_in_git) {
    INFO(row.path);
    ContentRepository next = base;
    set_last_version(next, row.path, row.signer);
    const std::uint64_t before = version_of(base, row.path);
    const std::string refusal =
        fmt::format("refused: {}: goes from version {} to version {}; the next version is {}", row.path,
                    before, last, before + 1);
    CHECK(text_of(judge(&base, next)) == refusal);
    next.edit(row.path, {}, [](Json::Object&) {});  // what nobody signed yet does not wait for signatures
    CHECK(text_of(judge(&base, next)) == refusal);
  }
}

TEST_CASE("T-07 a root of the last version there is has neither the next name nor its own",
          "[version_limits]") {
  const ContentRepository base = with_release();
  ContentRepository next = base;
  set_last_version(next, "admin/root.json", "ada");
  next.files["admin/root_history/2.root.json"] = next.files["admin/root.json"];
  CHECK(text_of(judge(&base, next)) ==
        "refused: admin/root.json: admin/root_history/2.root.json at commit 1a2b3c4d has version "
        "9007199254740991; its name says 2");
  next.files["admin/root_history/9007199254740991.root.json"] = next.files["admin/root.json"];
  next.files.erase("admin/root_history/2.root.json");
  CHECK(text_of(judge(&base, next)) ==
        "refused: admin/root.json: admin/root_history/2.root.json at commit 1a2b3c4d is missing: there are 2 "
        "root versions");
}

TEST_CASE("T-09 no role begins at the last version there is", "[version_limits]") {
  const auto refusal = [](const std::string& path) {
    return fmt::format("refused: {}: contains a change that is not one of the known ones: version", path);
  };
  const ContentRepository created = new_repository();
  for (const char* path : {"admin/targets.json", "admin/blocked.json", "admin/blocked.void.json",
                           "admin/claimed.json", "admin/claimed.void.json"}) {
    ContentRepository hostile = created;
    set_last_version(hostile, path, "ada");
    CHECK(text_of(judge(nullptr, hostile)) == refusal(path));
  }
  ContentRepository root = created;
  set_last_version(root, "admin/root.json", "ada");
  root.files["admin/root_history/1.root.json"] = root.files["admin/root.json"];
  CHECK(text_of(judge(nullptr, root)) ==
        "refused: admin/root.json: admin/root_history/1.root.json at commit 1a2b3c4d has version "
        "9007199254740991; its name says 1");

  ContentRepository project = created;
  project.create_project(project_of("abc"), {"olga", "mia"});
  for (const Row& row : {roles_in_git[5], roles_in_git[6]}) {
    ContentRepository hostile = project;
    set_last_version(hostile, row.path, row.signer);
    CHECK(text_of(judge(&created, hostile)) == refusal(row.path));
  }
  const ContentRepository before = with_project();
  ContentRepository hop = before;
  hop.hand_over("abc", {"oscar"}, 1, {"olga", "oscar"});
  set_last_version(hop, "projects/ab/abc/owners.2.json", "oscar");
  CHECK(text_of(judge(&before, hop)) == refusal("projects/ab/abc/owners.2.json"));
}

TEST_CASE("T-09 a version that jumped on a branch does not come in with a merge", "[version_limits]") {
  for (const Row& row : roles_in_git) {
    INFO(row.path);
    Start start(with_release());
    ContentRepository jumped = start.content, other = start.content;
    set_last_version(jumped, row.path, row.signer);
    other.files["README.md"] = "other";
    ContentRepository both = jumped;
    both.files["README.md"] = "other";
    const CommitId side = start.history.commit(jumped, {start.first});
    const CommitId main = start.history.commit(other, {start.first});
    for (const CommitId& merge :
         {start.history.commit(both, {main, side}), start.history.commit(both, {side, main})}) {
      const JudgedRange range = start.history.judge(start.first, merge);
      CHECK(range.overall == Verdict::Kind::refused);
      CHECK(range.commits.back().commit.id == side);
    }
  }
}

TEST_CASE("T-09 nothing is published after the last version of an online role before it has new keys",
          "[version_limits]") {
  for (const std::string driven_up : {"timestamp", "snapshot", "new"}) {
    INFO(driven_up);
    Publication p;
    p.commit();
    p.publish(made_at);
    const Bytes honest = read_text(p.folder / "site/metadata/timestamp.json");
    const UtcTime later = made_at.plus_days(25);  // new and snapshot are due
    const FreeVersion thief = [&](const RoleName& role, std::uint64_t version) {
      return role.text() == driven_up ? last : version;
    };
    write_site(p.folder / "site", render_refresh(*p.site(), online_keys(), later, thief), nullptr);
    const CaughtWithHint end = caught_with_hint([&] {
      p.content.create_project(project_of("abc"), {"olga", "mia"});
      p.commit();
      p.rendering(later);
    });
    CHECK(end.error == Caught{"limit", fmt::format("role {} has had its last version, {}", driven_up, last)});
    CHECK(
        end.hint ==
        "somebody else signs with the online keys: 'pgsign admin online-key rotate', then publish on top of "
        "a tree from before");
    write_text(p.folder / "site/metadata/timestamp.json", honest);
    CHECK(p.rendering(later).timestamp_version == 2);
  }
}

TEST_CASE("T-09 a delegated role of the last version is forgotten with the key of snapshot",
          "[version_limits]") {
  for (const char* kind : {"alice", "bin"}) {
    INFO(kind);
    AttackedWorld world;
    Targets& role = world.sim.role(kind == std::string("bin") ? world.bin : kind);
    role.version = last;
    world.sim.update_snapshot();
    REQUIRE(world.refresh() == Caught{"nothing", ""});
    role.version = 2;
    world.sim.update_snapshot();
    CHECK(world.refresh().kind == "rollback");
    world.sim.root.version = 2;
    world.sim.set_keys("snapshot", {"new snapshot"});
    world.sim.publish_root();
    CHECK(world.refresh() == Caught{"nothing", ""});
    world.sim.serves_instead.clear();
    CHECK(world.machine.find(AttackedWorld::path));
  }
}
