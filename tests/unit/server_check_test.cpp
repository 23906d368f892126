#include "client/server_check.h"

#include <catch2/catch.hpp>

#include "tests/support/repository_simulator.h"

using namespace tuf;

namespace {

// The simulator behind the URLs of a published tree, with a Date header.
class Site : public Fetcher {
 public:
  explicit Site(RepositorySimulator& simulator) : sim_(simulator) {}
  std::vector<FetchReply> fetch_all(const std::vector<FetchRequest>& requests) override {
    std::vector<FetchReply> replies = sim_.fetch_all(requests);
    for (FetchReply& reply : replies) reply.date = date;
    return replies;
  }
  bool fetch_into(const std::string&, std::uint64_t, std::uint64_t, const ByteSink&) override {
    return false;
  }
  std::string date;

 private:
  RepositorySimulator& sim_;
};

const std::string site_url = "https://sim.example";

ServerState look(RepositorySimulator& sim, const std::string& date = {}) {
  Site site(sim);
  site.date = date;
  return look_at_server(site_url, RootChain(sim.root_file(1), "root"), site, [&] { return sim.now; });
}

std::string kind_of(const ServerState& server) {
  return server.failure ? kind_name(server.failure->kind()) : "nothing";
}

ServerState server(const std::string& url, std::uint64_t timestamp_version, UtcTime expires) {
  ServerState state{.url = url, .root_version = 1, .timestamp = Timestamp(), .failure = {}, .date = {}};
  state.timestamp->version = timestamp_version;
  state.timestamp->expires = expires;
  return state;
}

ServerState failed(const std::string& url, Error failure) {
  return {.url = url, .timestamp = {}, .failure = std::move(failure), .date = {}};
}

const UtcTime noon = *UtcTime::parse("2030-01-01T12:00:00Z");

// "ok server: ...\n" without the next steps, of which every line that is not ok must have one.
std::string judged(const std::vector<ServerState>& servers, std::optional<std::uint64_t> seen = {}) {
  Findings findings;
  judge_servers(servers, seen, noon, findings);
  std::string text;
  for (const Finding& finding : findings.all()) {
    const bool ok = finding.level == Finding::Level::ok;
    CHECK(finding.next.empty() == ok);
    text += ok ? "ok " : finding.level == Finding::Level::warning ? "warning " : "problem ";
    text += finding.subject + ": " + finding.text + "\n";
  }
  return text;
}

}  // namespace

TEST_CASE("a server's state is what it can prove from the trusted root on", "[server_check]") {
  RepositorySimulator sim;
  sim.root.version = 2;
  sim.set_keys("timestamp", {"carol"});
  sim.publish_root();
  sim.update_timestamp();
  const ServerState state = look(sim, "Sun, 06 Nov 1994 08:49:37 GMT");
  CHECK(kind_of(state) == "nothing");
  CHECK(state.root_version == 2);
  REQUIRE(state.timestamp);
  CHECK(state.timestamp->version == sim.timestamp.version);
  CHECK(state.date == UtcTime::parse("1994-11-06T08:49:37Z"));
  CHECK(state.asked == sim.now);
  CHECK(sim.requests == std::vector<std::string>{"2.root.json", "3.root.json", "timestamp.json"});
}

TEST_CASE("T-01 a timestamp that the root's keys did not sign is a server's failure", "[server_check]") {
  RepositorySimulator sim;
  sim.signers["timestamp"] = {"mallory"};
  const ServerState state = look(sim);
  CHECK(kind_of(state) == "refused");
  CHECK_FALSE(state.timestamp);
}

TEST_CASE("a root that does not follow the trusted one is a server's failure", "[server_check]") {
  RepositorySimulator sim;
  sim.root.version = 2;
  sim.signers["root"] = {"mallory"};
  sim.publish_root();
  const ServerState state = look(sim);
  CHECK(kind_of(state) == "refused");
  CHECK(sim.requests == std::vector<std::string>{"2.root.json"});
}

TEST_CASE("a server that is down or has no timestamp could not be asked", "[server_check]") {
  RepositorySimulator down;
  down.unreachable = {"2.root.json"};
  CHECK(kind_of(look(down)) == "network");
  RepositorySimulator empty;
  empty.missing = {"timestamp.json"};
  CHECK(kind_of(look(empty)) == "network");
}

TEST_CASE("of several servers one that is well makes failures of the others warnings", "[server_check]") {
  const auto a = server("https://a", 7, noon.plus_days(2));
  const auto old = server("https://b", 5, noon.plus_days(1));
  const auto expired_one = server("https://b", 7, noon.plus_days(-2));
  const std::string fine = "timestamp version 7, valid until 2030-01-03T12:00:00Z (2 days)\n";
  CHECK(judged({a}) == "ok server https://a: " + fine);
  CHECK(judged({a, old}) == "ok server https://a: " + fine +
                                "warning mirror https://b: is behind: timestamp version 5, and there is 7\n");
  CHECK(judged({a, expired_one}) == "ok server https://a: " + fine +
                                        "warning mirror https://b: timestamp version 7 expired 2 days ago\n");
  CHECK(judged({failed("https://b", network("no answer")), a}) ==
        "warning server https://b: no answer\nok mirror https://a: " + fine);
  CHECK(judged({failed("https://b", network("no answer"))}) == "problem server https://b: no answer\n");
  CHECK(judged({expired_one}) == "problem server https://b: timestamp version 7 expired 2 days ago\n");
}

TEST_CASE("a server that gives what was not signed is a problem even beside one that is well",
          "[server_check]") {
  CHECK(judged({server("https://a", 7, noon.plus_days(2)), failed("https://b", refused("bad signature"))}) ==
        "ok server https://a: timestamp version 7, valid until 2030-01-03T12:00:00Z (2 days)\n"
        "problem mirror https://b: bad signature\n");
}

TEST_CASE("T-05 a server behind what this machine has seen is no server that is well", "[server_check]") {
  CHECK(judged({server("https://a", 7, noon.plus_days(2))}, 8) ==
        "problem server https://a: is behind: timestamp version 7, and this machine has seen 8\n");
  CHECK(judged({server("https://a", 8, noon.plus_days(2))}, 8) ==
        "ok server https://a: timestamp version 8, valid until 2030-01-03T12:00:00Z (2 days)\n");
  auto rotated = server("https://b", 7, noon.plus_days(2));
  rotated.root_version = 2;
  CHECK(judged({server("https://a", 7, noon.plus_days(2)), rotated})
            .starts_with("warning server https://a: is behind: root version 1, and there is 2\n"));
}

TEST_CASE("a clock more than a minute off is a warning that says what follows", "[server_check]") {
  const auto off_by = [](std::int64_t seconds) {
    auto state = server("https://a", 7, noon.plus_days(2));
    state.date = noon;
    state.asked = noon.plus_seconds(seconds);
    const std::string text = judged({state});
    return text.substr(text.find('\n') + 1);
  };
  CHECK(off_by(60) == "ok clock: within 1 minute of the clock of https://a\n");
  CHECK(off_by(0) == "ok clock: within 1 second of the clock of https://a\n");
  CHECK(off_by(-60) == "ok clock: within 1 minute of the clock of https://a\n");
  CHECK(off_by(61) ==
        "warning clock: 1 minute ahead of the clock of https://a: metadata is refused as expired while it "
        "still is valid\n");
  CHECK(off_by(-7200) ==
        "warning clock: 2 hours behind the clock of https://a: metadata that has expired is still believed "
        "here\n");
}
