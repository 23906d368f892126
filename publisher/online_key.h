#pragma once
// The publisher's keys: opened from files, the environment, an agent or a token, then asked to sign what their roles may
// sign.

#include <string>
#include <vector>

#include "libtufcore/io/command_line.h"
#include "libtufcore/metadata.h"
#include "libtufcore/signed_file.h"
#include "libtufcore/signing_key.h"

namespace tuf {

class SignatureExchange;

class OnlineKeys {
 public:
  explicit OnlineKeys(std::vector<std::unique_ptr<SigningKey>> keys) : keys_(std::move(keys)) {}
  // The finished file, signed by every key here that `role` lists; throws forbidden when these are fewer than it needs.
  Bytes signed_file(std::string_view role, const RoleKeys& signers, const Json& signed_part) const;
  // The same of a signed part that is there in canonical form.
  Bytes signed_text(std::string_view role, const RoleKeys& signers, ByteView canonical) const;
  // From here on signatures are left there, and taken from there where the keys are others'; then `pending` is thrown for
  // fewer than a role needs. `exchange` must outlive the keys.
  void sign_together(const SignatureExchange& exchange) { exchange_ = &exchange; }

 private:
  SignatureSet sign(std::string_view role, const RoleKeys& signers, ByteView message) const;
  std::optional<Bytes> signature_by(const PublicKey& allowed, std::string_view role, ByteView message) const;
  std::vector<std::unique_ptr<SigningKey>> keys_;
  const SignatureExchange* exchange_ = nullptr;
};

// --online-key, --timestamp-key, --snapshot-key, --registrar-key (all repeatable), --passphrase-file and
// --pin-file.
std::vector<OptionSpec> online_key_options();
OnlineKeys open_online_keys(const Arguments& arguments);

}  // namespace tuf
