#include "publisher/site_cleaning.h"

#include <catch2/catch.hpp>

#include "tests/support/publication.h"

using namespace tuf;
using namespace tuf::test;

namespace {

std::vector<std::string> removable(const Publication& p, UtcTime now) {
  return files_to_remove(p.folder / "site", *p.site(), now, 7);
}

}  // namespace

TEST_CASE("what the publications of the grace period refer to stays and the rest goes", "[site_cleaning]") {
  Publication p;
  p.commit();
  p.content.create_project(project_of("abc"), {"olga", "mia"});
  p.commit();
  p.content.add_release("abc", "1.0.0", {{"abc.tgz", "content"}}, {"mia"});
  p.commit();
  p.content.add_release("abc", "1.1.0", {{"abc.tgz", "other"}}, {"mia"});
  p.commit();
  p.publish(made_at);                                                    // snapshot 1: abc.rel 3
  p.content.apply({removal_of("leaks a key"), expiry_of("abc.rel")}, {"mia"});
  p.commit();
  p.publish(made_at.plus_days(2));                                       // snapshot 2: abc.rel 4
  p.content.add_release("abc", "1.2.0", {{"abc.tgz", "third"}}, {"mia"});
  p.commit();
  p.publish(made_at.plus_days(4));                                       // snapshot 3: abc.rel 5
  CHECK(removable(p, made_at.plus_days(4)).empty());
  CHECK(removable(p, made_at.plus_days(8)).empty());

  const std::string hex = sha256_of("content").hex();
  const auto first = removable(p, made_at.plus_days(9));   // snapshot 1 was replaced seven days ago
  CHECK(first == std::vector<std::string>{"index/sha256/" + hex.substr(0, 2) + "/" + hex + ".json",
                                          "targets/abc/abc/1.0.0/" + hex + ".abc.tgz", "metadata/3.abc.rel.json",
                                          "metadata/1.snapshot.json"});
  std::filesystem::remove(p.folder / "site" / first.front());              // a kill after the first file
  CHECK(removable(p, made_at.plus_days(9)) == std::vector<std::string>(first.begin() + 1, first.end()));
  const auto second = removable(p, made_at.plus_days(11));
  CHECK(second.size() == 5);
  CHECK(second.back() == "metadata/2.snapshot.json");
  for (const std::string& path : second) std::filesystem::remove(p.folder / "site" / path);
  CHECK(removable(p, made_at.plus_days(400)).empty());
  CHECK(p.site()->snapshot->version == 3);
  for (const char* kept : {"metadata/1.root.json", "metadata/5.abc.rel.json", "metadata/1.abc.json", "metadata/1.targets.json"})
    CHECK(std::filesystem::exists(p.folder / "site" / kept));
}
