#pragma once
// PKCS #11 through p11-kit: one module is loaded by its path, one token is asked, and its PIN is tried once
// and never again. For pkcs11_key.cpp alone; what the tokens say is shown escaped.

#include <p11-kit/p11-kit.h>
#include <p11-kit/pkcs11.h>
#include <p11-kit/pkcs11x.h>
#include <p11-kit/uri.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "libtufcore/c_handle.h"
#include "libtufcore/key_file.h"

namespace tuf {

using TokenUri = CHandle<P11KitUri, p11_kit_uri_free>;
// Throws usage: not RFC 7512, or with a PIN in it.
TokenUri parse_token_uri(const std::string& uri);
std::string text_of(P11KitUri* uri);

// Asks for a PIN: the token's name, and whether a wrong one would lock it.
using AskPin = std::function<SecretText(const std::string& token, bool last_try)>;

class TokenModule {
 public:
  explicit TokenModule(std::string path);  // throws not_found
  ~TokenModule();
  TokenModule(const TokenModule&) = delete;
  TokenModule& operator=(const TokenModule&) = delete;
  const std::string& path() const noexcept { return path_; }
  CK_FUNCTION_LIST* functions() const noexcept { return functions_; }
  struct Slot {
    CK_SLOT_ID id;
    CK_TOKEN_INFO token;
  };
  std::vector<Slot> tokens() const;  // initialised ones

 private:
  std::string path_;
  CK_FUNCTION_LIST* functions_;
};

// The modules that are there: PG_PKCS11_MODULE alone when it is set, else the known paths.
std::vector<std::string> module_paths();
std::string label_of(const CK_TOKEN_INFO& token);  // without the blanks at its end, escaped

class TokenSession {
 public:
  TokenSession(std::shared_ptr<const TokenModule> module, CK_SLOT_ID slot);
  ~TokenSession();
  TokenSession(const TokenSession&) = delete;
  TokenSession& operator=(const TokenSession&) = delete;
  const TokenModule& module() const noexcept { return *module_; }
  // Once; does nothing for a token that needs no PIN. Throws forbidden, saying how many tries are left.
  void log_in(const AskPin& ask);
  // Again with the PIN that was right, for a key that wants it for each signature.
  void log_in_for_one_signature();
  std::vector<CK_OBJECT_HANDLE> find(CK_OBJECT_CLASS of_class,
                                     const std::vector<CK_ATTRIBUTE>& attributes) const;
  std::optional<Bytes> attribute(CK_OBJECT_HANDLE object,
                                 CK_ATTRIBUTE_TYPE type) const;  // empty: it has none
  std::optional<CK_ULONG> number(CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type) const;
  Bytes sign(CK_OBJECT_HANDLE key, CK_MECHANISM mechanism, ByteView message, bool log_in_again);
  std::string label() const;

 private:
  CK_TOKEN_INFO info() const;
  void try_pin(CK_USER_TYPE user);
  void check(CK_RV result, const char* doing) const;
  std::shared_ptr<const TokenModule> module_;
  CK_FUNCTION_LIST* token_;
  CK_SLOT_ID slot_;
  CK_SESSION_HANDLE session_ = 0;
  bool logged_in_ = false;
  std::optional<SecretText> pin_;  // empty: the token has a keypad of its own
};

}  // namespace tuf
