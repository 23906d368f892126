#pragma once
// A key that signs, wherever its secret half lives: in a file, an agent, a token, behind a program. What it
// answers counts only when its public half proves it, so nothing that a back end says is written down
// unchecked.

#include <memory>
#include <string>

#include "libtufcore/key.h"

namespace tuf {

class SigningKey {
 public:
  virtual ~SigningKey() = default;
  SigningKey(const SigningKey&) = delete;
  SigningKey& operator=(const SigningKey&) = delete;
  const PublicKey& public_key() const noexcept { return public_key_; }
  // As key.h's signature_is_valid takes it, and proved by it: throws refused when the back end answered with
  // anything else, and what the back end throws.
  Bytes sign(ByteView message);

 protected:
  SigningKey(PublicKey public_key, std::string place)
      : public_key_(std::move(public_key)), place_(std::move(place)) {}
  const std::string& place() const noexcept { return place_; }

 private:
  virtual Bytes make_signature(ByteView message) = 0;
  PublicKey public_key_;
  std::string place_;  // "the ssh-agent", for messages; escaped
};

std::unique_ptr<SigningKey> signing_key_of(SecretKey key);

}  // namespace tuf
