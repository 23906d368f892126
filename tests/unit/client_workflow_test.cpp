#include "libtufcore/client_workflow.h"

#include <catch2/catch.hpp>

#include "tests/support/caught.h"
#include "tests/support/plain_client.h"

namespace tuf {
namespace {

constexpr const char* all_at_1 = "root 1, timestamp 1, snapshot 1, targets 1";

std::string label(std::string_view key) { return test_key(key).public_key().id().substr(0, 8); }

TEST_CASE("a sound repository is accepted from root to targets", "[client_workflow]") {
  Story story;
  CHECK(story.client.trusted() == all_at_1);
  CHECK(story.sim.requests ==
        std::vector<std::string>{"2.root.json", "timestamp.json", "1.snapshot.json", "1.targets.json"});
  story.sim.targets.version = 2;
  story.sim.states_hashes = true;
  story.sim.update_snapshot();
  CHECK(refresh_of(story.client) == Caught{"nothing", ""});
  CHECK(story.client.trusted() == "root 1, timestamp 2, snapshot 2, targets 2");
}

TEST_CASE("T-01 a role signed by a key of another role is refused and the state stays", "[client_workflow]") {
  const std::string role = GENERATE("timestamp", "snapshot", "targets");
  INFO(role);
  Story story;
  story.sim.targets.version = 2;
  story.sim.update_snapshot();
  story.sim.signers[role] = {role == "timestamp" ? "snapshot" : "timestamp"};
  CHECK(refresh_of(story.client) ==
        Caught{"refused", fmt::format("{}.json is signed by 0 of the 1 key it needs (missing: {})", role,
                                      label(role))});
  const std::string expected = role == "timestamp"  ? all_at_1
                               : role == "snapshot" ? "root 1, timestamp 2, snapshot 1, targets 1"
                                                    : "root 1, timestamp 2, snapshot 2, targets 1";
  CHECK(story.client.trusted() == expected);
  story.sim.signers[role] = {role};
  CHECK(refresh_of(story.client) == Caught{"nothing", ""});
  CHECK(story.client.trusted() == "root 1, timestamp 2, snapshot 2, targets 2");
}

TEST_CASE("T-02 a file without signatures or with those of other bytes is refused", "[client_workflow]") {
  Story story;
  const std::string none =
      fmt::format("timestamp.json is signed by 0 of the 1 key it needs (missing: {})", label("timestamp"));
  story.sim.serves_instead["timestamp.json"] = signed_text(to_json(story.sim.timestamp), {});
  CHECK(refresh_of(story.client) == Caught{"refused", none});

  const Bytes good = story.sim.file_of("timestamp");
  Bytes changed = good;
  changed.replace(changed.find("2026-01-31"), 10, "2036-01-31");
  story.sim.serves_instead["timestamp.json"] = changed;
  CHECK(refresh_of(story.client) == Caught{"refused", none});
  CHECK(story.client.trusted() == all_at_1);
  CHECK(story.client.timestamp == good);
}

TEST_CASE("T-02 a well signed file of another role is refused", "[client_workflow]") {
  // One key for both roles, so that only the type of the file tells them apart.
  RepositorySimulator sim;
  sim.set_keys("timestamp", {"online"});
  sim.set_keys("snapshot", {"online"});
  sim.publish_root();
  PlainClient client(sim);
  client.refresh();
  sim.serves_instead["timestamp.json"] = sim.file_of("snapshot");
  CHECK(refresh_of(client).kind == "refused");
  sim.serves_instead.clear();
  sim.serves_instead["1.snapshot.json"] = sim.file_of("timestamp");
  CHECK(refresh_of(client).kind == "refused");
  CHECK(client.trusted() == all_at_1);
}

TEST_CASE("T-03 a role that expires now counts as expired", "[client_workflow]") {
  const std::string role = GENERATE("root", "timestamp", "snapshot", "targets");
  const int left = GENERATE(0, -1);
  INFO(role << ' ' << left);
  Story story;
  const UtcTime expires = story.sim.now.plus_seconds(left);
  if (role == "root") {
    story.sim.root.version = 2;
    story.sim.root.expires = expires;
    story.sim.publish_root();
  }
  if (role == "timestamp") story.sim.timestamp.expires = expires;
  if (role == "snapshot") story.sim.snapshot.expires = expires;
  if (role == "targets") story.sim.targets.expires = expires;
  story.sim.targets.version = 2;
  story.sim.update_snapshot();
  const std::string file = role == "root" ? "2.root.json" : role + ".json";
  CHECK(refresh_of(story.client) ==
        Caught{"expired", fmt::format("refused {}: it expired at {} and it is now {}", file, expires.text(),
                                      story.sim.now.text())});
  // What was verified before the expired file is kept, the expired file is not: except root (5.3.8 comes
  // before 5.3.10).
  const std::map<std::string, std::string> holds = {
      {"root", "root 2, timestamp 1, snapshot 1, targets 1"},
      {"timestamp", all_at_1},
      {"snapshot", "root 1, timestamp 2, snapshot 1, targets 1"},
      {"targets", "root 1, timestamp 2, snapshot 2, targets 1"}};
  CHECK(story.client.trusted() == holds.at(role));
}

TEST_CASE("T-03 one second before it expires a role is still good", "[client_workflow]") {
  Story story;
  story.sim.root.expires = story.sim.now.plus_seconds(1);
  story.sim.root.version = 2;
  story.sim.publish_root();
  story.sim.timestamp.expires = story.sim.snapshot.expires = story.sim.targets.expires =
      story.sim.now.plus_seconds(1);
  story.sim.targets.version = 2;
  story.sim.update_snapshot();
  CHECK(refresh_of(story.client) == Caught{"nothing", ""});
}

TEST_CASE("T-03 a delegated role that expires now counts as expired", "[client_workflow]") {
  RepositorySimulator sim;
  const RoleKeys keys = sim.add_delegation("targets", "abc", {"abc/*"}).signers;
  sim.delegated["abc"].expires = sim.now;
  sim.update_snapshot();
  PlainClient client(sim);
  const auto snapshot = client.update_snapshot(client.update_root());
  CHECK(caught([&] { client.load(snapshot, RoleName::of("abc"), keys); }) ==
        Caught{"expired",
               "refused abc.json: it expired at 2026-01-01T00:00:00Z and it is now 2026-01-01T00:00:00Z"});
  CHECK(client.roles.empty());
}

TEST_CASE("T-03 an expired root in the middle of the chain is no obstacle", "[client_workflow]") {
  Story story;
  story.sim.root.version = 2;
  story.sim.root.expires = story.sim.now.plus_days(-300);
  story.sim.publish_root();
  story.sim.root.version = 3;
  story.sim.root.expires = story.sim.now.plus_days(300);
  story.sim.publish_root();
  CHECK(refresh_of(story.client) == Caught{"nothing", ""});
  CHECK(story.client.trusted() == "root 3, timestamp 1, snapshot 1, targets 1");
}

TEST_CASE("T-05 an older timestamp is refused", "[client_workflow]") {
  Story story;
  story.sim.timestamp.version = 9;
  story.client.refresh();
  story.sim.timestamp.version = 7;
  CHECK(refresh_of(story.client) ==
        Caught{"rollback", "refused timestamp.json: version 7 is older than version 9 already seen"});
  CHECK(story.client.trusted() == "root 1, timestamp 9, snapshot 1, targets 1");
  CHECK(story.sim.requests.back() == "timestamp.json");
}

TEST_CASE("T-05 a newer timestamp that names an older snapshot is refused", "[client_workflow]") {
  Story story;
  story.sim.update_snapshot();
  story.client.refresh();
  story.sim.timestamp.version = 3;
  story.sim.timestamp.snapshot.version = 1;
  const Caught expected = {
      "rollback", "refused timestamp.json: it names snapshot version 1, older than version 2 already seen"};
  CHECK(refresh_of(story.client) == expected);
  CHECK(story.client.trusted() == "root 1, timestamp 2, snapshot 2, targets 1");
  // Also when only the snapshot is left of what was seen, or only the timestamp.
  const auto snapshot = std::exchange(story.client.snapshot, std::nullopt);
  CHECK(refresh_of(story.client) == expected);
  story.client.snapshot = snapshot;
  story.client.timestamp.reset();
  CHECK(refresh_of(story.client) == expected);
}

TEST_CASE("T-05 a snapshot that lists an older role is refused", "[client_workflow]") {
  const std::string role = GENERATE("targets", "abc");
  Story story;
  story.sim.add_delegation("targets", "abc", {"abc/*"});
  story.sim.targets.version = story.sim.delegated["abc"].version = 5;
  story.sim.update_snapshot();
  story.client.refresh();
  story.sim.role(role).version = 4;
  story.sim.update_snapshot();
  CHECK(
      refresh_of(story.client) ==
      Caught{"rollback",
             fmt::format("refused snapshot.json: version 4 of role '{}' is older than version 5 already seen",
                         role)});
  CHECK(story.client.trusted() == "root 1, timestamp 3, snapshot 2, targets 5");
}

TEST_CASE("T-05 a snapshot that no longer lists a role is refused", "[client_workflow]") {
  Story story;
  story.sim.add_delegation("targets", "abc", {"abc/*"});
  story.sim.update_snapshot();
  story.client.refresh();
  story.sim.delegated.erase("abc");
  story.sim.snapshot.roles.erase(RoleName::of("abc"));
  story.sim.update_snapshot();
  CHECK(refresh_of(story.client) ==
        Caught{"rollback",
               "refused snapshot.json: role 'abc' is no longer listed, version 1 of it was already seen"});
  CHECK(story.client.trusted() == "root 1, timestamp 3, snapshot 2, targets 1");
}

TEST_CASE("T-06 a next root needs the old keys and its own", "[client_workflow]") {
  struct Row {
    const char* name;
    KeyNames signers;
    std::string message;
  };
  const KeyNames both = {"root", "root-b"}, fresh = {"root-c", "root-d"};
  const auto shortage = [](const char* by, int have, const KeyNames& missing) {
    std::string labels;
    for (const auto& key : missing) labels += (labels.empty() ? "" : ", ") + label(key);
    return fmt::format("3.root.json (by {}) is signed by {} of the 2 keys it needs (missing: {})", by, have,
                       labels);
  };
  const auto row = GENERATE_COPY(values<Row>({
      {"only the old keys", both, shortage("its own keys", 0, fresh)},
      {"only the new keys", fresh, shortage("the keys of root 2", 0, both)},
      {"one old key of two", {"root", "root-c", "root-d"}, shortage("the keys of root 2", 1, {"root-b"})},
      {"one new key of two", {"root", "root-b", "root-c"}, shortage("its own keys", 1, {"root-d"})},
      {"nobody", {}, shortage("the keys of root 2", 0, both)},
  }));
  INFO(row.name);
  Story story;
  story.sim.root.version = 2;
  story.sim.set_keys("root", both, 2);
  story.sim.publish_root();
  story.client.refresh();
  story.sim.root.version = 3;
  story.sim.set_keys("root", fresh, 2);
  story.sim.signers["root"] = row.signers;
  story.sim.publish_root();
  CHECK(refresh_of(story.client) == Caught{"refused", row.message});
  CHECK(refresh_of(story.client) == Caught{"refused", row.message});  // a second run starts from root 2 again
  CHECK(story.client.trusted() == "root 2, timestamp 1, snapshot 1, targets 1");

  story.sim.signers["root"] = {"root", "root-b", "root-c", "root-d"};
  story.sim.publish_root();
  CHECK(refresh_of(story.client) == Caught{"nothing", ""});
  CHECK(story.client.trusted() == "root 3, timestamp 1, snapshot 1, targets 1");
}

TEST_CASE("T-06 a pinned root that its own keys did not sign is refused", "[client_workflow]") {
  RepositorySimulator sim;
  sim.signers["root"] = {"mallory"};
  const Bytes root = sim.file_of("root");
  CHECK(caught([&] { RootChain(root, "root.json"); }) ==
        Caught{"refused",
               fmt::format("root.json (by its own keys) is signed by 0 of the 1 key it needs (missing: {})",
                           label("root"))});
}

TEST_CASE("T-07 a next root has exactly the next version", "[client_workflow]") {
  struct Row {
    std::uint64_t version;
    Caught expected;
  };
  const auto row = GENERATE(values<Row>({
      {4, {"refused", "refused 3.root.json: it is version 4 and the version after 2 is needed"}},
      {2, {"refused", "refused 3.root.json: it is version 2 and the version after 2 is needed"}},
      {1, {"rollback", "refused 3.root.json: version 1 is older than version 2 already seen"}},
      {9007199254740991,
       {"refused", "refused 3.root.json: it is version 9007199254740991 and the version after 2 is needed"}},
  }));
  Story story;
  story.sim.root.version = 2;
  story.sim.publish_root();
  story.client.refresh();
  story.sim.root.version = row.version;
  story.sim.serves_instead["3.root.json"] = story.sim.file_of("root");
  CHECK(refresh_of(story.client) == row.expected);
  CHECK(story.client.trusted() == "root 2, timestamp 1, snapshot 1, targets 1");
}

TEST_CASE("T-07 a next root whose version is no plain whole number is refused", "[client_workflow]") {
  const std::string version = GENERATE("2.0", "\"2\"", "9007199254740993", "2e0", "null");
  Story story;
  story.sim.root.version = 2;
  Bytes root = story.sim.file_of("root");
  root.replace(root.find("\"version\":2"), 11, "\"version\":" + version);
  story.sim.serves_instead["2.root.json"] = root;
  CHECK(refresh_of(story.client).kind == "refused");
  CHECK(story.client.trusted() == all_at_1);
}

TEST_CASE("T-08 a snapshot with other bytes than the timestamp names is refused before parsing",
          "[client_workflow]") {
  Story story;
  story.sim.states_hashes = true;
  story.sim.update_snapshot();
  const Bytes good = story.sim.file_of("snapshot");
  story.sim.serves_instead["2.snapshot.json"] = good + " ";
  CHECK(refresh_of(story.client) ==
        Caught{"refused", fmt::format("refused snapshot.json: it has {} bytes and timestamp.json says {}",
                                      good.size() + 1, good.size())});
  const Bytes same_length = std::string(good.size(), '[');  // no JSON: a parser would say something else
  story.sim.serves_instead["2.snapshot.json"] = same_length;
  CHECK(refresh_of(story.client) ==
        Caught{"refused", fmt::format("refused snapshot.json: its sha256 is {} and timestamp.json says {}",
                                      sha256_of(same_length).hex(), sha256_of(good).hex())});
  CHECK(story.client.trusted() == "root 1, timestamp 2, snapshot 1, targets 1");
  story.sim.serves_instead.clear();
  CHECK(refresh_of(story.client) == Caught{"nothing", ""});
}

TEST_CASE("T-08 every hash that is named must match", "[client_workflow]") {
  Story story;
  story.sim.states_hashes = true;
  story.sim.update_snapshot();
  const Bytes good = story.sim.file_of("snapshot");
  const Digest wrong = digest_of(HashAlgorithm::sha512, "other");
  story.sim.timestamp.snapshot.hashes.insert_or_assign(HashAlgorithm::sha512, wrong);
  CHECK_FALSE(matches(story.sim.timestamp.snapshot, good));
  CHECK(refresh_of(story.client) ==
        Caught{"refused", fmt::format("refused snapshot.json: its sha512 is {} and timestamp.json says {}",
                                      digest_of(HashAlgorithm::sha512, good).hex(), wrong.hex())});
}

TEST_CASE("T-08 a snapshot of another version than the timestamp names is refused", "[client_workflow]") {
  Story story;
  story.sim.update_snapshot();
  story.sim.snapshot.version = GENERATE(1, 3);
  CHECK(refresh_of(story.client) ==
        Caught{"rollback",
               fmt::format("refused snapshot.json: it is version {} and timestamp.json says version 2",
                           story.sim.snapshot.version)});
  CHECK(story.client.trusted() == "root 1, timestamp 2, snapshot 1, targets 1");
}

TEST_CASE("T-08 a targets role that differs from the snapshot is refused", "[client_workflow]") {
  const std::string role = GENERATE("targets", "abc");
  INFO(role);
  RepositorySimulator sim;
  const RoleKeys delegated_keys = sim.add_delegation("targets", "abc", {"abc/*"}).signers;
  sim.states_hashes = true;
  sim.targets.version = sim.delegated["abc"].version = 2;
  sim.update_snapshot();
  PlainClient client(sim);
  const auto root = client.update_root();
  const RoleKeys keys = role == "abc" ? delegated_keys : root->keys_of("targets");
  const Bytes good = sim.file_of(role);
  const auto load = [&] {
    const auto snapshot = client.update_snapshot(root);
    return caught([&] { client.load(snapshot, RoleName::of(role), keys); });
  };

  Bytes changed = good;
  changed.back() = ' ';  // the same length and the same meaning
  sim.serves_instead["2." + role + ".json"] = changed;
  CHECK(load() == Caught{"refused", fmt::format("refused {}.json: its sha256 is {} and snapshot.json says {}",
                                                role, sha256_of(changed).hex(), sha256_of(good).hex())});
  sim.serves_instead["2." + role + ".json"] = good + "\n";
  CHECK(load() == Caught{"refused", fmt::format("refused {}.json: it has {} bytes and snapshot.json says {}",
                                                role, good.size() + 1, good.size())});
  sim.serves_instead.clear();
  sim.states_hashes = false;
  sim.update_snapshot();
  sim.role(role).version = 1;
  CHECK(load() ==
        Caught{"rollback",
               fmt::format("refused {}.json: it is version 1 and snapshot.json says version 2", role)});
  CHECK(client.roles.empty());
  sim.role(role).version = 2;
  CHECK(load() == Caught{"nothing", ""});
}

TEST_CASE("T-08 a role that the snapshot does not list is refused", "[client_workflow]") {
  RepositorySimulator sim;
  PlainClient client(sim);
  const auto snapshot = client.update_snapshot(client.update_root());
  CHECK(caught([&] { client.load(snapshot, RoleName::of("a\x1b[2J"), role_keys({"abc"})); }) ==
        Caught{"refused", "snapshot.json version 1 does not list role 'a" + escaped("\x1b") + "[2J'"});
}

}  // namespace
}  // namespace tuf
