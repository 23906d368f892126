#include "libtufcore/known_signatures.h"

#include <utility>

namespace tuf {

KnownSignatures::Name KnownSignatures::name_of(const PublicKey& key, ByteView signature, ByteView message) {
  Hasher hasher(HashAlgorithm::sha256);
  for (const ByteView part : {ByteView(key.keytype()), ByteView(key.scheme()), ByteView(key.identity()), signature, message}) {
    const std::uint64_t size = part.size();
    hasher.update(ByteView(reinterpret_cast<const char*>(&size), sizeof size));
    hasher.update(part);
  }
  Name name;
  std::memcpy(name.data(), hasher.finish().bytes().data(), name.size());
  return name;
}

bool KnownSignatures::is_valid(const PublicKey& key, ByteView signature, ByteView message) {
  const Name name = name_of(key, signature, message);
  {
    const std::lock_guard lock(mutex_);
    if (recent_.contains(name)) return true;
    if (older_.erase(name) == 1) {
      recent_.insert(name);
      return true;
    }
  }
  if (!signature_is_valid(key, signature, message)) return false;
  const std::lock_guard lock(mutex_);
  recent_.insert(name);
  if (recent_.size() >= most_ / 2) older_ = std::exchange(recent_, {});
  return true;
}

std::size_t KnownSignatures::size() const {
  const std::lock_guard lock(mutex_);
  return recent_.size() + older_.size();
}

}  // namespace tuf
