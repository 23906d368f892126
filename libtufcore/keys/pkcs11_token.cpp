#include "libtufcore/keys/pkcs11_token.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "libtufcore/error.h"

namespace tuf {
namespace {

constexpr std::size_t max_attribute_bytes = 16384;
constexpr std::size_t max_signature_bytes = 4096;
constexpr CK_ULONG max_slots = 256;
constexpr CK_ULONG max_objects = 256;

std::string words_of(CK_RV result) { return escaped(p11_kit_strerror(result)); }

// What the token says about its PIN, for the message that a PIN was wrong.
std::string tries_left(CK_FLAGS flags) {
  if (flags & CKF_USER_PIN_LOCKED) return "; it is locked now";
  if (flags & CKF_USER_PIN_FINAL_TRY) return "; one more wrong PIN locks it";
  if (flags & CKF_USER_PIN_COUNT_LOW) return "; wrong ones were given since the last right one";
  return "";
}

}  // namespace

TokenUri parse_token_uri(const std::string& text) {
  TokenUri uri(p11_kit_uri_new());
  const int result = p11_kit_uri_parse(text.c_str(), P11_KIT_URI_FOR_ANY, uri.get());
  if (result != P11_KIT_URI_OK) {
    throw usage("'{}' is no PKCS #11 URI: {}", escaped(text), p11_kit_uri_message(result))
        .with_hint("pkcs11:token=LABEL;object=LABEL; 'pgsign key backends' lists what is there");
  }
  if (p11_kit_uri_any_unrecognized(uri.get())) {
    throw usage("'{}' has a part that is not known here", escaped(text))
        .with_hint("pkcs11:token=LABEL;object=LABEL");
  }
  if (p11_kit_uri_get_pin_value(uri.get()) != nullptr || p11_kit_uri_get_pin_source(uri.get()) != nullptr) {
    throw usage("a PKCS #11 URI is no place for a PIN")
        .with_hint("--pin-file FILE, PG_PIN, or type it when you are asked");
  }
  return uri;
}

std::string text_of(P11KitUri* uri) {
  char* text = nullptr;
  if (p11_kit_uri_format(uri, P11_KIT_URI_FOR_ANY, &text) != P11_KIT_URI_OK)
    throw bug("a PKCS #11 URI cannot be written");
  std::string copy(text);
  std::free(text);
  return copy;
}

std::vector<std::string> module_paths() {
  if (const char* set = std::getenv("PG_PKCS11_MODULE"); set != nullptr && *set != '\0') return {set};
  // Not those of TPMs: they complain at length where there is none.
  constexpr const char* folders[] = {
      "/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64", "/usr/lib", "/usr/local/lib",
      "/opt/homebrew/lib"};
  constexpr const char* files[] = {"libykcs11.so.2", "libykcs11.dylib", "opensc-pkcs11.so",
                                   "softhsm/libsofthsm2.so"};
  std::vector<std::string> paths;
  for (const char* file : files) {
    for (const char* folder : folders) {
      const std::filesystem::path path = std::filesystem::path(folder) / file;
      std::error_code failed;
      const std::filesystem::path real =
          std::filesystem::canonical(path, failed);  // one library may have two names
      if (!failed && std::find(paths.begin(), paths.end(), real.string()) == paths.end())
        paths.push_back(real.string());
    }
  }
  return paths;
}

std::string label_of(const CK_TOKEN_INFO& token) {
  std::string_view label(reinterpret_cast<const char*>(token.label), sizeof token.label);
  while (label.ends_with(' ') || label.ends_with('\0')) label.remove_suffix(1);
  return escaped(label);
}

TokenModule::TokenModule(std::string path)
    : path_(std::move(path)), functions_(p11_kit_module_load(path_.c_str(), 0)) {
  const std::string shown = escaped(path_, 1024);
  if (functions_ == nullptr) {
    const char* message = p11_kit_message();
    throw not_found("cannot load the PKCS #11 module '{}': {}", shown,
                    escaped(message == nullptr ? "no reason given" : message, 512))
        .with_hint(
            "install the module of your token, for example opensc-pkcs11 or ykcs11, or name it: "
            "PG_PKCS11_MODULE=PATH");
  }
  const CK_RV result = p11_kit_module_initialize(functions_);
  if (result == CKR_OK) return;
  p11_kit_module_release(functions_);
  throw other("the PKCS #11 module '{}' does not start: {}", shown, words_of(result));
}

TokenModule::~TokenModule() {
  p11_kit_module_finalize(functions_);
  p11_kit_module_release(functions_);
}

std::vector<TokenModule::Slot> TokenModule::tokens() const {
  CK_SLOT_ID ids[max_slots];
  CK_ULONG count = max_slots;
  const CK_RV result = functions_->C_GetSlotList(CK_TRUE, ids, &count);
  if (result != CKR_OK)
    throw other("the PKCS #11 module '{}' does not list its tokens: {}", escaped(path_, 1024),
                words_of(result));
  std::vector<Slot> slots;
  for (CK_ULONG i = 0; i < std::min(count, max_slots); ++i) {
    Slot slot{ids[i], {}};
    if (functions_->C_GetTokenInfo(ids[i], &slot.token) != CKR_OK) continue;  // taken out meanwhile
    if (slot.token.flags & CKF_TOKEN_INITIALIZED) slots.push_back(slot);
  }
  return slots;
}

TokenSession::TokenSession(std::shared_ptr<const TokenModule> module, CK_SLOT_ID slot)
    : module_(std::move(module)), token_(module_->functions()), slot_(slot) {
  check(token_->C_OpenSession(slot_, CKF_SERIAL_SESSION, nullptr, nullptr, &session_), "open a session");
}

TokenSession::~TokenSession() { token_->C_CloseSession(session_); }

CK_TOKEN_INFO TokenSession::info() const {
  CK_TOKEN_INFO token{};
  check(token_->C_GetTokenInfo(slot_, &token), "say what it is");
  return token;
}

std::string TokenSession::label() const { return label_of(info()); }

void TokenSession::check(CK_RV result, const char* doing) const {
  if (result != CKR_OK) throw other("the token does not {}: {}", doing, words_of(result));
}

void TokenSession::log_in(const AskPin& ask) {
  const CK_TOKEN_INFO token = info();
  if (logged_in_ || (token.flags & CKF_LOGIN_REQUIRED) == 0) return;
  const std::string name = label_of(token);
  if (token.flags & CKF_USER_PIN_LOCKED) {
    throw forbidden("token '{}' is locked: too many wrong PINs", name)
        .with_hint("unlock it with its PUK and its own tool");
  }
  if ((token.flags & CKF_USER_PIN_INITIALIZED) == 0) {
    throw forbidden("token '{}' has no PIN yet", name).with_hint("set one with the token's own tool");
  }
  const bool has_keypad = (token.flags & CKF_PROTECTED_AUTHENTICATION_PATH) != 0;
  if (!has_keypad) pin_ = ask(name, (token.flags & CKF_USER_PIN_FINAL_TRY) != 0);
  try_pin(CKU_USER);
  logged_in_ = true;
}

void TokenSession::log_in_for_one_signature() { try_pin(CKU_CONTEXT_SPECIFIC); }

// Once. Whatever the token answers, the same PIN is not given to it again: three wrong ones lock it.
void TokenSession::try_pin(CK_USER_TYPE user) {
  std::string pin(pin_ ? pin_->view() : std::string_view());
  const CK_RV result = token_->C_Login(
      session_, user, pin_ ? reinterpret_cast<CK_UTF8CHAR*>(pin.data()) : nullptr, pin.size());
  const SecretText wiped(std::move(pin));
  if (result == CKR_OK || result == CKR_USER_ALREADY_LOGGED_IN) return;
  pin_.reset();
  const CK_TOKEN_INFO token = info();
  const std::string name = label_of(token);
  if (result == CKR_PIN_INCORRECT || result == CKR_PIN_LEN_RANGE || result == CKR_PIN_INVALID ||
      result == CKR_PIN_LOCKED) {
    throw forbidden("wrong PIN for token '{}'; it was tried once{}", name, tries_left(token.flags))
        .with_hint("look the PIN up before you try again");
  }
  throw forbidden("token '{}' does not accept the PIN: {}{}", name, words_of(result),
                  tries_left(token.flags));
}

std::vector<CK_OBJECT_HANDLE> TokenSession::find(CK_OBJECT_CLASS of_class,
                                                 const std::vector<CK_ATTRIBUTE>& attributes) const {
  std::vector<CK_ATTRIBUTE> wanted{{CKA_CLASS, &of_class, sizeof of_class}};
  for (const CK_ATTRIBUTE& attribute : attributes) {
    if (attribute.type == CKA_ID || attribute.type == CKA_LABEL) wanted.push_back(attribute);
  }
  check(token_->C_FindObjectsInit(session_, wanted.data(), wanted.size()), "search its keys");
  CK_OBJECT_HANDLE found[max_objects];
  CK_ULONG count = 0;
  const CK_RV result = token_->C_FindObjects(session_, found, max_objects, &count);
  token_->C_FindObjectsFinal(session_);
  check(result, "search its keys");
  return {found, found + std::min(count, max_objects)};
}

std::optional<Bytes> TokenSession::attribute(CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type) const {
  Bytes value(max_attribute_bytes, '\0');
  CK_ATTRIBUTE attribute{type, value.data(), value.size()};
  if (token_->C_GetAttributeValue(session_, object, &attribute, 1) != CKR_OK ||
      attribute.ulValueLen > value.size())
    return std::nullopt;
  value.resize(attribute.ulValueLen);
  return value;
}

std::optional<CK_ULONG> TokenSession::number(CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type) const {
  CK_ULONG value = 0;
  CK_ATTRIBUTE attribute{type, &value, sizeof value};
  if (token_->C_GetAttributeValue(session_, object, &attribute, 1) != CKR_OK ||
      attribute.ulValueLen != sizeof value)
    return std::nullopt;
  return value;
}

Bytes TokenSession::sign(CK_OBJECT_HANDLE key, CK_MECHANISM mechanism, ByteView message, bool log_in_again) {
  check(token_->C_SignInit(session_, &mechanism, key), "begin to sign");
  if (log_in_again) log_in_for_one_signature();
  Bytes text(message);  // C_Sign takes it as writable
  Bytes signature(max_signature_bytes, '\0');
  CK_ULONG length = signature.size();
  check(token_->C_Sign(session_, reinterpret_cast<CK_BYTE*>(text.data()), text.size(),
                       reinterpret_cast<CK_BYTE*>(signature.data()), &length),
        "sign");
  signature.resize(std::min<std::size_t>(length, signature.size()));
  return signature;
}

}  // namespace tuf
