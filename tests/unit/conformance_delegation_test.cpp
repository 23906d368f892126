// Delegations as a client meets them: which roles are asked for, in which order, by whose keys they are
// believed, and under which names they travel and lie.
#include <catch2/catch.hpp>

#include "libtufcore/find_target.h"
#include "tests/support/conformance_machine.h"

namespace tuf {
namespace {

using Names = std::vector<std::string>;

// The roles asked for in the last run, in order, without versions and top-level roles.
Names asked(const RepositorySimulator& sim) {
  Names roles;
  for (const std::string& request : sim.requests) {
    if (request.starts_with("targets/") || request == "timestamp.json") continue;
    const std::string role = request.substr(request.find('.') + 1, request.size() - request.find('.') - 6);
    if (role != "root" && role != "snapshot" && role != "targets") roles.push_back(role);
  }
  return roles;
}

// "A>B" delegates every path in one folder level, "A>>B" is terminating, "A>B *.py b/*" delegates these only.
void add_edge(RepositorySimulator& sim, const std::string& edge) {
  const std::size_t arrow = edge.find('>');
  const bool terminating = edge[arrow + 1] == '>';
  const std::size_t space = std::min(edge.find(' '), edge.size());
  const std::size_t start = arrow + (terminating ? 2 : 1);
  Names paths;
  for (std::size_t at = space; at < edge.size();) {
    const std::size_t end = std::min(edge.find(' ', at + 1), edge.size());
    paths.push_back(edge.substr(at + 1, end - at - 1));
    at = end;
  }
  sim.add_delegation(edge.substr(0, arrow), edge.substr(start, space - start),
                     paths.empty() ? Names{"*"} : paths, terminating);
}

struct Graph {
  const char* what;
  Names edges;
  Names visited;
};

TEST_CASE("T-12 T-14 a search for a missing target visits the roles of a graph in this order",
          "[conformance]") {
  const auto graph = GENERATE(values<Graph>({
      {"no delegation", {}, {}},
      {"one", {"targets>A"}, {"A"}},
      {"two in the order of the file", {"targets>B", "targets>A"}, {"B", "A"}},
      {"the last has a child", {"targets>A", "targets>B", "B>C"}, {"A", "B", "C"}},
      {"children before siblings", {"targets>A", "targets>B", "A>C", "A>D"}, {"A", "C", "D", "B"}},
      {"grandchildren before siblings", {"targets>A", "targets>B", "A>C", "C>D"}, {"A", "C", "D", "B"}},
      {"deep before wide",
       {"targets>A", "A>B", "A>C", "B>D", "C>E", "targets>F"},
       {"A", "B", "D", "C", "E", "F"}},
      {"terminating at the top", {"targets>>A", "targets>B"}, {"A"}},
      {"terminating at the top goes on below", {"targets>>A", "targets>B", "A>C", "A>D"}, {"A", "C", "D"}},
      {"terminating in the middle of the file", {"targets>A", "targets>>B", "targets>C"}, {"A", "B"}},
      {"terminating below drops the siblings above", {"targets>A", "targets>B", "A>>C", "A>D"}, {"A", "C"}},
      {"terminating below keeps its own children",
       {"targets>A", "targets>B", "A>>C", "C>D"},
       {"A", "C", "D"}},
      {"terminating for another path is nothing", {"targets>>A *.py", "targets>B"}, {"B"}},
      {"terminating twice", {"targets>>A", "A>>B", "A>C", "targets>D"}, {"A", "B"}},
      {"a branch for other paths", {"targets>A *.py", "targets>B", "A>C"}, {"B"}},
      {"a branch for other paths further down", {"targets>A", "targets>B", "A>C *.py", "C>D"}, {"A", "B"}},
      {"several patterns", {"targets>A *.py miss*", "targets>B *.py b/*"}, {"A"}},
      {"to itself", {"targets>A", "A>A", "targets>B"}, {"A", "B"}},
      {"a circle", {"targets>A", "targets>B", "B>C", "C>D", "D>B"}, {"A", "B", "C", "D"}},
      {"a circle with a way out", {"targets>A", "A>B", "B>A", "A>C"}, {"A", "B", "C"}},
      {"a terminating circle", {"targets>>A", "A>>B", "B>>A", "targets>C"}, {"A", "B"}},
      {"a diamond", {"targets>A", "targets>B", "B>C", "A>C"}, {"A", "C", "B"}},
      {"a diamond that opens on the right", {"targets>A", "targets>B", "B>C", "A>C *.py"}, {"A", "B", "C"}},
      {"a diamond and what is below it",
       {"targets>A", "targets>B", "A>C", "B>C", "C>D", "B>E"},
       {"A", "C", "D", "B", "E"}},
      {"a visited role that would terminate", {"targets>A", "targets>B", "B>>A", "targets>C"}, {"A", "B"}},
  }));
  INFO(graph.what);
  RepositorySimulator sim;
  for (const std::string& edge : graph.edges) add_edge(sim, edge);
  sim.update_snapshot();
  ConformanceMachine machine(sim);
  CHECK(machine.download({"missing"}).kind == "not-found");
  CHECK(asked(sim) == graph.visited);
  CHECK(machine.download({"missing"}).kind == "not-found");  // from the folder now, in the same order
  CHECK(asked(sim).empty());
  CHECK(machine.got().empty());
}

TEST_CASE("a target is believed of the first role on the way that may state it", "[conformance]") {
  struct Row {
    const char* path;
    const char* content;  // empty: not found
    Names visited;
  };
  const auto row = GENERATE(values<Row>({{"top", "of targets", {}},
                                         {"guide.md", "of A", {"A"}},
                                         {"old.doc", "of A", {"A"}},
                                         {"out/x/x.tar", "of C", {"B", "C"}},
                                         {"out/y/y.zip", "of D", {"B", "D"}},
                                         {"out/y/y.tar", "", {"B"}},    // D may not
                                         {"out/z/z.zip", "", {"B"}},    // D states it, nobody asked D to
                                         {"deep/out/x/x.tar", "", {}},  // '*' stands for one level
                                         {"out/x", "", {}},
                                         {"guide.MD", "", {}},
                                         {"set-1.tgz", "of A", {"A"}},
                                         {"set-10.tgz", "", {}},
                                         {"set-.tgz", "", {}},
                                         {"guide.mdx", "", {}}}));
  RepositorySimulator sim;
  for (const char* edge :
       {"targets>A *.doc *.md set-?.tgz", "targets>B out/*/*", "B>C out/x/*", "B>D out/y/*.zip"})
    add_edge(sim, edge);
  sim.add_target("targets", "top", "of targets");
  for (const char* path :
       {"guide.md", "old.doc", "guide.mdx", "guide.MD", "set-1.tgz", "set-10.tgz", "set-.tgz"})
    sim.add_target("A", path, "of A");
  for (const char* path : {"out/x/x.tar", "deep/out/x/x.tar", "out/x"}) sim.add_target("C", path, "of C");
  for (const char* path : {"out/y/y.zip", "out/y/y.tar", "out/z/z.zip"}) sim.add_target("D", path, "of D");
  sim.update_snapshot();
  ConformanceMachine machine(sim);
  CHECK(machine.download({row.path}).kind == (*row.content != '\0' ? "nothing" : "not-found"));
  CHECK(asked(sim) == row.visited);
  CHECK(machine.got().size() == (*row.content != '\0' ? 1 : 0));
  if (*row.content != '\0') CHECK(machine.got().begin()->second == row.content);
}

TEST_CASE("a role that cannot be had ends the search although a later one has the target", "[conformance]") {
  RepositorySimulator sim;
  for (const char* edge : {"targets>A", "targets>B"}) add_edge(sim, edge);
  sim.add_target("B", "file", "content");
  sim.update_snapshot();
  std::string kind;
  SECTION("not there") {
    sim.missing.insert("1.A.json");
    kind = "network";
  }
  SECTION("signed by others") {
    sim.signers["A"] = {"B"};
    kind = "refused";
  }
  SECTION("not in the snapshot") {
    sim.snapshot.roles.erase(RoleName::of("A"));
    kind = "refused";
  }
  SECTION("expired") {
    sim.role("A").expires = sim.now;
    kind = "expired";
  }
  SECTION("another version than the snapshot says") {
    sim.snapshot.roles[RoleName::of("A")].version = 2;
    sim.serves_instead["2.A.json"] = sim.file_of("A");
    kind = "rollback";
  }
  ConformanceMachine machine(sim);
  CHECK(machine.download({"file"}).kind == kind);
  CHECK(machine.got().empty());
  CHECK(machine.trusted() == "root 1, snapshot 2, targets 1, timestamp 2");
}

TEST_CASE("T-03 a trusted delegated role that has expired is replaced by a newer one or not used",
          "[conformance]") {
  RepositorySimulator sim;
  add_edge(sim, "targets>A a/*");
  sim.add_target("A", "a/one", "one");
  sim.add_target("A", "a/two", "two");
  sim.role("A").expires = sim.now.plus_days(7);
  sim.update_snapshot();
  ConformanceMachine machine(sim);
  REQUIRE(machine.download({"a/one"}) == success);
  machine.now = sim.now.plus_days(18);
  CHECK(machine.download({"a/two"}).kind == "expired");
  CHECK(machine.got().size() == 1);
  CHECK(machine.refresh() == success);  // which needs no delegated role
  sim.role("A").version = 2;
  sim.role("A").expires = sim.now.plus_days(21);
  sim.update_snapshot();
  CHECK(machine.download({"a/two"}) == success);
  CHECK(machine.got().size() == 2);
}

TEST_CASE("T-13 a role is believed by the keys of the delegator at hand in one run and across runs",
          "[conformance]") {
  RepositorySimulator sim;
  sim.add_delegation("targets", "A", {"a/*"});
  sim.add_delegation("targets", "B", {"b/*"});
  sim.add_delegation("A", "shared", {"a/*"}, false, {"key of A"});
  sim.add_delegation("B", "shared", {"b/*"}, false, {"key of B"});
  sim.add_target("shared", "a/file", "content");
  sim.add_target("shared", "b/file", "content");
  sim.update_snapshot();
  ConformanceMachine machine(sim);
  const bool in_one_run = GENERATE(true, false);
  if (in_one_run) {
    CHECK(machine.download({"a/file", "b/file"}).kind == "refused");
  } else {
    CHECK(machine.download({"a/file"}) == success);
    CHECK(machine.download({"b/file"}).kind == "refused");
  }
  CHECK(machine.got() == std::map<std::string, std::string>{{"a%2Ffile", "content"}});
  CHECK(machine.download({"a/file"}) == success);

  // Signed for both of them it serves both, and is asked for once.
  sim.signers["shared"] = {"key of A", "key of B"};
  sim.role("shared").version = 2;
  sim.update_snapshot();
  CHECK(machine.download({"b/file", "a/file"}) == success);
  CHECK(asked(sim) == Names{"shared"});

  // A delegator that takes its trust back takes it from what is in the folder.
  sim.role("B").version = 2;
  sim.role("B").delegations.front().signers = role_keys({"third key"});
  sim.update_snapshot();
  CHECK(machine.download({"b/file"}).kind == "refused");
  CHECK(machine.download({"a/file"}) == success);
}

TEST_CASE("P-01 odd role names are one file in the URL and one in the folder", "[conformance]") {
  const auto [role, spelling] =
      GENERATE(table<std::string, std::string>({{"?", "%3F"},
                                                {"#", "%23"},
                                                {"%", "%25"},
                                                {"/role", "%2Frole"},
                                                {"../role", "..%2Frole"},
                                                {"../../../etc/role", "..%2F..%2F..%2Fetc%2Frole"},
                                                {"a/../../role", "a%2F..%2F..%2Frole"},
                                                {"..", ".."},
                                                {".", "."},
                                                {"a b", "a%20b"},
                                                {"a+b&c=d", "a%2Bb%26c%3Dd"},
                                                {"%2e%2e%2frole", "%252e%252e%252frole"},
                                                {"1", "1"},
                                                {"1.root", "1.root"},
                                                {"role.json", "role.json"},
                                                {"ROOT", "ROOT"},
                                                {"-role_~", "-role_~"},
                                                {"\xe1\x9a\xa9", "%E1%9A%A9"},
                                                {"a\nb", "a%0Ab"},
                                                {"\"\\", "%22%5C"}}));
  RepositorySimulator sim;
  sim.add_delegation("targets", role, {"*"}, false, {"odd"});
  sim.add_target(role, "file", "content");
  sim.update_snapshot();
  ConformanceMachine machine(sim);
  CHECK(machine.download({"file"}) == success);
  CHECK(std::count(sim.requests.begin(), sim.requests.end(), "1." + spelling + ".json") == 1);
  CHECK(machine.kept(spelling) == sim.file_of(role));
  CHECK(machine.kept("root") == sim.root_file(1));
  // Nothing else has come into being: the two folders, the root to trust, five metadata files and two notes.
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(machine.folder.path())) {
    if (entry.is_regular_file()) ++files;
  }
  CHECK(files == 1 + 5 + 2 + 1);
  CHECK(machine.download({"file"}) == success);
  CHECK(sim.requests == Requests{"2.root.json", "timestamp.json"});
}

TEST_CASE("a target in hash bins is asked for in its bin alone", "[conformance]") {
  const auto bits = GENERATE(as<std::uint32_t>{}, 1, 3, 8);
  RepositorySimulator sim;
  sim.add_bins(bits, "bin");
  const Names paths = {"a", "b", "c/d", "e"};
  for (const std::string& path : paths) {
    const RoleName bin = bin_for(*sim.targets.succinct_roles, *TargetPath::parse(path));
    sim.add_target(bin.text(), path, "content of " + path);
  }
  sim.update_snapshot();
  ConformanceMachine machine(sim);
  std::set<std::string> bins;
  for (const std::string& path : paths) {
    const std::string bin = bin_for(*sim.targets.succinct_roles, *TargetPath::parse(path)).text();
    CHECK(machine.download({path}) == success);
    CHECK(asked(sim) == (bins.insert(bin).second ? Names{bin} : Names{}));
  }
  CHECK(machine.got().size() == paths.size());
  // All bins have one set of keys.
  for (auto& [role, keys] : sim.signers) {
    if (role.starts_with("bin-")) keys = {"targets"};
  }
  for (auto& [role, bin] : sim.delegated) bin.version = 2;
  sim.update_snapshot();
  CHECK(machine.download({"a"}).kind == "refused");
}

TEST_CASE("hash prefixes say which roles of a graph are asked", "[conformance]") {
  RepositorySimulator sim;
  const std::string hash = sha256_of("file").hex();
  const std::string other = hash[0] == 'f' ? "0" : "f";
  const auto add = [&](const std::string& from, const std::string& to, Names prefixes, bool terminating) {
    Delegation& delegation = sim.add_delegation(from, to, {}, terminating);
    delegation.paths.reset();
    delegation.path_hash_prefixes = std::move(prefixes);
  };
  add("targets", "A", {other}, true);
  add("targets", "B", {other, hash.substr(0, 2)}, false);
  add("B", "C", {hash.substr(0, 1) + (hash[1] == '0' ? "1" : "0")}, false);
  add("B", "D", {hash}, true);
  add("targets", "E", {hash.substr(0, 1)}, false);
  sim.add_target("E", "file", "content");
  sim.update_snapshot();
  ConformanceMachine machine(sim);
  CHECK(machine.download({"file"}).kind == "not-found");  // D is terminating
  CHECK(asked(sim) == Names{"B", "D"});
  sim.role("B").delegations.back().terminating = false;
  sim.role("B").version = 2;
  sim.update_snapshot();
  CHECK(machine.download({"file"}) == success);
  CHECK(asked(sim) == Names{"B", "E"});
}

}  // namespace
}  // namespace tuf
