#pragma once
// Keys in PKCS #11 tokens (YubiKey, Nitrokey, smart cards, HSMs, SoftHSM), named by RFC 7512 URIs: Ed25519,
// ECDSA on P-256, RSA-PSS. How a token's key and signature become TUF's: docs/formats.md.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "libtufcore/key_file.h"
#include "libtufcore/signing_key.h"

namespace tuf {

struct TokenKey {
  std::string uri;  // exact: with token, key and module
  PublicKey key;
};
// The one key that `uri` leads to. Throws not_found, usage (several), refused (of a kind that TUF has not).
TokenKey find_token_key(const std::string& uri);
// Asks for the PIN at the first signature, once.
std::unique_ptr<SigningKey> open_token_key(
    const std::string& uri, const PublicKey* pinned,
    std::function<SecretText(const std::string& token, bool last_try)> ask_pin);

struct FoundModule {
  std::string path;
  std::string problem;              // why it does not work
  std::vector<std::string> tokens;  // labels
  std::vector<std::string> uris;    // of the keys that the tokens show without a PIN
};
std::vector<FoundModule> find_modules();

}  // namespace tuf
