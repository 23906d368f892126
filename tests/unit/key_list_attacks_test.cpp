// Attacks on the lists of keys and thresholds, in every place that has one: the four roles of root, a
// delegation, hash bins.

#include <catch2/catch.hpp>

#include "libtufcore/metadata.h"
#include "tests/support/caught.h"
#include "tests/support/pem_vectors.h"
#include "tests/support/repository_simulator.h"

namespace tuf {
namespace {

using namespace vectors;

// A document with `keys`, `keyids` and `threshold` in one place, read.
struct Place {
  std::string name;  // as messages call it
  std::function<RoleKeys(const Json& keys, const Json& keyids, const Json& threshold)> read;
};

Json::Object role_object(const Json& keyids, const Json& threshold) {
  return {{"keyids", keyids}, {"threshold", threshold}};
}

RoleKeys read_root(const std::string& role, const Json& keys, const Json& keyids, const Json& threshold) {
  const Json sound = to_json(RepositorySimulator().root);
  Json::Object root = *sound.as_object();
  Json::Object all_keys = *root.at("keys").as_object();
  for (const auto& [id, key] : *keys.as_object()) all_keys[id] = key;
  Json::Object roles = *root.at("roles").as_object();
  roles[role] = role_object(keyids, threshold);
  root["keys"] = all_keys;
  root["roles"] = roles;
  return parse_root(root, "file").keys_of(role);
}

RoleKeys read_delegations(const Json& keys, const std::string& member, const Json& value) {
  RepositorySimulator sim;
  const Json sound = to_json(sim.targets);
  Json::Object targets = *sound.as_object();
  targets["delegations"] = Json::Object{{"keys", keys}, {member, value}};
  const Targets read = parse_targets(targets, "file");
  return read.succinct_roles ? read.succinct_roles->signers : read.delegations.front().signers;
}

std::vector<Place> places() {
  std::vector<Place> all;
  for (const char* role : {"root", "timestamp", "snapshot", "targets"}) {
    all.push_back(
        {fmt::format("roles.{}", role), [role](const Json& keys, const Json& ids, const Json& threshold) {
           return read_root(role, keys, ids, threshold);
         }});
  }
  all.push_back({"delegations.roles[0]", [](const Json& keys, const Json& ids, const Json& threshold) {
                   Json::Object role = role_object(ids, threshold);
                   role["name"] = "abc";
                   role["terminating"] = false;
                   role["paths"] = Json::Array{"abc/*"};
                   return read_delegations(keys, "roles", Json::Array{role});
                 }});
  all.push_back({"delegations.succinct_roles", [](const Json& keys, const Json& ids, const Json& threshold) {
                   Json::Object role = role_object(ids, threshold);
                   role["bit_length"] = 4;
                   role["name_prefix"] = "bins";
                   return read_delegations(keys, "succinct_roles", role);
                 }});
  return all;
}

Json key_object(const std::string& keytype, const std::string& scheme, const std::string& value) {
  return Json::Object{{"keytype", keytype}, {"scheme", scheme}, {"keyval", Json::Object{{"public", value}}}};
}

std::string upper_case(std::string text) {
  for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return text;
}

std::string with_crlf(const std::string& text) {
  std::string result;
  for (const char c : text) result += c == '\n' ? "\r\n" : std::string(1, c);
  return result;
}

std::string hex_of(const std::string& name) { return hex_encode(test_key(name).public_key().identity()); }

}  // namespace

TEST_CASE("S-02 one key in two spellings is refused wherever keys are listed", "[attacks]") {
  struct Row {
    const char* name;
    Json one, other;
  };
  const std::string hex = hex_of("alice");
  Json::Object with_more = *key_object("ed25519", "ed25519", hex).as_object();
  with_more["keyid_hash_algorithms"] = Json::Array{"sha256"};
  const std::vector<Row> rows = {
      {"the very same", key_object("ed25519", "ed25519", hex), key_object("ed25519", "ed25519", hex)},
      {"hex in upper case", key_object("ed25519", "ed25519", hex),
       key_object("ed25519", "ed25519", upper_case(hex))},
      {"one more member", key_object("ed25519", "ed25519", hex), Json(with_more)},
      {"PEM with CRLF", key_object("ecdsa", "ecdsa-sha2-nistp256", p256),
       key_object("ecdsa", "ecdsa-sha2-nistp256", with_crlf(p256))},
      {"PEM without the last newline", key_object("ecdsa", "ecdsa-sha2-nistp256", p256),
       key_object("ecdsa", "ecdsa-sha2-nistp256", p256.substr(0, p256.size() - 1))},
      {"a compressed point", key_object("ecdsa", "ecdsa-sha2-nistp256", p256),
       key_object("ecdsa", "ecdsa-sha2-nistp256", p256_compressed)},
      {"the two words for ECDSA", key_object("ecdsa", "ecdsa-sha2-nistp256", p256),
       key_object("ecdsa-sha2-nistp256", "ecdsa-sha2-nistp256", p256)},
      {"RSA as PKCS 1 and as SPKI", key_object("rsa", "rsassa-pss-sha256", rsa2048),
       key_object("rsa", "rsassa-pss-sha256", rsa2048_pkcs1)},
      {"RSA with CRLF", key_object("rsa", "rsassa-pss-sha256", with_crlf(rsa2048)),
       key_object("rsa", "rsassa-pss-sha256", rsa2048)},
  };
  for (const Place& place : places()) {
    for (const Row& row : rows) {
      INFO(place.name << ": " << row.name);
      const Json keys = Json::Object{{"a", row.one}, {"b", row.other}};
      for (const int threshold : {1, 2}) {
        CHECK(caught([&] {
                place.read(keys, Json::Array{"a", "b"}, threshold);
              }) == Caught{"refused", "file: " + place.name +
                                          ".keyids must be a list of different keys; a and b are one key"});
      }
      CHECK(place.read(keys, Json::Array{"b"}, 1).keys.size() == 1);
    }
    const Json two = Json::Object{{"a", rows[0].one}, {"b", key_object("ed25519", "ed25519", hex_of("bob"))}};
    CHECK(place.read(two, Json::Array{"a", "b"}, 2).keys.size() == 2);
  }
}

TEST_CASE("S-03 two keys under one key id are refused wherever keys are listed", "[attacks]") {
  const Json keys = Json::Object{{"a", key_object("ed25519", "ed25519", hex_of("alice"))},
                                 {"b", key_object("ed25519", "ed25519", hex_of("bob"))}};
  std::string text = json_text(keys);
  text.replace(text.find("\"b\""), 3, "\"a\"");
  CHECK(caught([&] { parse_json(text, "file"); }) ==
        Caught{"refused", "file is not acceptable JSON: the member \"a\" is there twice"});
  for (const Place& place : places()) {
    INFO(place.name);
    CHECK(caught([&] {
            place.read(keys, Json::Array{"a", "a"}, 2);
          }) == Caught{"refused", "file: " + place.name +
                                      ".keyids must be a list of different key ids; a is there twice"});
  }
}

TEST_CASE("S-04 an id without a key can never sign wherever keys are listed", "[attacks]") {
  const Json keys = Json::Object{{"a", key_object("ed25519", "ed25519", hex_of("alice"))}};
  for (const Place& place : places()) {
    INFO(place.name);
    const RoleKeys read = place.read(keys, Json::Array{"a", "absent"}, 2);
    CHECK(read.keys.size() == 1);
    CHECK(read.absent_keys == std::vector<KeyId>{"absent"});
    SignatureSet signatures;
    signatures.by_key["a"] = signatures.by_key["absent"] = test_key("alice").sign("bytes");
    CHECK_FALSE(check_signatures(read, "bytes", signatures).enough());
  }
}

TEST_CASE("S-05 a threshold of nothing or of another type is refused wherever keys are listed", "[attacks]") {
  const Json keys = Json::Object{{"a", key_object("ed25519", "ed25519", hex_of("alice"))}};
  for (const Place& place : places()) {
    for (const Json& threshold :
         {Json(0), Json(-1), Json("1"), Json(""), Json(true), Json(nullptr), Json(1025),
          Json(std::int64_t{1} << 31), Json(Json::Array{1}), Json(Json::Object())}) {
      INFO(place.name << ' ' << json_text(threshold));
      CHECK(caught([&] { place.read(keys, Json::Array{"a"}, threshold); }) ==
            Caught{"refused", "file: " + place.name + ".threshold must be a whole number from 1 to 1024"});
    }
    // More than there are keys: a role that nobody can sign for, not one that everybody can.
    SignatureSet signatures;
    signatures.by_key["a"] = test_key("alice").sign("bytes");
    CHECK_FALSE(check_signatures(place.read(keys, Json::Array{"a"}, 2), "bytes", signatures).enough());
    CHECK_FALSE(check_signatures(place.read(keys, Json::Array{}, 1), "bytes", {}).enough());
    CHECK(check_signatures(place.read(keys, Json::Array{"a"}, 1), "bytes", signatures).enough());
  }
  for (const char* threshold : {"1.0", "1e0", "-0", "01"}) {
    CHECK(caught([&] { parse_json(fmt::format("{{\"threshold\":{}}}", threshold), "file"); }).kind ==
          "refused");
  }
}

}  // namespace tuf
