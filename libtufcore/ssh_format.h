#pragma once
// How ssh writes keys and signatures (RFC 4251, 4253, 5656, 8709): for ssh-agent, for signatures on git
// commits, for OpenSSH's files. Ed25519 and ECDSA on P-256; everything else is named and refused. Strict: one
// text for each value, nothing behind it.

#include <cstdint>
#include <optional>
#include <string>

#include "libtufcore/key.h"

namespace tuf {

// Reads numbers and strings from the front; throws refused when `bytes` end early. `what` is for messages.
class SshReader {
 public:
  SshReader(ByteView bytes, std::string what) : rest_(bytes), what_(std::move(what)) {}
  unsigned char byte();
  std::uint32_t number();
  ByteView text();  // a length and so many bytes; a view into what was given
  ByteView raw(std::size_t size);
  ByteView rest() const noexcept { return rest_; }
  void end() const;  // throws refused unless everything was read
  const std::string& what() const noexcept { return what_; }

 private:
  ByteView rest_;
  std::string what_;
};
Bytes ssh_number(std::uint32_t number);
Bytes ssh_text(ByteView text);

// A public key as ssh sends it. Empty for a key that ssh has no word for (RSA-PSS).
std::optional<Bytes> ssh_public_blob(const PublicKey& key);
struct SshPublicKey {
  std::optional<PublicKey> key;
  std::string problem;  // why there is none: "is a FIDO key (sk-ssh-ed25519), ..."; escaped
};
SshPublicKey parse_ssh_public_blob(ByteView blob);

// A signature of `key`, from TUF's form to ssh's and back (throws refused when it is of another kind).
Bytes ssh_signature_blob(const PublicKey& key, ByteView signature);
Bytes parse_ssh_signature_blob(const PublicKey& key, ByteView blob, const std::string& what);

std::string ssh_fingerprint(ByteView public_blob);  // "SHA256:..." as ssh-add -l shows it
// "ssh-ed25519 AAAA...": how authorized_keys, allowed_signers and .pub files write it. Empty as
// ssh_public_blob.
std::optional<std::string> ssh_public_text(const PublicKey& key);

}  // namespace tuf
