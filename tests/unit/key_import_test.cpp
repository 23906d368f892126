// Secret keys from other programs' files, and P-256 keys in files of ours.
#include <catch2/catch.hpp>

#include "libtufcore/key_file.h"
#include "libtufcore/key_p256.h"
#include "libtufcore/ssh_format.h"
#include "libtufcore/ssh_key_file.h"
#include "tests/support/caught.h"
#include "tests/support/ssh_vectors.h"
#include "tests/support/test_keys.h"

namespace tuf {
namespace {

std::string problem_of(const std::string& pem) {
  std::string problem;
  return read_pem_secret(pem, problem) ? "none" : problem;
}

SecretKey p256_key() {
  initialise_crypto();
  return SecretKey::from_p256(sha256_of("p256").bytes());
}

std::string openssh_message(const std::string& text) {
  return caught([&] { parse_openssh_key_file(text, "'file'"); }).message;
}

}  // namespace

TEST_CASE("PEM files of openssl give the key that openssl shows", "[key_import]") {
  initialise_crypto();
  std::string problem;
  const std::optional<PemSecret> ed25519 = read_pem_secret(vectors::pkcs8_ed25519, problem);
  REQUIRE(ed25519);
  CHECK(ed25519->kind == PemSecret::Kind::ed25519);
  const PublicKey key = SecretKey::from_seed(ed25519->secret).public_key();
  CHECK(vectors::pkcs8_ed25519_public ==
        pem_text("PUBLIC KEY", *hex_decode("302a300506032b6570032100") + key.identity()));
  const std::optional<PemSecret> p256 = read_pem_secret(vectors::pkcs8_p256, problem);
  REQUIRE(p256);
  CHECK(p256->kind == PemSecret::Kind::p256);
  const PublicKey other = SecretKey::from_p256(p256->secret).public_key();
  CHECK(JsonReader(other.json(), "key")["keyval"]["public"].text(1000) == vectors::pkcs8_p256_public);
}

TEST_CASE("other PEM files are refused with the reason", "[key_import]") {
  CHECK(problem_of("") == "is not a PKCS #8 private key in PEM form");
  CHECK(problem_of(vectors::pkcs8_p256_public) == "is not a PKCS #8 private key in PEM form");
  CHECK(problem_of(vectors::pkcs8_p384) == "is neither an Ed25519 nor a P-256 key");
  CHECK(problem_of(vectors::pkcs8_ed25519.substr(0, 60)) == "is not a PKCS #8 private key in PEM form");
}

TEST_CASE("an OpenSSH file gives the key that ssh shows", "[key_import]") {
  initialise_crypto();
  const SecretKey key = parse_openssh_key_file(vectors::ssh_ed25519_file, "'file'");
  CHECK(base64_encode(*ssh_public_blob(key.public_key())) == vectors::ssh_ed25519_public);
}

TEST_CASE("OpenSSH files that are encrypted or of another kind or damaged are refused", "[key_import]") {
  initialise_crypto();
  CHECK(openssh_message(vectors::ssh_encrypted_file) == "'file' is encrypted, and only ssh can open it");
  CHECK(openssh_message(vectors::ssh_p256_file) ==
        "'file' holds a key of type ecdsa-sha2-nistp256; an Ed25519 key is needed");
  CHECK(openssh_message("") == "'file' is not an OpenSSH key file");
  const std::string good = vectors::ssh_ed25519_file;
  CHECK(openssh_message(good.substr(0, 200)) == "'file' is not an OpenSSH key file");
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string text = good;
    return openssh_message(text.replace(text.find(from), from.size(), to));
  };
  CHECK(with("VS8DRJ", "VS8DRK") == "'file' is damaged: its secret half does not belong to its public half");
  CHECK(with("usb7v7", "usb7v8") == "'file' is damaged: its two check numbers differ");
  CHECK(with("b3Blbn", "b3Blbm") == "'file' is not an OpenSSH key file of version 1");
  CHECK(with("b3Blbn", "b3B!bn") == "'file' is damaged: its content is not base64");
  CHECK(with("QyNTUx", "") != "");
}

TEST_CASE("a P-256 key in a file of ours opens again and signs", "[key_file]") {
  const SecretKey key = p256_key();
  const SecretText passphrase("words");
  for (const SecretText* with : {static_cast<const SecretText*>(nullptr), &passphrase}) {
    const Bytes file = key_file_text(key, "bob", with, PassphraseCost::interactive);
    const SecretKey again = open_key_file(file, with, "file");
    CHECK(again.public_key().id() == key.public_key().id());
    CHECK(signature_is_valid(key.public_key(), again.sign("message"), "message"));
  }
  CHECK_FALSE(signature_is_valid(key.public_key(), key.sign("message"), "other"));
}

TEST_CASE("a number outside the curve's order is no secret key", "[key_import]") {
  CHECK_FALSE(p256_public_point(Bytes(32, '\0')));
  CHECK_FALSE(p256_public_point(Bytes(32, '\xff')));
  CHECK(caught([] { SecretKey::from_p256(Bytes(32, '\0')); }).kind == "refused");
  CHECK(caught([] { SecretKey::from_p256(Bytes(31, 'x')); }).kind == "refused");
}

TEST_CASE("the two numbers of an ECDSA signature and their DER are one thing", "[key_import]") {
  const SecretKey key = p256_key();
  const Bytes der = key.sign("message");
  const auto parts = p256_signature_parts(der);
  REQUIRE(parts);
  CHECK(p256_signature_der(parts->first, parts->second) == der);
  CHECK_FALSE(p256_signature_parts(der + "x"));
  CHECK_FALSE(p256_signature_der(Bytes(33, 'x'), Bytes(32, 'x')));
}

TEST_CASE("base64 has one text for each byte string", "[bytes]") {
  for (const char* text : {"", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "//79"})
    CHECK(base64_encode(*base64_decode(text)) == text);
  for (const char* text : {"Z", "Zg", "Zg=", "Zh==", "Zm9=", "=Zm9", "Zm 9", "Zg==Zg==", "Zm9v\n", "===="}) {
    INFO(text);
    CHECK_FALSE(base64_decode(text));
  }
}

}  // namespace tuf
