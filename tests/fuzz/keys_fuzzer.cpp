// Keys in every form that comes from outside: TUF key objects, PEM, key files. A key that is accepted has one
// identity, however it is spelled (S-02), and reads back from what we write.
#include "libtufcore/error.h"
#include "libtufcore/key_file.h"
#include "libtufcore/key_openssl.h"
#include "tests/fuzz/fuzz.h"

using namespace tuf;
using tuf::fuzz::accepted;
using tuf::fuzz::promise;

namespace {

std::string base64(ByteView bytes) {
  constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    std::uint32_t group = 0;
    for (std::size_t i = 0; i < 3; ++i) {
      group = group << 8 | (at + i < bytes.size() ? static_cast<unsigned char>(bytes[at + i]) : 0);
    }
    for (std::size_t i = 0; i < 4; ++i) {
      text += at + i <= bytes.size() ? digits[group >> (18 - 6 * i) & 63] : '=';
    }
  }
  return text;
}

// In lines of 64, as every program writes it.
std::string pem_of(ByteView der) {
  const std::string text = base64(der);
  std::string pem = "-----BEGIN PUBLIC KEY-----\n";
  for (std::size_t at = 0; at < text.size(); at += 64) pem += text.substr(at, 64) + "\n";
  return pem + "-----END PUBLIC KEY-----\n";
}

void check_pem(std::string_view text) {
  for (const PemScheme scheme : {PemScheme::ecdsa_p256_sha256, PemScheme::rsa_pss_sha256}) {
    const PemKey key = read_pem_key(text, scheme);
    promise(key.problem.empty() != key.der.empty(), "a PEM is a key or has a problem");
    promise(fuzz::is_printable(key.problem), "problems can be printed (P-09)", key.problem);
    if (!key.problem.empty()) continue;
    const PemKey again = read_pem_key(pem_of(key.der), scheme);
    promise(again.problem.empty(), "the one form of a key is a key", again.problem);
    promise(again.der == key.der, "a key has one form (S-02)");
    openssl_signature_is_valid(scheme, key.der, text.substr(0, 72), "message");
  }
}

void check_key(const PublicKey& key, ByteView input) {
  promise(!key.identity().empty(), "a key has an identity");
  const PublicKey again = PublicKey::parse(JsonReader(key.json(), "key"), key.id());
  promise(again == key && again.identity() == key.identity(), "a key reads back from its object");
  promise(key.computed_id().size() == 64, "an id is a SHA-256");
  promise(!signature_is_valid(key, {}, "message"), "no signature is no signature");
  const bool valid = signature_is_valid(key, input.substr(0, 64), "message");
  promise(key.supported() || !valid, "what we do not know never counts (S-20)");
}

void check_key_object(ByteView input) {
  const auto json = accepted([&] { return parse_json(input, "input"); });
  if (!json) return;
  if (const auto key = accepted([&] { return PublicKey::parse(JsonReader(*json, "input"), "id"); }))
    check_key(*key, input);
  const Json::Object* object = json->as_object();
  const auto text = object == nullptr ? Json::Object::const_iterator() : object->find("pem");
  if (object != nullptr && text != object->end() && text->second.as_text() != nullptr)
    check_pem(*text->second.as_text());
}

void check_key_files(ByteView input) {
  if (const auto named = accepted([&] { return parse_public_key_file(input, "input"); })) {
    const auto again = parse_public_key_file(public_key_file_text(*named), "written");
    promise(again.name == named->name && again.key == named->key, "a public key file reads back");
    promise(named->key.supported() && named->key.id() == named->key.computed_id(),
            "its id is the key's hash (S-03)");
  }
  const auto info = accepted([&] { return parse_key_file(input, "input"); });
  // Without a passphrase an encrypted file is refused before any costly derivation.
  const auto secret = accepted([&] { return open_key_file(input, nullptr, "input"); });
  promise(!secret || (info && !info->encrypted), "what opens without a passphrase says so");
  if (!secret) return;
  promise(secret->public_key().identity() == info->public_key.identity(), "both halves are of one key");
  const Bytes text = key_file_text(*secret, info->name, nullptr, PassphraseCost::interactive);
  promise(open_key_file(text, nullptr, "written").public_key() == secret->public_key(),
          "a key file reads back");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  static const bool ready = (initialise_crypto(), true);
  const auto input = fuzz::view(bytes, ready ? size : 0);
  check_pem(input);
  check_key_object(input);
  check_key_files(input);
  return 0;
}
