#include "libtufcore/key_openssl.h"

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <memory>

namespace tuf {
namespace {

template <auto free_function>
struct FreeWith {
  template <typename T>
  void operator()(T* pointer) const noexcept {
    free_function(pointer);
  }
};
using Key = std::unique_ptr<EVP_PKEY, FreeWith<EVP_PKEY_free>>;
using Context = std::unique_ptr<EVP_MD_CTX, FreeWith<EVP_MD_CTX_free>>;
using Bio = std::unique_ptr<BIO, FreeWith<BIO_free>>;
using Number = std::unique_ptr<BIGNUM, FreeWith<BN_free>>;

const unsigned char* as_unsigned(ByteView bytes) { return reinterpret_cast<const unsigned char*>(bytes.data()); }

std::string problem_of_ec(const EVP_PKEY* key) {
  char group[64] = {};
  std::size_t length = 0;
  if (EVP_PKEY_get_base_id(key) != EVP_PKEY_EC) return "is not an elliptic curve key";
  if (EVP_PKEY_get_group_name(key, group, sizeof group, &length) != 1) return "names no curve";
  if (std::string_view(group, length) != "prime256v1") return "is not on curve P-256";
  return {};
}

std::string problem_of_rsa(const EVP_PKEY* key) {
  if (EVP_PKEY_get_base_id(key) != EVP_PKEY_RSA) return "is not an RSA key";
  const int bits = EVP_PKEY_get_bits(key);
  if (bits < 2048 || bits > 16384) return "has not 2048 to 16384 bits";
  BIGNUM* raw = nullptr;
  if (EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_E, &raw) != 1) return "has no exponent";
  const Number exponent(raw);
  if (!BN_is_odd(exponent.get()) || BN_is_one(exponent.get()) || BN_num_bits(exponent.get()) > 64) return "has an unsafe exponent";
  return {};
}

Key key_of_der(ByteView der) {
  const unsigned char* at = as_unsigned(der);
  return Key(d2i_PUBKEY(nullptr, &at, static_cast<long>(der.size())));
}

// OpenSSL reads BER and ignores what follows the SEQUENCE; a DER signature is exactly one short SEQUENCE.
bool is_one_der_sequence(ByteView signature) {
  return signature.size() >= 8 && signature.size() <= 72 && as_unsigned(signature)[0] == 0x30 &&
         as_unsigned(signature)[1] == signature.size() - 2;
}

}  // namespace

PemKey read_pem_key(std::string_view pem, PemScheme scheme) {
  if (pem.size() > 16384) return {{}, "is longer than 16384 bytes"};
  const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  const Key key(bio ? PEM_read_bio_PUBKEY(bio.get(), nullptr, nullptr, nullptr) : nullptr);
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
  if (length <= 0) return {{}, "cannot be written as DER"};
  Bytes der(reinterpret_cast<const char*>(raw), static_cast<std::size_t>(length));
  OPENSSL_free(raw);
  return {std::move(der), {}};
}

bool openssl_signature_is_valid(PemScheme scheme, ByteView der_key, ByteView signature, ByteView message) {
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

}  // namespace tuf
