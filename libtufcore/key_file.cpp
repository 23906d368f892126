#include "libtufcore/key_file.h"

#include <sodium.h>

#include <algorithm>
#include <utility>

#include "libtufcore/canonical_json.h"
#include "libtufcore/error.h"
#include "libtufcore/key_secret.h"

namespace tuf {
namespace {

constexpr std::string_view secret_format = "playground-secret-key/1";
constexpr std::size_t max_name_bytes = 200;

const unsigned char* as_unsigned(ByteView bytes) { return reinterpret_cast<const unsigned char*>(bytes.data()); }
unsigned char* as_unsigned(Bytes& bytes) { return reinterpret_cast<unsigned char*>(bytes.data()); }

Bytes random_bytes(std::size_t size) {
  Bytes bytes(size, '\0');
  randombytes_buf(bytes.data(), size);
  return bytes;
}

struct Derivation {
  std::uint64_t operations;
  std::uint64_t memory;
  Bytes salt;
};

SecretBytes derive(const SecretText& passphrase, const Derivation& by) {
  SecretBytes key = make_secret_bytes(crypto_aead_xchacha20poly1305_ietf_KEYBYTES);
  const std::string_view text = passphrase.view();
  if (crypto_pwhash(key.get(), crypto_aead_xchacha20poly1305_ietf_KEYBYTES, text.data(), text.size(), as_unsigned(by.salt),
                    by.operations, static_cast<std::size_t>(by.memory), crypto_pwhash_ALG_ARGON2ID13) != 0) {
    throw other("not enough memory to derive a key from the passphrase: {} MiB are needed", by.memory >> 20);
  }
  return key;
}

Bytes bytes_member(const JsonReader& json, std::size_t size) {
  auto bytes = hex_decode(json.text(2 * size));
  if (!bytes || bytes->size() != size) json.refuse(fmt::format("{} hex digits", 2 * size));
  return std::move(*bytes);
}

// Everything but the box is authenticated by it: nobody can put another public key or name beside a secret.
Bytes associated_data(const Json& file) {
  Json::Object header = *file.as_object();
  header.erase("box");
  return canonical_json(Json(std::move(header)));
}

Json::Object header_of(const SecretKey& key, std::string_view name) {
  return Json::Object{{"format", secret_format}, {"key", key.public_key().json()}, {"name", name}};
}

Derivation derivation_of(const JsonReader& file) {
  const JsonReader kdf = file["kdf"];
  if (kdf["algorithm"].text(32) != "argon2id13") kdf["algorithm"].refuse("argon2id13");
  // The bounds come first: a hostile file takes neither memory nor time, nor makes a passphrase cheap to guess.
  const auto bounded = [&kdf](std::string_view member, std::uint64_t min, std::uint64_t max) {
    return static_cast<std::uint64_t>(
        kdf[member].whole_number(static_cast<std::int64_t>(min), static_cast<std::int64_t>(max)));
  };
  return {bounded("operations", crypto_pwhash_OPSLIMIT_INTERACTIVE, crypto_pwhash_OPSLIMIT_SENSITIVE),
          bounded("memory", crypto_pwhash_MEMLIMIT_INTERACTIVE, crypto_pwhash_MEMLIMIT_SENSITIVE),
          bytes_member(kdf["salt"], crypto_pwhash_SALTBYTES)};
}

Json parse_checked(ByteView file, std::string_view what) {
  if (file.size() > 65536) throw limit("{} is larger than a key file can be (65536 bytes)", what);
  return parse_json(file, what);
}

PublicKey public_key_of(const JsonReader& file) {
  const JsonReader json = file["key"];
  const KeyId id = PublicKey::parse(json, {}).computed_id();
  PublicKey key = PublicKey::parse(json, id);
  if (!key.supported()) {
    throw refused("{} is of keytype '{}' and scheme '{}', which this program cannot verify", json.where(),
                  escaped(key.keytype()), escaped(key.scheme()));
  }
  return key;
}

KeyFileInfo info_of(const JsonReader& file) {
  if (file["format"].text(64) != secret_format) file["format"].refuse(fmt::format("\"{}\"", secret_format));
  const std::string protection = file["protection"].text(64);
  if (protection != "none" && protection != "passphrase") file["protection"].refuse("\"none\" or \"passphrase\"");
  KeyFileInfo info{file["name"].text(max_name_bytes), public_key_of(file), protection == "passphrase"};
  if (info.public_key.keytype() == "rsa") file["key"].refuse("an Ed25519 or a P-256 key");
  return info;
}

}  // namespace

// Swapping copies nothing that would stay behind in freed memory; the other's buffer is wiped by its owner.
SecretText::SecretText(SecretText&& other) noexcept { std::swap(text_, other.text_); }
SecretText& SecretText::operator=(SecretText&& other) noexcept {
  std::swap(text_, other.text_);
  return *this;
}
SecretText::~SecretText() { sodium_memzero(text_.data(), text_.capacity()); }

Bytes key_file_text(const SecretKey& key, std::string_view name, const SecretText* passphrase, PassphraseCost cost) {
  Json::Object file = header_of(key, name);
  const ByteView seed = KeyFileAccess::seed_of(key);
  if (passphrase == nullptr) {
    file.emplace("protection", "none");
    file.emplace("seed", hex_encode(seed));
    return pretty_json_text(Json(std::move(file))) + "\n";
  }
  const bool quick = cost == PassphraseCost::interactive;
  const Derivation by{quick ? crypto_pwhash_OPSLIMIT_INTERACTIVE : crypto_pwhash_OPSLIMIT_MODERATE,
                      quick ? crypto_pwhash_MEMLIMIT_INTERACTIVE : crypto_pwhash_MEMLIMIT_MODERATE,
                      random_bytes(crypto_pwhash_SALTBYTES)};
  const Bytes nonce = random_bytes(crypto_aead_xchacha20poly1305_ietf_NPUBBYTES);
  file.emplace("protection", "passphrase");
  file.emplace("kdf", Json::Object{{"algorithm", "argon2id13"},
                                   {"operations", by.operations},
                                   {"memory", by.memory},
                                   {"salt", hex_encode(by.salt)}});
  file.emplace("nonce", hex_encode(nonce));
  const Bytes header = associated_data(Json(file));
  const SecretBytes box_key = derive(*passphrase, by);
  Bytes box(seed.size() + crypto_aead_xchacha20poly1305_ietf_ABYTES, '\0');
  crypto_aead_xchacha20poly1305_ietf_encrypt(as_unsigned(box), nullptr, as_unsigned(seed), seed.size(), as_unsigned(header),
                                             header.size(), nullptr, as_unsigned(nonce), box_key.get());
  file.emplace("box", hex_encode(box));
  return pretty_json_text(Json(std::move(file))) + "\n";
}

KeyFileInfo parse_key_file(ByteView file, std::string_view what) {
  const Json json = parse_checked(file, what);
  return info_of(JsonReader(json, std::string(what)));
}

SecretKey open_key_file(ByteView file, const SecretText* passphrase, std::string_view what) {
  const Json json = parse_checked(file, what);
  const JsonReader reader(json, std::string(what));
  const KeyFileInfo info = info_of(reader);
  const SecretBytes seed = make_secret_bytes(crypto_sign_SEEDBYTES);
  const ByteView seed_view(reinterpret_cast<const char*>(seed.get()), crypto_sign_SEEDBYTES);
  if (!info.encrypted) {
    Bytes plain = bytes_member(reader["seed"], crypto_sign_SEEDBYTES);
    std::copy(plain.begin(), plain.end(), seed.get());
    sodium_memzero(plain.data(), plain.size());
  } else {
    if (passphrase == nullptr) {
      throw forbidden("{} is encrypted and needs its passphrase", what)
          .with_hint("--passphrase-file FILE, or PG_PASSPHRASE in the environment");
    }
    const Derivation by = derivation_of(reader);
    const Bytes nonce = bytes_member(reader["nonce"], crypto_aead_xchacha20poly1305_ietf_NPUBBYTES);
    const Bytes box = bytes_member(reader["box"], crypto_sign_SEEDBYTES + crypto_aead_xchacha20poly1305_ietf_ABYTES);
    const Bytes header = associated_data(json);
    const SecretBytes box_key = derive(*passphrase, by);
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(seed.get(), nullptr, nullptr, as_unsigned(box), box.size(),
                                                   as_unsigned(header), header.size(), as_unsigned(nonce), box_key.get()) != 0) {
      throw forbidden("wrong passphrase for {} (or the file was changed)", what);
    }
  }
  const bool is_ed25519 = info.public_key.scheme() == "ed25519";
  SecretKey key = is_ed25519 ? SecretKey::from_seed(seed_view) : SecretKey::from_p256(seed_view);
  if (key.public_key().identity() != info.public_key.identity()) {
    throw refused("{} is damaged: its secret half does not belong to its public half", what);
  }
  return key;
}

Bytes public_key_file_text(const NamedPublicKey& key) {
  return json_text(Json::Object{{"key", key.key.json()}, {"name", key.name}}) + "\n";
}

NamedPublicKey parse_public_key_file(ByteView file, std::string_view what) {
  const Json json = parse_checked(file, what);
  const JsonReader reader(json, std::string(what));
  NamedPublicKey read{reader["name"].text(max_name_bytes), public_key_of(reader)};
  if (const auto id = reader.find("keyid"); id && id->text(256) != read.key.id()) {
    id->refuse(fmt::format("{}, the SHA-256 of the key", read.key.id()));
  }
  return read;
}

}  // namespace tuf
