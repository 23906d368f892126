#include "libtufcore/memory_tree.h"

#include <catch2/catch.hpp>

#include "tests/support/caught.h"

namespace tuf {

TEST_CASE("files that are not in git yet read like those that are", "[memory_tree]") {
  const MemoryTree tree({{"a/b/one", "1"}, {"a/b.c", "2"}, {"a/two", "22"}, {"top", ""}}, "here");
  CHECK(tree.read("a/two", 2) == "22");
  CHECK_FALSE(tree.read("a/three", 2));
  CHECK_FALSE(tree.read("a", 2));
  CHECK(caught([&] { tree.read("a/two", 1); }).kind == "limit");
  CHECK(tree.list("a") == std::vector<std::string>{"b.c", "b/", "two"});
  CHECK(tree.list("a/") == tree.list("a"));
  CHECK(tree.list("") == std::vector<std::string>{"a/", "top"});
  CHECK(tree.list("b").empty());
  CHECK(tree.digest("a/two", 2)->sha256 == sha256_of("22"));
  CHECK(tree.all_added().size() == 4);
}

}  // namespace tuf
