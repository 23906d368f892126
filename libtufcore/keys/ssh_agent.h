#pragma once
// Keys in an ssh-agent (draft-miller-ssh-agent): OpenSSH's, gpg-agent's, a password manager's. It signs the
// very bytes that TUF signs: they start with '{', what ssh itself signs starts with a length or with
// "SSHSIG".

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "libtufcore/io/descriptor.h"
#include "libtufcore/signing_key.h"

namespace tuf {

struct AgentKey {
  Bytes blob;
  std::string comment;
  std::optional<PublicKey> key;
  std::string problem;  // why it cannot be used here, when `key` is empty
};

class SshAgent {
 public:
  static std::string socket_path();  // SSH_AUTH_SOCK; empty when there is none
  // Throws not_found when there is no agent at `socket`.
  explicit SshAgent(const std::string& socket);
  std::vector<AgentKey> keys();
  Bytes sign(const AgentKey& key, ByteView message);  // as TUF writes signatures

 private:
  Bytes ask(ByteView request, unsigned char answer, const char* doing);
  Descriptor connection_;
};

// `name` is a fingerprint ("SHA256:...") or the whole comment of one key.
AgentKey find_agent_key(std::vector<AgentKey> keys, const std::string& name);
std::unique_ptr<SigningKey> open_agent_key(const std::string& socket, const std::string& name);

}  // namespace tuf
