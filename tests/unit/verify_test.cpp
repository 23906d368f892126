#include "libtufcore/verify.h"

#include <catch2/catch.hpp>

#include "libtufcore/canonical_json.h"
#include "tests/support/caught.h"
#include "tests/support/test_keys.h"

using namespace tuf;

namespace {

RoleKeys keys_of(const std::vector<std::string>& names, std::uint32_t threshold) {
  RoleKeys role;
  role.threshold = threshold;
  for (const std::string& name : names) role.keys.push_back(test_key(name).public_key());
  return role;
}

KeyId id_of(const std::string& name) { return test_key(name).public_key().id(); }

Json targets_json() {
  Targets targets;
  targets.version = 1;
  targets.expires = *UtcTime::parse("2030-01-01T00:00:00Z");
  return to_json(targets);
}

SignatureSet signed_by(const std::vector<std::string>& names, const Json& part) {
  SignatureSet signatures;
  for (const std::string& name : names) signatures.by_key[id_of(name)] = test_key(name).sign(canonical_json(part));
  return signatures;
}

SignedFile<Targets> file_signed_by(const std::vector<std::string>& names) {
  return parse_signed_file<Targets>(signed_file_text(targets_json(), signed_by(names, targets_json())), "targets.json");
}

}  // namespace

TEST_CASE("a threshold of distinct keys is what verifies", "[verify]") {
  struct Row {
    const char* name;
    std::vector<std::string> keys;
    std::uint32_t threshold;
    std::vector<std::string> signers;
    bool enough;
  };
  const auto row = GENERATE(values<Row>({
      {"one of one", {"alice"}, 1, {"alice"}, true},
      {"none of one", {"alice"}, 1, {}, false},
      {"one of two, either", {"alice", "bob"}, 1, {"bob"}, true},
      {"two of two", {"alice", "bob"}, 2, {"alice", "bob"}, true},
      {"one of the two that are needed", {"alice", "bob"}, 2, {"alice"}, false},
      {"two of three", {"alice", "bob", "carol"}, 2, {"alice", "carol"}, true},
      {"a stranger does not count", {"alice", "bob"}, 2, {"alice", "mallory"}, false},
      {"a stranger beside enough harms nothing", {"alice"}, 1, {"alice", "mallory"}, true},
      {"S-05 a threshold above the number of keys is never met", {"alice"}, 2, {"alice"}, false},
  }));
  INFO(row.name);
  const auto file = file_signed_by(row.signers);
  const SignatureCheck check = check_signatures(keys_of(row.keys, row.threshold), file.signed_bytes, file.signatures);
  CHECK(check.enough() == row.enough);
  CHECK(check.valid.size() + check.missing.size() == row.keys.size());
  CHECK(caught([&] { Verified<Targets>::by(keys_of(row.keys, row.threshold), file); }).kind == (row.enough ? "nothing" : "refused"));
}

TEST_CASE("a shortage names the file and how many and who is missing", "[verify]") {
  Json::Object names;
  set_name_of_key(names, id_of("bob"), "bob");
  const auto error = caught([&] { Verified<Targets>::by(keys_of({"alice", "bob"}, 2), file_signed_by({"alice"}), names); });
  CHECK(error == Caught{"refused", "targets.json is signed by 1 of the 2 keys it needs (missing: bob " + id_of("bob").substr(0, 8) + ")"});
}

TEST_CASE("S-16 a name of a key is shown escaped and with its id", "[verify]") {
  Json::Object names;
  set_name_of_key(names, id_of("bob"), "bob\x1b[2J\xe2\x80\xae");
  const auto error = caught([&] { Verified<Targets>::by(keys_of({"bob"}, 1), file_signed_by({}), names); });
  CHECK(error.message == "targets.json is signed by 0 of the 1 key it needs (missing: bob\\x1b[2J\\u{202e} " + id_of("bob").substr(0, 8) + ")");
}

TEST_CASE("S-07 bad signatures beside a good one do not fail a file", "[verify]") {
  auto file = file_signed_by({"alice"});
  file.signatures.by_key[id_of("bob")] = "garbage";
  file.signatures.by_key["no such key"] = Bytes(64, '\0');
  CHECK(caught([&] { Verified<Targets>::by(keys_of({"alice", "bob"}, 1), file); }).kind == "nothing");
}

TEST_CASE("T-02 a signature over other bytes does not count", "[verify]") {
  auto file = file_signed_by({"alice"});
  file.signed_bytes += " ";
  CHECK(caught([&] { Verified<Targets>::by(keys_of({"alice"}, 1), file); }).kind == "refused");
}

TEST_CASE("S-01 a signature given under the id of another key does not count twice", "[verify]") {
  auto file = file_signed_by({"alice"});
  file.signatures.by_key[id_of("bob")] = file.signatures.by_key.at(id_of("alice"));
  CHECK(check_signatures(keys_of({"alice", "bob"}, 2), file.signed_bytes, file.signatures).valid == std::vector<KeyId>{id_of("alice")});
}

TEST_CASE("of many missing keys eight are named and the others counted", "[verify]") {
  SignatureCheck check{{}, {}, 2};
  for (int i = 0; i < 10; ++i) check.missing.push_back(std::string(7, 'k') + std::to_string(i) + "0000");
  CHECK(signature_shortage("root.json", check, {}) ==
        "root.json is signed by 0 of the 2 keys it needs (missing: kkkkkkk0, kkkkkkk1, kkkkkkk2, kkkkkkk3, kkkkkkk4, kkkkkkk5, "
        "kkkkkkk6, kkkkkkk7 and 2 more)");
  check.missing.clear();
  CHECK(signature_shortage("root.json", check, {}) == "root.json is signed by 0 of the 2 keys it needs");
}
