#include "libtufcore/known_signatures.h"

#include <catch2/catch.hpp>

#include <thread>

#include "tests/support/test_keys.h"

using namespace tuf;

TEST_CASE("a signature that was found valid answers for its key and message alone", "[known_signatures]") {
  KnownSignatures known;
  const PublicKey alice = test_key("alice").public_key(), bob = test_key("bob").public_key();
  const Bytes message = "a release", signature = test_key("alice").sign(message);
  for (int i = 0; i < 2; ++i) {
    CHECK(known.is_valid(alice, signature, message));
    CHECK(known.size() == 1);
    CHECK_FALSE(known.is_valid(bob, signature, message));
    CHECK_FALSE(known.is_valid(alice, signature, message + " "));
    CHECK_FALSE(known.is_valid(alice, signature.substr(0, 63), signature.back() + message));
    CHECK_FALSE(known.is_valid(alice, test_key("bob").sign(message), message));
    CHECK(known.size() == 1);
  }
}

TEST_CASE("known signatures are bounded and those that are asked for stay", "[known_signatures]") {
  KnownSignatures known(8);
  const SecretKey& key = test_key("alice");
  const Bytes asked = key.sign("asked");
  for (int i = 0; i < 50; ++i) {
    const Bytes message = std::to_string(i);
    CHECK(known.is_valid(key.public_key(), key.sign(message), message));
    CHECK(known.is_valid(key.public_key(), asked, "asked"));
    CHECK(known.size() <= 8);
  }
}

TEST_CASE("threads share the known signatures", "[known_signatures]") {
  KnownSignatures known;
  const SecretKey& key = test_key("alice");
  std::vector<Bytes> signatures;
  for (int i = 0; i < 40; ++i) signatures.push_back(key.sign(std::to_string(i)));
  std::vector<std::size_t> valid(4, 0);
  std::vector<std::thread> threads;
  for (std::size_t& count : valid) {
    threads.emplace_back([&] {
      for (std::size_t i = 0; i < signatures.size(); ++i) {
        if (known.is_valid(key.public_key(), signatures[i], std::to_string(i))) ++count;
        if (known.is_valid(key.public_key(), signatures[i], "another")) ++count;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(valid == std::vector<std::size_t>(4, signatures.size()));
  CHECK(known.size() == signatures.size());
}
