#include "signer/trust_store.h"

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <cstdlib>

#include "libtufcore/io/file.h"
#include "signer/trust_file.h"
#include "tests/support/caught_with_hint.h"
#include "tests/support/temp_dir.h"

using namespace tuf;
using namespace tuf::test;

namespace {

const Digest root = sha256_of("1.root.json");
const UtcTime monday = *UtcTime::parse("2026-01-05T00:00:00Z");
const UtcTime friday = *UtcTime::parse("2026-01-09T00:00:00Z");
const CommitId first_commit(40, 'a'), second_commit(40, 'b'), third_commit(40, 'c');
const char* const way_out =
    "it says what you trust and what your keys have signed, so nothing of it is guessed: restore the folder "
    "from a "
    "backup; or ask the administrators for the root's SHA-256, then 'pgsign trust forget' and 'pgsign trust "
    "--root-sha256 HEX'";

struct Home {
  TempDir folder;
  Home() { setenv("XDG_STATE_HOME", folder.path().c_str(), 1); }
  ~Home() { unsetenv("XDG_STATE_HOME"); }
  fs::path store() const { return folder.path() / "pg" / "signer" / root.hex(); }
};

TrustStore pinned() { return TrustStore::pin(root, "playground", TrustStore::Pinned::first_use, monday); }

RoleHeight height(std::uint64_t version, const std::string& content) { return {version, sha256_of(content)}; }

TrustStore::News releases_at(std::uint64_t version, const std::string& content) {
  TrustStore::News news;
  news.roles[*ProjectName::parse("abc")].emplace("abc.rel", height(version, content));
  return news;
}

}  // namespace

TEST_CASE("what is pinned is found again by its root and nothing else is", "[trust_store]") {
  const Home home;
  CHECK_FALSE(TrustStore::find(root));
  CHECK(TrustStore::all().empty());
  TrustStore store = pinned();
  store.add_remote("https://git.example.org/content.git");
  store.add_remote("https://git.example.org/content.git");
  const std::optional<TrustStore> again = TrustStore::find(root);
  REQUIRE(again);
  CHECK(again->state().name == "playground");
  CHECK(again->state().since == monday);
  CHECK(again->state().remotes == std::vector<std::string>{"https://git.example.org/content.git"});
  CHECK_FALSE(again->state().main);
  CHECK(TrustStore::all().size() == 1);
  CHECK_FALSE(TrustStore::find(sha256_of("another")));
}

TEST_CASE("a root that somebody compared stays compared", "[trust_store]") {
  const Home home;
  pinned();
  TrustStore::pin(root, "", TrustStore::Pinned::given, friday);
  pinned();
  CHECK(TrustStore::find(root)->state().pinned == TrustStore::Pinned::given);
  CHECK(TrustStore::find(root)->state().since == monday);
}

TEST_CASE("main moves on only from where this process saw it", "[trust_store]") {
  const Home home;
  TrustStore mine = pinned();
  TrustStore theirs = pinned();
  CHECK(mine.advance("hub", std::nullopt, {first_commit, monday}, releases_at(1, "one")));
  CHECK_FALSE(theirs.advance("hub", std::nullopt, {second_commit, friday}, releases_at(1, "one")));
  CHECK(theirs.state().main->commit == first_commit);
  CHECK(theirs.advance("hub", first_commit, {second_commit, friday}, releases_at(2, "two")));
  CHECK(TrustStore::find(root)->state().main->commit == second_commit);
  CHECK(TrustStore::find(root)->state().main->since == friday);
  CHECK(TrustStore::find(root)->state().reference == "hub");
}

TEST_CASE("G-13 what one remote had is asked of no other and only the first one leads", "[trust_store]") {
  const Home home;
  TrustStore store = pinned();
  REQUIRE(store.advance("hub", std::nullopt, {first_commit, monday}, releases_at(1, "one")));
  CHECK(store.state().last_of("fork")->commit == first_commit);
  CHECK_FALSE(store.state().may_lead("fork"));
  CHECK_FALSE(store.advance("fork", first_commit, {second_commit, friday}, releases_at(2, "two")));
  CHECK(store.advance("fork", first_commit, {second_commit, friday}, std::nullopt));
  CHECK_FALSE(store.advance("fork", first_commit, {third_commit, friday}, std::nullopt));
  const TrustStore again = *TrustStore::find(root);
  CHECK(again.state().last_of("fork")->commit == second_commit);
  CHECK(again.state().last_of("fork")->since == friday);
  CHECK(again.state().last_of("new")->commit == first_commit);
  CHECK(again.state().reference == "hub");
  CHECK(again.state().remotes == std::vector<std::string>{"hub", "fork"});
  CHECK(again.roles(ProjectName::parse("abc")).at("abc.rel").version == 1);
}

TEST_CASE("G-13 however many remotes are looked at the first one leads", "[trust_store]") {
  const Home home;
  TrustStore store = pinned();
  store.add_remote("never verified");
  REQUIRE(store.advance("hub", std::nullopt, {first_commit, monday}, releases_at(1, "one")));
  for (int i = 0; i < 100; ++i) store.add_remote(fmt::format("fork {}", i));
  const TrustStore again = *TrustStore::find(root);
  CHECK(again.state().remotes.size() == 64);
  CHECK(again.state().remotes.front() == "hub");
  CHECK(again.state().remotes.back() == "fork 99");
  CHECK(again.state().lines.at("hub").commit == first_commit);
  CHECK(again.state().last_of("fork 100")->commit == first_commit);
}

TEST_CASE("a role never goes back and never changes within its version", "[trust_store]") {
  const Home home;
  TrustStore store = pinned();
  REQUIRE(store.advance("hub", std::nullopt, {first_commit, monday}, releases_at(2, "two")));
  CHECK(caught([&] {
          store.advance("hub", first_commit, {second_commit, friday}, releases_at(1, "one"));
        }) == Caught{"rollback", "main has version 1 of role abc.rel, but had version 2 before"});
  CHECK(caught([&] {
          store.advance("hub", first_commit, {second_commit, friday}, releases_at(2, "other"));
        }) == Caught{"rollback", "main has another version 2 of role abc.rel than before"});
  CHECK(TrustStore::find(root)->state().main->commit == first_commit);
  CHECK(store.roles(ProjectName::parse("abc")).at("abc.rel").version == 2);
}

TEST_CASE("a root version never changes", "[trust_store]") {
  const Home home;
  TrustStore store = pinned();
  TrustStore::News news;
  news.roots[1] = "one";
  REQUIRE(store.advance("hub", std::nullopt, {first_commit, monday}, news));
  news.roots[1] = "other";
  CHECK(caught([&] {
          store.advance("hub", first_commit, {second_commit, friday}, news);
        }) == Caught{"rollback", "main has another version 1 of the root than before"});
  CHECK(*store.root(1) == "one");
}

TEST_CASE("moving on writes the folders that changed and no others", "[trust_store]") {
  const Home home;
  TrustStore store = pinned();
  TrustStore::News news = releases_at(1, "one");
  news.roles[*ProjectName::parse("other")].emplace("other.rel", height(1, "other"));
  news.roles[std::nullopt].emplace("targets", height(1, "targets"));
  REQUIRE(store.advance("hub", std::nullopt, {first_commit, monday}, news));
  const auto written = [&](const char* name) { return fs::last_write_time(home.store() / name); };
  const auto other = written("projects/other.roles"), admin = written("admin.roles");
  REQUIRE(store.advance("hub", first_commit, {second_commit, friday}, releases_at(2, "two")));
  CHECK(written("projects/other.roles") == other);
  CHECK(written("admin.roles") == admin);
  CHECK(store.roles(std::nullopt).at("targets").version == 1);
}

TEST_CASE("a damaged file of the store is fatal and the way out is said", "[trust_store]") {
  const Home home;
  TrustStore store = pinned();
  REQUIRE(store.advance("hub", std::nullopt, {first_commit, monday}, releases_at(1, "one")));
  const fs::path file = home.store() / "repository";
  std::string text = read_text(file);
  text[text.find("aaaa")] = 'b';  // another commit, still JSON
  write_text(file, text);
  const CaughtWithHint damaged = caught_with_hint([] { TrustStore::find(root); });
  CHECK(damaged.error ==
        Caught{"no-trusted-root", fmt::format("'{}' in your trust store is damaged: line 1 is not what "
                                              "was written",
                                              file.string())});
  CHECK(damaged.hint == way_out);
  write_text(file, "");
  CHECK(caught([] { TrustStore::find(root); }).message ==
        fmt::format("'{}' in your trust store is damaged: it is empty", file.string()));
  CHECK(TrustStore::forget(root, false));  // also what is damaged can be forgotten
  CHECK_FALSE(TrustStore::find(root));
}

TEST_CASE("P-12 a store that others can write is refused", "[trust_store]") {
  const Home home;
  pinned();
  REQUIRE(chmod(home.store().c_str(), 0722) == 0);
  const CaughtWithHint refused = caught_with_hint([] { TrustStore::find(root); });
  CHECK(refused.error ==
        Caught{"refused", fmt::format("'{}' can be written by other users, so nothing in it can be trusted",
                                      home.store().string())});
  CHECK(refused.hint == fmt::format("chmod go-w '{}'", home.store().string()));
}

TEST_CASE("the store is for its owner's eyes", "[trust_store]") {
  const Home home;
  TrustStore store = pinned();
  REQUIRE(store.advance("hub", std::nullopt, {first_commit, monday}, releases_at(1, "one")));
  const auto mode = [](const fs::path& path) {
    return static_cast<unsigned>(fs::status(path).permissions()) & 0777u;
  };
  CHECK(mode(home.store()) == 0700u);
  CHECK(mode(home.store().parent_path()) == 0700u);
  CHECK(mode(home.store() / "repository") == 0600u);
  CHECK(mode(home.store() / "projects" / "abc.roles") == 0600u);
}
