#include "libtufcore/signing_key.h"

#include "libtufcore/error.h"

namespace tuf {
namespace {

class KeyInMemory final : public SigningKey {
 public:
  explicit KeyInMemory(SecretKey key) : SigningKey(key.public_key(), "this program"), key_(std::move(key)) {}

 private:
  Bytes make_signature(ByteView message) override { return key_.sign(message); }
  SecretKey key_;
};

}  // namespace

Bytes SigningKey::sign(ByteView message) {
  Bytes signature = make_signature(message);
  if (signature_is_valid(public_key_, signature, message)) return signature;
  throw refused("what {} gave is no signature of key {}", place_, public_key_.id().substr(0, 8))
      .with_hint("the key behind that name is another one, or it is broken: 'pgsign key list'");
}

std::unique_ptr<SigningKey> signing_key_of(SecretKey key) {
  return std::make_unique<KeyInMemory>(std::move(key));
}

}  // namespace tuf
