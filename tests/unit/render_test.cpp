#include "publisher/render.h"

#include <catch2/catch.hpp>

#include "tests/support/caught.h"
#include "tests/support/publication.h"

using namespace tuf;
using namespace tuf::test;

namespace {

std::vector<std::string> paths_of(const Rendering& rendering) {
  std::vector<std::string> paths;
  for (const SiteFile& file : rendering.files) paths.push_back(file.path);
  paths.push_back(rendering.timestamp.path);
  return paths;
}

}  // namespace

TEST_CASE("the first publication has every role and the timestamp last", "[render]") {
  Publication p;
  const CommitId id = p.commit();
  const auto paths = paths_of(p.rendering(made_at));
  CHECK(paths.front().starts_with("targets/config/"));
  CHECK(std::vector<std::string>(paths.begin() + 1, paths.end()) ==
        std::vector<std::string>{"metadata/1.root.json", "metadata/1.blocked.json", "metadata/1.blocked.void.json",
                                 "metadata/1.claimed.json", "metadata/1.claimed.void.json", "metadata/1.new.json",
                                 "metadata/1.targets.json", "metadata/1.snapshot.json", "metadata/timestamp.json"});
  p.publish(made_at);
  const auto site = p.site();
  REQUIRE(site);
  CHECK(site->commit == id);
  CHECK(site->timestamp->version == 1);
  CHECK(site->new_projects->delegations.empty());
}

TEST_CASE("C-08 rendering twice gives equal bytes", "[render]") {
  Publication p;
  p.commit();
  const Rendering one = p.rendering(made_at), two = p.rendering(made_at);
  CHECK(paths_of(one) == paths_of(two));
  for (std::size_t i = 0; i < one.files.size(); ++i) CHECK(one.files[i].content == two.files[i].content);
  CHECK(one.timestamp.content == two.timestamp.content);
}

TEST_CASE("a release writes its own files and new versions of what names them and nothing else", "[render]") {
  PublishedProject p;
  p.content.add_release("abc", "1.0.0", {{"abc.tgz", "content"}}, {"mia"});
  p.commit();
  const std::string hex = sha256_of("content").hex();
  CHECK(paths_of(p.rendering(made_at)) ==
        std::vector<std::string>{"targets/abc/abc/1.0.0/" + hex + ".abc.tgz", "metadata/2.abc.rel.json", "metadata/3.snapshot.json",
                                 "index/sha256/" + hex.substr(0, 2) + "/" + hex + ".json", "index/projects/ab/abc.json",
                                 "metadata/timestamp.json"});
  CHECK(p.publish(made_at).files == 6);
}

TEST_CASE("a removal writes new versions of what named the release and leaves its file to clients in flight", "[render]") {
  const std::string served = "targets/abc/abc/1.0.0/" + sha256_of("content").hex() + ".abc.tgz";
  Publication p;
  p.commit();
  p.content.create_project(project_of("abc"), {"olga", "mia"});
  p.commit();
  p.content.add_release("abc", "1.0.0", {{"abc.tgz", "content"}}, {"mia"});
  p.commit();
  p.publish(made_at);
  CHECK(std::filesystem::exists(p.folder / "site" / served));
  p.content.apply({removal_of("leaks a key"), expiry_of("abc.rel")}, {"mia"});
  p.commit();
  CHECK(paths_of(p.rendering(made_at)) ==
        std::vector<std::string>{"metadata/3.abc.rel.json", "metadata/2.snapshot.json", "index/projects/ab/abc.json",
                                 "metadata/timestamp.json"});
  p.publish(made_at);
  CHECK(std::filesystem::exists(p.folder / "site" / served));
  p.content.add_release("abc", "1.0.1", {{"abc.tgz", "content"}}, {"mia"});
  p.commit();
  p.publish(made_at);
  CHECK(p.site()->timestamp->version == 3);
}

TEST_CASE("new lists a project until the administrators promote it", "[render]") {
  PublishedProject p;
  auto site = p.site();
  REQUIRE(site->new_projects->delegations.size() == 1);
  CHECK(site->new_projects->delegations.front() ==
        delegation_to_project(*ProjectName::parse("abc"), site->new_projects->delegations.front().signers));
  CHECK(site->new_projects->delegations.front().signers.keys.front().id() == id_of("olga"));
  CHECK(site->new_projects->version == 2);
  p.content.promote({"abc"}, {"ada"});
  p.commit();
  p.publish(made_at);
  site = p.site();
  CHECK(site->new_projects->delegations.empty());
  CHECK(site->new_projects->version == 3);
  CHECK(site->snapshot->roles.contains(RoleName::of("abc")));
}

TEST_CASE("every role of a chain of owners is published and stays in snapshot after it was shortened", "[render]") {
  PublishedProject p;
  p.content.hand_over("abc", {"oscar"}, 1, {"olga", "oscar"});
  p.commit();
  CHECK(paths_of(p.rendering(made_at)) ==
        std::vector<std::string>{"metadata/1.abc.o2.json", "metadata/2.abc.json", "metadata/3.snapshot.json", "metadata/timestamp.json"});
  p.publish(made_at);
  CHECK(p.site()->new_projects->delegations.front().role.text() == "abc");

  p.content.hand_over("abc", {"otto"}, 1, {"oscar", "otto"});  // not published before the administrators are through
  p.commit();
  p.content.promote({"abc"}, {"ada"});
  p.commit();
  p.publish(made_at);
  const auto site = p.site();
  CHECK(site->new_projects->delegations.empty());
  for (const char* role : {"abc", "abc.o2", "abc.o3", "abc.rel"}) CHECK(site->snapshot->roles.contains(RoleName::of(role)));
  CHECK(site->snapshot->roles.at(RoleName::of("abc.o2")).version == 2);
  CHECK(site->snapshot->roles.at(RoleName::of("abc.o2")).hashes.size() == 1);
}

TEST_CASE("T-08 the snapshot states the digest of every role but releases", "[render]") {
  PublishedProject p;
  const auto site = p.site();
  for (const auto& [role, meta] : site->snapshot->roles) {
    INFO(role.text());
    CHECK(meta.hashes.empty() == role.text().ends_with(".rel"));
  }
}

TEST_CASE("a refresh makes a new timestamp and the rest only when its time runs out", "[render]") {
  Publication p;
  p.commit();
  p.publish(made_at);
  auto site = p.site();
  Rendering refresh = render_refresh(*site, online_keys(), made_at.plus_days(2), any_version);
  CHECK(paths_of(refresh) == std::vector<std::string>{"metadata/timestamp.json"});
  CHECK(refresh.timestamp_version == 2);
  CHECK_FALSE(needs_refresh(*site, made_at.plus_days(1)));
  CHECK(needs_refresh(*site, made_at.plus_days(2)));
  refresh = render_refresh(*site, online_keys(), made_at.plus_days(10), any_version);
  CHECK(paths_of(refresh) == std::vector<std::string>{"metadata/2.snapshot.json", "metadata/timestamp.json"});
  refresh = render_refresh(*site, online_keys(), made_at.plus_days(25), any_version);
  CHECK(paths_of(refresh) == std::vector<std::string>{"metadata/2.new.json", "metadata/2.snapshot.json", "metadata/timestamp.json"});
}

TEST_CASE("a key that no online role lists is told which it needs", "[render]") {
  Publication p;
  p.commit();
  p.publish(made_at);
  const auto site = p.site();
  CHECK(caught([&] { render_refresh(*site, online_keys("mallory"), made_at, any_version); }) ==
        Caught{"forbidden", "role timestamp needs 1 of the keys " + id_of("ci").substr(0, 8) + "; given: " + id_of("mallory").substr(0, 8)});
}

TEST_CASE("C-08 a whole rendering into an empty folder has the bytes of the incremental one", "[render]") {
  Publication p;
  p.commit();
  p.publish(made_at);
  p.content.create_project(project_of("abc"), {"olga", "mia"});
  p.content.create_project(project_of("x"), {"olga", "mia"});
  p.commit();
  p.publish(made_at);
  p.content.add_release("abc", "1.0.0", {{"abc.tgz", "content"}, {"abc.zip", "more"}}, {"mia"});
  p.commit();
  p.publish(made_at.plus_days(1));
  p.content.hand_over("abc", {"oscar"}, 1, {"olga", "oscar"});
  p.content.promote({"x"}, {"ada"});
  p.commit();
  const Rendering rendering = p.whole(made_at.plus_days(2));
  write_site(p.folder / "whole", rendering, &p.tree());
  p.publish(made_at.plus_days(2));
  const auto site = p.site();
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(p.folder / "whole")) {
    if (!entry.is_regular_file()) continue;
    const auto path = std::filesystem::relative(entry.path(), p.folder / "whole");
    INFO(path.string());
    CHECK(read_text(entry.path()) == read_text(p.folder / "site" / path));
    ++count;
  }
  for (const auto& [role, meta] : site->snapshot->roles) {
    INFO(role.text());
    CHECK(std::filesystem::exists(p.folder / "whole/metadata" / (std::to_string(meta.version) + "." + role.text() + ".json")));
  }
  CHECK(count > site->snapshot->roles.size() + 4);
  CHECK(read_published_site(folder_reader(p.folder / "whole"), p.pin())->commit == p.accepted().id());
}

TEST_CASE("a version that a killed run left behind is passed over", "[render]") {
  Publication p;
  p.commit();
  p.publish(made_at);
  const auto site = p.site();
  write_text(p.folder / "site/metadata/2.snapshot.json", "left");
  const Rendering refresh = render_refresh(*site, online_keys(), made_at.plus_days(10), free_version_in(p.folder / "site"));
  CHECK(refresh.files.front().path == "metadata/3.snapshot.json");
  write_site(p.folder / "site", refresh, nullptr);
  CHECK(p.site()->snapshot->version == 3);
  CHECK(read_text(p.folder / "site/metadata/2.snapshot.json") == "left");
}

TEST_CASE("what a stolen online key published is not published again once the administrators replaced the key", "[render]") {
  Publication honest, thief;  // the same repository; only the administrators and the people of a project can sign for it
  thief.commit();
  thief.content.create_project(project_of("evil"), {"olga", "mia"});
  thief.commit();
  thief.publish(made_at);
  const auto forged = thief.site();
  REQUIRE(forged);
  REQUIRE(forged->snapshot->roles.contains(RoleName::of("evil")));
  honest.commit();
  honest.content.create_project(project_of("abc"), {"olga", "mia"});
  honest.commit();
  const std::vector<KeyHolder> before = {person("ci")}, after = {person("ci2")};
  honest.content.administer({ChangeOnlineKeys{"timestamp", before, after, 1, 1}, ChangeOnlineKeys{"snapshot", before, after, 1, 1},
                             ChangeOnlineKeys{"new", before, after, 1, 1}, expiry_of("root"), expiry_of("targets")},
                            {"ada"});
  const CommitId id = honest.commit();
  const JudgedRange range = judge_range(honest.git.open(), std::nullopt, id, honest.pin());
  REQUIRE(range.accepted);
  CHECK(is_signed_anew(range.accepted->state(), &*forged));
  const GitRepository opened = honest.git.open();
  FirstReleases first(opened, std::nullopt, id);
  const Rendering rendering = render(*range.accepted, opened.changes(std::nullopt, id), first, &*forged, online_keys("ci2"), made_at, any_version);
  std::map<std::string, Bytes> files;
  for (const SiteFile& file : rendering.files) files[file.path] = file.content;
  for (const char* path : {"metadata/2.new.json", "metadata/2.snapshot.json"}) {
    INFO(path);
    REQUIRE(files.contains(path));
    CHECK(files[path].find("evil") == Bytes::npos);
    CHECK(files[path].find("abc") != Bytes::npos);
  }
}

TEST_CASE("a publication that was killed after it wrote the new root of a rotation is made by the next one", "[render]") {
  Publication p;
  p.commit();
  p.publish(made_at);
  p.content.administer({ChangeOnlineKeys{"timestamp", {person("ci")}, {person("ci2")}, 1, 1}, expiry_of("root")}, {"ada"});
  const CommitId id = p.commit();
  write_file_atomically(p.folder / "site/metadata/2.root.json", p.content.files.at("admin/root.json"));
  REQUIRE(p.site());
  CHECK(p.site()->root->version == 1);
  std::vector<std::unique_ptr<SigningKey>> keys;
  for (const char* name : {"ci", "ci2"}) keys.push_back(signing_key_of(SecretKey::from_seed(sha256_of(name).bytes())));
  const auto previous = p.site();
  const JudgedRange range = judge_range(p.git.open(), previous->commit, id, p.pin());
  REQUIRE(range.accepted);
  const GitRepository opened = p.git.open();
  FirstReleases first(opened, previous->commit, id);
  const Rendering rendering = render(*range.accepted, opened.changes(previous->commit, id), first, &*previous,
                                     OnlineKeys(std::move(keys)), made_at, free_version_in(p.folder / "site"));
  write_site(p.folder / "site", rendering, &range.accepted->state().tree());
  CHECK(p.site()->root->version == 2);
  CHECK(p.site()->commit == id);
}
