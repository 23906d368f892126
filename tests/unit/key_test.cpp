#include <catch2/catch.hpp>

#include "libtufcore/canonical_json.h"
#include "libtufcore/key.h"
#include "tests/support/caught.h"
#include "tests/support/pem_vectors.h"
#include "tests/support/test_keys.h"

namespace tuf {
namespace {

using namespace vectors;

Json key_object(std::string_view keytype, std::string_view scheme, std::string_view value) {
  return Json::Object{{"keytype", keytype}, {"scheme", scheme}, {"keyval", Json::Object{{"public", value}}}};
}

PublicKey key_of(const Json& json) { return PublicKey::parse(JsonReader(json, "key"), "id"); }
PublicKey ed25519_key(std::string_view hex) { return key_of(key_object("ed25519", "ed25519", hex)); }
PublicKey ecdsa_key(std::string_view pem) { return key_of(key_object("ecdsa", "ecdsa-sha2-nistp256", pem)); }
PublicKey rsa_key(std::string_view pem) { return key_of(key_object("rsa", "rsassa-pss-sha256", pem)); }

bool verifies(const PublicKey& key, std::string_view signature_hex, ByteView message = "message") {
  const auto signature = hex_decode(signature_hex);
  REQUIRE(signature);
  return signature_is_valid(key, *signature, message);
}

// The least that is needed to write keys that no tool would make.
std::string base64(ByteView bytes) {
  constexpr const char* digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k) group = group << 8 | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0);
    for (std::size_t k = 0; k < 4; ++k) text.push_back(i + k > bytes.size() ? '=' : digits[group >> (18 - 6 * k) & 63]);
    if (i % 48 == 45) text.push_back('\n');
  }
  return text;
}

Bytes der(unsigned char tag, ByteView content) {
  Bytes length;
  for (std::size_t rest = content.size(); rest != 0; rest >>= 8) length.insert(length.begin(), static_cast<char>(rest & 255));
  if (content.size() >= 128) length.insert(length.begin(), static_cast<char>(0x80 + length.size()));
  return Bytes(1, static_cast<char>(tag)) + length + Bytes(content);
}

std::string pem(ByteView content) { return "-----BEGIN PUBLIC KEY-----\n" + base64(content) + "\n-----END PUBLIC KEY-----\n"; }

Bytes rsa_der(std::size_t bits, ByteView exponent) {
  const Bytes modulus = Bytes("\0\xc1", 2) + Bytes(bits / 8 - 2, '\x55') + "\x57";
  const Bytes key = der(0x30, der(0x02, modulus) + der(0x02, exponent));
  return der(0x30, *hex_decode("300d06092a864886f70d0101010500") + der(0x03, Bytes(1, '\0') + key));
}

TEST_CASE("a key pair signs and only its message and key verify", "[key]") {
  const SecretKey& alice = test_key("alice");
  const Bytes signature = alice.sign("message");
  CHECK(signature.size() == 64);
  CHECK(signature_is_valid(alice.public_key(), signature, "message"));
  CHECK_FALSE(signature_is_valid(alice.public_key(), signature, "messagf"));
  CHECK_FALSE(signature_is_valid(alice.public_key(), signature, "message "));
  CHECK_FALSE(signature_is_valid(test_key("bob").public_key(), signature, "message"));
  CHECK(signature_is_valid(alice.public_key(), alice.sign(""), ""));
}

TEST_CASE("Ed25519 is the one of RFC 8032", "[key]") {
  const SecretKey key = SecretKey::from_seed(*hex_decode("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"));
  CHECK(hex_encode(key.public_key().identity()) == "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
  CHECK(hex_encode(key.sign("")) ==
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b");
}

TEST_CASE("generated keys differ and move without a copy", "[key]") {
  SecretKey one = SecretKey::generate();
  SecretKey other = SecretKey::generate();
  CHECK(one.public_key().identity() != other.public_key().identity());
  const Bytes identity = one.public_key().identity();
  other = std::move(one);
  CHECK(other.public_key().identity() == identity);
  CHECK(signature_is_valid(other.public_key(), other.sign("x"), "x"));
  static_assert(!std::is_copy_constructible_v<SecretKey> && !std::is_copy_assignable_v<SecretKey>);
  CHECK(caught([] { SecretKey::from_seed("short"); }) == Caught{"bug", "an Ed25519 seed has 32 bytes, not 5"});
}

TEST_CASE("the id of a key is the SHA-256 of its canonical object", "[key]") {
  const Json json = parse_json(
      R"({"keytype":"ed25519","scheme":"ed25519",
          "keyval":{"public":"edcd0a32a07dce33f7c7873aaffbff36d20ea30787574ead335eefd337e4dacd"}})", "key");
  // By Python's json and hashlib; the specification's own example has an id of an older form.
  CHECK(PublicKey::parse(JsonReader(json, "key"), {}).computed_id() ==
        "2345a90ad8d76f3677f9ad6695b0ba0b5c7b7fbf27fb0ed35fbdf7b71264a679");
  const PublicKey& alice = test_key("alice").public_key();
  CHECK(alice.id() == alice.computed_id());
  CHECK(canonical_json(alice.json()) ==
        R"({"keytype":"ed25519","keyval":{"public":")" + hex_encode(alice.identity()) + R"("},"scheme":"ed25519"})");
  CHECK(key_of(alice.json()).id() == "id");
}

TEST_CASE("S-02 one key in several spellings has one identity", "[key]") {
  const std::string hex = hex_encode(test_key("alice").public_key().identity());
  std::string upper = hex, crlf, spaced = "\n \t" + p256 + "\n\n", unfolded;
  for (char& c : upper) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  for (const char c : p256) crlf += c == '\n' ? "\r\n" : std::string(1, c);
  CHECK(upper != hex);
  CHECK(ed25519_key(upper).identity() == ed25519_key(hex).identity());

  const Bytes point = ecdsa_key(p256).identity();
  CHECK(ecdsa_key(crlf).identity() == point);
  CHECK(ecdsa_key(spaced).identity() == point);
  CHECK(ecdsa_key(p256.substr(0, p256.size() - 1)).identity() == point);
  CHECK(ecdsa_key(p256_compressed).identity() == point);
  CHECK(key_of(key_object("ecdsa-sha2-nistp256", "ecdsa-sha2-nistp256", p256)).identity() == point);
  CHECK(rsa_key(rsa2048_pkcs1).identity() == rsa_key(rsa2048).identity());
  CHECK(rsa_key(rsa2048).identity() != point);
  CHECK(ed25519_key(hex).identity() != test_key("bob").public_key().identity());
}

TEST_CASE("S-06 a key of a known kind must be what it says", "[key]") {
  struct Row {
    std::string keytype, scheme, value, message;
  };
  const std::string hex_rule = "key: keyval.public must be 64 hex digits, an Ed25519 key";
  const std::string no_pem = "key: keyval.public is not a PEM public key";
  const Row row = GENERATE_COPY(
      Row{"ed25519", "ed25519", rsa2048, hex_rule}, Row{"ed25519", "ed25519", p256, hex_rule},
      Row{"ed25519", "ed25519", "", hex_rule}, Row{"ed25519", "ed25519", std::string(62, 'a'), hex_rule},
      Row{"ed25519", "ed25519", std::string(63, 'a'), hex_rule}, Row{"ed25519", "ed25519", std::string(66, 'a'), hex_rule},
      Row{"ed25519", "ed25519", std::string(63, 'a') + "g", hex_rule},
      Row{"rsa", "rsassa-pss-sha256", p256, "key: keyval.public is not an RSA key"},
      Row{"rsa", "rsassa-pss-sha256", std::string(64, 'a'), no_pem},
      Row{"ecdsa", "ecdsa-sha2-nistp256", rsa2048, "key: keyval.public is not an elliptic curve key"},
      Row{"ecdsa", "ecdsa-sha2-nistp256", p384, "key: keyval.public is not on curve P-256"},
      Row{"ecdsa-sha2-nistp256", "ecdsa-sha2-nistp256", p384, "key: keyval.public is not on curve P-256"},
      Row{"ecdsa", "ecdsa-sha2-nistp256", secp256k1, "key: keyval.public is not on curve P-256"},
      Row{"ecdsa", "ecdsa-sha2-nistp256", p256_explicit, "key: keyval.public spells its curve out instead of naming it"},
      Row{"ecdsa", "ecdsa-sha2-nistp256", "", no_pem}, Row{"ecdsa", "ecdsa-sha2-nistp256", "x" + p256, no_pem},
      Row{"ecdsa", "ecdsa-sha2-nistp256", p256 + "x", no_pem}, Row{"ecdsa", "ecdsa-sha2-nistp256", p256 + p256, no_pem},
      Row{"ecdsa", "ecdsa-sha2-nistp256", p256.substr(0, 100), no_pem});
  INFO(row.keytype << " " << row.value.substr(0, 80));
  CHECK(caught([&] { key_of(key_object(row.keytype, row.scheme, row.value)); }) == Caught{"refused", row.message});
}

TEST_CASE("S-06 PEM blocks with bytes after the key or asking for a passphrase are refused", "[key]") {
  const Bytes good = rsa_der(2048, std::string_view("\x01\x00\x01", 3));
  CHECK_NOTHROW(rsa_key(pem(good)));
  const Caught no_pem{"refused", "key: keyval.public is not a PEM public key"};
  CHECK(caught([&] { rsa_key(pem(good + Bytes(1, '\0'))); }) == no_pem);
  CHECK(caught([&] { rsa_key(pem(good + good)); }) == no_pem);
  CHECK(caught([&] { rsa_key(pem("")); }) == no_pem);
  std::string encrypted = pem(good);
  encrypted.insert(encrypted.find('\n') + 1, "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00112233445566778899AABBCCDDEEFF\n\n");
  CHECK(caught([&] { rsa_key(encrypted); }) == no_pem);
  CHECK(caught([&] { rsa_key(std::string(16385, ' ')); }) ==
        Caught{"refused", "key: keyval.public must be a text of at most 16384 bytes"});
}

TEST_CASE("S-20 S-06 a pair that is not in the table is kept and never counts", "[key]") {
  struct Row {
    const char *keytype, *scheme;
  };
  const Row row = GENERATE(Row{"ed25519", "none"}, Row{"ed25519", "ed25519 "}, Row{"ED25519", "ed25519"}, Row{"rsa", "ed25519"},
                           Row{"ecdsa", "rsassa-pss-sha256"}, Row{"rsa", "ecdsa-sha2-nistp256"}, Row{"rsa", "rsa-pkcs1v15-sha256"},
                           Row{"ecdsa-sha2-nistp384", "ecdsa-sha2-nistp384"}, Row{"", ""}, Row{"ed25519", ""});
  const SecretKey& alice = test_key("alice");
  const Json json = key_object(row.keytype, row.scheme, hex_encode(alice.public_key().identity()));
  const PublicKey key = key_of(json);
  CHECK_FALSE(key.supported());
  CHECK(key.json() == json);
  CHECK_FALSE(signature_is_valid(key, alice.sign("message"), "message"));
  CHECK_FALSE(signature_is_valid(key, "", ""));
}

TEST_CASE("S-06 unknown keys of one material but other schemes are two keys", "[key]") {
  CHECK(key_of(key_object("rsa", "one", "x")).identity() != key_of(key_object("rsa", "two", "x")).identity());
  CHECK(key_of(key_object("rsa", "one", "x")).identity() == key_of(key_object("rsa", "one", "x")).identity());
}

TEST_CASE("J-01 a key object of another shape is refused with its place", "[key]") {
  struct Row {
    const char *text, *message;
  };
  const Row row = GENERATE(
      Row{"[]", "key must be an object"}, Row{"null", "key must be an object"}, Row{"{}", "key: keytype is missing"},
      Row{R"({"keytype":1})", "key: keytype must be a text"}, Row{R"({"keytype":"rsa"})", "key: scheme is missing"},
      Row{R"({"keytype":"rsa","scheme":[]})", "key: scheme must be a text"},
      Row{R"({"keytype":"rsa","scheme":"x"})", "key: keyval is missing"},
      Row{R"({"keytype":"rsa","scheme":"x","keyval":"abc"})", "key: keyval must be an object"},
      Row{R"({"keytype":"ed25519","scheme":"ed25519","keyval":{}})", "key: keyval.public is missing"},
      Row{R"({"keytype":"ed25519","scheme":"ed25519","keyval":{"public":7}})", "key: keyval.public must be a text"});
  const Json json = parse_json(row.text, "key");
  CHECK(caught([&] { key_of(json); }) == Caught{"refused", row.message});
}

TEST_CASE("S-07 an Ed25519 signature has exactly 64 bytes", "[key]") {
  const SecretKey& alice = test_key("alice");
  const Bytes signature = alice.sign("message");
  CHECK_FALSE(signature_is_valid(alice.public_key(), "", "message"));
  CHECK_FALSE(signature_is_valid(alice.public_key(), signature.substr(0, 63), "message"));
  CHECK_FALSE(signature_is_valid(alice.public_key(), signature + Bytes(1, '\0'), "message"));
  CHECK_FALSE(signature_is_valid(alice.public_key(), Bytes(64, '\0'), "message"));
  CHECK_FALSE(signature_is_valid(alice.public_key(), Bytes(1'000'000, 'x'), "message"));
}

TEST_CASE("S-07 every bit of an Ed25519 signature counts", "[key]") {
  const SecretKey& alice = test_key("alice");
  for (std::size_t bit = 0; bit < 512; ++bit) {
    Bytes signature = alice.sign("message");
    signature[bit / 8] = static_cast<char>(signature[bit / 8] ^ (1 << bit % 8));
    INFO(bit);
    CHECK_FALSE(signature_is_valid(alice.public_key(), signature, "message"));
  }
}

TEST_CASE("S-08 the other half S plus L of a signature is refused", "[key]") {
  const Bytes order = *hex_decode("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
  const SecretKey& alice = test_key("alice");
  Bytes signature = alice.sign("message");
  unsigned carry = 0;
  for (std::size_t i = 0; i < 32; ++i) {
    carry += static_cast<unsigned char>(signature[32 + i]) + static_cast<unsigned char>(order[i]);
    signature[32 + i] = static_cast<char>(carry & 255);
    carry >>= 8;
  }
  CHECK_FALSE(signature_is_valid(alice.public_key(), signature, "message"));
}

TEST_CASE("S-08 keys of small order and in non-canonical form sign nothing", "[key]") {
  // For the first two OpenSSL says that the all-but-zero signature is valid for every message.
  const char* hex = GENERATE("0100000000000000000000000000000000000000000000000000000000000000",   // the identity
                             "0000000000000000000000000000000000000000000000000000000000000000",   // order 4
                             "0000000000000000000000000000000000000000000000000000000000000080",
                             "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",   // order 2
                             "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",   // order 8
                             "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
                             "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",   // p, that is 0
                             "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",   // p + 1, that is 1
                             "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff");
  INFO(hex);
  const std::string zero(64, '0'), identity = "01" + std::string(62, '0');
  for (const char* message : {"", "a", "b", "message", "another"}) {
    for (const std::string& signature : {identity + zero, hex + zero, zero + zero}) {
      CHECK_FALSE(verifies(ed25519_key(hex), signature, message));
    }
  }
}

TEST_CASE("S-10 an ECDSA signature of another tool verifies", "[key]") {
  CHECK(verifies(ecdsa_key(p256), p256_signature));
  CHECK(verifies(ecdsa_key(p256_compressed), p256_signature));
  CHECK(verifies(key_of(key_object("ecdsa-sha2-nistp256", "ecdsa-sha2-nistp256", p256)), p256_signature));
  CHECK_FALSE(verifies(ecdsa_key(p256), p256_signature, "messagf"));
  CHECK_FALSE(verifies(ecdsa_key(p256), p256_signature, ""));
}

TEST_CASE("S-10 the twin of an ECDSA signature verifies too so that its bytes name nothing", "[key]") {
  CHECK(p256_other_half != p256_signature);
  CHECK(verifies(ecdsa_key(p256), p256_other_half));
}

TEST_CASE("S-10 ECDSA signatures are DER and nothing else", "[key]") {
  const std::string signature = GENERATE(as<std::string>(), p256_signature + "00", p256_signature + p256_signature, p256_long_length,
                                         p256_negative_r, p256_zero_r, "", "30", "3000", "3006020100020100", "3006020101020101",
                                         p256_signature.substr(0, p256_signature.size() - 2), std::string(128, '0'));
  INFO(signature);
  CHECK_FALSE(verifies(ecdsa_key(p256), signature));
}

TEST_CASE("S-15 RSA-PSS signatures may have salts of any length", "[key]") {
  const std::string signature = GENERATE(pss_salt_32, pss_salt_0, pss_salt_20, pss_salt_max);
  CHECK(verifies(rsa_key(rsa2048), signature));
  CHECK(verifies(rsa_key(rsa2048_pkcs1), signature));
  CHECK_FALSE(verifies(rsa_key(rsa2048), signature, "messagf"));
}

TEST_CASE("S-15 RSA signatures of other paddings and lengths are refused", "[key]") {
  const std::string signature = GENERATE(as<std::string>(), pkcs15, pss_mgf1_sha1, "", "00", pss_salt_32 + "00", "00" + pss_salt_32,
                                         pss_salt_32.substr(2), std::string(512, '0'), std::string(512, 'f'));
  CHECK_FALSE(verifies(rsa_key(rsa2048), signature));
}

TEST_CASE("S-06 a signature of one kind is nothing under a key of another", "[key]") {
  CHECK_FALSE(verifies(rsa_key(rsa2048), p256_signature));
  CHECK_FALSE(verifies(ecdsa_key(p256), pss_salt_32));
  CHECK_FALSE(verifies(test_key("alice").public_key(), p256_signature));
  CHECK_FALSE(signature_is_valid(ecdsa_key(p256), test_key("alice").sign("message"), "message"));
}

TEST_CASE("S-15 RSA keys that are weak or costly are refused", "[key]") {
  using namespace std::literals;
  struct Row {
    std::string key, problem;
  };
  const std::string unsafe = "has an unsafe exponent";
  const Row row = GENERATE_COPY(
      Row{rsa1024, "has 1024 bits, not 2048 to 16384"}, Row{pem(rsa_der(2040, "\x01\x00\x01"sv)), "has 2040 bits, not 2048 to 16384"},
      Row{pem(rsa_der(16392, "\x01\x00\x01"sv)), "has 16392 bits, not 2048 to 16384"},
      Row{pem(rsa_der(65536, "\x01\x00\x01"sv)), "has 65536 bits, not 2048 to 16384"}, Row{pem(rsa_der(2048, "\x01"sv)), unsafe},
      Row{pem(rsa_der(2048, "\x02"sv)), unsafe}, Row{pem(rsa_der(2048, "\x01\x00\x00"sv)), unsafe},
      Row{pem(rsa_der(2048, "\x01\0\0\0\0\0\0\0\x01"sv)), unsafe});
  INFO(row.problem);
  CHECK(caught([&] { rsa_key(row.key); }) == Caught{"refused", "key: keyval.public " + row.problem});
  CHECK_NOTHROW(rsa_key(pem(rsa_der(2048, "\x03"sv))));
  CHECK_NOTHROW(rsa_key(pem(rsa_der(16384, "\x01\x00\x01"sv))));
}

TEST_CASE("S-15 an RSA modulus that no primes make is refused", "[key]") {
  Bytes even = rsa_der(2048, "\x03");
  even[even.size() - 4] = 0x56;  // the modulus' last byte, before 02 01 03
  CHECK(caught([&] { rsa_key(pem(even)); }) == Caught{"refused", "key: keyval.public has an even modulus"});
}

}  // namespace
}  // namespace tuf
