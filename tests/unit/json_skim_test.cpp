#include "libtufcore/json_skim.h"

#include <catch2/catch.hpp>

#include "libtufcore/canonical_json.h"
#include "tests/support/caught.h"

namespace tuf {
namespace {

const std::vector<SkimmedContainer> meta_only{{{"signed", "meta"}}};

// What a whole reading says of the same text.
void check_alike(const std::string& text, const std::vector<SkimmedContainer>& containers) {
  const auto skimmed = skim_json(text, "a.json", containers);
  REQUIRE(skimmed);
  const Json whole = parse_json(text, "a.json");
  CHECK(skimmed->canonical_signed == canonical_json(whole.as_object()->at("signed")));
}

}  // namespace

TEST_CASE("a skimmed container is left unread and can be had one by one", "[json_skim]") {
  const std::string text =
      R"({"signatures":[{"keyid":"k","sig":"00"}],"signed":{"a":[1,"x\"y",null,true],"meta":{"b.json":{"version":1},"c.json":{ "version" : 2 }},"z":"é\\"}})";
  check_alike(text, meta_only);
  const auto skimmed = skim_json(text, "a.json", meta_only);
  REQUIRE(skimmed->unread[0].size() == 2);
  CHECK(skimmed->unread[0][0].name == "b.json");
  CHECK(skimmed->unread[0][1].text == R"({ "version" : 2 })");
  CHECK(find_unread(skimmed->unread[0], "c.json") == &skimmed->unread[0][1]);
  CHECK(find_unread(skimmed->unread[0], "a.json") == nullptr);
  CHECK(find_unread(skimmed->unread[0], "d.json") == nullptr);
  Json::Object left = *parse_json(text, "a.json").as_object();
  Json::Object signed_part = *left["signed"].as_object();
  signed_part["meta"] = Json::Object();
  left["signed"] = signed_part;
  CHECK(skimmed->document == Json(left));
}

TEST_CASE("of a list only the elements that say something wanted are kept", "[json_skim]") {
  const std::string text =
      R"({"signed":{"roles":[{"paths":["a/*","b/*"]},{"name":"b/*","paths":["c/*"]},{"paths":["b/*"],"x":{"paths":"b/*"}}]}})";
  const auto wants = [](std::string_view member, std::string_view value) {
    return member == "paths" && value == "b/*";
  };
  const auto skimmed = skim_json(text, "a.json", {{{"signed", "roles"}, SkimmedContainer::Kind::array, wants}});
  REQUIRE(skimmed);
  REQUIRE(skimmed->unread[0].size() == 2);
  CHECK(skimmed->unread[0][0].text == R"({"paths":["a/*","b/*"]})");
  CHECK(skimmed->unread[0][1].text == R"({"paths":["b/*"],"x":{"paths":"b/*"}})");
  check_alike(text, {{{"signed", "roles"}, SkimmedContainer::Kind::array, wants}});
}

TEST_CASE("what is not in the order of TUF tools is not skimmed", "[json_skim]") {
  const std::string text = GENERATE(R"({"signed":{"meta":{"b":{},"a":{}}}})",      // members not sorted
                                    R"({"signed":{"z":1,"meta":{}}})",             // above the container
                                    R"({"signed":{"meta":{"a":{"y":1,"x":1}}}})",  // and in an unread value
                                    R"({"signed":{"meta":{"a":1}}})",              // no object
                                    R"({"signed":{"meta":{"a":[]}}})",             //
                                    R"({"signed":{"meta":{"a":"x"}}})",            //
                                    R"({"signed":{"meta":{"\u0061":{}}}})");       // a name with escapes
  CHECK_FALSE(skim_json(text, "a.json", meta_only));
  CHECK_NOTHROW(parse_json(text, "a.json"));
}

TEST_CASE("J-02 J-03 J-05 J-06 J-07 a skimmed document is checked as strictly as a whole one",
          "[json_skim]") {
  const std::string deep = std::string(40, '[') + std::string(40, ']');
  const std::string value = GENERATE_COPY(
      std::string(R"({"v":1,"v":2})"), std::string(R"({"v":1.5})"), std::string(R"({"v":9007199254740993})"),
      std::string(R"({"v":-0})"), std::string(R"({"v":01})"), std::string("{\"v\":") + deep + "}",
      std::string("{\"v\":\"\xff\"}"), std::string(R"({"v":"\udc00"})"), std::string(R"({"\udc00":1})"),
      std::string("{\"v\":\"\n\"}"), std::string("{\"v\":1,}"), std::string("{v:1}"),
      std::string("{\"v\":tru}"));
  const std::string text = R"({"signed":{"meta":{"a":)" + value + "}}}";
  const Caught whole = caught([&] { parse_json(text, "a.json"); });
  const Caught skimmed = caught([&] { skim_json(text, "a.json", meta_only); });
  CHECK(skimmed.kind == "refused");
  CHECK(skimmed.message == whole.message);
}

TEST_CASE("J-06 nothing may stand around a skimmed document", "[json_skim]") {
  const std::string document = R"({"signed":{"meta":{"a":{}}}})";
  const auto [before, after] = GENERATE(table<std::string, std::string>(
      {{"\xef\xbb\xbf", ""}, {"", std::string("\0", 1)}, {"", "{}"}, {"", "x"}}));
  CHECK(caught([&] { skim_json(before + document + after, "a.json", meta_only); }).kind == "refused");
}

}  // namespace tuf
