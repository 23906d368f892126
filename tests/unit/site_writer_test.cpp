#include "publisher/site_writer.h"

#include <catch2/catch.hpp>

#include "tests/support/caught.h"
#include "tests/support/publication.h"

using namespace tuf;
using namespace tuf::test;

TEST_CASE("C-10 a tree that is written up to any file reads as the old or the new publication", "[site_writer]") {
  Publication p;
  p.commit();
  p.publish(made_at);
  p.content.create_project(project_of("abc"), {"olga", "mia"});
  p.commit();
  const Rendering next = p.rendering(made_at);
  for (std::size_t count = 0; count <= next.files.size(); ++count) {
    Rendering part = next;
    part.files.resize(count);
    part.timestamp = {"metadata/timestamp.json", read_text(p.folder / "site/metadata/timestamp.json")};
    write_site(p.folder / "site", part, &p.tree());
    CHECK(p.site()->timestamp->version == 1);
  }
  write_site(p.folder / "site", next, &p.tree());
  CHECK(p.site()->timestamp->version == 2);
}

TEST_CASE("C-11 what was published is never overwritten with other bytes", "[site_writer]") {
  Publication p;
  p.commit();
  const Rendering first = p.rendering(made_at);
  write_text(p.folder / "site/metadata/1.claimed.json", "something else");
  const Caught refusal = caught([&] { write_site(p.folder / "site", first, &p.tree()); });
  CHECK(refusal == Caught{"refused", "'" + (p.folder / "site/metadata/1.claimed.json").string() +
                                         "' is there with other contents; what was published never changes"});
  CHECK(read_text(p.folder / "site/metadata/1.claimed.json") == "something else");
  CHECK_FALSE(std::filesystem::exists(p.folder / "site/metadata/timestamp.json"));
}

TEST_CASE("P-05 P-08 a link in place of a folder of the tree leads neither writing nor tidying up elsewhere", "[site_writer]") {
  Publication p;
  p.commit();
  const Rendering first = p.rendering(made_at);
  const std::filesystem::path site = p.folder / "site", other = p.folder / "other";
  std::filesystem::create_directories(site);
  std::filesystem::create_directories(other / "admin");
  write_text(other / "mine", "precious");
  for (const char* place : {".publish", "metadata", "targets"}) {
    INFO(place);
    std::filesystem::remove_all(site / place);
    std::filesystem::create_directory_symlink(other, site / place);
    const Caught refusal = caught([&] { write_site(site, first, &p.tree()); });
    CHECK(refusal == Caught{"refused", "'" + (site / place).string() +
                                           "' is a symbolic link; the folders of the published tree are folders"});
    CHECK(read_text(other / "mine") == "precious");
    CHECK(std::filesystem::is_empty(other / "admin"));
    std::filesystem::remove(site / place);
  }
  CHECK_FALSE(std::filesystem::exists(site / "metadata/timestamp.json"));
  write_site(site, first, &p.tree());
  CHECK(p.site());
}
