#include "tests/support/crypto_faults.h"

#include <dlfcn.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <sodium.h>

#include <optional>

namespace {

struct Faults {
  std::optional<int> ed25519, verify, verify_init;
  bool no_context = false, no_key = false;
  int ed25519_calls = 0, openssl_calls = 0;
};

Faults faults;

// The library's own function behind the one that this program puts before it.
template <typename Function>
Function* next(const char* name) {
  return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

}  // namespace

extern "C" {

int crypto_sign_verify_detached(const unsigned char* sig, const unsigned char* m, unsigned long long mlen,
                                const unsigned char* pk) {
  static const auto real = next<decltype(crypto_sign_verify_detached)>("crypto_sign_verify_detached");
  ++faults.ed25519_calls;
  return faults.ed25519 ? *faults.ed25519 : real(sig, m, mlen, pk);
}

int EVP_DigestVerify(EVP_MD_CTX* ctx, const unsigned char* sig, size_t siglen, const unsigned char* tbs,
                     size_t tbslen) {
  static const auto real = next<decltype(EVP_DigestVerify)>("EVP_DigestVerify");
  ++faults.openssl_calls;
  return faults.verify ? *faults.verify : real(ctx, sig, siglen, tbs, tbslen);
}

int EVP_DigestVerifyInit(EVP_MD_CTX* ctx, EVP_PKEY_CTX** pctx, const EVP_MD* type, ENGINE* e,
                         EVP_PKEY* pkey) {
  static const auto real = next<decltype(EVP_DigestVerifyInit)>("EVP_DigestVerifyInit");
  return faults.verify_init ? *faults.verify_init : real(ctx, pctx, type, e, pkey);
}

EVP_MD_CTX* EVP_MD_CTX_new(void) {
  static const auto real = next<decltype(EVP_MD_CTX_new)>("EVP_MD_CTX_new");
  return faults.no_context ? nullptr : real();
}

EVP_PKEY* d2i_PUBKEY(EVP_PKEY** a, const unsigned char** pp, long length) {
  static const auto real = next<decltype(d2i_PUBKEY)>("d2i_PUBKEY");
  return faults.no_key ? nullptr : real(a, pp, length);
}

}  // extern "C"

namespace tuf {

CryptoFaults::CryptoFaults() { faults = {}; }
CryptoFaults::~CryptoFaults() { faults = {}; }
void CryptoFaults::ed25519_verify_says(int result) { faults.ed25519 = result; }
void CryptoFaults::openssl_verify_says(int result) { faults.verify = result; }
void CryptoFaults::openssl_verify_init_says(int result) { faults.verify_init = result; }
void CryptoFaults::openssl_context_is_null() { faults.no_context = true; }
void CryptoFaults::openssl_key_is_null() { faults.no_key = true; }
int CryptoFaults::ed25519_calls() const { return faults.ed25519_calls; }
int CryptoFaults::openssl_calls() const { return faults.openssl_calls; }

}  // namespace tuf
