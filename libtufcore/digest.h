#pragma once
// SHA-256 and SHA-512, of bytes at hand or of a stream.

#include <array>
#include <compare>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "libtufcore/bytes.h"

namespace tuf {

enum class HashAlgorithm { sha256, sha512 };
std::string_view name_of(HashAlgorithm algorithm) noexcept;                          // "sha256"
std::optional<HashAlgorithm> find_hash_algorithm(std::string_view name) noexcept;    // empty when not one of ours

class Digest {
 public:
  // `hex` must be exactly as long as the algorithm says, in either case of letters. Empty otherwise.
  static std::optional<Digest> from_hex(HashAlgorithm algorithm, std::string_view hex);
  HashAlgorithm algorithm() const noexcept { return algorithm_; }
  std::string hex() const { return hex_encode(bytes_); }
  const Bytes& bytes() const noexcept { return bytes_; }
  auto operator<=>(const Digest&) const = default;

 private:
  friend class Hasher;
  Digest(HashAlgorithm algorithm, Bytes bytes) : algorithm_(algorithm), bytes_(std::move(bytes)) {}
  HashAlgorithm algorithm_;
  Bytes bytes_;
};

class Hasher {
 public:
  explicit Hasher(HashAlgorithm algorithm);
  ~Hasher();
  Hasher(Hasher&&) noexcept;
  Hasher& operator=(Hasher&&) noexcept;
  void update(ByteView bytes);
  Digest finish();  // once

 private:
  struct State;
  std::unique_ptr<State> state_;
};

Digest digest_of(HashAlgorithm algorithm, ByteView bytes);
inline Digest sha256_of(ByteView bytes) { return digest_of(HashAlgorithm::sha256, bytes); }

}  // namespace tuf
