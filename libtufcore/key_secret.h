#pragma once
// For key.cpp and key_file.cpp alone: the secret half of a key, in libsodium's guarded memory.

#include <cstddef>
#include <memory>

#include "libtufcore/key.h"

namespace tuf {

struct SodiumFree {
  void operator()(unsigned char* pointer) const noexcept;
};
using SecretBytes = std::unique_ptr<unsigned char[], SodiumFree>;
SecretBytes make_secret_bytes(std::size_t size);

struct KeyFileAccess {
  // The 32 bytes that make the key pair (Ed25519: the seed, P-256: the scalar); a view into guarded memory.
  static ByteView seed_of(const SecretKey& key) noexcept;
};

}  // namespace tuf
