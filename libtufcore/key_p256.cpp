#include "libtufcore/key_p256.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/obj_mac.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <cstring>

#include "libtufcore/error.h"
#include "libtufcore/openssl_handles.h"

namespace tuf {
namespace {

using namespace openssl;
using SecretNumber = CHandle<BIGNUM, BN_clear_free>;
using Group = CHandle<EC_GROUP, EC_GROUP_free>;
using Point = CHandle<EC_POINT, EC_POINT_free>;
using Signature = CHandle<ECDSA_SIG, ECDSA_SIG_free>;
using Builder = CHandle<OSSL_PARAM_BLD, OSSL_PARAM_BLD_free>;
using Parameters = CHandle<OSSL_PARAM, OSSL_PARAM_free>;
using Info = CHandle<PKCS8_PRIV_KEY_INFO, PKCS8_PRIV_KEY_INFO_free>;

// SubjectPublicKeyInfo of id-ecPublicKey on prime256v1, up to the point.
constexpr unsigned char spki_head[] = {0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48,
                                       0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48,
                                       0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00};
const ByteView spki_head_view(reinterpret_cast<const char*>(spki_head), sizeof spki_head);

Group p256_group() { return Group(EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1)); }

SecretNumber scalar_of(ByteView scalar32, const EC_GROUP* group) {
  SecretNumber scalar(BN_bin2bn(as_unsigned(scalar32), static_cast<int>(scalar32.size()), nullptr));
  if (!scalar || BN_is_zero(scalar.get()) || BN_cmp(scalar.get(), EC_GROUP_get0_order(group)) >= 0)
    return nullptr;
  BN_set_flags(scalar.get(), BN_FLG_CONSTTIME);
  return scalar;
}

Key key_of_scalar(ByteView scalar32) {
  const Group group = p256_group();
  const SecretNumber scalar = scalar_of(scalar32, group.get());
  const Builder builder(OSSL_PARAM_BLD_new());
  const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr));
  if (!scalar || !builder || !context ||
      OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0) != 1 ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_PRIV_KEY, scalar.get()) != 1) {
    return nullptr;
  }
  const Parameters parameters(OSSL_PARAM_BLD_to_param(builder.get()));
  Key key;
  if (!parameters || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), OutParam(key), EVP_PKEY_KEYPAIR, parameters.get()) != 1) {
    return nullptr;
  }
  return key;
}

std::optional<Bytes> fixed_bytes(const BIGNUM* number) {
  Bytes bytes(p256_scalar_bytes, '\0');
  if (BN_bn2binpad(number, as_unsigned(bytes), static_cast<int>(bytes.size())) < 0) return std::nullopt;
  return bytes;
}

// i2d functions allocate what they write.
template <typename Object, typename Write>
std::optional<Bytes> der_of(Object* object, Write write) {
  unsigned char* raw = nullptr;
  const int length = write(object, &raw);
  const CHandle<unsigned char, free_memory> owned(raw);
  if (length <= 0) return std::nullopt;
  return Bytes(reinterpret_cast<const char*>(raw), static_cast<std::size_t>(length));
}

std::optional<PemSecret> ed25519_secret(const EVP_PKEY* key) {
  Bytes seed(32, '\0');
  std::size_t length = seed.size();
  if (EVP_PKEY_get_raw_private_key(key, as_unsigned(seed), &length) != 1 || length != seed.size())
    return std::nullopt;
  return PemSecret{PemSecret::Kind::ed25519, std::move(seed)};
}

std::optional<PemSecret> p256_secret(const EVP_PKEY* key) {
  char group[64] = {};
  std::size_t length = 0;
  if (EVP_PKEY_get_group_name(key, group, sizeof group, &length) != 1) return std::nullopt;
  if (std::string_view(group, length) != "prime256v1") return std::nullopt;
  BIGNUM* raw = nullptr;
  if (EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_PRIV_KEY, &raw) != 1) return std::nullopt;
  const SecretNumber scalar(raw);
  std::optional<Bytes> bytes = fixed_bytes(scalar.get());
  if (!bytes) return std::nullopt;
  return PemSecret{PemSecret::Kind::p256, std::move(*bytes)};
}

}  // namespace

std::optional<Bytes> p256_public_point(ByteView scalar32) {
  const ErrorQueue queue;
  const Group group = p256_group();
  const SecretNumber scalar = scalar_of(scalar32, group.get());
  const Point point(EC_POINT_new(group.get()));
  if (!scalar || !point ||
      EC_POINT_mul(group.get(), point.get(), scalar.get(), nullptr, nullptr, nullptr) != 1) {
    return std::nullopt;
  }
  Bytes bytes(p256_point_bytes, '\0');
  if (EC_POINT_point2oct(group.get(), point.get(), POINT_CONVERSION_UNCOMPRESSED, as_unsigned(bytes),
                         bytes.size(), nullptr) != bytes.size()) {
    return std::nullopt;
  }
  return bytes;
}

Bytes p256_sign(ByteView scalar32, ByteView message) {
  const ErrorQueue queue;
  const Key key = key_of_scalar(scalar32);
  const Context context(EVP_MD_CTX_new());
  Bytes signature(128, '\0');
  std::size_t length = signature.size();
  if (!key || !context || EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key.get()) != 1 ||
      EVP_DigestSign(context.get(), as_unsigned(signature), &length, as_unsigned(message), message.size()) !=
          1) {
    throw other("OpenSSL could not make an ECDSA signature");
  }
  signature.resize(length);
  return signature;
}

std::optional<Bytes> p256_spki(ByteView point65) {
  if (point65.size() != p256_point_bytes || point65.front() != '\x04') return std::nullopt;
  return Bytes(spki_head_view) + Bytes(point65);
}

std::optional<Bytes> p256_point_of_spki(ByteView spki) {
  if (spki.size() != spki_head_view.size() + p256_point_bytes || !spki.starts_with(spki_head_view))
    return std::nullopt;
  return Bytes(spki.substr(spki_head_view.size()));
}

std::optional<Bytes> p256_signature_der(ByteView r, ByteView s) {
  const ErrorQueue queue;
  if (r.size() > p256_scalar_bytes || s.size() > p256_scalar_bytes) return std::nullopt;
  Number r_number(BN_bin2bn(as_unsigned(r), static_cast<int>(r.size()), nullptr));
  Number s_number(BN_bin2bn(as_unsigned(s), static_cast<int>(s.size()), nullptr));
  const Signature signature(ECDSA_SIG_new());
  if (!r_number || !s_number || !signature) return std::nullopt;
  if (ECDSA_SIG_set0(signature.get(), r_number.get(), s_number.get()) != 1) return std::nullopt;
  r_number.release();  // they belong to the signature now
  s_number.release();
  return der_of(signature.get(), i2d_ECDSA_SIG);
}

std::optional<std::pair<Bytes, Bytes>> p256_signature_parts(ByteView der) {
  const ErrorQueue queue;
  const unsigned char* at = as_unsigned(der);
  const Signature signature(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size())));
  if (!signature || at != as_unsigned(der) + der.size()) return std::nullopt;
  std::optional<Bytes> r = fixed_bytes(ECDSA_SIG_get0_r(signature.get()));
  std::optional<Bytes> s = fixed_bytes(ECDSA_SIG_get0_s(signature.get()));
  if (!r || !s) return std::nullopt;
  return std::pair(std::move(*r), std::move(*s));
}

std::optional<Bytes> rsa_spki(ByteView modulus, ByteView exponent) {
  const ErrorQueue queue;
  constexpr std::size_t max_bytes = 16384 / 8;
  if (modulus.size() > max_bytes || exponent.size() > max_bytes) return std::nullopt;
  const Number n(BN_bin2bn(as_unsigned(modulus), static_cast<int>(modulus.size()), nullptr));
  const Number e(BN_bin2bn(as_unsigned(exponent), static_cast<int>(exponent.size()), nullptr));
  const Builder builder(OSSL_PARAM_BLD_new());
  const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr));
  if (!n || !e || !builder || !context ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) != 1 ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) != 1) {
    return std::nullopt;
  }
  const Parameters parameters(OSSL_PARAM_BLD_to_param(builder.get()));
  Key key;
  if (!parameters || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), OutParam(key), EVP_PKEY_PUBLIC_KEY, parameters.get()) != 1) {
    return std::nullopt;
  }
  return der_of(key.get(), i2d_PUBKEY);
}

std::optional<PemSecret> read_pem_secret(std::string_view pem, std::string& problem) {
  const ErrorQueue queue;
  const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  const Info info(bio ? PEM_read_bio_PKCS8_PRIV_KEY_INFO(bio.get(), nullptr, nullptr, nullptr) : nullptr);
  const Key key(info ? EVP_PKCS82PKEY(info.get()) : nullptr);
  if (!key) {
    problem = "is not a PKCS #8 private key in PEM form";
    return std::nullopt;
  }
  std::optional<PemSecret> secret;
  if (EVP_PKEY_get_base_id(key.get()) == EVP_PKEY_ED25519) secret = ed25519_secret(key.get());
  if (EVP_PKEY_get_base_id(key.get()) == EVP_PKEY_EC) secret = p256_secret(key.get());
  if (!secret) problem = "is neither an Ed25519 nor a P-256 key";
  return secret;
}

}  // namespace tuf
