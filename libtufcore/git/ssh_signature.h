#pragma once
// Signatures of ssh keys on texts and on git commits (OpenSSH's PROTOCOL.sshsig): what `git commit -S` with
// gpg.format=ssh makes and `git log --show-signature` and `ssh-keygen -Y verify` check. Ed25519 and ECDSA on
// P-256. A signature says who made a commit; it never replaces the signatures of the roles.

#include <optional>
#include <string>

#include "libtufcore/git/git_repository.h"
#include "libtufcore/signing_key.h"

namespace tuf {

inline constexpr std::string_view git_signature_namespace = "git";

// The armored text. Empty when ssh has no signatures of such a key (RSA-PSS).
std::optional<std::string> make_ssh_signature(SigningKey& key, ByteView message, std::string_view name_space);

struct SshSigner {
  std::optional<PublicKey> key;  // whose signature it is, proved
  std::string reason = {};       // why there is none, in words: "is not signed"; escaped
};
SshSigner check_ssh_signature(std::string_view armored, ByteView message, std::string_view name_space);

// Who signed a commit. Strict: one signature, over everything else in the commit; any other shape is a
// reason.
SshSigner check_commit_signature(const GitRepository& git, const CommitId& commit);
// The same of a commit object's bytes.
SshSigner check_commit_signature(ByteView commit_object);

}  // namespace tuf
