#include <catch2/catch.hpp>

#include <chrono>
#include <functional>
#include <vector>

#include "libtufcore/key_file.h"
#include "tests/support/caught.h"
#include "tests/support/test_keys.h"

namespace tuf {
namespace {

const SecretText& passphrase() {
  static const SecretText text("correct horse");
  return text;
}

// One Argon2id for all tests.
const Bytes& encrypted_file() {
  static const Bytes file = key_file_text(test_key("alice"), "alice", &passphrase(), PassphraseCost::interactive);
  return file;
}
const Bytes& plain_file() {
  static const Bytes file = key_file_text(test_key("alice"), "alice", nullptr, PassphraseCost::interactive);
  return file;
}

Bytes changed(const Bytes& file, const std::function<void(Json::Object&)>& change) {
  Json::Object object = *parse_json(file, "file").as_object();
  change(object);
  return json_text(Json(std::move(object)));
}

Bytes with_kdf(std::string_view member, const Json& value) {
  return changed(encrypted_file(), [&](Json::Object& file) {
    Json::Object kdf = *file["kdf"].as_object();
    kdf[std::string(member)] = value;
    file["kdf"] = kdf;
  });
}

Caught caught_opening(const Bytes& file, const SecretText* with = &passphrase()) {
  return caught([&] { open_key_file(file, with, "alice.key"); });
}

TEST_CASE("an encrypted key file opens with its passphrase", "[key_file]") {
  const SecretKey key = open_key_file(encrypted_file(), &passphrase(), "alice.key");
  CHECK(key.public_key() == test_key("alice").public_key());
  CHECK(key.sign("message") == test_key("alice").sign("message"));
}

TEST_CASE("a key file says whose key it is without the passphrase", "[key_file]") {
  const KeyFileInfo info = parse_key_file(encrypted_file(), "alice.key");
  CHECK(info.name == "alice");
  CHECK(info.encrypted);
  CHECK(info.public_key == test_key("alice").public_key());
  CHECK(info.public_key.id() == info.public_key.computed_id());
}

TEST_CASE("an encrypted key file shows nothing of the secret", "[key_file]") {
  const std::string seed = sha256_of("alice").hex();
  CHECK(plain_file().find(seed) != Bytes::npos);
  CHECK(encrypted_file().find(seed) == Bytes::npos);
  CHECK(encrypted_file().find(seed.substr(0, 16)) == Bytes::npos);
  CHECK(encrypted_file() != key_file_text(test_key("alice"), "alice", &passphrase(), PassphraseCost::interactive));
}

TEST_CASE("a key file without a passphrase says so in words", "[key_file]") {
  const Json json = parse_json(plain_file(), "alice.key");
  CHECK(*json.as_object()->at("protection").as_text() == "none");
  CHECK_FALSE(parse_key_file(plain_file(), "alice.key").encrypted);
  CHECK(open_key_file(plain_file(), nullptr, "alice.key").public_key() == test_key("alice").public_key());
  CHECK(open_key_file(plain_file(), &passphrase(), "alice.key").public_key() == test_key("alice").public_key());
}

TEST_CASE("a wrong or missing passphrase is refused", "[key_file]") {
  const Caught wrong{"forbidden", "wrong passphrase for alice.key (or the file was changed)"};
  for (const char* text : {"correct horsf", "correct horse ", "", "Correct horse"}) {
    const SecretText other(text);
    CHECK(caught_opening(encrypted_file(), &other) == wrong);
  }
  CHECK(caught_opening(encrypted_file(), nullptr) == Caught{"forbidden", "alice.key is encrypted and needs its passphrase"});
}

TEST_CASE("every part of an encrypted key file is authenticated", "[key_file]") {
  const Caught wrong{"forbidden", "wrong passphrase for alice.key (or the file was changed)"};
  const Json bobs_key = test_key("bob").public_key().json();
  CHECK(caught_opening(changed(encrypted_file(), [](Json::Object& f) { f["name"] = "mallory"; })) == wrong);
  CHECK(caught_opening(changed(encrypted_file(), [&](Json::Object& f) { f["key"] = bobs_key; })) == wrong);
  CHECK(caught_opening(changed(encrypted_file(), [](Json::Object& f) { f["extra"] = 1; })) == wrong);
  CHECK(caught_opening(changed(encrypted_file(), [](Json::Object& f) { f["nonce"] = std::string(48, '0'); })) == wrong);
  CHECK(caught_opening(changed(encrypted_file(), [](Json::Object& f) { f["box"] = std::string(96, '0'); })) == wrong);
  CHECK(caught_opening(with_kdf("salt", std::string(32, '0'))) == wrong);
  CHECK(caught_opening(with_kdf("operations", 3)) == wrong);
  CHECK(caught_opening(with_kdf("memory", (64 << 20) + 1024)) == wrong);
}

TEST_CASE("a hostile key file takes neither memory nor time nor weakens a passphrase", "[key_file]") {
  const std::string operations = "alice.key: kdf.operations must be a whole number from 2 to 4";
  const std::string memory = "alice.key: kdf.memory must be a whole number from 67108864 to 1073741824";
  const auto start = std::chrono::steady_clock::now();
  for (const std::int64_t value : {0LL, 1LL, 5LL, -1LL, 4294967296LL, 9007199254740991LL}) {
    CHECK(caught_opening(with_kdf("operations", std::int64_t{value})) == Caught{"refused", operations});
  }
  for (const std::int64_t value : {0LL, 8192LL, (64LL << 20) - 1, (1LL << 30) + 1, 1LL << 40, 9007199254740991LL}) {
    CHECK(caught_opening(with_kdf("memory", std::int64_t{value})) == Caught{"refused", memory});
  }
  CHECK(caught_opening(with_kdf("algorithm", "scrypt")) == Caught{"refused", "alice.key: kdf.algorithm must be argon2id13"});
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(2));
  CHECK(caught_opening(Bytes(65537, ' ')) == Caught{"limit", "alice.key is larger than a key file can be (65536 bytes)"});
}

TEST_CASE("J-01 a file that is no key file is refused with the reason", "[key_file]") {
  struct Row {
    Bytes file;
    std::string message;
  };
  const auto without = [](const Bytes& file, const char* member) {
    return changed(file, [&](Json::Object& f) { f.erase(member); });
  };
  const auto with = [](const Bytes& file, const char* member, const Json& value) {
    return changed(file, [&](Json::Object& f) { f[member] = value; });
  };
  const std::vector<Row> rows = {
      {"", "alice.key is not valid JSON at byte 0: the document is empty"},
      {"[]", "alice.key must be an object"},
      {"{}", "alice.key: format is missing"},
      {with(plain_file(), "format", "x"), "alice.key: format must be \"playground-secret-key/1\""},
      {with(plain_file(), "protection", "weak"), "alice.key: protection must be \"none\" or \"passphrase\""},
      {without(plain_file(), "protection"), "alice.key: protection is missing"},
      {without(plain_file(), "name"), "alice.key: name is missing"},
      {without(plain_file(), "key"), "alice.key: key is missing"},
      {without(plain_file(), "seed"), "alice.key: seed is missing"},
      {with(plain_file(), "seed", "00"), "alice.key: seed must be 64 hex digits"},
      {with(plain_file(), "protection", "passphrase"), "alice.key: kdf is missing"},
      {without(encrypted_file(), "kdf"), "alice.key: kdf is missing"},
      {without(encrypted_file(), "nonce"), "alice.key: nonce is missing"},
      {without(encrypted_file(), "box"), "alice.key: box is missing"},
      {with(encrypted_file(), "box", "00"), "alice.key: box must be 96 hex digits"},
      {with(encrypted_file(), "nonce", std::string(47, '0')), "alice.key: nonce must be 48 hex digits"},
      {with_kdf("salt", std::string(32, 'g')), "alice.key: kdf.salt must be 32 hex digits"},
      {with(plain_file(), "key", test_key("bob").public_key().json()),
       "alice.key is damaged: its secret half does not belong to its public half"}};
  for (const Row& row : rows) CHECK(caught_opening(row.file) == Caught{"refused", row.message});
}

TEST_CASE("a public key file is read as it was written", "[key_file]") {
  const PublicKey& alice = test_key("alice").public_key();
  const Bytes file = public_key_file_text({"alice", alice});
  CHECK(file == R"({"key":)" + json_text(alice.json()) + R"(,"name":"alice"})" "\n");
  const NamedPublicKey read = parse_public_key_file(file, "alice.pub");
  CHECK(read.name == "alice");
  CHECK(read.key == alice);
}

TEST_CASE("S-03 a public key file cannot name an id that is not the hash of its key", "[key_file]") {
  const PublicKey& alice = test_key("alice").public_key();
  const Bytes file = public_key_file_text({"alice", alice});
  const auto with_id = [&](const KeyId& id) { return changed(file, [&](Json::Object& f) { f["keyid"] = id; }); };
  CHECK(parse_public_key_file(with_id(alice.id()), "alice.pub").key == alice);
  CHECK(caught([&] { parse_public_key_file(with_id("00"), "alice.pub"); }) ==
        Caught{"refused", "alice.pub: keyid must be " + alice.id() + ", the SHA-256 of the key"});
}

TEST_CASE("S-06 a public key that nobody can verify with is refused", "[key_file]") {
  const Bytes file = R"({"name":"x","key":{"keytype":"ed\u001b25519","scheme":"none","keyval":{"public":"00"}}})";
  CHECK(caught([&] { parse_public_key_file(file, "x.pub"); }) ==
        Caught{"refused", "x.pub: key is of keytype 'ed\\x1b25519' and scheme 'none', which this program cannot verify"});
  CHECK(caught([&] { parse_public_key_file("{}", "x.pub"); }).message == "x.pub: name is missing");
  CHECK(caught([&] { parse_public_key_file(R"({"name":"x"})", "x.pub"); }).message == "x.pub: key is missing");
}

TEST_CASE("a secret text moves and leaves nothing behind", "[key_file]") {
  const std::string_view text = GENERATE("short", "longer than a string keeps inside itself");
  SecretText one{std::string(text)};
  SecretText two(std::move(one));
  CHECK(two.view() == text);
  SecretText three("old");
  three = std::move(two);
  CHECK(three.view() == text);
}

}  // namespace
}  // namespace tuf
