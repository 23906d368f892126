#include "libtufcore/signed_file.h"

#include <catch2/catch.hpp>

#include "tests/support/caught.h"
#include "tests/support/test_keys.h"

using namespace tuf;

namespace {

const Json& some_part() {
  static const Json part = Json::Object{{"_type", "targets"},      {"spec_version", "1.0.34"},
                                        {"version", 1},            {"expires", "2030-01-01T00:00:00Z"},
                                        {"targets", Json::Object()}, {"x-unknown", Json::Object{{"kept", true}}}};
  return part;
}

Json signature(const std::string& id, const std::string& sig) { return Json::Object{{"keyid", id}, {"sig", sig}}; }

Bytes file_with(Json::Array signatures, Json part = some_part()) {
  return json_text(Json::Object{{"signatures", std::move(signatures)}, {"signed", std::move(part)}});
}

}  // namespace

TEST_CASE("the same signatures in any order make the same file", "[signed_file]") {
  SignatureSet one, other;
  one.by_key = {{"b", "2"}, {"a", "1"}};
  other.by_key = {{"a", "1"}, {"b", "2"}};
  CHECK(signed_file_text(some_part(), one) == signed_file_text(some_part(), other));
  CHECK(signed_file_text(some_part(), one) ==
        R"({"signatures":[{"keyid":"a","sig":"31"},{"keyid":"b","sig":"32"}],"signed":{"_type":"targets","expires":"2030-01-01T00:00:00Z","spec_version":"1.0.34","targets":{},"version":1,"x-unknown":{"kept":true}}})"
        "\n");
}

TEST_CASE("a file is read back as it was written with unknown members covered", "[signed_file]") {
  SignatureSet signatures;
  signatures.by_key["a"] = Bytes("\x01\x02", 2);
  const auto file = parse_signed_file<Targets>(signed_file_text(some_part(), signatures), "a.json");
  CHECK(file.signatures == signatures);
  CHECK(file.signed_part == some_part());
  CHECK(file.signed_bytes == canonical_json(some_part()));
  CHECK(file.untrusted.extra.contains("x-unknown"));
  CHECK(file.what == "a.json");
}

TEST_CASE("S-01 a file that names one key twice is refused whatever its kind", "[signed_file]") {
  const Bytes file = file_with({signature("a", "01"), signature("b", "01"), signature("a", "02")});
  const Caught refusal{"refused", "a.json: signatures must be a list that names each key once; a is there twice"};
  CHECK(caught([&] { parse_signed_file<Root>(file, "a.json"); }) == refusal);
  CHECK(caught([&] { parse_signed_file<Timestamp>(file, "a.json"); }) == refusal);
  CHECK(caught([&] { parse_signed_file<Snapshot>(file, "a.json"); }) == refusal);
  CHECK(caught([&] { parse_signed_file<Targets>(file, "a.json"); }) == refusal);
}

TEST_CASE("S-07 an empty or undecodable signature is left out and fails nothing", "[signed_file]") {
  const auto file = parse_signed_file<Targets>(file_with({signature("a", ""), signature("b", "0"), signature("c", "zz"), signature("d", "AB")}), "a.json");
  CHECK(file.signatures.by_key == std::map<KeyId, Bytes>{{"d", "\xab"}});
}

TEST_CASE("S-09 too many signatures are refused by their number", "[signed_file]") {
  Json::Array many;
  for (std::size_t i = 0; i <= max_signatures; ++i) many.push_back(signature(std::to_string(i), "00"));
  CHECK(caught([&] { parse_signed_file<Targets>(file_with(many), "a.json"); }) ==
        Caught{"refused", "a.json: signatures must be an array of at most 1024 elements"});
  many.pop_back();
  CHECK(parse_signed_file<Targets>(file_with(many), "a.json").signatures.by_key.size() == max_signatures);
}

TEST_CASE("J-01 what is JSON but no signed file is refused with the place", "[signed_file]") {
  struct Row {
    Bytes file;
    const char* message;
  };
  const auto row = GENERATE(values<Row>({
      {"[]", "a.json must be an object"},
      {"null", "a.json must be an object"},
      {"{}", "a.json: signed is missing"},
      {R"({"signed":[],"signatures":[]})", "a.json: signed must be an object"},
      {R"({"signed":{}})", "a.json: signatures is missing"},
      {R"({"signed":{},"signatures":{}})", "a.json: signatures must be an array"},
      {R"({"signed":{},"signatures":[1]})", "a.json: signatures[0] must be an object"},
      {R"({"signed":{},"signatures":[{"sig":"00"}]})", "a.json: signatures[0].keyid is missing"},
      {R"({"signed":{},"signatures":[{"keyid":"a","sig":5}]})", "a.json: signatures[0].sig must be a text"},
      {R"({"signed":{},"signatures":[]})", "a.json: _type is missing"},
  }));
  INFO(row.file);
  CHECK(caught([&] { parse_signed_file<Targets>(row.file, "a.json"); }) == Caught{"refused", row.message});
}
