// One refresh at a time: what is asked for, what is kept, and which file stops it.
#include <catch2/catch.hpp>

#include "tests/support/conformance_machine.h"

namespace tuf {
namespace {

constexpr const char* everything = "root 1, snapshot 1, targets 1, timestamp 1";

TEST_CASE("a refresh asks for four files and keeps them as received", "[conformance]") {
  RepositorySimulator sim;
  sim.gives_tags = GENERATE(false, true);
  // Spelled as nobody here would: what is kept must be the bytes, not what they mean.
  const Bytes odd = " \n" + sim.file_of("timestamp") + "  ";
  sim.serves_instead["timestamp.json"] = odd;
  ConformanceMachine machine(sim);
  CHECK(machine.trusted() == "root 1");
  CHECK(sim.requests.empty());
  CHECK(machine.refresh() == success);
  CHECK(sim.requests == Requests{"2.root.json", "timestamp.json", "1.snapshot.json", "1.targets.json"});
  CHECK(machine.trusted() == everything);
  CHECK(machine.kept("root") == sim.root_file(1));
  CHECK(machine.kept("timestamp") == odd);
  CHECK(machine.kept("snapshot") == sim.file_of("snapshot"));
  CHECK(machine.kept("targets") == sim.file_of("targets"));

  CHECK(machine.refresh() == success);
  CHECK(sim.requests == Requests{"2.root.json", "timestamp.json"});
  CHECK(machine.trusted() == everything);
  CHECK(machine.got().empty());
}

TEST_CASE("a download refreshes before it looks for its target", "[conformance]") {
  RepositorySimulator sim;
  ConformanceMachine machine(sim);
  CHECK(machine.download({"nothing"}) == Caught{"not-found", "the repository has no target 'nothing'"});
  CHECK(sim.requests == Requests{"2.root.json", "timestamp.json", "1.snapshot.json", "1.targets.json"});
  CHECK(machine.trusted() == everything);
  CHECK(machine.got().empty());
}

TEST_CASE("T-06 a first root that is not whole is never used and nothing is asked for", "[conformance]") {
  RepositorySimulator sim;
  ConformanceMachine machine(sim);
  std::filesystem::remove_all(machine.metadata_dir());
  Bytes root = sim.root_file(1);
  SECTION("without a version") { root.replace(root.find(",\"version\":1"), 12, ""); }
  SECTION("signed by nobody") { root.replace(root.find("\"sig\":\"") + 7, 4, "beef"); }
  SECTION("of another kind") { root = sim.file_of("targets"); }
  SECTION("cut off") { root.resize(root.size() / 2); }
  SECTION("empty") { root.clear(); }
  CHECK(machine.init(root).kind == "refused");
  CHECK(machine.refresh().kind == "no-trusted-root");
  CHECK(machine.download({"file"}).kind == "no-trusted-root");
  CHECK(sim.requests.empty());
  CHECK(machine.trusted().empty());

  // Not even when it comes into the folder in another way.
  test::write_text(machine.metadata_dir() / "root.json", root);
  CHECK(machine.refresh().kind == "no-trusted-root");
  CHECK(sim.requests.empty());
}

// What stops the news of one role, and what is trusted afterwards: by a client that has seen version 1 of
// everything, and by one that is new.
struct Stop {
  const char* role;
  const char* request;
  const char* trusted_by_old;
  const char* trusted_by_new;
};

constexpr Stop stops[] = {
    {"root", "2.root.json", "root 1, snapshot 1, targets 1, timestamp 1", "root 1"},
    {"timestamp", "timestamp.json", "root 2, snapshot 1, targets 1, timestamp 1", "root 2"},
    {"snapshot", "2.snapshot.json", "root 2, snapshot 1, targets 1, timestamp 2", "root 2, timestamp 2"},
    {"targets", "2.targets.json", "root 2, snapshot 2, targets 1, timestamp 2",
     "root 2, snapshot 2, timestamp 2"}};

struct News {
  RepositorySimulator sim;
  ConformanceMachine old_client{sim}, new_client{sim};
  News() { REQUIRE(old_client.refresh() == success); }
  void publish() {
    sim.root.version = 2;
    sim.publish_root();
    sim.targets.version = 2;
    sim.update_snapshot();
  }
  // Both clients are stopped at `stop`, for the same reason.
  void stopped_at(const Stop& stop, const std::string& kind) {
    INFO(stop.role);
    const Caught of_old = old_client.refresh();
    CHECK(of_old.kind == kind);
    CHECK(sim.requests.back() == stop.request);
    CHECK(old_client.trusted() == stop.trusted_by_old);
    CHECK(new_client.refresh() == of_old);
    CHECK(sim.requests.back() == stop.request);
    CHECK(new_client.trusted() == stop.trusted_by_new);
  }
};

TEST_CASE("T-02 a role that its keys did not sign stops the refresh there", "[conformance]") {
  for (const Stop& stop : stops) {
    News news;
    news.sim.signers[stop.role].clear();
    news.publish();
    news.stopped_at(stop, "refused");
  }
}

TEST_CASE("T-03 a role that has expired stops the refresh there and only a root is kept", "[conformance]") {
  for (const Stop& stop : stops) {
    const bool is_root = std::string_view(stop.role) == "root";
    News news;
    const UtcTime past = news.sim.now.plus_days(-1);
    if (is_root) news.sim.root.expires = past;
    if (std::string_view(stop.role) == "timestamp") news.sim.timestamp.expires = past;
    if (std::string_view(stop.role) == "snapshot") news.sim.snapshot.expires = past;
    if (std::string_view(stop.role) == "targets") news.sim.targets.expires = past;
    news.publish();
    if (!is_root) {
      news.stopped_at(stop, "expired");
      continue;
    }
    // An expired root is trusted for its keys: a newer one may follow it (5.3.10).
    news.stopped_at({"root", "3.root.json", "root 2, snapshot 1, targets 1, timestamp 1", "root 2"},
                    "expired");
    news.sim.root.version = 3;
    news.sim.root.expires = news.sim.now.plus_days(1);
    news.sim.publish_root();
    CHECK(news.old_client.refresh() == success);
    CHECK(news.old_client.trusted() == "root 3, snapshot 2, targets 2, timestamp 2");
  }
}

TEST_CASE("T-07 T-08 a file with another version than it was asked for stops the refresh there",
          "[conformance]") {
  for (const Stop& stop : {stops[0], stops[2], stops[3]}) {
    News news;
    news.publish();
    // The file of the next version under the name of this one, and otherwise sound.
    RepositorySimulator next = news.sim;
    next.root.version = next.snapshot.version = next.targets.version = 3;
    news.sim.serves_instead[stop.request] = next.file_of(stop.role);
    news.stopped_at(stop, std::string_view(stop.role) == "root" ? "refused" : "rollback");
  }
}

TEST_CASE("a file that the server has not stops the refresh there unless it is the next root",
          "[conformance]") {
  for (const Stop& stop : {stops[1], stops[2], stops[3]}) {
    News news;
    news.publish();
    news.sim.missing.insert(stop.request);
    news.stopped_at(stop, "network");
    news.sim.missing.clear();
    CHECK(news.old_client.refresh() == success);
    CHECK(news.old_client.trusted() == "root 2, snapshot 2, targets 2, timestamp 2");
  }
}

TEST_CASE("a server that does not answer stops the refresh there and is not asked twice", "[conformance]") {
  for (const Stop& stop : stops) {
    News news;
    news.publish();
    news.sim.unreachable.insert(stop.request);
    news.stopped_at(stop, "network");
    CHECK(std::count(news.sim.requests.begin(), news.sim.requests.end(), stop.request) == 1);
  }
}

TEST_CASE("T-08 a file with other bytes than its parent states stops the refresh there", "[conformance]") {
  const bool length_only = GENERATE(false, true);
  for (const Stop& stop : {stops[2], stops[3]}) {
    News news;
    news.sim.states_hashes = true;
    news.publish();
    MetaFile& meta = std::string_view(stop.role) == "snapshot"
                         ? news.sim.timestamp.snapshot
                         : news.sim.snapshot.roles[RoleName::of("targets")];
    if (length_only) {
      meta.hashes.clear();
      *meta.length += 1;
    } else {
      meta.hashes.at(HashAlgorithm::sha256) = sha256_of("something else");
    }
    if (std::string_view(stop.role) == "targets") {  // the statement itself is sound
      news.sim.states_hashes = false;
      news.sim.timestamp.snapshot = {.version = 2, .length = {}, .hashes = {}, .extra = {}};
    }
    news.stopped_at(stop, "refused");
  }
}

TEST_CASE("T-02 a file of another kind is refused although the same keys signed it", "[conformance]") {
  const auto [stop, kind] = GENERATE(table<Stop, std::string>({{stops[0], "targets"},
                                                               {stops[1], "snapshot"},
                                                               {stops[1], "targets"},
                                                               {stops[2], "timestamp"},
                                                               {stops[2], "targets"},
                                                               {stops[3], "snapshot"},
                                                               {stops[3], "root"}}));
  INFO(kind << " for " << stop.role);
  News news;
  news.publish();
  for (const char* role : {"root", "timestamp", "snapshot", "targets"})
    news.sim.signers[role] = {"root", "timestamp", "snapshot", "targets"};
  news.sim.publish_root();
  // As alike as can be: all that a timestamp needs is in this snapshot.
  if (std::string_view(stop.role) == "timestamp")
    news.sim.snapshot.roles[RoleName::of("snapshot")] = {
        .version = 2, .length = {}, .hashes = {}, .extra = {}};
  news.sim.serves_instead[stop.request] = news.sim.file_of(kind);
  news.stopped_at(stop, "refused");
}

TEST_CASE("T-03 expired trusted files lead to newer ones but are no news themselves", "[conformance]") {
  RepositorySimulator sim;
  sim.timestamp.expires = sim.now.plus_days(7);
  ConformanceMachine machine(sim);
  REQUIRE(machine.refresh() == success);
  machine.now = sim.now.plus_days(18);
  CHECK(machine.refresh().kind == "expired");
  CHECK(machine.trusted() == everything);

  sim.targets.version = 2;
  sim.timestamp.expires = sim.now.plus_days(21);
  sim.update_snapshot();
  CHECK(machine.refresh() == success);
  CHECK(machine.trusted() == "root 1, snapshot 2, targets 2, timestamp 2");

  // The trusted root alone, whatever the rest says.
  sim.timestamp.expires = sim.snapshot.expires = sim.targets.expires = sim.now.plus_days(90);
  sim.update_snapshot();
  machine.now = sim.now.plus_days(31);
  CHECK(machine.refresh().kind == "expired");
  CHECK(sim.requests == Requests{"2.root.json"});
}

TEST_CASE("T-10 a timestamp of the same version with other content changes nothing", "[conformance]") {
  RepositorySimulator sim;
  ConformanceMachine machine(sim);
  REQUIRE(machine.refresh() == success);
  const Bytes first = machine.kept("timestamp");
  sim.timestamp.snapshot.version = 100;
  CHECK(machine.refresh() == success);
  CHECK(sim.requests == Requests{"2.root.json", "timestamp.json"});
  CHECK(machine.kept("timestamp") == first);
  CHECK(machine.warnings.size() == 1);
}

TEST_CASE("T-20 what a file says beside the specification is signed and otherwise ignored", "[conformance]") {
  RepositorySimulator sim;
  ConformanceMachine machine(sim);
  REQUIRE(machine.refresh() == success);
  const Json extra = Json::Object{{"a", 1}, {"b", Json::Array{"\n", true}}};
  sim.root.extra["custom"] = sim.timestamp.extra["custom"] = sim.snapshot.extra["custom"] = extra;
  sim.targets.extra["custom"] = extra;
  sim.snapshot.roles[RoleName::of("targets")].extra["custom"] = extra;

  Json::Object key = *test_key("with extras").public_key().json().as_object();
  key["custom"] = extra;
  key["keyid_hash_algorithms"] = Json::Array{"md5"};  // an early draft had it; it means nothing
  const Json with_extras(key);
  sim.root.version = 2;
  RoleKeys& keys = sim.root.roles["root"];
  keys.keys.push_back(
      PublicKey::parse(JsonReader(with_extras, "key"), test_key("with extras").public_key().id()));
  keys.threshold = 2;
  sim.signers["root"] = {"root", "with extras"};
  sim.publish_root();
  sim.targets.version = 2;
  sim.update_snapshot();
  CHECK(machine.refresh() == success);
  CHECK(machine.trusted() == "root 2, snapshot 2, targets 2, timestamp 2");
  for (const char* role : {"root", "timestamp", "snapshot", "targets"}) {
    const Bytes file = machine.kept(role);
    CHECK(file.find("\"custom\"") != std::string::npos);
    // Signed: without it the same signatures are worth nothing.
    const Bytes without = Bytes(file).replace(file.find("\"custom\""), 8, "\"costum\"");
    test::write_text(machine.metadata_dir() / (std::string(role) + ".json"), without);
  }
  CHECK(machine.refresh().kind == "no-trusted-root");
}

TEST_CASE("T-19 without consistent snapshots the same files have plain names", "[conformance]") {
  RepositorySimulator sim;
  sim.root.consistent_snapshot = false;
  sim.publish_root();
  for (const char* role : {"alice", "..", "."}) sim.add_delegation("targets", role, {"*"});
  sim.add_target("alice", "a/b file", "content");
  sim.role("alice").targets.clear();
  sim.add_target(".", "file", "content");
  sim.update_snapshot();
  ConformanceMachine machine(sim);
  CHECK(machine.download({"file"}) == success);
  CHECK(sim.requests == Requests{"2.root.json", "timestamp.json", "snapshot.json", "targets.json",
                                 "alice.json", "...json", "..json", "targets/file"});
  CHECK(machine.got() == std::map<std::string, std::string>{{"file", "content"}});

  // It begins to be consistent with the next root.
  sim.root.version = 2;
  sim.root.consistent_snapshot = true;
  sim.publish_root();
  sim.add_target("alice", "other", "more");
  sim.role("alice").version = 2;
  sim.update_snapshot();
  CHECK(machine.download({"other"}) == success);
  CHECK(sim.requests == Requests{"2.root.json", "3.root.json", "timestamp.json", "3.snapshot.json",
                                 "2.alice.json", "targets/" + sha256_of("more").hex() + ".other"});
}

}  // namespace
}  // namespace tuf
