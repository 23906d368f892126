#include "libtufcore/lfs_pointer.h"

#include <catch2/catch.hpp>

using namespace tuf;

namespace {

const std::string oid = "4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393";
const std::string text = "version https://git-lfs.github.com/spec/v1\noid sha256:" + oid + "\nsize 12345\n";

std::string with(const std::string& from, const std::string& to) {
  std::string other = text;
  return other.replace(other.find(from), from.size(), to);
}

}  // namespace

TEST_CASE("a pointer of git-lfs is read and written as git-lfs writes it", "[lfs_pointer]") {
  const auto pointer = parse_lfs_pointer(text);
  REQUIRE(pointer);
  CHECK(pointer->size == 12345);
  CHECK(pointer->sha256.hex() == oid);
  CHECK(lfs_pointer_text(*pointer) == text);
  CHECK(lfs_object_path(pointer->sha256) == "4d/7a/" + oid);
  const LfsPointer largest{UINT64_MAX, pointer->sha256};
  CHECK(parse_lfs_pointer(lfs_pointer_text(largest)) == largest);
}

TEST_CASE("what differs from a pointer in one character is none", "[lfs_pointer]") {
  const std::vector<std::string> others = {
      "",
      "version https://git-lfs.github.com/spec/v1\n",
      with("v1\n", "v1\r\n"),
      with("v1", "v2"),
      with("https", "http"),
      with("version", " version"),
      with("sha256", "sha512"),
      with("sha256:", "sha256: "),
      with("4d7a", "4D7A"),
      with("2393", "239"),
      with("2393", "23934"),
      with("12345", "012345"),
      with("12345", "+12345"),
      with("12345", "-1"),
      with("12345", ""),
      with("12345", "1.0"),
      with("12345", "12345 "),
      with("12345", "99999999999999999999"),
      with("12345\n", "12345"),
      text + "\n",
      text + "x",
      text + std::string(1, '\0'),
      with("oid", "ext-0-foo sha256:" + oid + "\noid"),
      "version https://git-lfs.github.com/spec/v1\nsize 12345\noid sha256:" + oid + "\n",
      text + std::string(1000, ' ')};
  for (const std::string& other : others) {
    INFO(other);
    CHECK_FALSE(parse_lfs_pointer(other));
  }
}
