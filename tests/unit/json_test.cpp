#include <catch2/catch.hpp>

#include <functional>
#include <vector>

#include "libtufcore/json.h"
#include "tests/support/caught.h"

namespace tuf {
namespace {

using namespace std::literals;

Caught caught_parsing(ByteView text) {
  return caught([&] { parse_json(text, "a.json"); });
}

std::string nested(std::size_t depth, char open, char close) { return std::string(depth, open) + std::string(depth, close); }

TEST_CASE("JSON values are read as they are", "[json]") {
  const Json json = parse_json(" {\"b\": [null, true, false, 0, -12, \"\"],\r\n\t\"a\": {}} \n", "a.json");
  CHECK(json == Json(Json::Object{{"a", Json::Object{}}, {"b", Json::Array{nullptr, true, false, 0, -12, ""}}}));
  CHECK(parse_json("null", "a.json").is_null());
  CHECK(*parse_json(R"("\"\\\/\b\f\n\r\t\u0041\u00e9\ud83d\ude00\u0000")", "a.json").as_text() ==
        "\"\\/\b\f\n\r\tA\xc3\xa9\xf0\x9f\x98\x80\0"sv);
}

TEST_CASE("a value of another kind is absent and not a crash", "[json]") {
  const Json number = 7;
  CHECK(*number.as_number() == 7);
  CHECK(number.as_bool() == nullptr);
  CHECK(number.as_text() == nullptr);
  CHECK(number.as_array() == nullptr);
  CHECK(number.as_object() == nullptr);
  CHECK_FALSE(number.is_null());
}

TEST_CASE("text that is not JSON is refused with the place", "[json]") {
  struct Row {
    std::string_view text, message;
  };
  const Row row = GENERATE(
      Row{"", "a.json is not valid JSON at byte 0: the document is empty"},
      Row{" \n", "a.json is not valid JSON at byte 2: the document is empty"},
      Row{"{\"a\":1", "a.json is not valid JSON at byte 6: missing a comma or '}' after an object member"},
      Row{"[1,]", "a.json is not valid JSON at byte 3: invalid value"},
      Row{"{'a':1}", "a.json is not valid JSON at byte 1: missing a name for object member"},
      Row{"[1 /* x */]", "a.json is not valid JSON at byte 3: missing a comma or ']' after an array element"},
      Row{"\"a\nb\"", "a.json is not valid JSON at byte 2: invalid escape character in string"},
      Row{"\"\\x41\"", "a.json is not valid JSON at byte 1: invalid escape character in string"},
      Row{"NaN", "a.json is not valid JSON at byte 0: invalid value"},
      Row{"Infinity", "a.json is not valid JSON at byte 0: invalid value"},
      Row{"tru", "a.json is not valid JSON at byte 3: invalid value"});
  INFO(row.text);
  CHECK(caught_parsing(row.text) == Caught{"refused", std::string(row.message)});
}

TEST_CASE("J-02 a member may be there once however it is spelled", "[json]") {
  const std::string_view text =
      GENERATE(R"({"v":1,"v":1})", R"({"v":1,"\u0076":2})", R"({"a":[{"v":{},"b":1,"v":{}}]})", R"({"signed":{"v":1,"v":1}})");
  INFO(text);
  CHECK(caught_parsing(text) == Caught{"refused", "a.json is not acceptable JSON: the member \"v\" is there twice"});
  CHECK(caught_parsing(R"({"\u001b":1,"\u001b":1})") ==
        Caught{"refused", "a.json is not acceptable JSON: the member \"\\x1b\" is there twice"});
  CHECK_NOTHROW(parse_json(R"({"v":{"v":1},"w":[{"v":1},{"v":1}]})", "a.json"));
}

TEST_CASE("J-03 whole numbers are those that every reader reads alike", "[json]") {
  struct Row {
    const char* text;
    std::int64_t value;
  };
  const Row row = GENERATE(Row{"0", 0}, Row{"-1", -1}, Row{"4294967296", 4294967296}, Row{"9007199254740991", 9007199254740991},
                           Row{"-9007199254740991", -9007199254740991});
  CHECK(*parse_json(row.text, "a.json").as_number() == row.value);
}

TEST_CASE("J-03 J-04 any other number is refused", "[json]") {
  const std::string number =
      GENERATE(as<std::string>(), "9007199254740992", "9007199254740993", "-9007199254740992", "9223372036854775808",
               "18446744073709551616", "-9223372036854775809", "1.0", "1e0", "1E0", "1e+1", "-0", "-0.0", "1.1e-2147483647",
               "1e-99999999999999999999", "0.5", "12345678901234567");
  const std::string text = GENERATE(as<std::string>(), "", "{\"v\":", "[") + number;
  const std::string end = text.starts_with('{') ? "}" : text.starts_with('[') ? "]" : "";
  CHECK(caught_parsing(text + end) ==
        Caught{"refused", "a.json is not acceptable JSON: the number " + number +
                              " is not a whole number from -(2^53-1) to 2^53-1"});
}

TEST_CASE("J-03 J-04 what is no number at all is refused", "[json]") {
  const std::string text = GENERATE(as<std::string>(), "01", "00", "-", "+1", ".5", "1.", "1e", "1e400", "0x10", "1_000", "--1",
                                    std::string(1'000'000, '9'), "0." + std::string(1'000'000, '0') + "1",
                                    "1e" + std::string(1'000'000, '0') + "9", "1e-" + std::string(1'000'000, '9'));
  INFO(text.substr(0, 20));
  CHECK(caught_parsing(text).kind == "refused");
  CHECK(caught_parsing("[" + text + "]").kind == "refused");
  CHECK(caught_parsing(text).message.size() < 200);
}

TEST_CASE("J-05 depth 32 is enough and more is refused", "[json]") {
  CHECK_NOTHROW(parse_json(nested(32, '[', ']'), "a.json"));
  const std::string deeper = "a.json is not acceptable JSON: it is nested deeper than 32 levels";
  const std::size_t depth = GENERATE(33, 1000, 200'000, 1'000'000);
  CHECK(caught_parsing(nested(depth, '[', ']')) == Caught{"refused", deeper});
  CHECK(caught_parsing(std::string(depth, '[')) == Caught{"refused", deeper});
  std::string objects;
  for (std::size_t i = 0; i < depth; ++i) objects += "{\"a\":";
  CHECK(caught_parsing(objects) == Caught{"refused", deeper});
}

TEST_CASE("J-06 nothing stands before or after the value", "[json]") {
  struct Row {
    std::string_view text, message;
  };
  const Row row = GENERATE(
      Row{"{\"v\":1}\0evil"sv, "a.json is not valid JSON: more follows after the value, at byte 7"},
      Row{"{}\0"sv, "a.json is not valid JSON: more follows after the value, at byte 2"},
      Row{"1\0"sv, "a.json is not valid JSON: more follows after the value, at byte 1"},
      Row{"{} {}", "a.json is not valid JSON: more follows after the value, at byte 3"},
      Row{"{}\n]", "a.json is not valid JSON: more follows after the value, at byte 3"},
      Row{"{}\xc2\xa0", "a.json is not valid JSON: more follows after the value, at byte 2"},
      Row{"{}\v", "a.json is not valid JSON: more follows after the value, at byte 2"},
      Row{"\xef\xbb\xbf{}", "a.json is not valid JSON: it starts with a byte order mark"},
      Row{"\0{}"sv, "a.json is not valid JSON at byte 0: the document is empty"},
      Row{"{\0}"sv, "a.json is not valid JSON at byte 1: missing a name for object member"},
      Row{"\"a\0b\""sv, "a.json is not valid JSON at byte 2: missing a closing quotation mark in string"},
      Row{"\xff\xfe{\0}\0"sv, "a.json is not acceptable JSON: a text is not valid UTF-8"},
      Row{"{\0}\0"sv, "a.json is not valid JSON at byte 1: missing a name for object member"});
  INFO(row.message);
  CHECK(caught_parsing(row.text) == Caught{"refused", std::string(row.message)});
}

TEST_CASE("J-07 text is valid UTF-8 without halves of surrogate pairs", "[json]") {
  const std::string_view inside =
      GENERATE("\xff", "\x80", "\xc0\xaf", "\xe0\x80\xaf", "\xed\xa0\x80", "\xed\xb0\x80", "\xf5\x80\x80\x80", "\xc3",
               "\\udc00", "\\ud800", "\\ud800x", "\\ud800\\u0041", "\\ud800\\ud800", "\\udfff");
  const std::string text = "\"" + std::string(inside) + "\"";
  INFO(inside);
  CHECK(caught_parsing(text).kind == "refused");
  CHECK(caught_parsing("{" + text + ":1}").kind == "refused");
}

TEST_CASE("JSON is written in one line with sorted members and reads back", "[json]") {
  const Json json = Json::Object{
      {"b", Json::Array{1, -2, nullptr, true, false}}, {"a", "q\" b\\ n\n e\x1b \xc3\xa9"}, {"B", Json::Object{}}, {"c", Json::Array{}}};
  CHECK(json_text(json) == R"({"B":{},"a":"q\" b\\ n\n e\u001b )"
                           "\xc3\xa9"
                           R"(","b":[1,-2,null,true,false],"c":[]})");
  CHECK(parse_json(json_text(json), "a.json") == json);
  CHECK(parse_json(pretty_json_text(json), "a.json") == json);
  CHECK(pretty_json_text(Json::Object{{"a", Json::Array{1, Json::Object{}}}}) == "{\n  \"a\": [\n    1,\n    {}\n  ]\n}");
}

TEST_CASE("bytes that are no text do not spoil a document that is written", "[json]") {
  CHECK(json_text(Json("a\xff")) == R"("a\\xff")");
  CHECK(json_text(Json(Json::Object{{"\xff", 1}})) == R"({"\\xff":1})");
}

TEST_CASE("J-01 a wrong shape is told with its place", "[json]") {
  const Json json = parse_json(
      R"({"delegations":{"roles":[{"threshold":1},{},{"threshold":0}]},"name":"long","flag":1,"../\u001b":{}})", "x");
  const JsonReader top(json, "targets.json");
  struct Row {
    const char* message;
    std::function<void()> read;
  };
  const std::vector<Row> rows = {
      {"targets.json: delegations.roles[2].threshold must be a whole number from 1 to 1024",
       [&] { top["delegations"]["roles"].elements(9)[2]["threshold"].whole_number(1, 1024); }},
      {"targets.json: delegations.roles[1].threshold is missing", [&] { top["delegations"]["roles"].elements(9)[1]["threshold"]; }},
      {"targets.json: signed is missing", [&] { top["signed"]; }},
      {"targets.json must be an array", [&] { top.elements(9); }},
      {"targets.json must be a text", [&] { top.text(); }},
      {"targets.json: name must be a whole number from 0 to 9", [&] { top["name"].whole_number(0, 9); }},
      {"targets.json: name must be a text of at most 3 bytes", [&] { top["name"].text(3); }},
      {"targets.json: name must be an object", [&] { top["name"]["x"]; }},
      {"targets.json: name must be an object", [&] { top["name"].find("x"); }},
      {"targets.json: name must be an object", [&] { top["name"].members(9); }},
      {"targets.json: flag must be true or false", [&] { top["flag"].boolean(); }},
      {"targets.json: flag must be a text", [&] { top["flag"].text(); }},
      {"targets.json: delegations.roles must be an array of at most 2 elements", [&] { top["delegations"]["roles"].elements(2); }},
      {"targets.json must be an object of at most 3 members", [&] { top.members(3); }},
      {"targets.json: ../\\x1b must be an array", [&] { top["../\x1b"].elements(1); }},
  };
  for (const Row& row : rows) CHECK(caught(row.read) == Caught{"refused", row.message});
}

TEST_CASE("a reader gives the values that are of the right shape", "[json]") {
  const Json json = parse_json(R"({"a":[1,2],"b":true,"c":"abc"})", "x");
  const JsonReader top(json, "a.json");
  CHECK(top["a"].elements(2)[1].whole_number(2, 2) == 2);
  CHECK(top["b"].boolean());
  CHECK(top["c"].text(3) == "abc");
  CHECK_FALSE(top.find("d"));
  CHECK(top.find("c")->where() == "a.json: c");
  REQUIRE(top.members(3).size() == 3);
  CHECK(top.members(3)[0].first == "a");
}

TEST_CASE("J-11 a hundred thousand targets are read at once", "[json]") {
  std::string text = "{\"targets\":{";
  for (int i = 0; i < 100'000; ++i) {
    text += (i == 0 ? "\"" : ",\"") + std::string("project/product/1.0.") + std::to_string(i) +
            "/file.tar.gz\":{\"hashes\":{\"sha256\":\"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\"},"
            "\"length\":1}";
  }
  text += "}}";
  CHECK(parse_json(text, "a.json").as_object()->at("targets").as_object()->size() == 100'000);
}

}  // namespace
}  // namespace tuf
