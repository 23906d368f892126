#include "libtufcore/site_layout.h"

#include <catch2/catch.hpp>

using namespace tuf;

TEST_CASE("P-01 role names in file names of the tree are percent-encoded", "[site_layout]") {
  CHECK(metadata_file_name(RoleName::of("abc.rel"), 3) == "3.abc.rel.json");
  CHECK(metadata_file_name(RoleName::of("abc.rel"), std::nullopt) == "abc.rel.json");
  CHECK(metadata_file_name(RoleName::of("../x?#%/~"), 1) == "1...%2Fx%3F%23%25%2F~.json");
  CHECK(root_file_name(12) == "12.root.json");
}

TEST_CASE("a consistent snapshot puts the digest before the last component", "[site_layout]") {
  const Digest digest = sha256_of("x");
  CHECK(target_file_name(*TargetPath::parse("a/b/c d"), digest) == "a/b/" + digest.hex() + ".c d");
  CHECK(target_file_name(*TargetPath::parse("c"), digest) == digest.hex() + ".c");
  CHECK(target_file_name(*TargetPath::parse("a/b/c"), std::nullopt) == "a/b/c");
}

TEST_CASE("indexes are spread over folders", "[site_layout]") {
  CHECK(index_of_project(*ProjectName::parse("abc")) == "index/projects/ab/abc.json");
  CHECK(index_of_prefix(*ProjectName::parse("abc")) == "index/projects/ab.json");
  CHECK(index_of_project(*ProjectName::parse("a")) == "index/projects/a/a.json");
  const std::string hex = sha256_of("x").hex();
  CHECK(index_of_digest(sha256_of("x")) == "index/sha256/" + hex.substr(0, 2) + "/" + hex + ".json");
}

TEST_CASE("only what never changes may be cached for ever", "[site_layout]") {
  CHECK(cache_rule("metadata/1.root.json") == CacheRule::immutable);
  CHECK(cache_rule("metadata/12.abc.rel.json") == CacheRule::immutable);
  CHECK(cache_rule("targets/abc/abc/1.0.0/00.abc.tgz") == CacheRule::immutable);
  CHECK(cache_rule("metadata/timestamp.json") == CacheRule::revalidate);
  CHECK(cache_rule("metadata/root.json") == CacheRule::revalidate);
  CHECK(cache_rule("index/projects/ab.json") == CacheRule::revalidate);
  CHECK(cache_rule("index.html") == CacheRule::revalidate);
  CHECK(cache_rule("") == CacheRule::revalidate);
}
