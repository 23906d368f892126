#include "publisher/published_site.h"

#include <catch2/catch.hpp>

#include "tests/support/caught.h"
#include "tests/support/publication.h"

using namespace tuf;
using namespace tuf::test;

TEST_CASE("a published tree that was tampered with is no base for the next", "[published_site]") {
  Publication p;
  p.commit();
  p.publish(made_at);
  const auto tampered = [&](const std::string& name) {
    const auto path = p.folder / "site" / name;
    const std::string good = read_text(path);
    std::string bad = good;
    bad[bad.size() / 2] ^= 1;
    write_text(path, bad);
    const std::string kind = caught([&] { p.site(); }).kind;
    write_text(path, good);
    return kind;
  };
  for (const char* name : {"metadata/timestamp.json", "metadata/1.snapshot.json", "metadata/1.targets.json", "metadata/1.new.json",
                           "metadata/1.root.json"}) {
    INFO(name);
    CHECK(tampered(name) == "refused");
  }
  CHECK(p.site());
  CHECK(caught([&] { read_published_site(folder_reader(p.folder / "site"), sha256_of("another")); }).kind == "refused");
  CHECK_FALSE(read_published_site(folder_reader(p.folder / "nothing"), p.pin()));
}
