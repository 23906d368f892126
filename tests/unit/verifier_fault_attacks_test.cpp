// A verifier that fails has not verified: an error, a lack of memory or an odd number from a library is never
// "valid" (apt's CVE-2016-1252).

#include <catch2/catch.hpp>
#include <climits>

#include "tests/support/attacked_world.h"
#include "tests/support/crypto_faults.h"
#include "tests/support/pem_vectors.h"

namespace tuf {
namespace {

using namespace vectors;

PublicKey pem_key(const char* keytype, const char* scheme, const std::string& pem) {
  const Json json =
      Json::Object{{"keytype", keytype}, {"scheme", scheme}, {"keyval", Json::Object{{"public", pem}}}};
  return PublicKey::parse(JsonReader(json, "key"), "id");
}

// Good signatures over "message" that only OpenSSL verifies.
struct Signed {
  PublicKey key;
  Bytes signature;
  bool is_valid() const { return signature_is_valid(key, signature, "message"); }
};

std::vector<Signed> good_signatures() {
  return {{pem_key("rsa", "rsassa-pss-sha256", rsa2048), *hex_decode(pss_salt_32)},
          {pem_key("ecdsa", "ecdsa-sha2-nistp256", p256), *hex_decode(p256_signature)}};
}

}  // namespace

TEST_CASE("S-12 only the number that means valid makes a signature valid", "[attacks]") {
  const SecretKey& alice = test_key("alice");
  const Bytes signature = alice.sign("message");
  CryptoFaults faults;
  for (const int result : {-1, 1, 2, -2, INT_MIN, INT_MAX}) {
    INFO(result);
    faults.ed25519_verify_says(result);
    CHECK_FALSE(signature_is_valid(alice.public_key(), signature, "message"));
  }
  CHECK(faults.ed25519_calls() == 6);  // the fault was met
  for (const Signed& good : good_signatures()) {
    for (const int result : {-1, 0, 2, -2, INT_MIN, INT_MAX}) {
      INFO(result);
      faults.openssl_verify_says(result);
      CHECK_FALSE(good.is_valid());
    }
  }
  CHECK(faults.openssl_calls() == 12);
  faults.openssl_verify_says(1);  // the injection itself works
  CHECK(signature_is_valid(good_signatures().front().key, Bytes(256, 'x'), "message"));
}

TEST_CASE("S-12 a library without memory verifies nothing", "[attacks]") {
  for (const Signed& good : good_signatures()) {
    CHECK(good.is_valid());
    {
      CryptoFaults faults;
      faults.openssl_context_is_null();
      CHECK_FALSE(good.is_valid());
      CHECK(faults.openssl_calls() == 0);
    }
    {
      CryptoFaults faults;
      faults.openssl_key_is_null();
      CHECK_FALSE(good.is_valid());
      CHECK(faults.openssl_calls() == 0);
    }
    for (const int result : {0, -1, -2}) {
      CryptoFaults faults;
      faults.openssl_verify_init_says(result);
      CHECK_FALSE(good.is_valid());
      CHECK(faults.openssl_calls() == 0);
    }
    CHECK(good.is_valid());
  }
}

TEST_CASE("S-12 a refresh during which the verifier fails is refused and the state stays", "[attacks]") {
  AttackedWorld world;
  world.publish_news();
  {
    CryptoFaults faults;
    faults.ed25519_verify_says(-1);
    CHECK(world.refresh().kind == "no-trusted-root");  // not even the trusted root can be checked
  }
  CHECK(world.sim.requests.empty());
  CHECK(world.trusted() == "root 1 timestamp 2 snapshot 2 targets 1 alice 1 " + world.bin + " 1");
  CHECK(world.refresh() == Caught{"nothing", ""});
  CHECK(world.trusted() == world.trusted_up_to(""));
}

}  // namespace tuf
