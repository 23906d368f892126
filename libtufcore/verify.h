#pragma once
// From "somebody wrote this" to "a threshold of the right keys signed this". check_signatures counts distinct public keys,
// never signatures; Verified<Role>::by is the only way to a Verified value. It says nothing about age or version: that is
// client_workflow.h for clients and transition.h for repositories.

#include <memory>
#include <optional>
#include <type_traits>
#include <vector>

#include "libtufcore/known_signatures.h"
#include "libtufcore/signed_file.h"

namespace tuf {

struct SignatureCheck {
  std::vector<KeyId> valid;         // distinct keys of the role with a valid signature
  std::vector<KeyId> missing;       // the role's other keys
  std::uint32_t threshold = 1;
  bool enough() const noexcept { return valid.size() >= threshold; }
  std::uint32_t still_needed() const noexcept {
    return enough() ? 0 : threshold - static_cast<std::uint32_t>(valid.size());
  }
};

// `known`: where those that are valid are remembered; may be null.
SignatureCheck check_signatures(const RoleKeys& by, ByteView signed_bytes, const SignatureSet& signatures,
                                KnownSignatures* known = nullptr);

// "timestamp.json from ... is signed by 1 of the 2 keys it needs (missing: bob 77c1e0ab, carol 01020304)"
// `names` is an x-pg-names holder for the labels; may be empty.
std::string signature_shortage(std::string_view what, const SignatureCheck& check, const Json::Object& names);

// Throws refused (signature_shortage) unless a threshold of `keys` signed.
void require_signatures(const RoleKeys& keys, ByteView signed_bytes, const SignatureSet& signatures,
                        std::string_view what, const Json::Object& names);

template <typename Role>
class Verified {
 public:
  const Role& operator*() const noexcept { return *role_; }
  const Role* operator->() const noexcept { return role_.get(); }
  // Throws refused (signature_shortage) unless a threshold of `keys` signed `file`.
  static Verified by(const RoleKeys& keys, SignedFile<Role> file, const Json::Object& names = {}) {
    require_signatures(keys, file.signed_bytes, file.signatures, file.what, names);
    return Verified(std::move(file.untrusted));
  }
  // The same for whoever wants to know what is missing: empty unless a threshold signed. `check` is told in any case.
  static std::optional<Verified> when_enough(const RoleKeys& keys, const SignedFile<Role>& file, SignatureCheck& check,
                                             KnownSignatures* known = nullptr) {
    check = check_signatures(keys, file.signed_bytes, file.signatures, known);
    return check.enough() ? std::optional(Verified(file.untrusted)) : std::nullopt;
  }

 private:
  explicit Verified(Role role) : role_(std::make_shared<const Role>(std::move(role))) {}
  std::shared_ptr<const Role> role_;   // copies cost nothing
};

static_assert(!std::is_constructible_v<Verified<Root>, Root>);

}  // namespace tuf
