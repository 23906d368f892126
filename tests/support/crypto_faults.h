#pragma once
// Makes the crypto libraries fail for the life of the object, as they do without memory or with a defect. The
// test program defines the libraries' functions itself and passes calls on (crypto_faults.cpp).

namespace tuf {

class CryptoFaults {
 public:
  CryptoFaults();
  ~CryptoFaults();
  CryptoFaults(const CryptoFaults&) = delete;
  CryptoFaults& operator=(const CryptoFaults&) = delete;

  // The named function answers so, whatever the arguments.
  void ed25519_verify_says(int result);       // crypto_sign_verify_detached: 0 means valid
  void openssl_verify_says(int result);       // EVP_DigestVerify: 1 means valid
  void openssl_verify_init_says(int result);  // EVP_DigestVerifyInit: 1 means done
  void openssl_context_is_null();             // EVP_MD_CTX_new
  void openssl_key_is_null();                 // d2i_PUBKEY

  int ed25519_calls() const;  // since the object was made
  int openssl_calls() const;  // of EVP_DigestVerify
};

}  // namespace tuf
