// Role `claimed` in shards: what a split is, who may sign it, and what it must not do by the way.
#include "libtufcore/shards.h"

#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch.hpp>

#include "publisher/key_history.h"
#include "tests/support/caught.h"
#include "tests/support/publication.h"

using namespace tuf;
using namespace tuf::test;

namespace {

const std::vector<std::string> projects = {"abc", "abd", "b", "xyz"};

ContentRepository promoted() {
  ContentRepository base = new_repository();
  for (const std::string& name : projects) base.create_project(project_of(name), {"olga", "mia"});
  base.promote(projects, {"ada"});
  return base;
}

std::vector<Change> split(const std::vector<std::string>& prefixes,
                          std::vector<std::string> lists = {"claimed"}) {
  std::vector<Change> changes{ShardNames{prefixes}};
  for (const std::string& prefix : prefixes) lists.push_back("claimed-" + prefix);
  for (const std::string& list : lists) changes.push_back(expiry_of(list));
  return changes;
}

// abc in claimed-a, abd in claimed-abd, b and xyz in claimed.
ContentRepository sharded() {
  ContentRepository next = promoted();
  next.administer(split({"a", "abd"}), {"ada"});
  return next;
}

Targets list_of(const ContentRepository& repository, const std::string& role) {
  return *repository.state().admin_role(RoleName::of(role));
}

std::vector<std::string> names_in(const Targets& list) {
  std::vector<std::string> names;
  for (const Delegation& delegation : list.delegations) names.push_back(delegation.role.text());
  return names;
}
using Names = std::vector<std::string>;

// Notes what is read.
class WatchedTree final : public TreeReader {
 public:
  explicit WatchedTree(std::shared_ptr<const MemoryTree> tree) : tree_(std::move(tree)) {}
  std::optional<Bytes> read(const std::string& path, std::size_t max_bytes) const override {
    paths.push_back(path);
    return tree_->read(path, max_bytes);
  }
  Names list(const std::string& dir) const override { return tree_->list(dir); }
  std::optional<FileDigest> digest(const std::string& path, std::uint64_t max_bytes) const override {
    return tree_->digest(path, max_bytes);
  }
  const std::string& name() const override { return tree_->name(); }
  mutable Names paths;

 private:
  std::shared_ptr<const MemoryTree> tree_;
};

struct Row {
  std::string what;
  std::function<void(ContentRepository&)> edit;
  std::string verdict;
};

void check_rows(const ContentRepository& base, const ContentRepository& honest,
                const std::vector<Row>& rows) {
  REQUIRE(text_of(judge(&base, honest)) == "accepted");
  for (const Row& row : rows) {
    INFO(row.what);
    ContentRepository next = honest;
    row.edit(next);
    CHECK(text_of(judge(&base, next)) == row.verdict);
  }
}

constexpr const char* a_shard = "admin/claimed-a.json";
constexpr const char* unknown = "contains a change that is not one of the known ones: ";

std::function<void(ContentRepository&)> edit(const std::string& path,
                                             const std::function<void(Targets&)>& change) {
  return [=](ContentRepository& next) { next.edit_role(path, {"ada"}, change); };
}

Targets list_with(const std::vector<std::string>& names) {
  Targets list;
  list.has_delegations = true;
  for (const std::string& name : names)
    list.delegations.push_back(
        delegation_to_project(*ProjectName::parse(name), {{person("olga").key}, {}, 1}));
  return list;
}

}  // namespace

TEST_CASE("promoted names move into shards by how they begin and nothing else about them changes",
          "[shards]") {
  const ContentRepository base = promoted(), next = sharded();
  const Verdict verdict = judge(&base, next);
  CHECK(text_of(verdict) == "accepted");
  const Names words = in_words(verdict);
  CHECK(words.at(0) == "moves the promoted names that begin with 'a' to role claimed-a; their owners stay");
  CHECK(words.at(1) ==
        "moves the promoted names that begin with 'abd' to role claimed-abd; their owners stay");

  const Targets claimed = list_of(next, "claimed"), shard = list_of(next, "claimed-a");
  CHECK(names_in(claimed) == Names{"claimed.void", "claimed-abd", "claimed-a", "b", "xyz"});
  CHECK(names_in(shard) == Names{"abc"});
  CHECK(names_in(list_of(next, "claimed-abd")) == Names{"abd"});
  const Delegation& to_shard = claimed.delegations.at(2);
  CHECK_FALSE(to_shard.terminating);
  CHECK(to_shard.paths == Names{"a*/*/*/*", "refs/a*/*/*"});
  CHECK(to_shard.signers == claimed.delegations.at(0).signers);
  CHECK(shard.version == 1);
  CHECK(shard.extra.at("x-pg-role") == Json("claimed-a"));
  CHECK(stated_repository(shard.extra) == "playground");
  CHECK(name_of_key(shard.delegations_extra, id_of("olga")) == "olga");

  const RepositoryState before = base.state(), after = next.state();
  for (const std::string& name : projects) {
    const ProjectName project = *ProjectName::parse(name);
    CHECK(*before.find_claimed_delegation(project) == *after.find_claimed_delegation(project));
    CHECK(after.authority_of(project)->claimed);
    CHECK(name_of_key(after.authority_of(project)->names, id_of("olga")) == "olga");
  }
  CHECK(list_of(next, "targets").delegations == list_of(base, "targets").delegations);
}

TEST_CASE("a shard is split further and the shards of other names stay as they are", "[shards]") {
  const ContentRepository base = sharded();
  ContentRepository next = base;
  next.administer(split({"b"}), {"ada"});
  CHECK(text_of(judge(&base, next)) == "accepted");
  CHECK(names_in(list_of(next, "claimed")) ==
        Names{"claimed.void", "claimed-b", "claimed-abd", "claimed-a", "xyz"});
  next = base;
  next.create_project(project_of("ax"), {"olga", "mia"});
  const ContentRepository created = next;
  next.promote({"ax"}, {"ada"});
  CHECK(text_of(judge(&created, next)) == "accepted");
  const ContentRepository two_names = next;
  next.administer(split({"ax"}, {"claimed", "claimed-a"}), {"ada"});
  CHECK(text_of(judge(&two_names, next)) == "accepted");
  CHECK(names_in(list_of(next, "claimed-a")) == Names{"abc"});
  CHECK(names_in(list_of(next, "claimed-ax")) == Names{"ax"});
  CHECK(next.files.at("admin/claimed-abd.json") == base.files.at("admin/claimed-abd.json"));
}

TEST_CASE("a split that makes no sense is a conflict or a wrong use", "[shards]") {
  const ContentRepository base = sharded();
  const RepositoryState state = base.state();
  const auto failure = [&](const std::vector<std::string>& prefixes) {
    return caught([&] { generate(&state, split(prefixes)); });
  };
  CHECK(failure({}) == Caught{"usage", "this moves no names into shards"});
  CHECK(failure({"a"}) == Caught{"conflict", "there is a role claimed-a already"});
  CHECK(failure({"q"}) ==
        Caught{"conflict", "none of the promoted names would be delegated by role claimed-q"});
  CHECK(failure({"../x"}) == Caught{"usage", "no name can begin with '../x'"});
  CHECK(failure({"claimed-"}) == Caught{"usage", "no name can begin with 'claimed-'"});
}

TEST_CASE("S-01 a split needs as many administrators as claimed itself", "[shards]") {
  ContentRepository base;
  base.create(repository_of({"ada", "bea"}, 2), {"ada", "bea"});
  base.create_project(project_of("abc"), {"olga", "mia"});
  base.promote({"abc"}, {"ada", "bea"});
  ContentRepository next = base;
  next.administer(split({"a"}), {"ada"});
  CHECK(text_of(judge(&base, next)) ==
        "pending: admin/claimed-a.json needs 1 more, admin/claimed.json needs 1 more");
  CHECK(caught([&] { next.state().authority_of(*ProjectName::parse("abc")); }).kind == "refused");
  next.sign_also("admin/claimed.json", "bea");
  CHECK(text_of(judge(&base, next)) == "pending: admin/claimed-a.json needs 1 more");
  CHECK(caught([&] { next.state().owners(*ProjectName::parse("abc")); }).kind == "refused");
  next.sign_also(a_shard, "olga");
  CHECK(text_of(judge(&base, next)).starts_with("refused: admin/claimed-a.json: carries a signature by"));
}

TEST_CASE("T-12 a split that loses changes doubles or misplaces a delegation is refused",
          "[shards][attacks]") {
  const RoleKeys eve{{person("eve").key}, {}, 1};
  const Delegation hers = delegation_to_project(*ProjectName::parse("abc"), eve);
  const auto shard_lacks = fmt::format("refused: {}: {}", a_shard, unknown);
  const std::string claimed_lacks = fmt::format("refused: admin/claimed.json: {}", unknown);
  check_rows(
      promoted(), sharded(),
      {{"a name is lost", edit(a_shard, [](Targets& list) { list.delegations.clear(); }),
        shard_lacks + "delegations.keys." + id_of("olga")},
       {"a name is lost from those that stay",
        edit("admin/claimed.json", [](Targets& list) { list.delegations.pop_back(); }),
        claimed_lacks + "delegations.roles[4]"},
       {"other owners", edit(a_shard, [&](Targets& list) { list.delegations = {hers}; }),
        shard_lacks + "delegations.keys." + std::min(id_of("olga"), id_of("eve"))},
       {"another threshold", edit(a_shard, [](Targets& list) { list.delegations[0].signers.threshold = 2; }),
        shard_lacks + "delegations.roles[0].threshold"},
       {"not the end of the search any more",
        edit(a_shard, [](Targets& list) { list.delegations[0].terminating = false; }),
        shard_lacks + "delegations.roles[0].terminating"},
       {"a name stays in claimed, too",
        [](ContentRepository& next) {
          const Delegation there = list_of(next, "claimed-a").delegations[0];
          next.edit_role("admin/claimed.json", {"ada"},
                         [&](Targets& list) { list.delegations.push_back(there); });
        },
        claimed_lacks + "delegations.roles[5]"},
       {"a name is in two shards",
        [](ContentRepository& next) {
          const Delegation there = list_of(next, "claimed-a").delegations[0];
          next.edit_role("admin/claimed-abd.json", {"ada"},
                         [&](Targets& list) { list.delegations.insert(list.delegations.begin(), there); });
        },
        fmt::format("refused: admin/claimed-abd.json: {}delegations.roles[0].name", unknown)},
       {"a name of another prefix in the shard",
        [](ContentRepository& next) {
          const Delegation b = list_of(next, "claimed").delegations[3];
          next.edit_role("admin/claimed.json", {"ada"},
                         [&](Targets& list) { std::erase(list.delegations, b); });
          next.edit_role(a_shard, {"ada"}, [&](Targets& list) { list.delegations.push_back(b); });
        },
        shard_lacks + "delegations.roles[1]"},
       {"a shard delegates to a shard",
        [](ContentRepository& next) {
          const Delegation shard = list_of(next, "claimed").delegations[1];
          next.edit_role(a_shard, {"ada"}, [&](Targets& list) { list.delegations.push_back(shard); });
        },
        "refused: admin/claimed.json: role claimed-a delegates to 'claimed-abd', which is no project"},
       {"a shard ends the search",
        edit("admin/claimed.json", [](Targets& list) { list.delegations[2].terminating = true; }),
        claimed_lacks + "delegations.roles[2].terminating"},
       {"a shard for all names",
        edit("admin/claimed.json", [](Targets& list) { list.delegations[2].paths->at(0) = "*/*/*/*"; }),
        claimed_lacks + "delegations.roles[2].paths[0]"},
       {"a shard signed by somebody else",
        edit("admin/claimed.json", [&](Targets& list) { list.delegations[2].signers = eve; }),
        claimed_lacks + "delegations.keys." + id_of("eve")},
       {"reserved names after the shards",
        edit("admin/claimed.json",
             [](Targets& list) { std::swap(list.delegations[0], list.delegations[1]); }),
        "refused: admin/claimed.json: does not begin with the delegation to claimed.void"},
       {"a shard after the names",
        edit("admin/claimed.json",
             [](Targets& list) {
               std::ranges::rotate(list.delegations.begin() + 1, list.delegations.begin() + 2,
                                   list.delegations.end());
             }),
        claimed_lacks + "delegations.roles[1].name"},
       {"the first version of a shard is another", edit(a_shard, [](Targets& list) { list.version = 7; }),
        shard_lacks + "version"},
       {"a shard with a file",
        edit(a_shard,
             [](Targets& list) {
               TargetFile& file = list.targets[*TargetPath::parse("abc/abc/1.0.0/x")];
               file.hashes.emplace(HashAlgorithm::sha256, sha256_of("x"));
             }),
        shard_lacks + "targets.abc/abc/1.0.0/x"},
       {"a shard that calls itself otherwise",
        edit(a_shard, [](Targets& list) { list.extra["x-pg-role"] = "claimed"; }), shard_lacks + "x-pg-role"},
       {"a shard without a file", [](ContentRepository& next) { next.files.erase(a_shard); },
        "refused: admin/claimed.json: there is no admin/claimed-a.json"},
       {"a shard that nobody delegates to",
        [](ContentRepository& next) { next.files["admin/claimed-z.json"] = next.files.at(a_shard); },
        "refused: admin/claimed-z.json: admin/claimed.json at commit 1a2b3c4d has no delegation to role "
        "claimed-z"},
       {"a shard below targets",
        [](ContentRepository& next) {
          const Delegation shard = list_of(next, "claimed").delegations[1];
          next.edit_role("admin/targets.json", {"ada"}, [&](Targets& role) {
            role = next_version(role, far_ahead);
            role.delegations.insert(role.delegations.begin(), shard);
          });
        },
        fmt::format("refused: admin/targets.json: {}delegations.roles[0].name", unknown)}});
}

TEST_CASE("T-12 a shard once made can neither go nor lose its names to claimed", "[shards][attacks]") {
  const ContentRepository base = sharded();
  ContentRepository renewed = base;
  renewed.administer({expiry_of("claimed"), expiry_of("claimed-a")}, {"ada"});
  check_rows(base, renewed,
             {{"its file goes", [](ContentRepository& next) { next.files.erase("admin/claimed-abd.json"); },
               "refused: admin/claimed-abd.json: is removed; what was accepted once stays in the repository"},
              {"claimed does not know it any more",
               edit("admin/claimed.json",
                    [](Targets& list) { list.delegations.erase(list.delegations.begin() + 2); }),
               "refused: admin/claimed-a.json: admin/claimed.json at commit 1a2b3c4d has no delegation to "
               "role claimed-a"},
              {"its name goes back",
               [](ContentRepository& next) {
                 const Delegation there = list_of(next, "claimed-a").delegations[0];
                 next.edit_role("admin/claimed-a.json", {"ada"},
                                [](Targets& list) { list.delegations.clear(); });
                 next.edit_role("admin/claimed.json", {"ada"}, [&](Targets& list) {
                   list.delegations.insert(list.delegations.begin() + 3, there);
                 });
               },
               fmt::format("refused: {}: {}delegations.keys.{}", a_shard, unknown, id_of("olga"))}});
  const RepositoryState without = [&] {
    ContentRepository next = base;
    next.files.erase(a_shard);
    return next.state();
  }();
  CHECK(caught([&] { without.is_claimed(*ProjectName::parse("abc")); }) ==
        Caught{"refused", "commit 1a2b3c4d has no admin/claimed-a.json"});
  CHECK_FALSE(without.is_claimed(*ProjectName::parse("other")));
}

TEST_CASE("T-12 a name is promoted into the shard of its prefix and into no other list",
          "[shards][attacks]") {
  ContentRepository base = sharded();
  for (const char* name : {"abe", "q"}) base.create_project(project_of(name), {"olga", "mia"});
  ContentRepository next = base;
  next.promote({"abe", "q"}, {"ada"});
  CHECK(text_of(judge(&base, next)) == "accepted");
  CHECK(names_in(list_of(next, "claimed-a")) == Names{"abc", "abe"});
  CHECK(names_in(list_of(next, "claimed")) ==
        Names{"claimed.void", "claimed-abd", "claimed-a", "b", "q", "xyz"});
  ContentRepository wrong = base;
  wrong.edit_role("admin/claimed.json", {"ada"}, [&](Targets& list) {
    list.delegations.insert(list.delegations.begin() + 3, list_of(next, "claimed-a").delegations[1]);
    list = next_version(list, far_ahead);
  });
  CHECK(text_of(judge(&base, wrong)) ==
        "refused: admin/claimed.json: nothing says until when the next version of admin/claimed-a.json stays "
        "valid");
}

TEST_CASE("looking up one project reads claimed and the shard of its name only", "[shards]") {
  const ContentRepository repository = sharded();
  const auto tree = std::make_shared<WatchedTree>(repository.tree());
  const RepositoryState state = RepositoryState::read(tree, std::nullopt);
  state.releases(*ProjectName::parse("abc"));
  state.is_claimed(*ProjectName::parse("abcd"));
  const auto reads = [&](const std::string& path) { return std::ranges::count(tree->paths, path); };
  CHECK(reads("admin/claimed.json") == 1);
  CHECK(reads("admin/claimed-abd.json") == 0);
  state.is_claimed(*ProjectName::parse("xyz"));
  state.is_claimed(*ProjectName::parse("abd-2"));
  CHECK(reads("admin/claimed.json") == 1);
  CHECK(reads("admin/claimed-abd.json") > 0);
}

TEST_CASE("a project lives on in its shard and a split merges with what projects did meanwhile", "[shards]") {
  const ContentRepository base = sharded();
  ContentRepository next = base;
  next.add_release("abc", "1.0.0", {{"abc.tgz", "one"}}, {"mia"});
  CHECK(text_of(judge(&base, next)) == "accepted");
  ContentRepository handed = next;
  handed.hand_over("abc", {"dora"}, 1, {"olga", "dora"});
  CHECK(text_of(judge(&next, handed)) == "accepted");
  ContentRepository shortened = handed;
  shortened.promote({"abc"}, {"ada"});
  CHECK(text_of(judge(&handed, shortened)) == "accepted");
  CHECK(names_in(list_of(shortened, "claimed-a")) == Names{"abc.o2"});

  const ContentRepository first = promoted();
  ContentRepository release = first;
  release.add_release("abc", "1.0.0", {{"abc.tgz", "one"}}, {"mia"});
  ContentRepository split_side = first, merge = release;
  split_side.administer(split({"a"}), {"ada"});
  for (const auto& [path, bytes] : split_side.files) {
    if (path.starts_with("admin/")) merge.files[path] = bytes;
  }
  CHECK(text_of(judge_merge(first, release, split_side, merge)) == "accepted");
  merge.files.erase(a_shard);
  CHECK(text_of(judge_merge(first, release, split_side, merge)).starts_with("refused: "));
}

TEST_CASE("other administrators sign each shard again", "[shards]") {
  const ContentRepository base = sharded();
  std::vector<Change> changes{ChangeAdministrators{persons({"ada"}), persons({"ada", "bob"}), 1, 2},
                              expiry_of("root")};
  for (const RoleName& role : base.state().admin_roles()) changes.push_back(expiry_of(role.text()));
  ContentRepository next = base;
  next.administer(changes, {"ada", "bob"});
  CHECK(text_of(judge(&base, next)) == "accepted");
  for (const Delegation& delegation : list_of(next, "claimed").delegations) {
    if (!layout::parse_owners_role(delegation.role.text())) CHECK(delegation.signers.threshold == 2);
  }
  CHECK(list_of(next, "claimed-abd").version == 2);
  next.files[a_shard] = base.files.at(a_shard);
  CHECK(text_of(judge(&base, next)) ==
        "refused: admin/blocked.json: nothing says until when the next version of admin/claimed-a.json stays "
        "valid");
}

TEST_CASE("expiry policy and freshness hold for each shard", "[shards]") {
  const ContentRepository base = promoted();
  ContentRepository next = base;
  std::vector<Change> changes = split({"a"});
  std::get<ExtendExpiry>(changes.back()).expires = made_at.plus_days(400);
  std::get<ExtendExpiry>(changes.at(1)).expires = made_at.plus_days(300);
  next.administer(changes, {"ada"});
  const Verdict late = within_expiry_policy(judge(&base, next), base.state().configuration(), made_at);
  CHECK(
      text_of(late) ==
      fmt::format(
          "refused: {}: states that role claimed-a is valid until {}; at most 365 days from now are allowed",
          a_shard, made_at.plus_days(400).text()));
  ContentRepository soon = sharded();
  soon.administer({expiry_of("claimed-abd", made_at.plus_days(1))}, {"ada"});
  CHECK_NOTHROW(check_freshness(soon.state(), made_at));
  CHECK(caught([&] {
          check_freshness(soon.state(), made_at.plus_days(2));
        }).message.starts_with("role claimed-abd at "));
}

TEST_CASE("a list is split until none is above the size and names that are a prefix stay", "[shards]") {
  const Names names = {"a", "ab", "aba", "abb", "b", "lib-a", "lib-b", "lib-c"};
  const Targets list = list_with(names);
  CHECK(crowded_prefixes(list, "", 1u << 20) == Names{});
  const std::size_t one = json_text(to_json(list_with({"lib-a"}))).size();
  CHECK(crowded_prefixes(list, "", json_text(to_json(list)).size()) == Names{});
  CHECK(crowded_prefixes(list, "", json_text(to_json(list)).size() - 1) == Names{"a", "b", "l"});
  CHECK(crowded_prefixes(list, "", one) == Names{"a", "ab", "aba", "abb", "b", "lib-a", "lib-b", "lib-c"});
  CHECK(crowded_prefixes(list_with({"a", "ab", "aba"}), "a", one) == Names{"ab", "aba"});
  CHECK(crowded_prefixes(list_with({"a"}), "a", 1) == Names{});
  const Targets claimed = list_of(sharded(), "claimed");
  CHECK(list_for(claimed, "a").text() == "claimed-a");
  CHECK(list_for(claimed, "abd-tools").text() == "claimed-abd");
  CHECK(list_for(claimed, "zzz").text() == "claimed");
}

TEST_CASE("shards are published with their digests and leave the history of keys alone", "[shards]") {
  Publication p;
  p.commit();
  for (const std::string& name : projects) p.content.create_project(project_of(name), {"olga", "mia"});
  p.commit();
  p.content.promote(projects, {"ada"});
  p.commit();
  p.publish(made_at);
  p.content.administer(split({"a", "abd"}), {"ada"});
  const CommitId splitting = p.commit();
  p.publish(made_at);
  const PublishedSite site = *p.site();
  CHECK(site.snapshot->find(RoleName::of("claimed"))->version == 3);
  const auto shard = site.snapshot->find(RoleName::of("claimed-a"));
  REQUIRE(shard);
  CHECK(shard->version == 1);
  CHECK(shard->hashes.at(HashAlgorithm::sha256) == sha256_of(p.content.files.at(a_shard)));
  const Targets claimed = list_of(p.content, "claimed");
  CHECK(names_in(*site.role(RoleName::of("claimed-abd"), claimed.delegations.at(1).signers)) == Names{"abd"});

  const GitRepository git = p.git.open();
  const JudgedRange range = judge_range(git, std::nullopt, splitting, p.pin());
  const KeyHistory history(git, range, p.pin());
  const auto& owners = history.projects.at(*ProjectName::parse("abc")).roles.at("owners");
  CHECK(owners.holders.size() == 1);
  CHECK(owners.holders.at(0).tenure.to == nullptr);
}
