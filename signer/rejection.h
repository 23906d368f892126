#pragma once
// "No" with a reason, in the message of a commit on the proposal's branch: readable with git alone. It blocks
// nothing. Whose it is, is known only when a key that may sign the proposal signed it.

#include <optional>
#include <string>
#include <vector>

#include "libtufcore/key.h"

namespace tuf {

inline constexpr std::size_t max_rejections = 64;
inline constexpr std::size_t max_reason_bytes = 1000;

struct Rejection {
  std::string reason;
  KeyId keyid;
  Bytes signature;
  bool operator==(const Rejection&) const = default;
};

// What the key signs: no role of TUF has this form, so the signature is of use for nothing else.
Bytes rejection_bytes(const std::string& proposal_id, const std::string& reason);
// One line of a commit's message: `Rejection: {"keyid":...}`.
std::string rejection_line(const Rejection& rejection);
// Those of a message, well-formed; nothing is verified. Lines of another form are left out.
std::vector<Rejection> rejections_in(const std::string& message);
// The key among `keys` that signed it for this proposal; null when none did.
const PublicKey* signer_of(const Rejection& rejection, const std::string& proposal_id,
                           const std::vector<PublicKey>& keys);

}  // namespace tuf
