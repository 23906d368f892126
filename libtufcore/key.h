#pragma once
// Keys and single signatures. Public keys: ed25519 (libsodium only: attack S-08), ecdsa-sha2-nistp256 and
// rsassa-pss-sha256 (OpenSSL). The verifier is chosen by the key's own (keytype, scheme) pair from a closed table (S-06);
// a pair that is not in it is kept, never counts and never fails a file (TUF 4.2, attack S-20). Counting is verify.h's.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "libtufcore/json.h"

namespace tuf {

using KeyId = std::string;  // as the delegating file names it: hex of a SHA-256 in ours, any text in others'

class PublicKey {
 public:
  // `json` is a TUF key object {"keytype","scheme","keyval":{"public"}}; other members are kept and ignored.
  // Throws refused when the shape is wrong, or when a key of a scheme we know is malformed or weak (S-06, S-15).
  static PublicKey parse(const JsonReader& json, KeyId declared_id);
  static PublicKey ed25519(ByteView raw32);                // id computed
  // From a DER SubjectPublicKeyInfo, as this project writes such keys: PEM, keytypes "ecdsa" and "rsa"; id computed.
  // Throw refused when the key is malformed or weak.
  static PublicKey p256(ByteView spki);
  static PublicKey rsa_pss(ByteView spki);

  const KeyId& id() const noexcept { return id_; }         // as declared where it was read
  KeyId computed_id() const;                               // hex SHA-256 of the canonical key object
  const std::string& keytype() const noexcept { return keytype_; }
  const std::string& scheme() const noexcept { return scheme_; }
  bool supported() const noexcept;                         // false: an unknown (keytype, scheme) pair
  // The key itself in one form, whatever the spelling (raw point, DER SPKI): equal identity = same key (S-02).
  const Bytes& identity() const noexcept { return identity_; }
  const Json& json() const noexcept { return json_; }
  bool operator==(const PublicKey& other) const { return id_ == other.id_ && json_ == other.json_; }

 private:
  PublicKey() = default;
  static PublicKey of_spki(std::string_view keytype, std::string_view scheme, ByteView spki);
  KeyId id_;
  std::string keytype_, scheme_;
  Bytes identity_;
  Json json_;
};

// `signature` is what the "sig" member's hex stands for (ECDSA: DER, Ed25519: 64 bytes, RSA-PSS: any salt length).
// True only when the library says exactly "valid" (S-12).
bool signature_is_valid(const PublicKey& key, ByteView signature, ByteView message);

// An Ed25519 or P-256 key pair. The secret half lives in libsodium's guarded memory, cannot be copied, printed or compared.
class SecretKey {
 public:
  static SecretKey generate();                             // Ed25519
  static SecretKey from_seed(ByteView seed32);             // tests and imports; the caller wipes the seed
  static SecretKey from_p256(ByteView scalar32);           // imports; throws refused when it is none of the curve
  SecretKey(SecretKey&&) noexcept;
  SecretKey& operator=(SecretKey&&) noexcept;
  ~SecretKey();
  const PublicKey& public_key() const noexcept;
  Bytes sign(ByteView message) const;                      // Ed25519: 64 bytes; P-256: DER

 private:
  friend struct KeyFileAccess;                             // key_file.cpp reads the seed to encrypt it
  struct State;
  explicit SecretKey(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// Must run once before any other function of key, digest or key_file; safe to repeat. Throws bug when libsodium fails.
void initialise_crypto();

// "libsodium 1.0.18", "OpenSSL 3.0.11": what does the cryptography, as loaded.
std::vector<std::string> crypto_libraries();

}  // namespace tuf
