#include "publisher/published_site.h"

#include <catch2/catch.hpp>

#include "libtufcore/site_layout.h"
#include "tests/support/caught.h"
#include "tests/support/publication.h"

using namespace tuf;
using namespace tuf::test;

TEST_CASE("a published tree that was tampered with is no base for the next", "[published_site]") {
  Publication p;
  p.commit();
  p.publish(made_at);
  const PublishedSite before = *p.site();
  const auto read = [&](const PublishedSite* known) { return read_published_site(folder_reader(p.folder / "site"), p.pin(), known); };
  const auto tampered = [&](const std::string& name, const PublishedSite* known) {
    const auto path = p.folder / "site" / name;
    const std::string good = read_text(path);
    std::string bad = good;
    bad[bad.size() / 2] ^= 1;
    write_text(path, bad);
    const std::string kind = caught([&] { read(known); }).kind;
    write_text(path, good);
    return kind;
  };
  for (const char* name : {"metadata/timestamp.json", "metadata/1.snapshot.json", "metadata/1.targets.json", "metadata/1.new.json",
                           "metadata/1.root.json"}) {
    INFO(name);
    CHECK(tampered(name, nullptr) == "refused");
    CHECK(tampered(name, &before) == "refused");
  }
  CHECK(read(nullptr));
  CHECK(read(&before));
  CHECK(caught([&] { read_published_site(folder_reader(p.folder / "site"), sha256_of("another")); }).kind == "refused");
  CHECK_FALSE(read_published_site(folder_reader(p.folder / "nothing"), p.pin()));
}

TEST_CASE("what was verified before is verified again only where its file or its signers are others", "[published_site]") {
  Publication p;
  p.commit();
  p.publish(made_at);
  const PublishedSite first = *p.site();
  const auto again = [&](const PublishedSite& known) { return *read_published_site(folder_reader(p.folder / "site"), p.pin(), &known); };
  const auto same = [](const auto& one, const auto& other) { return &*one == &*other; };
  PublishedSite next = again(first);
  CHECK(same(next.root, first.root));
  CHECK(same(next.targets, first.targets));
  CHECK(same(next.new_projects, first.new_projects));
  CHECK_FALSE(same(next.snapshot, first.snapshot));

  p.content.create_project(project_of("abc"), {"olga", "mia"});
  p.commit();
  p.publish(made_at);
  next = again(first);
  CHECK(same(next.targets, first.targets));
  CHECK(next.new_projects->version == 2);

  const std::vector<KeyHolder> before{person("ci")}, after{person("ci2")};
  p.content.administer({ChangeOnlineKeys{"timestamp", before, after, 1, 1}, ChangeOnlineKeys{"snapshot", before, after, 1, 1},
                        ChangeOnlineKeys{"new", before, after, 1, 1}, expiry_of("root"), expiry_of("targets")},
                       {"ada"});
  p.commit();
  p.publish(made_at, "ci2");
  next = again(first);
  CHECK(next.root->version == 2);
  CHECK(next.root_digests == p.site()->root_digests);
  CHECK_FALSE(same(next.targets, first.targets));
  CHECK_FALSE(same(next.new_projects, first.new_projects));
}

TEST_CASE("a list of new names that a key of before signed is not taken over as that of the next one", "[published_site]") {
  Publication p;
  p.commit();
  p.publish(made_at);
  const PublishedSite first = *p.site();
  p.content.administer({ChangeOnlineKeys{"new", {person("ci")}, {person("ci2")}, 1, 1}, expiry_of("targets")}, {"ada"});
  p.commit();
  std::vector<std::unique_ptr<SigningKey>> both;
  for (const char* name : {"ci", "ci2"}) both.push_back(signing_key_of(SecretKey::from_seed(sha256_of(name).bytes())));
  const OnlineKeys keys(std::move(both));
  p.publish(made_at, keys);
  PublishedSite second = *p.site();
  REQUIRE(second.root_digests == first.root_digests);
  // Whoever has the key of snapshot states the new targets with the old list.
  Snapshot snapshot = *second.snapshot;
  ++snapshot.version;
  snapshot.roles[RoleName::of("new")] = *first.snapshot->find(RoleName::of("new"));
  const Bytes file = keys.signed_file("snapshot", second.root->keys_of("snapshot"), to_json(snapshot));
  write_text(p.folder / "site" / metadata_path(RoleName::of("snapshot"), snapshot.version), file);
  Timestamp timestamp = *second.timestamp;
  ++timestamp.version;
  timestamp.snapshot = role_meta(snapshot.version, file, Pinned::by_digest);
  write_text(p.folder / "site" / timestamp_path, keys.signed_file("timestamp", second.root->keys_of("timestamp"), to_json(timestamp)));
  for (const PublishedSite* known : std::initializer_list<const PublishedSite*>{nullptr, &first, &second})
    CHECK(caught([&] { read_published_site(folder_reader(p.folder / "site"), p.pin(), known); }).kind == "refused");
}
