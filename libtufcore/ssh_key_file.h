#pragma once
// Secret keys in OpenSSH's own file format ("BEGIN OPENSSH PRIVATE KEY"): unencrypted Ed25519 keys, to import
// them.

#include <string_view>

#include "libtufcore/key.h"

namespace tuf {

bool is_openssh_key_file(std::string_view text);
// Throws refused, with the way through ssh-agent for what cannot be read here: encrypted files, other kinds
// of keys.
SecretKey parse_openssh_key_file(std::string_view text, const std::string& what);

}  // namespace tuf
