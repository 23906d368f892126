#include "libtufcore/verify.h"

#include <fmt/format.h>

#include "libtufcore/error.h"

namespace tuf {

SignatureCheck check_signatures(const RoleKeys& by, ByteView signed_bytes, const SignatureSet& signatures,
                                KnownSignatures* known) {
  const auto is_valid = [&](const PublicKey& key, ByteView signature) {
    return known ? known->is_valid(key, signature, signed_bytes) : signature_is_valid(key, signature, signed_bytes);
  };
  SignatureCheck result{{}, {}, by.threshold};
  // Over the role's keys, which are different public keys, and never over signatures: no key can count twice.
  for (const PublicKey& key : by.keys) {
    const auto signature = signatures.by_key.find(key.id());
    const bool ok = signature != signatures.by_key.end() && is_valid(key, signature->second);
    (ok ? result.valid : result.missing).push_back(key.id());
  }
  return result;
}

std::string signature_shortage(std::string_view what, const SignatureCheck& check, const Json::Object& names) {
  constexpr std::size_t most_labels = 8;
  std::string missing;
  for (std::size_t i = 0; i < check.missing.size() && i < most_labels; ++i) {
    if (i != 0) missing += ", ";
    missing += key_label(name_of_key(names, check.missing[i]), check.missing[i]);
  }
  if (check.missing.size() > most_labels) missing += fmt::format(" and {} more", check.missing.size() - most_labels);
  if (!missing.empty()) missing = fmt::format(" (missing: {})", missing);
  const char* plural = check.threshold == 1 ? "" : "s";
  return fmt::format("{} is signed by {} of the {} key{} it needs{}", what, check.valid.size(), check.threshold, plural, missing);
}

void require_signatures(const RoleKeys& keys, ByteView signed_bytes, const SignatureSet& signatures,
                        std::string_view what, const Json::Object& names) {
  const SignatureCheck check = check_signatures(keys, signed_bytes, signatures);
  if (!check.enough()) throw refused("{}", signature_shortage(what, check, names));
}

}  // namespace tuf
