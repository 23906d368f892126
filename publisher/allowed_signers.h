#pragma once
// The file that the git program and ssh-keygen ask whose an ssh signature is (gpg.ssh.allowedSignersFile),
// for everybody who has a right in one accepted state of the repository.

#include <string>

#include "libtufcore/repository_state.h"

namespace tuf {

// One line a key, sorted: alice@0123456789abcdef namespaces="git" ssh-ed25519 AAAA... What is no letter,
// digit or one of . _ + - in a name becomes '_': names come from the repository, and may not write lines of
// their own. Keys that ssh has no word for (RSA-PSS) are left out.
std::string allowed_signers_text(const RepositoryState& state);

}  // namespace tuf
