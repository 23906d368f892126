#include "libtufcore/ssh_format.h"

#include <catch2/catch.hpp>

#include "libtufcore/key_p256.h"
#include "tests/support/caught.h"
#include "tests/support/ssh_vectors.h"
#include "tests/support/test_keys.h"

namespace tuf {
namespace {

Bytes blob(const std::string& base64) { return *base64_decode(base64); }
Bytes filled(std::size_t size, char c) { return Bytes(size, c); }

}  // namespace

TEST_CASE("public keys come from ssh and go back as the same bytes", "[ssh_format]") {
  for (const std::string& text : {vectors::ssh_ed25519_public, vectors::ssh_p256_public}) {
    const SshPublicKey read = parse_ssh_public_blob(blob(text));
    REQUIRE(read.key);
    CHECK(ssh_public_blob(*read.key) == blob(text));
    CHECK(read.key->id() == read.key->computed_id());
  }
}

TEST_CASE("a fingerprint is the one that ssh shows", "[ssh_format]") {
  CHECK(ssh_fingerprint(blob(vectors::ssh_ed25519_public)) == vectors::ssh_ed25519_fingerprint);
}

TEST_CASE("keys that TUF cannot use are named with the reason", "[ssh_format]") {
  initialise_crypto();
  CHECK(parse_ssh_public_blob(blob(vectors::ssh_rsa_public)).problem ==
        "is an RSA key: agents sign with PKCS #1 v1.5, and TUF knows RSA-PSS only");
  CHECK(parse_ssh_public_blob(blob(vectors::ssh_p384_public)).problem ==
        "is of type ecdsa-sha2-nistp384; ssh-ed25519 and ecdsa-sha2-nistp256 can be used");
  const Bytes fido = ssh_text("sk-ssh-ed25519@openssh.com") + ssh_text(filled(32, 'k')) + ssh_text("ssh:");
  CHECK(parse_ssh_public_blob(fido).problem ==
        "is a FIDO key (sk-ssh-ed25519@openssh.com): it signs its own counter and flags beside the text, so "
        "no TUF "
        "client can verify what it signs");
}

TEST_CASE("public keys with another length or curve or with bytes behind them are refused", "[ssh_format]") {
  const Bytes good = blob(vectors::ssh_ed25519_public);
  const auto message = [](const Bytes& bytes) {
    return caught([&] { parse_ssh_public_blob(bytes); }).message;
  };
  CHECK(message(good + "x") == "the ssh public key has 1 bytes behind its end");
  CHECK(message(good.substr(0, good.size() - 1)) == "the ssh public key ends in the middle");
  CHECK(message(ssh_text("ssh-ed25519") + ssh_text(filled(31, 'k'))) ==
        "the ssh public key has 31 bytes, not 32");
  CHECK(message(ssh_number(0xffffffff)) == "the ssh public key ends in the middle");
  CHECK(message("") == "the ssh public key ends in the middle");
  const Bytes point = "\x04" + filled(64, 'p');
  CHECK(message(ssh_text("ecdsa-sha2-nistp256") + ssh_text("nistp384") + ssh_text(point)) ==
        "the ssh public key is no point of curve P-256");
  CHECK(caught([&] {
          parse_ssh_public_blob(ssh_text("ecdsa-sha2-nistp256") + ssh_text("nistp256") + ssh_text(point));
        }).kind == "refused");
}

TEST_CASE("signatures of both kinds go to the form of ssh and back", "[ssh_format]") {
  initialise_crypto();
  const SecretKey p256 = SecretKey::from_p256(sha256_of("p256").bytes());
  for (const SecretKey* key : {&test_key("alice"), &p256}) {
    // ECDSA signatures differ each time: numbers with and without a leading zero byte come up.
    for (int i = 0; i < 20; ++i) {
      const Bytes signature = key->sign(std::to_string(i));
      const Bytes there = ssh_signature_blob(key->public_key(), signature);
      CHECK(parse_ssh_signature_blob(key->public_key(), there, "it") == signature);
    }
  }
}

TEST_CASE("a signature of another type or length or with spare bytes is refused", "[ssh_format]") {
  const PublicKey& key = test_key("alice").public_key();
  const auto message = [&](const Bytes& bytes) {
    return caught([&] { parse_ssh_signature_blob(key, bytes, "the signature"); }).message;
  };
  CHECK(message(ssh_text("ssh-rsa") + ssh_text(filled(64, 's'))) ==
        "the signature is of type ssh-rsa, not ssh-ed25519");
  CHECK(message(ssh_text("ssh-ed25519") + ssh_text(filled(63, 's'))) == "the signature has 63 bytes, not 64");
  CHECK(message(ssh_text("ssh-ed25519") + ssh_text(filled(64, 's')) + "x") ==
        "the signature has 1 bytes behind its end");
  CHECK(message("\x1b") == "the signature ends in the middle");
}

TEST_CASE("numbers of an ECDSA signature have one spelling", "[ssh_format]") {
  initialise_crypto();
  const PublicKey key = SecretKey::from_p256(sha256_of("p256").bytes()).public_key();
  const Bytes fine = ssh_text(filled(32, 'n'));
  const auto kind = [&](const Bytes& r) {
    return caught([&] {
             parse_ssh_signature_blob(key, ssh_text("ecdsa-sha2-nistp256") + ssh_text(r + fine), "it");
           })
        .kind;
  };
  CHECK(kind(fine) == "nothing");
  CHECK(kind(ssh_text(filled(1, '\0') + filled(31, 'n'))) == "refused");  // a zero byte that is not needed
  CHECK(kind(ssh_text(filled(32, '\x80'))) == "refused");                 // negative
  CHECK(kind(ssh_text(filled(34, 'n'))) == "refused");
  CHECK(kind(ssh_text("")) == "refused");
}

}  // namespace tuf
