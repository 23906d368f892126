#pragma once
// The back ends: where a secret half can be besides a key file of ours, by the word its URI starts with. Each
// gives a SigningKey, whose signatures are proved by the public half before anybody sees them.
//   ssh-agent:SHA256:... (or the key's comment)   pkcs11:token=...;object=...   exec:PROGRAM?ARGS   env:NAME

#include <memory>
#include <string>
#include <vector>

#include "libtufcore/io/command_line.h"
#include "libtufcore/io/file.h"
#include "libtufcore/signing_key.h"

namespace tuf {

inline constexpr std::size_t max_key_file_bytes = 64u << 10;
// Of a secret key's file. Throws forbidden when its mode lets others read it, or it is a link and must not be.
// Says nothing of what is not there, and nothing of pipes: reading tells.
void refuse_if_others_can_read(const std::filesystem::path& path, Links links);

// `pinned` is the public half that is expected there, or null: the back end says which it is. Asks for a
// passphrase or PIN at most once (passphrase_file_option, pin_file_option). Throws usage, not_found,
// forbidden, refused.
std::unique_ptr<SigningKey> open_key_at(const std::string& uri, const PublicKey* pinned,
                                        const Arguments& arguments);

// A key file, a reference, or a URI.
std::unique_ptr<SigningKey> open_key(const std::string& file_or_uri, const Arguments& arguments);

// What a URI leads to, without signing: no passphrase, and no PIN where the token shows its public keys.
struct KeyThere {
  PublicKey key;
  std::string
      uri;  // with what was found out on the way (a token's module, an agent's key instead of its comment)
};
KeyThere find_key_at(const std::string& uri, const Arguments& arguments);

// What works on this machine, and why the others do not.
struct BackEnd {
  std::string name;  // "ssh-agent"
  bool works;
  std::string state;                   // "3 keys", or the reason
  std::vector<std::string> uris = {};  // what `key import` would take
  std::map<std::string, std::string> comments = {};  // of an agent's keys, by URI; as the agent has them
};
std::vector<BackEnd> back_ends();

}  // namespace tuf
