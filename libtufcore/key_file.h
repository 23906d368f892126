#pragma once
// The encrypted file that holds a secret key, as bytes (docs/formats.md): JSON with Argon2id parameters, salt, nonce and
// the XChaCha20-Poly1305 box of the seed; everything else in the file is authenticated as associated data.
// Stored parameters above libsodium's "sensitive" are refused before any memory is taken (a hostile file is no bomb).

#include <optional>
#include <string>

#include "libtufcore/key.h"

namespace tuf {

// Text that is wiped when it goes (passphrases). Move only.
class SecretText {
 public:
  explicit SecretText(std::string text) noexcept : text_(std::move(text)) {}
  SecretText(SecretText&& other) noexcept;
  SecretText& operator=(SecretText&& other) noexcept;
  ~SecretText();
  std::string_view view() const noexcept { return text_; }

 private:
  std::string text_;
};

enum class PassphraseCost { interactive, moderate };  // moderate (256 MiB, about 0.8 s) for people; interactive for tests

// What can be read without the passphrase.
struct KeyFileInfo {
  std::string name;           // the person's or the key's name, as given to `pgsign key new`
  PublicKey public_key;
  bool encrypted;
};

Bytes key_file_text(const SecretKey& key, std::string_view name, const SecretText* passphrase, PassphraseCost cost);
KeyFileInfo parse_key_file(ByteView file, std::string_view what);
// Throws forbidden when the passphrase is wrong (or missing for an encrypted key).
SecretKey open_key_file(ByteView file, const SecretText* passphrase, std::string_view what);

// The public half for others: {"name": ..., "key": {TUF key object}}.
struct NamedPublicKey {
  std::string name;
  PublicKey key;
};
Bytes public_key_file_text(const NamedPublicKey& key);
NamedPublicKey parse_public_key_file(ByteView file, std::string_view what);   // also refuses an id that is not the key's hash

}  // namespace tuf
