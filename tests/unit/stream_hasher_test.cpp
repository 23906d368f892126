#include "client/stream_hasher.h"

#include <catch2/catch.hpp>

namespace tuf {
namespace {

Bytes block_number(std::size_t number, std::size_t size) {
  Bytes block(size, static_cast<char>(number));
  block[number % size] = 'x';
  return block;
}

// The digests of `count` such blocks, for a stream that is said to be so long; and of all of it at once.
void check(std::size_t count, std::size_t size, std::uint64_t expected_length) {
  Hashes wanted;
  wanted.emplace(HashAlgorithm::sha256, sha256_of(""));
  wanted.emplace(HashAlgorithm::sha512, digest_of(HashAlgorithm::sha512, ""));
  StreamHasher hasher(wanted, expected_length);
  Bytes all;
  for (std::size_t i = 0; i < count; ++i) {
    Bytes block = block_number(i, size);
    all += block;
    hasher.update(block);
    CHECK(block.empty());
  }
  const std::vector<Digest> found = hasher.finish();
  REQUIRE(found.size() == 2);
  CHECK(found[0] == sha256_of(all));
  CHECK(found[1] == digest_of(HashAlgorithm::sha512, all));
}

}  // namespace

TEST_CASE("the digests of a stream are those of its bytes with and without a second thread",
          "[stream_hasher]") {
  for (const std::uint64_t length : {std::uint64_t(0), std::uint64_t(1) << 30}) {
    check(0, 1, length);
    check(1, 3, length);
    check(500, 1000, length);
    check(40, StreamHasher::block_bytes, length);
  }
}

TEST_CASE("a stream that breaks off in the middle ends its thread", "[stream_hasher]") {
  Hashes wanted;
  wanted.emplace(HashAlgorithm::sha256, sha256_of(""));
  for (int i = 0; i < 50; ++i) {
    StreamHasher hasher(wanted, 1u << 30);
    for (int j = 0; j < i % 7; ++j) {
      Bytes block(1000, 'x');
      hasher.update(block);
    }
  }
  SUCCEED("no thread is left behind");
}

}  // namespace tuf
