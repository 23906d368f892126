#include "libtufcore/digest.h"

#include <sodium.h>

#include <variant>

namespace tuf {
namespace {

constexpr std::size_t size_of(HashAlgorithm algorithm) noexcept {
  return algorithm == HashAlgorithm::sha256 ? crypto_hash_sha256_BYTES : crypto_hash_sha512_BYTES;
}

const unsigned char* as_unsigned(ByteView bytes) noexcept { return reinterpret_cast<const unsigned char*>(bytes.data()); }

}  // namespace

std::string_view name_of(HashAlgorithm algorithm) noexcept {
  return algorithm == HashAlgorithm::sha256 ? "sha256" : "sha512";
}

std::optional<HashAlgorithm> find_hash_algorithm(std::string_view name) noexcept {
  if (name == "sha256") return HashAlgorithm::sha256;
  if (name == "sha512") return HashAlgorithm::sha512;
  return std::nullopt;
}

std::optional<Digest> Digest::from_hex(HashAlgorithm algorithm, std::string_view hex) {
  if (hex.size() != 2 * size_of(algorithm)) return std::nullopt;
  auto bytes = hex_decode(hex);
  if (!bytes) return std::nullopt;
  return Digest(algorithm, std::move(*bytes));
}

struct Hasher::State {
  HashAlgorithm algorithm;
  crypto_hash_sha256_state sha256;
  crypto_hash_sha512_state sha512;
};

Hasher::Hasher(HashAlgorithm algorithm) : state_(std::make_unique<State>()) {
  state_->algorithm = algorithm;
  if (algorithm == HashAlgorithm::sha256) {
    crypto_hash_sha256_init(&state_->sha256);
  } else {
    crypto_hash_sha512_init(&state_->sha512);
  }
}
Hasher::~Hasher() = default;
Hasher::Hasher(Hasher&&) noexcept = default;
Hasher& Hasher::operator=(Hasher&&) noexcept = default;

void Hasher::update(ByteView bytes) {
  if (state_->algorithm == HashAlgorithm::sha256) {
    crypto_hash_sha256_update(&state_->sha256, as_unsigned(bytes), bytes.size());
  } else {
    crypto_hash_sha512_update(&state_->sha512, as_unsigned(bytes), bytes.size());
  }
}

Digest Hasher::finish() {
  unsigned char out[crypto_hash_sha512_BYTES];
  if (state_->algorithm == HashAlgorithm::sha256) {
    crypto_hash_sha256_final(&state_->sha256, out);
  } else {
    crypto_hash_sha512_final(&state_->sha512, out);
  }
  return Digest(state_->algorithm, Bytes(reinterpret_cast<const char*>(out), size_of(state_->algorithm)));
}

Digest digest_of(HashAlgorithm algorithm, ByteView bytes) {
  Hasher hasher(algorithm);
  hasher.update(bytes);
  return hasher.finish();
}

}  // namespace tuf
