#pragma once
// Keys of curve P-256 with which we sign, and other people's files and parts of keys, through OpenSSL.
// Secrets come and go as 32 bytes in memory of the caller's, who wipes it.

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "libtufcore/bytes.h"

namespace tuf {

inline constexpr std::size_t p256_scalar_bytes = 32;
inline constexpr std::size_t p256_point_bytes = 65;  // 04, x, y

// Empty when the scalar is none of the curve (zero, or not below its order).
std::optional<Bytes> p256_public_point(ByteView scalar32);
Bytes p256_sign(ByteView scalar32, ByteView message);  // DER, over the SHA-256 of message

// The DER SubjectPublicKeyInfo of a point (empty when it is not 65 bytes starting with 04) and back.
std::optional<Bytes> p256_spki(ByteView point65);
std::optional<Bytes> p256_point_of_spki(ByteView spki);

// ECDSA's two numbers, big-endian without a sign: TUF writes them as DER, tokens and ssh otherwise. Empty:
// not of P-256.
std::optional<Bytes> p256_signature_der(ByteView r, ByteView s);
std::optional<std::pair<Bytes, Bytes>> p256_signature_parts(ByteView der);  // 32 bytes each

std::optional<Bytes> rsa_spki(ByteView modulus, ByteView exponent);

// An unencrypted PKCS #8 file ("BEGIN PRIVATE KEY"). `secret` is its Ed25519 seed or its P-256 scalar.
struct PemSecret {
  enum class Kind { ed25519, p256 } kind;
  Bytes secret;  // 32 bytes; the caller wipes them
};
std::optional<PemSecret> read_pem_secret(std::string_view pem, std::string& problem);

}  // namespace tuf
