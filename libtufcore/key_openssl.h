#pragma once
// ECDSA P-256 and RSA-PSS through OpenSSL, for other people's keys. Never Ed25519: OpenSSL accepts forged signatures under
// small-order keys (attack S-08).

#include <optional>
#include <string>

#include "libtufcore/bytes.h"

namespace tuf {

enum class PemScheme { ecdsa_p256_sha256, rsa_pss_sha256 };

struct PemKey {
  Bytes der;            // DER SubjectPublicKeyInfo: one form for every spelling of the PEM
  std::string problem;  // not empty: malformed, of another type or curve, or weak (S-06, S-15)
};
PemKey read_pem_key(std::string_view pem, PemScheme scheme);

// ECDSA signatures are DER, without bytes after it; PSS salts may have any length (S-15).
bool openssl_signature_is_valid(PemScheme scheme, ByteView der_key, ByteView signature, ByteView message);

std::string openssl_version();  // "OpenSSL 3.0.11 19 Sep 2023", as loaded

}  // namespace tuf
