#include "libtufcore/key_openssl.h"

#include <openssl/core_names.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <memory>

#include "libtufcore/openssl_handles.h"

namespace tuf {
namespace {

using namespace openssl;

std::string problem_of_ec(EVP_PKEY* key) {
  char group[64] = {};
  std::size_t length = 0;
  int is_explicit = 0;
  if (EVP_PKEY_get_base_id(key) != EVP_PKEY_EC) return "is not an elliptic curve key";
  if (EVP_PKEY_get_group_name(key, group, sizeof group, &length) != 1) return "names no curve";
  if (std::string_view(group, length) != "prime256v1") return "is not on curve P-256";
  // A curve that is spelled out is a curve of somebody's choice (CVE-2020-0601).
  if (EVP_PKEY_get_int_param(key, OSSL_PKEY_PARAM_EC_DECODED_FROM_EXPLICIT_PARAMS, &is_explicit) == 1 && is_explicit != 0) {
    return "spells its curve out instead of naming it";
  }
  const KeyContext context(EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr));
  if (!context || EVP_PKEY_public_check(context.get()) != 1) return "is not a point of curve P-256";
  return {};
}

Number number_of(const EVP_PKEY* key, const char* name) {
  BIGNUM* number = nullptr;
  if (EVP_PKEY_get_bn_param(key, name, &number) != 1) return nullptr;
  return Number(number);
}

std::string problem_of_rsa(const EVP_PKEY* key) {
  if (EVP_PKEY_get_base_id(key) != EVP_PKEY_RSA) return "is not an RSA key";
  const int bits = EVP_PKEY_get_bits(key);
  if (bits < 2048 || bits > 16384) return "has " + std::to_string(bits) + " bits, not 2048 to 16384";
  const Number modulus = number_of(key, OSSL_PKEY_PARAM_RSA_N), exponent = number_of(key, OSSL_PKEY_PARAM_RSA_E);
  if (!modulus || !exponent) return "has no modulus or no exponent";
  if (!BN_is_odd(modulus.get())) return "has an even modulus";
  if (!BN_is_odd(exponent.get()) || BN_is_one(exponent.get()) || BN_num_bits(exponent.get()) > 64) {
    return "has an unsafe exponent";
  }
  return {};
}

// All of `der` or nothing: bytes after the key would make a second spelling of it.
Key key_of_der(ByteView der) {
  const unsigned char* at = as_unsigned(der);
  Key key(d2i_PUBKEY(nullptr, &at, static_cast<long>(der.size())));
  return at == as_unsigned(der) + der.size() ? std::move(key) : nullptr;
}

Key key_of_pkcs1(ByteView der) {
  const unsigned char* at = as_unsigned(der);
  Key key(d2i_PublicKey(EVP_PKEY_RSA, nullptr, &at, static_cast<long>(der.size())));
  return at == as_unsigned(der) + der.size() ? std::move(key) : nullptr;
}

// One PEM block with nothing but white space around it. PEM_read_bio alone neither decrypts nor asks for a passphrase.
Key key_of_pem(std::string_view pem) {
  constexpr std::string_view white = " \t\r\n";
  const std::size_t start = pem.find_first_not_of(white);
  if (start == std::string_view::npos || !pem.substr(start).starts_with("-----BEGIN ")) return nullptr;
  pem.remove_prefix(start);
  const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  char *raw_name = nullptr, *raw_header = nullptr;
  unsigned char* raw_data = nullptr;
  long length = 0;
  if (!bio || PEM_read_bio(bio.get(), &raw_name, &raw_header, &raw_data, &length) != 1) return nullptr;
  const Allocated<char> name(raw_name), header(raw_header);
  const Allocated<unsigned char> data(raw_data);
  if (*header != '\0') return nullptr;
  const std::string_view rest = pem.substr(pem.size() - BIO_ctrl_pending(bio.get()));
  if (rest.find_first_not_of(white) != std::string_view::npos) return nullptr;
  const ByteView der(reinterpret_cast<const char*>(data.get()), static_cast<std::size_t>(length));
  if (std::string_view(name.get()) == "PUBLIC KEY") return key_of_der(der);
  if (std::string_view(name.get()) == "RSA PUBLIC KEY") return key_of_pkcs1(der);
  return nullptr;
}

// A DER signature of this curve is exactly one short SEQUENCE. OpenSSL 3.0 refuses the rest too; this does not rely on it.
bool is_one_der_sequence(ByteView signature) {
  return signature.size() >= 8 && signature.size() <= 72 && as_unsigned(signature)[0] == 0x30 &&
         as_unsigned(signature)[1] == signature.size() - 2;
}

}  // namespace

PemKey read_pem_key(std::string_view pem, PemScheme scheme) {
  const ErrorQueue queue;
  if (pem.size() > 16384) return {{}, "is longer than 16384 bytes"};
  const Key key = key_of_pem(pem);
  if (!key) return {{}, "is not a PEM public key"};
  std::string problem = scheme == PemScheme::ecdsa_p256_sha256 ? problem_of_ec(key.get()) : problem_of_rsa(key.get());
  if (!problem.empty()) return {{}, std::move(problem)};
  // One spelling for compressed and uncompressed points: equal keys must have equal identities (S-02).
  if (scheme == PemScheme::ecdsa_p256_sha256 &&
      EVP_PKEY_set_utf8_string_param(key.get(), OSSL_PKEY_PARAM_EC_POINT_CONVERSION_FORMAT, "uncompressed") != 1) {
    return {{}, "cannot be written in one form"};
  }
  unsigned char* raw = nullptr;
  const int length = i2d_PUBKEY(key.get(), &raw);
  const Allocated<unsigned char> der(raw);
  if (length <= 0) return {{}, "cannot be written as DER"};
  return {Bytes(reinterpret_cast<const char*>(der.get()), static_cast<std::size_t>(length)), {}};
}

bool openssl_signature_is_valid(PemScheme scheme, ByteView der_key, ByteView signature, ByteView message) {
  const ErrorQueue queue;
  if (scheme == PemScheme::ecdsa_p256_sha256 && !is_one_der_sequence(signature)) return false;
  const Key key = key_of_der(der_key);
  const Context context(EVP_MD_CTX_new());
  if (!key || !context) return false;
  EVP_PKEY_CTX* parameters = nullptr;  // belongs to context
  if (EVP_DigestVerifyInit(context.get(), &parameters, EVP_sha256(), nullptr, key.get()) != 1) return false;
  if (scheme == PemScheme::rsa_pss_sha256 &&
      (EVP_PKEY_CTX_set_rsa_padding(parameters, RSA_PKCS1_PSS_PADDING) != 1 ||
       EVP_PKEY_CTX_set_rsa_mgf1_md(parameters, EVP_sha256()) != 1 ||
       EVP_PKEY_CTX_set_rsa_pss_saltlen(parameters, RSA_PSS_SALTLEN_AUTO) != 1)) {
    return false;
  }
  // 1 is valid; 0 and negative numbers are not (S-12).
  return EVP_DigestVerify(context.get(), as_unsigned(signature), signature.size(), as_unsigned(message), message.size()) == 1;
}

std::string openssl_version() { return OpenSSL_version(OPENSSL_VERSION); }

}  // namespace tuf
