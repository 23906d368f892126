#include <catch2/catch.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

#include "libtufcore/canonical_json.h"
#include "libtufcore/verify.h"

namespace tuf {
namespace {

using namespace std::literals;
namespace fs = std::filesystem;

Bytes canonical_of(ByteView text) { return canonical_json(parse_json(text, "a.json")); }

TEST_CASE("J-08 canonical JSON escapes two characters and sorts by code point", "[canonical_json]") {
  struct Row {
    std::string_view text, canonical;
  };
  const Row row = GENERATE(
      Row{"{ }", "{}"}, Row{"[ ]", "[]"}, Row{"[1, -2 ,true,false,null]", "[1,-2,true,false,null]"},
      Row{R"({"b":1,"a":{"d":[],"c":""}})", R"({"a":{"c":"","d":[]},"b":1})"},
      Row{R"("\"\\\/")", R"("\"\\/")"},                                     // the solidus is itself
      Row{R"("\n\t\u0000\u001b\u007f")", "\"\n\t\0\x1b\x7f\""sv},             // control characters raw
      Row{R"("\u00e9\ud83d\ude00")", "\"\xc3\xa9\xf0\x9f\x98\x80\""},
      // UTF-16 units would put the emoji (D83D...) before U+FFFD; code points do not.
      Row{R"({"\ud83d\ude00":1,"\ufffd":2,"z":3,"Z":4,"":5})", "{\"\":5,\"Z\":4,\"z\":3,\"\xef\xbf\xbd\":2,\"\xf0\x9f\x98\x80\":1}"},
      Row{R"({"a":1,"aa":2,"A":3,"a-":4})", R"({"A":3,"a":1,"a-":4,"aa":2})"},
      Row{R"(9007199254740991)", "9007199254740991"});
  INFO(row.text);
  CHECK(canonical_of(row.text) == row.canonical);
}

TEST_CASE("J-08 newlines inside a key are signed raw", "[canonical_json]") {
  CHECK(canonical_of(R"({"public":"-----BEGIN PUBLIC KEY-----\nAA==\n-----END PUBLIC KEY-----\n"})") ==
        "{\"public\":\"-----BEGIN PUBLIC KEY-----\nAA==\n-----END PUBLIC KEY-----\n\"}");
}

TEST_CASE("J-09 every spelling of a document has one canonical form", "[canonical_json]") {
  const Bytes once = canonical_of(R"({"b":[1,{"y":"\u0041","x":null}],"a":"\u00e9"})");
  CHECK(canonical_of("{\"a\" : \"\xc3\xa9\",\n\"b\":[ 1,{\"x\":null, \"y\":\"A\"} ] }") == once);
  CHECK(canonical_of(once) == once);
  CHECK(canonical_of(json_text(parse_json(once, "a.json"))) == once);
  CHECK(canonical_of(pretty_json_text(parse_json(once, "a.json"))) == once);
}

TEST_CASE("J-08 documents that differ never share a canonical form", "[canonical_json]") {
  const Json json = GENERATE(Json("1"), Json(1), Json("null"), Json(nullptr), Json("\\"), Json("\\\\"), Json("\""), Json(Json::Array{}),
                             Json(Json::Array{Json::Array{}}), Json(Json::Array{1, 2}), Json(Json::Array{12}), Json("a\",\"b"),
                             Json(Json::Array{"a", "b"}), Json(Json::Object{{"a", 1}}), Json("{\"a\":1}"));
  CHECK(parse_json(canonical_json(json), "a.json") == json);
}

fs::path interop_folder() {
  if (const char* folder = std::getenv("PG_INTEROP")) return folder;
  return fs::path(PG_TEST_DATA).parent_path().parent_path() / "shared" / "interop";
}

Bytes read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return Bytes(std::istreambuf_iterator<char>(file), {});
}

TEST_CASE("J-08 roots of other tools verify under their own keys", "[canonical_json][interop]") {
  const fs::path interop = interop_folder();
  if (!fs::exists(interop)) {
    std::cout << "skipped: there are no repositories of other tools here (PG_INTEROP names their folder)\n";
    return;
  }
  std::size_t roots = 0;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(interop)) {
    const std::string name = entry.path().filename().string();
    if (!name.ends_with("root.json")) continue;
    INFO(entry.path());
    const SignedFile<Root> root = parse_signed_file<Root>(read(entry.path()), name);
    const RoleKeys& keys = root.untrusted.keys_of("root");
    CHECK(check_signatures(keys, root.signed_bytes, root.signatures).enough());
    CHECK_FALSE(check_signatures(keys, root.signed_bytes + " ", root.signatures).enough());
    ++roots;
  }
  CHECK(roots >= 7);
}

}  // namespace
}  // namespace tuf
