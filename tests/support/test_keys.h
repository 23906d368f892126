#pragma once
// Keys of the tests' people and roles: the Ed25519 seed is the SHA-256 of the name, so every run signs the
// same bytes.

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "libtufcore/digest.h"
#include "libtufcore/key.h"

namespace tuf {

inline const SecretKey& test_key(std::string_view name) {
  static std::map<std::string, SecretKey, std::less<>> keys;
  auto found = keys.find(name);
  if (found == keys.end()) {
    initialise_crypto();
    found = keys.emplace(std::string(name), SecretKey::from_seed(sha256_of(name).bytes())).first;
  }
  return found->second;
}

}  // namespace tuf
