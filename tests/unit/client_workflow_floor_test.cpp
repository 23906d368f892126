// What a client believed before: rollback protection that outlives expiry, and ends with the keys
// (TUF 5.3.11, 5.4.3).

#include <catch2/catch.hpp>

#include "libtufcore/client_workflow.h"
#include "tests/support/caught.h"
#include "tests/support/plain_client.h"

namespace tuf {
namespace {

constexpr std::uint64_t far = 9007199254740991;  // 2^53-1, the highest version there is

TEST_CASE("T-09 a fast-forwarded timestamp is forgotten when its key is rotated", "[client_workflow]") {
  Story story;
  story.sim.timestamp.version = far;
  story.client.refresh();
  story.sim.timestamp.version = 2;
  CHECK(refresh_of(story.client) ==
        Caught{"rollback",
               "refused timestamp.json: version 2 is older than version 9007199254740991 already seen"});
  story.rotate("timestamp");
  CHECK(refresh_of(story.client) == Caught{"nothing", ""});
  CHECK(story.client.trusted() == "root 2, timestamp 2, snapshot 1, targets 1");
}

TEST_CASE("T-09 a fast-forwarded snapshot is forgotten when its key is rotated", "[client_workflow]") {
  Story story;
  story.sim.snapshot.version = far;
  story.sim.update_timestamp();
  story.client.refresh();
  story.sim.snapshot.version = 2;
  story.sim.update_timestamp();
  CHECK(refresh_of(story.client) == Caught{"rollback",
                                           "refused timestamp.json: it names snapshot version 2, older than "
                                           "version 9007199254740991 already seen"});
  // The timestamp's key stays: the version that it named must be forgotten all the same (5.3.11).
  story.rotate("snapshot");
  CHECK(refresh_of(story.client) == Caught{"nothing", ""});
  CHECK(story.client.trusted() == "root 2, timestamp 3, snapshot 2, targets 1");
}

TEST_CASE("T-09 fast-forwarded targets are forgotten when the key of snapshot is rotated",
          "[client_workflow]") {
  Story story;
  story.sim.targets.version = far;
  story.sim.update_snapshot();
  story.client.refresh();
  story.sim.targets.version = 2;
  story.sim.update_snapshot();
  CHECK(refresh_of(story.client).kind == "rollback");
  story.rotate("snapshot");
  CHECK(refresh_of(story.client) == Caught{"nothing", ""});
}

TEST_CASE("T-09 rotating an unrelated key keeps what was seen", "[client_workflow]") {
  Story story;
  story.sim.timestamp.version = 9;
  story.client.refresh();
  story.rotate("targets");
  story.sim.timestamp.version = 8;
  CHECK(refresh_of(story.client) ==
        Caught{"rollback", "refused timestamp.json: version 8 is older than version 9 already seen"});
}

TEST_CASE("T-09 an expired cached file still protects from a rollback", "[client_workflow]") {
  Story story;
  story.sim.update_snapshot();
  story.client.refresh();
  story.sim.now = story.sim.now.plus_days(60);
  const UtcTime later = story.sim.now.plus_days(30);
  story.sim.root.version = 2;
  story.sim.root.expires = story.sim.timestamp.expires = story.sim.snapshot.expires = later;
  story.sim.publish_root();
  story.sim.timestamp.version = 1;
  CHECK(refresh_of(story.client) ==
        Caught{"rollback", "refused timestamp.json: version 1 is older than version 2 already seen"});
  CHECK(story.client.trusted() == "root 2, timestamp 2, snapshot 2, targets 1");
}

TEST_CASE("D-07 a damaged cached file is no floor and no obstacle", "[client_workflow]") {
  Story story;
  const Bytes damage = GENERATE(as<Bytes>{}, "", "garbage", "{}", "{\"signed\":[],\"signatures\":[]}");
  story.client.timestamp = damage;
  story.client.snapshot = damage;
  const auto root = story.client.update_root();
  const Floor floor = floor_of(root, story.client.timestamp, story.client.snapshot);
  CHECK_FALSE(floor.timestamp);
  CHECK_FALSE(floor.snapshot);
  CHECK(refresh_of(story.client) == Caught{"nothing", ""});
}

TEST_CASE("D-07 a damaged cached timestamp leaves the snapshot as floor", "[client_workflow]") {
  Story story;
  story.client.timestamp = "garbage";
  const Floor floor = floor_of(story.client.update_root(), story.client.timestamp, story.client.snapshot);
  CHECK_FALSE(floor.timestamp);
  REQUIRE(floor.snapshot);
  CHECK(floor.snapshot->version == 1);
}

TEST_CASE("T-05 a snapshot older than the one held is refused whatever the timestamp says",
          "[client_workflow]") {
  Story story;
  story.sim.snapshot.version = 5;
  story.sim.update_timestamp();
  story.client.refresh();
  story.sim.snapshot.version = 4;
  story.sim.update_timestamp();
  const auto root = story.client.update_root();
  const Floor floor = floor_of(root, std::nullopt, story.client.snapshot);
  const auto timestamp =
      accept_timestamp(root, story.sim.file_of("timestamp"), {}, story.sim.now, "timestamp.json");
  CHECK(caught([&] {
          accept_snapshot(root, timestamp, story.sim.file_of("snapshot"), floor, story.sim.now,
                          "snapshot.json");
        }) == Caught{"rollback", "refused snapshot.json: version 4 is older than version 5 already seen"});
}

TEST_CASE("T-10 the same timestamp again is fine", "[client_workflow]") {
  Story story;
  CHECK(refresh_of(story.client) == Caught{"nothing", ""});
  const auto root = story.client.update_root();
  const Floor floor = floor_of(root, story.client.timestamp, story.client.snapshot);
  CHECK(timestamp_news(root, story.sim.file_of("timestamp"), floor, "timestamp.json") == TimestampNews::same);
  story.sim.timestamp.version = 2;
  CHECK(timestamp_news(root, story.sim.file_of("timestamp"), floor, "timestamp.json") ==
        TimestampNews::other_version);
  CHECK(timestamp_news(root, story.sim.file_of("timestamp"), {}, "timestamp.json") ==
        TimestampNews::other_version);
}

TEST_CASE("T-10 a timestamp of the same version with other content is refused", "[client_workflow]") {
  Story story;
  const auto before = story.client.timestamp;
  SECTION("another snapshot") { story.sim.timestamp.snapshot.version = 100; }
  SECTION("another date") { story.sim.timestamp.expires = story.sim.now.plus_days(90); }
  SECTION("another member") { story.sim.timestamp.extra["x-pg-commit"] = "0123"; }
  CHECK(refresh_of(story.client) ==
        Caught{"refused", "refused timestamp.json: version 1 was already seen with other content"});
  CHECK(story.client.timestamp == before);
  CHECK(story.sim.requests.back() == "timestamp.json");
  // Whoever goes on with the cached one asks first (5.4.3.1), and an unsigned file is not even news.
  const auto root = story.client.update_root();
  const Floor floor = floor_of(root, story.client.timestamp, story.client.snapshot);
  CHECK(timestamp_news(root, story.sim.file_of("timestamp"), floor, "timestamp.json") ==
        TimestampNews::other_content);
  CHECK(caught([&] {
          timestamp_news(root, signed_text(to_json(story.sim.timestamp), {"mallory"}), floor,
                         "timestamp.json");
        }).kind == "refused");
}

TEST_CASE("T-10 a snapshot of the same version with other roles is refused", "[client_workflow]") {
  Story story;
  SECTION("a newer role") { story.sim.snapshot.roles[RoleName::of("targets")].version = 2; }
  SECTION("one more role") { story.sim.snapshot.roles[RoleName::of("abc")].version = 1; }
  SECTION("a hash more") {
    story.sim.snapshot.roles[RoleName::of("targets")].hashes.emplace(HashAlgorithm::sha256, sha256_of("x"));
  }
  story.sim.timestamp.version = 2;
  CHECK(refresh_of(story.client) ==
        Caught{"refused", "refused snapshot.json: version 1 was already seen with other content"});
  CHECK(story.client.trusted() == "root 1, timestamp 2, snapshot 1, targets 1");
}

TEST_CASE("T-19 a repository without consistent snapshots is read correctly", "[client_workflow]") {
  RepositorySimulator sim;
  sim.root.consistent_snapshot = false;
  sim.publish_root();
  PlainClient client(sim);
  client.refresh();
  CHECK(sim.requests ==
        std::vector<std::string>{"2.root.json", "timestamp.json", "snapshot.json", "targets.json"});
  CHECK(client.trusted() == "root 1, timestamp 1, snapshot 1, targets 1");
}

// A timestamp with some members changed, signed as it should be.
Bytes timestamp_with(const RepositorySimulator& sim, const std::string& member, Json value) {
  const Json plain = to_json(sim.timestamp);
  Json::Object object = *plain.as_object();
  object[member] = std::move(value);
  return signed_text(object, {"timestamp"});
}

TEST_CASE("T-20 another minor version of the specification is accepted and another major one refused",
          "[client_workflow]") {
  Story story;
  story.client.timestamp.reset();
  story.sim.serves_instead["timestamp.json"] = timestamp_with(story.sim, "spec_version", "1.99.7");
  CHECK(refresh_of(story.client) == Caught{"nothing", ""});
  story.client.timestamp.reset();
  story.sim.serves_instead["timestamp.json"] = timestamp_with(story.sim, "spec_version", "2.0.0");
  CHECK(refresh_of(story.client).kind == "refused");
  CHECK_FALSE(story.client.timestamp);
}

TEST_CASE("T-20 unknown members are covered by the signature", "[client_workflow]") {
  Story story;
  story.client.timestamp.reset();
  const Bytes good = timestamp_with(story.sim, "x-of-the-future", Json::Object{{"n", 1}});
  story.sim.serves_instead["timestamp.json"] = good;
  CHECK(refresh_of(story.client) == Caught{"nothing", ""});
  story.client.timestamp.reset();
  Bytes changed = good;
  changed.replace(changed.find("\"n\":1"), 5, "\"n\":2");
  story.sim.serves_instead["timestamp.json"] = changed;
  CHECK(refresh_of(story.client).kind == "refused");
}

TEST_CASE("T-20 a key of an unknown kind never counts and never fails a file", "[client_workflow]") {
  RepositorySimulator sim;
  const Json unknown = Json::Object{
      {"keytype", "dilithium"}, {"scheme", "dilithium5"}, {"keyval", Json::Object{{"public", "00ff"}}}};
  sim.root.roles["timestamp"].keys.push_back(PublicKey::parse(JsonReader(unknown, "key"), "abcd"));
  sim.publish_root();
  PlainClient client(sim);
  CHECK(refresh_of(client) == Caught{"nothing", ""});
  sim.root.roles["timestamp"].threshold = 2;
  sim.root.version = 2;
  sim.publish_root();
  CHECK(refresh_of(client).kind == "refused");
}

}  // namespace
}  // namespace tuf
