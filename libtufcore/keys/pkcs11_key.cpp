#include "libtufcore/keys/pkcs11_key.h"

#include <algorithm>

#include "libtufcore/digest.h"
#include "libtufcore/error.h"
#include "libtufcore/key_p256.h"
#include "libtufcore/keys/pkcs11_token.h"

namespace tuf {
namespace {

constexpr const char* list_hint = "'pgsign key backends' lists the tokens and their keys";
constexpr ByteView p256_name("\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07", 10);  // prime256v1

struct Place {
  std::shared_ptr<const TokenModule> module;
  TokenModule::Slot slot;
};

std::vector<std::string> modules_for(P11KitUri* uri) {
  if (const char* path = p11_kit_uri_get_module_path(uri)) return {path};
  return module_paths();
}

// The one token that the URI means.
Place find_place(const std::string& text, P11KitUri* uri) {
  std::vector<Place> places;
  for (const std::string& path : modules_for(uri)) {
    const auto module = std::make_shared<const TokenModule>(path);
    for (const TokenModule::Slot& slot : module->tokens()) {
      CK_TOKEN_INFO token = slot.token;
      if (p11_kit_uri_match_token_info(uri, &token) == 1) places.push_back({module, slot});
    }
    if (!places.empty()) break;
  }
  if (places.empty())
    throw not_found("no token is there that '{}' means", escaped(text)).with_hint(list_hint);
  if (places.size() > 1) {
    throw usage("'{}' may mean token '{}' or '{}'", escaped(text), label_of(places[0].slot.token),
                label_of(places[1].slot.token))
        .with_hint("name the token: pkcs11:token=LABEL;object=LABEL");
  }
  return std::move(places.front());
}

std::vector<CK_ATTRIBUTE> attributes_of(P11KitUri* uri) {
  CK_ULONG count = 0;
  const CK_ATTRIBUTE* attributes = p11_kit_uri_get_attributes(uri, &count);
  return {attributes, attributes + count};
}

CK_OBJECT_HANDLE only_one(const std::vector<CK_OBJECT_HANDLE>& found, const std::string& uri,
                          const char* half) {
  if (found.empty())
    throw not_found("the token shows no {} key that '{}' means", half, escaped(uri)).with_hint(list_hint);
  if (found.size() > 1) {
    throw usage("'{}' may mean {} {} keys of the token", escaped(uri), found.size(), half)
        .with_hint("name one: pkcs11:token=LABEL;id=%02 or pkcs11:token=LABEL;object=LABEL");
  }
  return found.front();
}

// An elliptic curve's point: an OCTET STRING in SoftHSM2, a BIT STRING or the bare bytes elsewhere.
Bytes bare_point(Bytes value, std::size_t size) {
  if (value.size() == size + 2 && value.starts_with("\x04")) return value.substr(2);
  if (value.size() == size + 3 && value.starts_with("\x03")) return value.substr(3);
  return value;
}

PublicKey public_key_of(const TokenSession& session, CK_OBJECT_HANDLE object, const std::string& uri) {
  const auto needed = [&](CK_ATTRIBUTE_TYPE type) {
    std::optional<Bytes> value = session.attribute(object, type);
    if (!value) throw refused("the token does not show the public key of '{}' whole", escaped(uri));
    return std::move(*value);
  };
  const std::optional<CK_ULONG> type = session.number(object, CKA_KEY_TYPE);
  if (type == CKK_EC_EDWARDS) {
    const Bytes point = bare_point(needed(CKA_EC_POINT), 32);
    if (point.size() == 32) return PublicKey::ed25519(point);
  } else if (type == CKK_EC) {
    const std::optional<Bytes> spki = p256_spki(bare_point(needed(CKA_EC_POINT), p256_point_bytes));
    if (needed(CKA_EC_PARAMS) == p256_name && spki) return PublicKey::p256(*spki);
  } else if (type == CKK_RSA) {
    if (const std::optional<Bytes> spki = rsa_spki(needed(CKA_MODULUS), needed(CKA_PUBLIC_EXPONENT)))
      return PublicKey::rsa_pss(*spki);
  }
  throw refused("the token's key '{}' is of a kind that cannot be used; Ed25519, P-256 and RSA can",
                escaped(uri));
}

// As exact as it can be, so that the same key is found when other tokens are plugged in.
std::string exact_uri(const std::string& text, const Place& place, const TokenSession& session,
                      CK_OBJECT_HANDLE object) {
  const TokenUri uri = parse_token_uri(text);
  CK_TOKEN_INFO& token = *p11_kit_uri_get_token_info(uri.get());
  std::copy_n(place.slot.token.label, sizeof token.label, token.label);
  std::copy_n(place.slot.token.serialNumber, sizeof token.serialNumber, token.serialNumber);
  p11_kit_uri_clear_attribute(uri.get(), CKA_CLASS);
  const auto set = [&](CK_ATTRIBUTE_TYPE type, Bytes value) {
    if (value.empty()) return;
    CK_ATTRIBUTE attribute{type, value.data(), value.size()};
    p11_kit_uri_set_attribute(uri.get(), &attribute);
  };
  Bytes id = session.attribute(object, CKA_ID).value_or("");
  if (!id.empty())
    p11_kit_uri_clear_attribute(uri.get(), CKA_LABEL);  // the private half may have another label
  set(CKA_LABEL, id.empty() ? session.attribute(object, CKA_LABEL).value_or("") : "");
  set(CKA_ID, std::move(id));
  p11_kit_uri_set_module_path(uri.get(), place.module->path().c_str());
  return text_of(uri.get());
}

class KeyInToken final : public SigningKey {
 public:
  KeyInToken(const std::string& uri, const Place& place, PublicKey key, AskPin ask_pin)
      : SigningKey(std::move(key), fmt::format("token '{}'", label_of(place.slot.token))),
        uri_(uri),
        ask_pin_(std::move(ask_pin)),
        session_(place.module, place.slot.id) {}

 private:
  CK_OBJECT_HANDLE private_key() {
    if (!private_key_) {
      session_.log_in(ask_pin_);
      const TokenUri uri = parse_token_uri(uri_);
      private_key_ = only_one(session_.find(CKO_PRIVATE_KEY, attributes_of(uri.get())), uri_, "secret");
      const std::optional<Bytes> each_time = session_.attribute(*private_key_, CKA_ALWAYS_AUTHENTICATE);
      pin_each_time_ = each_time && *each_time == Bytes(1, '\x01');
    }
    return *private_key_;
  }

  Bytes make_signature(ByteView message) override {
    const CK_OBJECT_HANDLE key = private_key();
    if (public_key().scheme() == "ed25519")
      return session_.sign(key, {CKM_EDDSA, nullptr, 0}, message, pin_each_time_);
    if (public_key().scheme() == "rsassa-pss-sha256") {
      CK_RSA_PKCS_PSS_PARAMS pss{CKM_SHA256, CKG_MGF1_SHA256, 32};
      return session_.sign(key, {CKM_SHA256_RSA_PKCS_PSS, &pss, sizeof pss}, message, pin_each_time_);
    }
    // Hashed here: not every token has ECDSA with SHA-256 in one.
    const Bytes both =
        session_.sign(key, {CKM_ECDSA, nullptr, 0}, sha256_of(message).bytes(), pin_each_time_);
    const std::size_t half = p256_scalar_bytes;
    const std::optional<Bytes> der =
        both.size() == 2 * half ? p256_signature_der(both.substr(0, half), both.substr(half)) : std::nullopt;
    if (!der) throw refused("{} gave an ECDSA signature of {} bytes, not {}", place(), both.size(), 2 * half);
    return *der;
  }

  std::string uri_;
  AskPin ask_pin_;
  TokenSession session_;
  std::optional<CK_OBJECT_HANDLE> private_key_;
  bool pin_each_time_ = false;
};

std::vector<std::string> keys_shown(const std::shared_ptr<const TokenModule>& module,
                                    const TokenModule::Slot& slot) {
  std::vector<std::string> uris;
  const TokenSession session(module, slot.id);
  for (const CK_OBJECT_HANDLE object : session.find(CKO_PUBLIC_KEY, {})) {
    uris.push_back(exact_uri("pkcs11:", {module, slot}, session, object));
  }
  return uris;
}

FoundModule describe(const std::string& path) {
  FoundModule found{path, {}, {}, {}};
  const auto module = std::make_shared<const TokenModule>(path);
  for (const TokenModule::Slot& slot : module->tokens()) {
    found.tokens.push_back(label_of(slot.token));
    for (std::string& uri : keys_shown(module, slot)) found.uris.push_back(std::move(uri));
  }
  return found;
}

}  // namespace

TokenKey find_token_key(const std::string& text) {
  const TokenUri uri = parse_token_uri(text);
  const Place place = find_place(text, uri.get());
  const TokenSession session(place.module, place.slot.id);
  const CK_OBJECT_HANDLE object =
      only_one(session.find(CKO_PUBLIC_KEY, attributes_of(uri.get())), text, "public");
  return {exact_uri(text, place, session, object), public_key_of(session, object, text)};
}

std::unique_ptr<SigningKey> open_token_key(const std::string& text, const PublicKey* pinned, AskPin ask_pin) {
  if (pinned == nullptr) {
    const TokenKey found = find_token_key(text);
    return open_token_key(found.uri, &found.key, std::move(ask_pin));
  }
  const TokenUri uri = parse_token_uri(text);
  return std::make_unique<KeyInToken>(text, find_place(text, uri.get()), *pinned, std::move(ask_pin));
}

std::vector<FoundModule> find_modules() {
  std::vector<FoundModule> modules;
  for (const std::string& path : module_paths()) {
    try {
      modules.push_back(describe(path));
    } catch (const Error& error) {
      modules.push_back({path, error.what(), {}, {}});
    }
  }
  return modules;
}

}  // namespace tuf
