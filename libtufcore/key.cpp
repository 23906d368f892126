#include "libtufcore/key.h"

#include <sodium.h>

#include <algorithm>

#include "libtufcore/canonical_json.h"
#include "libtufcore/digest.h"
#include "libtufcore/error.h"
#include "libtufcore/key_openssl.h"
#include "libtufcore/key_p256.h"
#include "libtufcore/key_secret.h"

namespace tuf {
namespace {

enum class Scheme { ed25519, ecdsa_p256, rsa_pss, unknown };

// The closed table: the verifier follows from the key's own pair of words, never from the signature (S-06).
Scheme scheme_of(std::string_view keytype, std::string_view scheme) {
  if (keytype == "ed25519" && scheme == "ed25519") return Scheme::ed25519;
  if ((keytype == "ecdsa" || keytype == "ecdsa-sha2-nistp256") && scheme == "ecdsa-sha2-nistp256") return Scheme::ecdsa_p256;
  if (keytype == "rsa" && scheme == "rsassa-pss-sha256") return Scheme::rsa_pss;
  return Scheme::unknown;
}

const unsigned char* as_unsigned(ByteView bytes) { return reinterpret_cast<const unsigned char*>(bytes.data()); }

Bytes identity_of(Scheme scheme, const JsonReader& public_value) {
  if (scheme == Scheme::ed25519) {
    auto raw = hex_decode(public_value.text(16384));
    if (!raw || raw->size() != crypto_sign_PUBLICKEYBYTES) public_value.refuse("64 hex digits, an Ed25519 key");
    return *raw;
  }
  const auto pem_scheme = scheme == Scheme::ecdsa_p256 ? PemScheme::ecdsa_p256_sha256 : PemScheme::rsa_pss_sha256;
  PemKey key = read_pem_key(public_value.text(16384), pem_scheme);
  if (!key.problem.empty()) throw refused("{} {}", public_value.where(), key.problem);
  return key.der;
}

}  // namespace

PublicKey PublicKey::parse(const JsonReader& json, KeyId declared_id) {
  PublicKey key;
  key.id_ = std::move(declared_id);
  key.keytype_ = json["keytype"].text(64);
  key.scheme_ = json["scheme"].text(64);
  key.json_ = json.json();
  const JsonReader keyval = json["keyval"];
  const Scheme scheme = scheme_of(key.keytype_, key.scheme_);
  if (scheme == Scheme::unknown) {
    keyval.members(64);  // must be an object
    key.identity_ = canonical_json(
        Json::Object{{"keytype", key.keytype_}, {"keyval", keyval.json()}, {"scheme", key.scheme_}});
  } else {
    key.identity_ = identity_of(scheme, keyval["public"]);
  }
  return key;
}

PublicKey PublicKey::ed25519(ByteView raw32) {
  if (raw32.size() != crypto_sign_PUBLICKEYBYTES) throw bug("an Ed25519 public key has 32 bytes, not {}", raw32.size());
  const Json json = Json::Object{{"keytype", "ed25519"},
                                 {"scheme", "ed25519"},
                                 {"keyval", Json::Object{{"public", hex_encode(raw32)}}}};
  PublicKey key = parse(JsonReader(json, "key"), {});
  key.id_ = key.computed_id();
  return key;
}

PublicKey PublicKey::p256(ByteView spki) { return of_spki("ecdsa", "ecdsa-sha2-nistp256", spki); }
PublicKey PublicKey::rsa_pss(ByteView spki) { return of_spki("rsa", "rsassa-pss-sha256", spki); }

PublicKey PublicKey::of_spki(std::string_view keytype, std::string_view scheme, ByteView spki) {
  const Json json = Json::Object{{"keytype", keytype},
                                 {"scheme", scheme},
                                 {"keyval", Json::Object{{"public", pem_text("PUBLIC KEY", spki)}}}};
  PublicKey key = parse(JsonReader(json, "key"), {});
  key.id_ = key.computed_id();
  return key;
}

KeyId PublicKey::computed_id() const { return sha256_of(canonical_json(json_)).hex(); }

bool PublicKey::supported() const noexcept { return scheme_of(keytype_, scheme_) != Scheme::unknown; }

bool signature_is_valid(const PublicKey& key, ByteView signature, ByteView message) {
  switch (scheme_of(key.keytype(), key.scheme())) {
    case Scheme::ed25519:
      return signature.size() == crypto_sign_BYTES &&
             crypto_sign_verify_detached(as_unsigned(signature), as_unsigned(message), message.size(),
                                         as_unsigned(key.identity())) == 0;
    case Scheme::ecdsa_p256:
      return openssl_signature_is_valid(PemScheme::ecdsa_p256_sha256, key.identity(), signature, message);
    case Scheme::rsa_pss:
      return openssl_signature_is_valid(PemScheme::rsa_pss_sha256, key.identity(), signature, message);
    case Scheme::unknown: return false;
  }
  return false;
}

void SodiumFree::operator()(unsigned char* pointer) const noexcept { sodium_free(pointer); }

SecretBytes make_secret_bytes(std::size_t size) {
  SecretBytes bytes(static_cast<unsigned char*>(sodium_malloc(size)));
  if (!bytes) throw other("cannot get {} bytes of guarded memory for a secret key", size).with_hint("raise 'ulimit -l'");
  return bytes;
}

struct SecretKey::State {
  SecretBytes secret;  // Ed25519: libsodium's form, seed, then public key; P-256: the scalar
  PublicKey public_key;
};

SecretKey::SecretKey(std::unique_ptr<State> state) : state_(std::move(state)) {}
SecretKey::SecretKey(SecretKey&&) noexcept = default;
SecretKey& SecretKey::operator=(SecretKey&&) noexcept = default;
SecretKey::~SecretKey() = default;

SecretKey SecretKey::generate() {
  const SecretBytes seed = make_secret_bytes(crypto_sign_SEEDBYTES);
  randombytes_buf(seed.get(), crypto_sign_SEEDBYTES);
  return from_seed(ByteView(reinterpret_cast<const char*>(seed.get()), crypto_sign_SEEDBYTES));
}

SecretKey SecretKey::from_seed(ByteView seed32) {
  if (seed32.size() != crypto_sign_SEEDBYTES) throw bug("an Ed25519 seed has 32 bytes, not {}", seed32.size());
  SecretBytes secret = make_secret_bytes(crypto_sign_SECRETKEYBYTES);
  Bytes public_half(crypto_sign_PUBLICKEYBYTES, '\0');
  crypto_sign_seed_keypair(reinterpret_cast<unsigned char*>(public_half.data()), secret.get(), as_unsigned(seed32));
  return SecretKey(std::make_unique<State>(State{std::move(secret), PublicKey::ed25519(public_half)}));
}

SecretKey SecretKey::from_p256(ByteView scalar32) {
  const std::optional<Bytes> point =
      scalar32.size() == p256_scalar_bytes ? p256_public_point(scalar32) : std::nullopt;
  if (!point) throw refused("the secret half of the key is no number of curve P-256");
  SecretBytes secret = make_secret_bytes(p256_scalar_bytes);
  std::copy(scalar32.begin(), scalar32.end(), secret.get());
  return SecretKey(std::make_unique<State>(State{std::move(secret), PublicKey::p256(*p256_spki(*point))}));
}

const PublicKey& SecretKey::public_key() const noexcept { return state_->public_key; }

Bytes SecretKey::sign(ByteView message) const {
  if (public_key().scheme() != "ed25519") return p256_sign(KeyFileAccess::seed_of(*this), message);
  Bytes signature(crypto_sign_BYTES, '\0');
  crypto_sign_detached(reinterpret_cast<unsigned char*>(signature.data()), nullptr, as_unsigned(message), message.size(),
                       state_->secret.get());
  return signature;
}

ByteView KeyFileAccess::seed_of(const SecretKey& key) noexcept {
  return ByteView(reinterpret_cast<const char*>(key.state_->secret.get()), crypto_sign_SEEDBYTES);
}

void initialise_crypto() {
  if (sodium_init() < 0) throw bug("libsodium cannot be initialised");
}

std::vector<std::string> crypto_libraries() {
  return {fmt::format("libsodium {}", sodium_version_string()), openssl_version()};
}

}  // namespace tuf
