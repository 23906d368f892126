#pragma once
// OpenSSL's objects as values that free themselves; for key_openssl.cpp and key_p256.cpp alone.

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>

#include "libtufcore/bytes.h"
#include "libtufcore/c_handle.h"

namespace tuf::openssl {

inline void free_memory(void* pointer) { OPENSSL_free(pointer); }

using Key = CHandle<EVP_PKEY, EVP_PKEY_free>;
using KeyContext = CHandle<EVP_PKEY_CTX, EVP_PKEY_CTX_free>;
using Context = CHandle<EVP_MD_CTX, EVP_MD_CTX_free>;
using Bio = CHandle<BIO, BIO_free>;
using Number = CHandle<BIGNUM, BN_free>;
template <typename T>
using Allocated = CHandle<T, free_memory>;

// OpenSSL's queue of errors belongs to the thread: what we caused must not surprise libcurl.
struct ErrorQueue {
  ~ErrorQueue() { ERR_clear_error(); }
};

inline const unsigned char* as_unsigned(ByteView bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}
inline unsigned char* as_unsigned(Bytes& bytes) { return reinterpret_cast<unsigned char*>(bytes.data()); }

}  // namespace tuf::openssl
