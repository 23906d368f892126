// Every way in which the keys of a role change from one version to the next, as two tables. A row of the
// first is a history of roots: its keys, how many of them must sign, who did sign, and whether it may be
// believed.
#include <catch2/catch.hpp>

#include "tests/support/conformance_machine.h"

namespace tuf {
namespace {

struct Signing {
  std::string keys;  // one letter a key
  std::uint32_t threshold;
  std::string signers;
};

KeyNames names_of(const std::string& letters) {
  KeyNames names;
  for (const char letter : letters) names.push_back(fmt::format("key {}", letter));
  return names;
}

void sign(RepositorySimulator& sim, const std::string& role, const Signing& signing) {
  sim.set_keys(role, names_of(signing.keys), signing.threshold);
  sim.signers[role] = names_of(signing.signers);
}

std::string name_of(const Signing& signing) {
  return fmt::format("{} of {} signed by {}", signing.threshold, signing.keys, signing.signers);
}

// How many of the signatures of `before` are by keys of `after`.
std::size_t signatures_that_count(const Signing& before, const Signing& after) {
  return static_cast<std::size_t>(
      std::count_if(before.signers.begin(), before.signers.end(),
                    [&](char letter) { return after.keys.find(letter) != std::string::npos; }));
}

enum class Last { believed, refused };
struct History {
  std::vector<Signing> roots;
  Last last;
};

TEST_CASE("T-06 every root of a chain is signed by enough keys of the one before and of its own",
          "[conformance]") {
  const auto history = GENERATE(values<History>({
      // one key
      {{{"a", 1, "a"}, {"b", 1, "ab"}}, Last::believed},
      {{{"a", 1, "a"}, {"b", 1, "ba"}, {"b", 1, "b"}}, Last::believed},
      {{{"a", 1, "a"}, {"b", 1, "ab"}, {"c", 1, "bc"}, {"a", 1, "ca"}}, Last::believed},
      {{{"a", 1, "xay"}, {"b", 1, "xbay"}, {"b", 1, "xby"}}, Last::believed},  // others signed as well
      {{{"a", 1, "a"}, {"b", 1, "b"}}, Last::refused},
      {{{"a", 1, "a"}, {"b", 1, "bxy"}}, Last::refused},
      {{{"a", 1, "a"}, {"b", 1, "axy"}}, Last::refused},
      {{{"a", 1, "a"}, {"b", 1, "x"}}, Last::refused},
      {{{"a", 1, "a"}, {"b", 1, ""}}, Last::refused},
      {{{"a", 1, "a"}, {"a", 1, "x"}}, Last::refused},
      {{{"a", 1, "a"}, {"b", 1, "ab"}, {"c", 1, "ac"}}, Last::refused},  // the key before the last
      // one key becomes two, two become one
      {{{"a", 1, "a"}, {"ab", 1, "a"}, {"b", 1, "b"}}, Last::believed},
      {{{"a", 1, "a"}, {"ab", 1, "b"}}, Last::refused},
      {{{"a", 1, "a"}, {"ab", 2, "ab"}, {"a", 1, "ab"}}, Last::believed},
      {{{"a", 1, "a"}, {"ab", 2, "a"}}, Last::refused},
      {{{"a", 1, "a"}, {"ab", 2, "b"}}, Last::refused},
      {{{"ab", 1, "a"}, {"ab", 1, "b"}, {"ab", 1, "ab"}}, Last::believed},
      {{{"ab", 1, "a"}, {"bc", 1, "b"}}, Last::believed},
      {{{"ab", 1, "a"}, {"cd", 1, "ad"}}, Last::believed},
      {{{"ab", 1, "a"}, {"cd", 1, "cd"}}, Last::refused},
      {{{"ab", 1, "a"}, {"bc", 1, "c"}}, Last::refused},
      // two of two
      {{{"ab", 2, "ab"}, {"ab", 2, "ab"}}, Last::believed},
      {{{"ab", 2, "ab"}, {"cd", 2, "abcd"}, {"cd", 2, "cd"}}, Last::believed},
      {{{"ab", 2, "ab"}, {"bc", 2, "abc"}}, Last::believed},
      {{{"ab", 2, "ab"}, {"bc", 2, "bc"}}, Last::refused},
      {{{"ab", 2, "ab"}, {"bc", 2, "ab"}}, Last::refused},
      {{{"ab", 2, "ab"}, {"cd", 2, "abc"}}, Last::refused},
      {{{"ab", 2, "ab"}, {"cd", 2, "acd"}}, Last::refused},
      {{{"ab", 2, "ab"}, {"cd", 2, "ac"}}, Last::refused},  // two signatures, one of each
      // the threshold alone changes
      {{{"abc", 1, "a"}, {"abc", 2, "ab"}}, Last::believed},
      {{{"abc", 1, "a"}, {"abc", 2, "b"}}, Last::refused},
      {{{"abc", 2, "ab"}, {"abc", 1, "bc"}, {"abc", 1, "a"}}, Last::believed},
      {{{"abc", 2, "ab"}, {"abc", 1, "a"}}, Last::refused},
      // three of five
      {{{"abcde", 3, "ace"}, {"abcde", 3, "aeb"}, {"abcde", 3, "bcd"}, {"abcde", 3, "cde"}}, Last::believed},
      {{{"abcde", 3, "ace"}, {"abdef", 3, "aeb"}}, Last::believed},
      {{{"abcde", 3, "ace"}, {"abdef", 3, "acef"}, {"abdef", 3, "aef"}}, Last::believed},
      {{{"abcde", 3, "ace"}, {"fghij", 3, "acefgh"}, {"fghij", 3, "fgh"}}, Last::believed},
      {{{"abcde", 3, "ace"}, {"abdef", 3, "ace"}}, Last::refused},
      {{{"abcde", 3, "ace"}, {"abdef", 3, "aef"}}, Last::refused},
      {{{"abcde", 3, "ace"}, {"fghij", 3, "abcfg"}}, Last::refused},
      // more keys are asked for than there are
      {{{"a", 1, "a"}, {"ab", 3, "ab"}}, Last::refused},
  }));
  for (const Signing& signing : history.roots) UNSCOPED_INFO(name_of(signing));
  RepositorySimulator sim;
  for (std::size_t i = 0; i < history.roots.size(); ++i) {
    sim.root.version = i + 1;
    sign(sim, "root", history.roots[i]);
    sim.publish_root();
  }
  ConformanceMachine machine(sim);
  const bool good = history.last == Last::believed;
  const std::uint64_t newest = history.roots.size() - (good ? 0 : 1);
  CHECK(machine.refresh().kind == (good ? "nothing" : "refused"));
  CHECK(machine.kept("root") == sim.root_file(newest));
  CHECK(sim.requests.back() == (good ? "1.targets.json" : fmt::format("{}.root.json", newest + 1)));
  CHECK(machine.trusted() == (good ? fmt::format("root {}, snapshot 1, targets 1, timestamp 1", newest)
                                   : fmt::format("root {}", newest)));
}

struct Change {
  Signing before, after;
  bool good;  // whether `after` may be believed
};

TEST_CASE("T-01 a role follows the keys of its delegator whatever they were before", "[conformance]") {
  const std::string role = GENERATE("timestamp", "snapshot", "targets", "alice");
  const auto change = GENERATE(values<Change>({
      {{"a", 1, "a"}, {"b", 1, "b"}, true},
      {{"a", 1, "a"}, {"a", 1, "xay"}, true},
      {{"a", 1, "a"}, {"b", 1, "axy"}, false},
      {{"a", 1, "a"}, {"b", 1, ""}, false},
      {{"a", 1, "a"}, {"ab", 2, "a"}, false},
      {{"a", 1, "a"}, {"ab", 2, "ab"}, true},
      {{"ab", 2, "ab"}, {"ab", 1, "b"}, true},
      {{"ab", 2, "ab"}, {"cd", 2, "abc"}, false},
      {{"ab", 2, "ab"}, {"bc", 2, "bc"}, true},
      {{"abc", 3, "abc"}, {"abd", 3, "abc"}, false},
      {{"abcde", 3, "ace"}, {"abdef", 3, "ace"}, false},
      {{"abcde", 3, "ace"}, {"abdef", 3, "ae"}, false},
      {{"abcde", 3, "ace"}, {"abcde", 3, "abe"}, true},
      {{"abcde", 3, "ace"}, {"abcde", 3, "abd"}, true},
      {{"abcde", 3, "ace"}, {"abcde", 3, "bcd"}, true},
      {{"abcde", 3, "ace"}, {"abcde", 3, "cde"}, true},
      {{"abc", 3, "abc"}, {"abc", 4, "abc"}, false},
  }));
  INFO(role << ": " << name_of(change.before) << ", then " << name_of(change.after));
  // Whether the role has news besides the keys: if not, what is trusted has the right version already and
  // must be given up for its signatures alone.
  const bool has_news = GENERATE(true, false);
  RepositorySimulator sim;
  sim.add_delegation("targets", "alice", {"*"});
  sim.add_target("alice", "file", "content");
  sign(sim, role, change.before);
  sim.publish_root();
  sim.update_snapshot();
  ConformanceMachine machine(sim);
  REQUIRE(machine.download({"file"}) == success);

  sign(sim, role, change.after);
  sim.root.version = 2;
  sim.publish_root();
  sim.targets.version += role == "alice" || (has_news && role == "targets") ? 1 : 0;
  if (has_news && role == "alice") sim.role("alice").version = 2;
  if (has_news || role == "alice") sim.update_snapshot();
  const Bytes before = machine.kept(role);
  CHECK(machine.download({"file"}).kind == (change.good ? "nothing" : "refused"));
  const bool still_good =
      !has_news && signatures_that_count(change.before, change.after) >= change.after.threshold;
  CHECK(machine.kept(role) == (change.good && !still_good ? sim.file_of(role) : before));
  CHECK(machine.trusted().find("root 2") != std::string::npos);

  // And the change is settled: another run has nothing to ask for.
  if (!change.good) return;
  CHECK(machine.download({"file"}) == success);
  CHECK(sim.requests == Requests{"3.root.json", "timestamp.json"});
}

TEST_CASE("T-06 keys of other roles may change in the same root", "[conformance]") {
  RepositorySimulator sim;
  ConformanceMachine machine(sim);
  REQUIRE(machine.refresh() == success);
  sim.root.version = 2;
  sim.set_keys("root", {"new root"});
  sim.signers["root"] = {"root", "new root"};
  for (const char* role : {"timestamp", "snapshot", "targets"})
    sim.set_keys(role, {fmt::format("new {}", role)});
  sim.publish_root();
  sim.targets.version = 2;
  sim.update_snapshot();
  CHECK(machine.refresh() == success);
  CHECK(machine.trusted() == "root 2, snapshot 2, targets 2, timestamp 2");
  // One role's old key is worth nothing for another.
  sim.root.version = 3;
  sim.set_keys("snapshot", {"newer snapshot"});
  sim.signers["root"] = {"new root"};
  sim.publish_root();
  sim.signers["snapshot"] = {"new snapshot", "timestamp", "root", "new targets"};
  CHECK(machine.refresh().kind == "refused");
  CHECK(machine.trusted() == "root 3, snapshot 2, targets 2, timestamp 2");
}

}  // namespace
}  // namespace tuf
