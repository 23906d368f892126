#pragma once
// Keys of the kinds that other people's repositories use, made anew in every run, with which a test signs.

#include <memory>
#include <string>

#include "libtufcore/bytes.h"

namespace tuf {

class OpensslSigner {
 public:
  enum class Kind { ecdsa_p256, rsa_2048 };
  explicit OpensslSigner(Kind kind);
  ~OpensslSigner();

  std::string public_pem() const;
  // ECDSA: DER. RSA: PSS with a salt of so many bytes, or PKCS #1 v1.5.
  Bytes sign(ByteView message) const { return sign(message, "pss", 32); }
  Bytes sign(ByteView message, const std::string& padding, int salt_bytes) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tuf
