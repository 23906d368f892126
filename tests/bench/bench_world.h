#pragma once
// What the benchmarks' generators share: keys that follow from a name, and names of projects.

#include <set>
#include <span>

#include "libtufcore/change.h"
#include "libtufcore/error.h"
#include "libtufcore/signed_file.h"

namespace tuf::bench {

inline SecretKey key_of(std::string_view name) {
  return SecretKey::from_seed(sha256_of(fmt::format("benchmark key of {}", name)).bytes());
}
inline RoleKeys only(const SecretKey& key) { return {{key.public_key()}, {}, 1}; }

inline Bytes signed_by(std::span<const SecretKey> keys, const Json& part) {
  SignatureSet signatures;
  for (const SecretKey& key : keys) signatures.by_key[key.public_key().id()] = key.sign(canonical_json(part));
  return signed_file_text(part, signatures);
}
inline Bytes signed_by(const SecretKey& key, const Json& part) { return signed_by(std::span(&key, 1), part); }

inline CreateRepository first_change(UtcTime now) {
  const SecretKey administrator = key_of("administrator"), online = key_of("online");
  CreateRepository change;
  change.name = "bench";
  change.administrators = {{"ada", administrator.public_key()}};
  change.timestamp_keys = change.snapshot_keys = change.registrar_keys = {{"ci", online.public_key()}};
  change.now = now;
  return change;
}

// `abc` and names of ten letters that are spread evenly over the alphabet, sorted.
inline std::set<ProjectName> project_names(std::size_t count) {
  std::set<ProjectName> names{*ProjectName::parse("abc")};
  for (std::size_t i = 0; names.size() < count; ++i) {
    const Digest digest = sha256_of(fmt::format("project {}", i));
    std::string name;
    for (const char byte : digest.bytes().substr(0, 10))
      name += static_cast<char>('a' + static_cast<unsigned char>(byte) % 26);
    names.insert(*ProjectName::parse(name));
  }
  return names;
}

}  // namespace tuf::bench
