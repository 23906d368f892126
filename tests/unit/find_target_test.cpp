#include "libtufcore/find_target.h"

#include <catch2/catch.hpp>

#include "tests/support/caught.h"
#include "tests/support/plain_client.h"

namespace tuf {
namespace {

// A repository with delegations, and a loader that fetches and verifies every role it is asked for.
struct Forest {
  RepositorySimulator sim;
  PlainClient client{sim};
  std::vector<std::string> loaded;
  std::optional<Final<Snapshot>> snapshot;

  std::shared_ptr<const Final<Targets>> top() {
    loaded.clear();
    sim.update_snapshot();
    const auto root = client.update_root();
    snapshot.emplace(client.update_snapshot(root));
    return std::make_shared<const Final<Targets>>(
        client.load(*snapshot, RoleName::of("targets"), root->keys_of("targets")));
  }

  LoadRole loader() {
    return [this](const RoleName& role, const RoleKeys& keys, const Json::Object& names) {
      loaded.push_back(role.text());
      return std::make_shared<const Final<Targets>>(client.load(*snapshot, role, keys, names));
    };
  }

  std::optional<FoundTarget> find(const std::string& path, const SearchLimits& limits = {}) {
    return find_target(top(), *TargetPath::parse(path), loader(), limits);
  }

  std::vector<std::string> list(const std::string& project, const SearchLimits& limits = {}) {
    std::vector<std::string> lines;
    for (const FoundTarget& found :
         find_project_targets(top(), *ProjectName::parse(project), loader(), limits)) {
      lines.push_back(found.path.text() + " by " + found.role.text());
    }
    return lines;
  }
};

using Names = std::vector<std::string>;

// One graph of delegations, all for every path: "A>B" delegates, "A>>B" delegates and terminates.
Names order_of_visits(const Names& edges) {
  Forest forest;
  for (const std::string& edge : edges) {
    const std::size_t arrow = edge.find('>');
    const bool terminating = edge[arrow + 1] == '>';
    forest.sim.add_delegation(edge.substr(0, arrow), edge.substr(arrow + (terminating ? 2 : 1)), {"*"},
                              terminating);
  }
  CHECK_FALSE(forest.find("file"));
  return forest.loaded;
}

TEST_CASE("T-12 delegations are visited in pre-order and each role once", "[find_target]") {
  CHECK(order_of_visits({}) == Names{});
  CHECK(order_of_visits({"targets>A"}) == Names{"A"});
  CHECK(order_of_visits({"targets>A", "targets>B"}) == Names{"A", "B"});
  CHECK(order_of_visits({"targets>A", "targets>B", "A>C"}) == Names{"A", "C", "B"});
  CHECK(order_of_visits({"targets>A", "A>B", "B>C", "A>D", "targets>E"}) == Names{"A", "B", "C", "D", "E"});
  // A diamond is legal, its tip is looked at once.
  CHECK(order_of_visits({"targets>A", "targets>B", "A>C", "B>C"}) == Names{"A", "C", "B"});
}

TEST_CASE("T-12 a terminating delegation ends the search also in the roles above", "[find_target]") {
  CHECK(order_of_visits({"targets>>A", "targets>B"}) == Names{"A"});
  CHECK(order_of_visits({"targets>A", "targets>B", "targets>>C", "targets>D"}) == Names{"A", "B", "C"});
  CHECK(order_of_visits({"targets>A", "targets>D", "A>B", "A>>C", "A>E"}) == Names{"A", "B", "C"});
  CHECK(order_of_visits({"targets>>A", "targets>D", "A>B", "A>C"}) == Names{"A", "B", "C"});
}

TEST_CASE("T-12 a terminating delegation for other paths ends nothing", "[find_target]") {
  Forest forest;
  forest.sim.add_delegation("targets", "A", {"other/*"}, true);
  forest.sim.add_delegation("targets", "B", {"*"});
  forest.sim.add_target("B", "file", "content");
  const auto found = forest.find("file");
  REQUIRE(found);
  CHECK(found->role.text() == "B");
  CHECK(forest.loaded == Names{"B"});
}

TEST_CASE("T-12 the first role in the order of the file answers", "[find_target]") {
  Forest forest;
  forest.sim.add_delegation("targets", "A", {"*"});
  forest.sim.add_delegation("targets", "B", {"*"});
  forest.sim.add_delegation("A", "C", {"*"});
  forest.sim.add_target("B", "file", "of B");
  forest.sim.add_target("C", "file", "of C");
  const auto found = forest.find("file");
  REQUIRE(found);
  CHECK(found->path.text() == "file");
  CHECK(found->role.text() == "C");
  CHECK(found->file == forest.sim.delegated["C"].targets.at(found->path));
  CHECK(found->trail == std::vector{RoleName::of("targets"), RoleName::of("A"), RoleName::of("C")});
  CHECK(forest.loaded == Names{"A", "C"});

  forest.sim.add_target("targets", "file", "of targets");
  const auto above = forest.find("file");
  REQUIRE(above);
  CHECK(above->trail == std::vector{RoleName::of("targets")});
  CHECK(forest.loaded.empty());
}

TEST_CASE("a role cannot speak about paths that it was not given", "[find_target]") {
  Forest forest;
  forest.sim.add_delegation("targets", "A", {"abc/*"});
  forest.sim.add_target("A", "xyz/file", "content");
  CHECK_FALSE(forest.find("xyz/file"));
  CHECK(forest.loaded.empty());
}

TEST_CASE("T-13 a role is loaded with the keys of the delegator that led to it", "[find_target]") {
  Forest forest;
  forest.sim.add_delegation("targets", "A", {"a/*"});
  forest.sim.add_delegation("targets", "B", {"b/*"});
  forest.sim.add_delegation("A", "shared", {"*/*"}, false, {"key-of-a"});
  forest.sim.add_delegation("B", "shared", {"*/*"}, false, {"key-of-b"});
  forest.sim.add_target("shared", "a/file", "content");
  forest.sim.add_target("shared", "b/file", "content");
  CHECK(forest.find("a/file"));
  const std::string label = test_key("key-of-b").public_key().id().substr(0, 8);
  CHECK(caught([&] { forest.find("b/file"); }) ==
        Caught{"refused", "shared.json is signed by 0 of the 1 key it needs (missing: " + label + ")"});
  CHECK(forest.find("a/file"));

  // The same in one run, with one loader, for both paths.
  const auto top = forest.top();
  CHECK(find_target(top, *TargetPath::parse("a/file"), forest.loader()));
  CHECK(caught([&] { find_target(top, *TargetPath::parse("b/file"), forest.loader()); }).kind == "refused");
  forest.sim.signers["shared"] = {"key-of-a", "key-of-b"};
  CHECK(forest.find("b/file"));
}

TEST_CASE("T-14 cycles end", "[find_target]") {
  CHECK(order_of_visits({"targets>A", "A>A"}) == Names{"A"});
  CHECK(order_of_visits({"targets>A", "A>B", "B>A"}) == Names{"A", "B"});
  CHECK(order_of_visits({"targets>A", "A>B", "B>C", "C>A", "C>B", "A>D"}) == Names{"A", "B", "C", "D"});
}

TEST_CASE("T-14 a search of too many roles stops", "[find_target]") {
  Forest forest;
  for (int i = 0; i < 200; ++i)
    forest.sim.add_delegation("targets", fmt::format("r{}", i), {"*"}, false, {"wide"});
  CHECK(caught([&] { forest.find("file"); }) ==
        Caught{"limit", "the search for 'file' met more than 64 roles"});
  CHECK(forest.loaded.size() == 63);  // targets is one of the 64
  forest.sim.add_target("r62", "file", "content");
  CHECK(forest.find("file"));
}

TEST_CASE("T-14 a search that goes too deep stops", "[find_target]") {
  Forest forest;
  forest.sim.add_delegation("targets", "r1", {"*"}, false, {"deep"});
  for (int i = 1; i < 33; ++i) {
    forest.sim.add_delegation(fmt::format("r{}", i), fmt::format("r{}", i + 1), {"*"}, false, {"deep"});
  }
  CHECK(caught([&] { forest.find("file"); }) ==
        Caught{"limit", "the search for 'file' met role 'r17', deeper than 16 delegations"});
  CHECK(forest.loaded.size() == 16);
  forest.sim.add_target("r16", "file", "content");
  CHECK(forest.find("file"));
}

TEST_CASE("a target in a hash bin is found by asking that bin alone", "[find_target]") {
  Forest forest;
  forest.sim.add_bins(4, "bins");
  const std::string bin = bin_for(*forest.sim.targets.succinct_roles, *TargetPath::parse("file1.txt")).text();
  forest.sim.add_target(bin, "file1.txt", "content");
  const auto found = forest.find("file1.txt");
  REQUIRE(found);
  CHECK(found->role.text() == bin);
  CHECK(forest.loaded == Names{bin});
  CHECK_FALSE(forest.find("file2.txt"));
  CHECK(forest.loaded.size() == 1);
  // A bin that holds a path of another bin is not believed.
  forest.sim.add_target(bin == "bins-0" ? "bins-1" : "bins-0", "file3.txt", "content");
  const std::string right =
      bin_for(*forest.sim.targets.succinct_roles, *TargetPath::parse("file3.txt")).text();
  if (right != "bins-0" && right != "bins-1") CHECK_FALSE(forest.find("file3.txt"));
}

TEST_CASE("T-12 hash bins are terminating", "[find_target]") {
  Forest forest;
  forest.sim.add_delegation("targets", "A", {"*"});
  forest.sim.add_delegation("targets", "B", {"*"});
  forest.sim.add_bins(1, "bins", "A");
  forest.sim.add_target("B", "file1.txt", "content");
  CHECK_FALSE(forest.find("file1.txt"));
  CHECK(forest.loaded == Names{"A", "bins-0"});
}

// The layout of this project: blocked, claimed, new; abc and xyz are promoted, fresh is not.
struct Playground : Forest {
  Playground() {
    const Names everything = {"*/*/*/*", "refs/*/*/*"};
    sim.add_delegation("targets", "blocked", everything);
    sim.add_delegation("targets", "claimed", everything);
    sim.add_delegation("targets", "new", everything);
    sim.add_delegation("blocked", "blocked.void", {}, true, {"blocked"});
    sim.add_delegation("claimed", "claimed.void", {}, true, {"claimed"});
    for (const char* project : {"abc", "xyz"}) add_project("claimed", project);
    add_project("new", "fresh");
    sim.add_target("abc.rel", "abc/abc/1.0/a.tgz", "1.0");
    sim.add_target("abc.rel", "abc/abc/2.0/a.tgz", "2.0");
    sim.add_target("abc.rel", "abc/cli/1.0/c.tgz", "cli");
    sim.add_target("xyz.rel", "xyz/xyz/1.0/x.tgz", "xyz");
    sim.add_target("fresh.rel", "fresh/fresh/1.0/f.tgz", "fresh");
  }

  void add_project(const std::string& delegator, const std::string& project) {
    sim.add_delegation(delegator, project, {project + "/*/*/*", "refs/" + project + "/*/*"}, true);
    sim.add_delegation(project, project + ".rel", {project + "/*/*/*"}, true);
  }

  void block(Names patterns) { sim.delegated["blocked"].delegations[0].paths = std::move(patterns); }
};

TEST_CASE("a listing has every file of the project and asks no role of another", "[find_target]") {
  Playground forest;
  CHECK(forest.list("abc") == Names{"abc/abc/1.0/a.tgz by abc.rel", "abc/abc/2.0/a.tgz by abc.rel",
                                    "abc/cli/1.0/c.tgz by abc.rel"});
  // Each role once; `new` is not asked, because the terminating delegation in `claimed` covers the whole
  // project.
  CHECK(forest.loaded == Names{"blocked", "claimed", "abc", "abc.rel"});
  CHECK(forest.list("fresh") == Names{"fresh/fresh/1.0/f.tgz by fresh.rel"});
  CHECK(forest.loaded == Names{"blocked", "claimed", "new", "fresh", "fresh.rel"});
  CHECK(forest.list("nothing").empty());
}

TEST_CASE("a listing asks a role of hash prefixes and none whose pattern has no folder", "[find_target]") {
  Forest forest;
  const std::string path = "abc/abc/1.0/a.tgz";
  Delegation& hashed = forest.sim.add_delegation("targets", "hashed", {});
  hashed.paths.reset();
  hashed.path_hash_prefixes = {sha256_of(path).hex().substr(0, 2)};
  forest.sim.add_delegation("targets", "flat", {"*", "/abc/*"});
  forest.sim.add_target("hashed", path, "a");
  CHECK(forest.list("abc") == Names{path + " by hashed"});
  CHECK(forest.loaded == Names{"hashed"});
}

TEST_CASE("a blocked version is missing in a listing as in a fetch", "[find_target]") {
  Playground forest;
  forest.block({"abc/abc/1.0/*"});
  CHECK_FALSE(forest.find("abc/abc/1.0/a.tgz"));
  CHECK(forest.list("abc") == Names{"abc/abc/2.0/a.tgz by abc.rel", "abc/cli/1.0/c.tgz by abc.rel"});
  CHECK(forest.list("xyz") == Names{"xyz/xyz/1.0/x.tgz by xyz.rel"});
}

TEST_CASE("a blocked project is empty and nothing of it is asked for", "[find_target]") {
  Playground forest;
  forest.block({"abc/*/*/*"});
  CHECK_FALSE(forest.find("abc/abc/2.0/a.tgz"));
  CHECK(forest.list("abc").empty());
  CHECK(forest.loaded == Names{"blocked", "blocked.void"});
}

TEST_CASE("a file that an online role adds to a claimed project is not listed", "[find_target]") {
  Playground forest;
  forest.sim.add_delegation("new", "mallory", {"abc/*/*/*"}, true);
  forest.sim.add_target("mallory", "abc/abc/3.0/evil.tgz", "evil");
  CHECK_FALSE(forest.find("abc/abc/3.0/evil.tgz"));
  CHECK(forest.list("abc").size() == 3);
}

TEST_CASE("a listing stops at a terminating delegation that covers the whole project", "[find_target]") {
  Forest forest;
  forest.sim.add_delegation("targets", "part", {"abc/abc/1.0/*"}, true);
  forest.sim.add_delegation("targets", "whole", {"abc/*/*/*"}, true);
  forest.sim.add_delegation("targets", "later", {"abc/*/*/*"});
  forest.sim.add_target("whole", "abc/abc/1.0/a.tgz",
                        "not its own path: a terminating delegation gave it to part");
  forest.sim.add_target("whole", "abc/abc/2.0/a.tgz", "content");
  forest.sim.add_target("later", "abc/abc/3.0/evil.tgz", "evil");
  CHECK(forest.list("abc") == Names{"abc/abc/2.0/a.tgz by whole"});
  CHECK(forest.loaded == Names{"part", "whole"});
}

TEST_CASE("a listing takes each statement from the role that a fetch would believe", "[find_target]") {
  Forest forest;
  forest.sim.add_delegation("targets", "one", {"abc/abc/1.0/*"});
  forest.sim.add_delegation("targets", "two", {"abc/*/*/*"});
  forest.sim.add_target("one", "abc/abc/1.0/a.tgz", "first");
  forest.sim.add_target("one", "abc/abc/9.0/a.tgz", "not its own path");
  forest.sim.add_target("two", "abc/abc/1.0/a.tgz", "second");
  forest.sim.add_target("two", "abc/abc/2.0/a.tgz", "second");
  forest.sim.add_target("two", "abcd/abc/2.0/a.tgz", "of another project");
  CHECK(forest.list("abc") == Names{"abc/abc/1.0/a.tgz by one", "abc/abc/2.0/a.tgz by two"});
  CHECK(forest.loaded == Names{"one", "two"});
}

TEST_CASE("T-14 a listing is bounded like a search", "[find_target]") {
  Forest forest;
  for (int i = 0; i < 70; ++i)
    forest.sim.add_delegation("targets", fmt::format("r{}", i), {"*/*/*/*"}, false, {"wide"});
  CHECK(caught([&] { forest.list("abc"); }) ==
        Caught{"limit", "the search for 'abc/' met more than 64 roles"});
}

TEST_CASE("a listing asks every hash bin and refuses when they are too many", "[find_target]") {
  Forest few;
  few.sim.add_bins(2, "bins");
  const std::string path = "abc/abc/1.0/a.tgz";
  few.sim.add_target(bin_for(*few.sim.targets.succinct_roles, *TargetPath::parse(path)).text(), path,
                     "content");
  CHECK(few.list("abc").size() == 1);
  Forest many;
  many.sim.add_bins(7, "bins");
  CHECK(caught([&] { many.list("abc"); }) ==
        Caught{"limit", "the files of 'abc' may be in any of 128 hash bins, more than 64 roles"});
}

}  // namespace
}  // namespace tuf
