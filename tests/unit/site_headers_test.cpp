#include "libtufcore/site_headers.h"

#include <catch2/catch.hpp>

namespace tuf {

TEST_CASE("what never changes is kept for a year and everything else is asked for each time",
          "[site_headers]") {
  constexpr std::string_view for_ever = "public, max-age=31536000, immutable";
  CHECK(site_headers("metadata/1.root.json") == SiteHeaders{for_ever, "application/json"});
  CHECK(site_headers("metadata/timestamp.json") == SiteHeaders{"no-cache", "application/json"});
  CHECK(site_headers("index/projects/ab.json") == SiteHeaders{"no-cache", "application/json"});
  CHECK(site_headers("index.html") == SiteHeaders{"no-cache", "text/html; charset=utf-8"});
  CHECK(site_headers("") == SiteHeaders{"no-cache", "text/html; charset=utf-8"});
}

TEST_CASE("no file of a project is a page of the site whatever it is called", "[site_headers]") {
  for (const char* path : {"targets/abc/abc/1.0.0/00.x.html", "targets/abc/abc/1.0.0/00.x.svg",
                           "targets/abc/abc/1.0.0/00.x.json", "targets/abc/abc/1.0.0/00.x.js",
                           "targets/refs/abc/00/00.sbom.xml"}) {
    CHECK(site_headers(path) ==
          SiteHeaders{"public, max-age=31536000, immutable", "application/octet-stream"});
  }
}

}  // namespace tuf
