#pragma once
// A file that says where a key's secret half is, and pins its public half (docs/formats.md):
//   {"format":"playground-key-reference/1","key":{TUF key
//   object},"name":"alice","uri":"ssh-agent:SHA256:..."}

#include <optional>
#include <string>

#include "libtufcore/key.h"

namespace tuf {

struct KeyReference {
  std::string name;
  PublicKey key;
  std::string uri;
};
Bytes key_reference_text(const KeyReference& reference);
KeyReference parse_key_reference(ByteView file, std::string_view what);
bool is_key_reference(ByteView file);  // by its format, for a reader that takes key files as well

// "ssh-agent:SHA256:..." has the place ssh_agent and the rest "SHA256:...".
struct KeyUri {
  enum class Place { ssh_agent, token, program, environment } place;
  std::string rest;
};
// Empty when `text` starts with no scheme of ours: ssh-agent, pkcs11, exec, env.
std::optional<KeyUri> parse_key_uri(std::string_view text);

}  // namespace tuf
