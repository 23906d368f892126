#include "tests/support/openssl_signer.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include "libtufcore/c_handle.h"
#include "libtufcore/error.h"

namespace tuf {
namespace {

using Key = CHandle<EVP_PKEY, EVP_PKEY_free>;
using Context = CHandle<EVP_MD_CTX, EVP_MD_CTX_free>;
using Bio = CHandle<BIO, BIO_free_all>;

void must(bool went_well, const char* what) {
  if (!went_well) throw bug("OpenSSL cannot {}", what);
}

const unsigned char* as_unsigned(ByteView bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

}  // namespace

struct OpensslSigner::State {
  Kind kind;
  Key key;
};

OpensslSigner::OpensslSigner(Kind kind)
    : state_(std::make_unique<State>(
          State{kind, Key(kind == Kind::ecdsa_p256 ? EVP_EC_gen("P-256") : EVP_RSA_gen(2048))})) {
  must(state_->key != nullptr, "make a key");
}

OpensslSigner::~OpensslSigner() = default;

std::string OpensslSigner::public_pem() const {
  const Bio bio(BIO_new(BIO_s_mem()));
  must(PEM_write_bio_PUBKEY(bio.get(), state_->key.get()) == 1, "write a key");
  char* text = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &text);
  return std::string(text, static_cast<std::size_t>(size));
}

Bytes OpensslSigner::sign(ByteView message, const std::string& padding, int salt_bytes) const {
  const Context context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* options = nullptr;
  must(EVP_DigestSignInit(context.get(), &options, EVP_sha256(), nullptr, state_->key.get()) == 1, "begin");
  if (state_->kind == Kind::rsa_2048 && padding == "pss") {
    must(EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING) == 1, "use PSS");
    must(EVP_PKEY_CTX_set_rsa_pss_saltlen(options, salt_bytes) == 1, "use the salt");
  }
  std::size_t size = 0;
  must(EVP_DigestSign(context.get(), nullptr, &size, as_unsigned(message), message.size()) == 1, "measure");
  Bytes signature(size, '\0');
  must(EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                      as_unsigned(message), message.size()) == 1,
       "sign");
  signature.resize(size);
  return signature;
}

}  // namespace tuf
