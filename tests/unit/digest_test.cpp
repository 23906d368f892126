#include <catch2/catch.hpp>

#include "libtufcore/digest.h"

namespace tuf {
namespace {

constexpr const char* sha256_of_abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
constexpr const char* sha512_of_abc =
    "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
    "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f";

TEST_CASE("digests of the published examples", "[digest]") {
  CHECK(sha256_of("abc").hex() == sha256_of_abc);
  CHECK(sha256_of("").hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(digest_of(HashAlgorithm::sha512, "abc").hex() == sha512_of_abc);
}

TEST_CASE("a stream in pieces has the digest of the whole", "[digest]") {
  const HashAlgorithm algorithm = GENERATE(HashAlgorithm::sha256, HashAlgorithm::sha512);
  const Bytes whole(100'000, 'x');
  Hasher hasher(algorithm);
  for (std::size_t at = 0; at < whole.size(); at += 333) hasher.update(ByteView(whole).substr(at, 333));
  Hasher moved = std::move(hasher);
  CHECK(moved.finish() == digest_of(algorithm, whole));
}

TEST_CASE("S-07 a digest is exactly as many hex digits as its algorithm says", "[digest]") {
  CHECK(Digest::from_hex(HashAlgorithm::sha256, sha256_of_abc) == sha256_of("abc"));
  const auto upper_case = Digest::from_hex(HashAlgorithm::sha256, "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD");
  CHECK(upper_case == sha256_of("abc"));
  CHECK(upper_case->hex() == sha256_of_abc);
  CHECK(Digest::from_hex(HashAlgorithm::sha512, sha512_of_abc) == digest_of(HashAlgorithm::sha512, "abc"));
  CHECK_FALSE(Digest::from_hex(HashAlgorithm::sha512, sha256_of_abc));
  CHECK_FALSE(Digest::from_hex(HashAlgorithm::sha256, sha512_of_abc));
  CHECK_FALSE(Digest::from_hex(HashAlgorithm::sha256, ""));
  CHECK_FALSE(Digest::from_hex(HashAlgorithm::sha256, std::string(62, 'a')));
  CHECK_FALSE(Digest::from_hex(HashAlgorithm::sha256, std::string(63, 'a')));
  CHECK_FALSE(Digest::from_hex(HashAlgorithm::sha256, std::string(66, 'a')));
  CHECK_FALSE(Digest::from_hex(HashAlgorithm::sha256, std::string(63, 'a') + "g"));
}

TEST_CASE("digests of two algorithms differ whatever their bytes", "[digest]") {
  CHECK(sha256_of("abc") != sha256_of("abd"));
  CHECK(sha256_of("abc") != digest_of(HashAlgorithm::sha512, "abc"));
}

TEST_CASE("algorithms are known by the names that TUF uses", "[digest]") {
  CHECK(find_hash_algorithm("sha256") == HashAlgorithm::sha256);
  CHECK(find_hash_algorithm("sha512") == HashAlgorithm::sha512);
  CHECK(name_of(HashAlgorithm::sha256) == "sha256");
  CHECK(name_of(HashAlgorithm::sha512) == "sha512");
  const char* other = GENERATE("", "SHA256", "sha256 ", "md5", "sha1", "blake2b-256");
  CHECK_FALSE(find_hash_algorithm(other));
}

}  // namespace
}  // namespace tuf
