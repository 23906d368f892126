#pragma once
// Signatures that were found valid, so that judging a history verifies each of them once: the commits of a history
// ask for the same files again and again. What is kept is a SHA-256 over key, signature and message, all of them
// whole, so an answer from memory is the answer that verifying would give. Only "valid" is kept. Bounded (4 MiB at
// most); for any number of threads.

#include <array>
#include <cstring>
#include <mutex>
#include <unordered_set>

#include "libtufcore/digest.h"
#include "libtufcore/key.h"

namespace tuf {

class KnownSignatures {
 public:
  explicit KnownSignatures(std::size_t most = 1u << 16) : most_(most) {}
  bool is_valid(const PublicKey& key, ByteView signature, ByteView message);
  std::size_t size() const;

 private:
  const std::size_t most_;
  mutable std::mutex mutex_;
  using Name = std::array<char, 32>;
  struct FirstBytes {
    std::size_t operator()(const Name& name) const noexcept {
      std::size_t first;
      std::memcpy(&first, name.data(), sizeof first);
      return first;
    }
  };
  static Name name_of(const PublicKey& key, ByteView signature, ByteView message);
  std::unordered_set<Name, FirstBytes> recent_, older_;  // when the recent ones are half of what is kept, the older ones go
};

}  // namespace tuf
