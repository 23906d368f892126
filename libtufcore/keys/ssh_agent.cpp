#include "libtufcore/keys/ssh_agent.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>

#include "libtufcore/ssh_format.h"

namespace tuf {
namespace {

constexpr std::size_t max_reply_bytes = 256u << 10;
constexpr std::uint32_t max_keys = 1024;
constexpr std::chrono::seconds patience{120};  // it may ask a person, or wait for a touch
constexpr unsigned char failure = 5, request_identities = 11, identities_answer = 12, sign_request = 13,
                        sign_response = 14;

// Waits until the agent can be read from or written to.
void wait_for(int descriptor, short events, std::chrono::steady_clock::time_point until) {
  while (true) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
    pollfd waiting{descriptor, events, 0};
    const int ready = left.count() > 0 ? poll(&waiting, 1, static_cast<int>(left.count())) : 0;
    if (ready > 0) return;
    if (ready == 0) throw other("the ssh-agent gave no answer within {} seconds", patience.count());
    if (errno != EINTR) throw other("cannot wait for the ssh-agent: {}", std::strerror(errno));
  }
}

void send_all(int descriptor, ByteView bytes, std::chrono::steady_clock::time_point until) {
  while (!bytes.empty()) {
    wait_for(descriptor, POLLOUT, until);
    const ssize_t count = send(descriptor, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw other("cannot write to the ssh-agent: {}", std::strerror(errno));
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
}

Bytes receive(int descriptor, std::size_t size, std::chrono::steady_clock::time_point until) {
  Bytes bytes(size, '\0');
  for (std::size_t at = 0; at < size;) {
    wait_for(descriptor, POLLIN, until);
    const ssize_t count = recv(descriptor, bytes.data() + at, size - at, 0);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw other("cannot read from the ssh-agent: {}", std::strerror(errno));
    if (count == 0) throw other("the ssh-agent ended the connection");
    at += static_cast<std::size_t>(count);
  }
  return bytes;
}

class KeyInAgent final : public SigningKey {
 public:
  KeyInAgent(SshAgent agent, AgentKey key)
      : SigningKey(*key.key, "the ssh-agent"), agent_(std::move(agent)), key_(std::move(key)) {}

 private:
  Bytes make_signature(ByteView message) override { return agent_.sign(key_, message); }
  SshAgent agent_;
  AgentKey key_;
};

constexpr const char* list_hint = "'pgsign key backends' lists the agent's keys; ssh-add FILE adds one";

}  // namespace

std::string SshAgent::socket_path() {
  const char* path = std::getenv("SSH_AUTH_SOCK");
  return path == nullptr ? "" : path;
}

SshAgent::SshAgent(const std::string& socket_path) {
  if (socket_path.empty()) {
    throw not_found("there is no ssh-agent: SSH_AUTH_SOCK is not set")
        .with_hint("eval \"$(ssh-agent)\"; ssh-add");
  }
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string shown = escaped(socket_path, 4096);
  if (socket_path.size() >= sizeof address.sun_path)
    throw not_found("SSH_AUTH_SOCK is longer than a socket's path can be: '{}'", shown);
  std::memcpy(address.sun_path, socket_path.c_str(), socket_path.size());
  connection_.reset(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (connect(connection_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    throw not_found("there is no ssh-agent at '{}': {}", shown, std::strerror(errno))
        .with_hint("eval \"$(ssh-agent)\"; ssh-add");
  }
}

Bytes SshAgent::ask(ByteView request, unsigned char answer, const char* doing) {
  const auto until = std::chrono::steady_clock::now() + patience;
  send_all(connection_.get(), ssh_text(request), until);
  const Bytes head = receive(connection_.get(), 4, until);
  const std::uint32_t size = SshReader(head, "the ssh-agent's reply").number();
  if (size == 0 || size > max_reply_bytes) {
    throw limit("the ssh-agent's reply has {} bytes; 1 to {} are allowed", size, max_reply_bytes);
  }
  const Bytes reply = receive(connection_.get(), size, until);
  const auto type = static_cast<unsigned char>(reply.front());
  if (type == failure) throw forbidden("the ssh-agent refused {}", doing).with_hint(list_hint);
  if (type != answer) throw refused("the ssh-agent answered {} with message {}, not {}", doing, type, answer);
  return reply.substr(1);
}

std::vector<AgentKey> SshAgent::keys() {
  const Bytes reply =
      ask(Bytes(1, static_cast<char>(request_identities)), identities_answer, "to list its keys");
  SshReader reader(reply, "the ssh-agent's list of keys");
  const std::uint32_t count = reader.number();
  if (count > max_keys) throw limit("the ssh-agent says it has {} keys; {} are allowed", count, max_keys);
  std::vector<AgentKey> keys;
  for (std::uint32_t i = 0; i < count; ++i) {
    const ByteView blob = reader.text();
    const ByteView comment = reader.text();
    SshPublicKey read = parse_ssh_public_blob(blob);
    keys.push_back({Bytes(blob), std::string(comment), std::move(read.key), std::move(read.problem)});
  }
  reader.end();
  return keys;
}

Bytes SshAgent::sign(const AgentKey& key, ByteView message) {
  constexpr std::uint32_t no_flags = 0;
  const Bytes request = Bytes(1, static_cast<char>(sign_request)) + ssh_text(key.blob) + ssh_text(message) +
                        ssh_number(no_flags);
  const Bytes reply = ask(request, sign_response, "to sign");
  SshReader reader(reply, "the ssh-agent's reply");
  const ByteView signature = reader.text();
  reader.end();
  return parse_ssh_signature_blob(*key.key, signature, "the ssh-agent's signature");
}

AgentKey find_agent_key(std::vector<AgentKey> keys, const std::string& name) {
  std::erase_if(
      keys, [&](const AgentKey& key) { return ssh_fingerprint(key.blob) != name && key.comment != name; });
  const std::string shown = escaped(name);
  if (keys.empty()) throw not_found("the ssh-agent has no key '{}'", shown).with_hint(list_hint);
  if (keys.size() > 1) {
    throw usage("the ssh-agent has {} keys with the comment '{}'", keys.size(), shown)
        .with_hint("name one by its fingerprint: ssh-agent:" + ssh_fingerprint(keys.front().blob));
  }
  if (!keys.front().key) throw refused("the ssh-agent's key '{}' {}", shown, keys.front().problem);
  return std::move(keys.front());
}

std::unique_ptr<SigningKey> open_agent_key(const std::string& socket, const std::string& name) {
  SshAgent agent(socket);
  AgentKey key = find_agent_key(agent.keys(), name);
  return std::make_unique<KeyInAgent>(std::move(agent), std::move(key));
}

}  // namespace tuf
