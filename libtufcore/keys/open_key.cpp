#include "libtufcore/keys/open_key.h"

#include <sys/stat.h>

#include "libtufcore/key_reference.h"
#include "libtufcore/keys/key_environment.h"
#include "libtufcore/keys/key_program.h"
#include "libtufcore/keys/pkcs11_key.h"
#include "libtufcore/keys/ssh_agent.h"
#include "libtufcore/ssh_format.h"

namespace tuf {
namespace {

KeyUri checked_uri(const std::string& uri) {
  if (std::optional<KeyUri> parsed = parse_key_uri(uri)) return std::move(*parsed);
  throw usage("'{}' names no place of a key", escaped(uri))
      .with_hint("ssh-agent:SHA256:..., pkcs11:token=...;object=..., exec:PROGRAM?ARGS or env:NAME");
}

std::unique_ptr<SigningKey> open_file(ByteView file, const std::string& what, const Arguments& arguments) {
  const KeyFileInfo info = parse_key_file(file, what);
  if (!info.encrypted) return signing_key_of(open_key_file(file, nullptr, what));
  const SecretText passphrase = read_passphrase(arguments, info.name, PassphraseUse::open_existing);
  return signing_key_of(open_key_file(file, &passphrase, what));
}

std::unique_ptr<SigningKey> open_environment(const std::string& name, const Arguments& arguments) {
  constexpr std::size_t seed_digits = 64;
  const SecretText value = take_from_environment(name);
  std::string_view text = value.view();
  if (text.size() > max_key_file_bytes) throw limit("{} holds more than a key file", name);
  if (text.starts_with('{')) return open_file(text, name, arguments);
  while (text.ends_with('\n') || text.ends_with('\r')) text.remove_suffix(1);
  std::optional<Bytes> seed = text.size() == seed_digits ? hex_decode(text) : std::nullopt;
  if (!seed) {
    throw refused("{} holds neither a key file nor the 64 hex digits of an Ed25519 seed", name)
        .with_hint("set it to the content of a key file that 'pgsign key new' made");
  }
  SecretKey key = SecretKey::from_seed(*seed);
  const SecretText wiped(std::move(*seed));
  return signing_key_of(std::move(key));
}

std::unique_ptr<SigningKey> open_anyhow(const std::string& text, const PublicKey* pinned,
                                        const Arguments& arguments) {
  const KeyUri uri = checked_uri(text);
  switch (uri.place) {
    case KeyUri::Place::ssh_agent:
      return open_agent_key(SshAgent::socket_path(), uri.rest);
    case KeyUri::Place::program:
      return open_program_key(uri.rest, pinned);
    case KeyUri::Place::environment:
      return open_environment(uri.rest, arguments);
    case KeyUri::Place::token:
      break;
  }
  return open_token_key(text, pinned, [&arguments](const std::string& token, bool last_try) {
    return read_pin(arguments, token, last_try);
  });
}

BackEnd agent_back_end() {
  const std::string socket = SshAgent::socket_path();
  if (socket.empty()) return {"ssh-agent", false, "SSH_AUTH_SOCK is not set"};
  try {
    BackEnd agent{"ssh-agent", true, {}};
    std::size_t usable = 0;
    const std::vector<AgentKey> keys = SshAgent(socket).keys();
    for (const AgentKey& key : keys) {
      if (!key.key) continue;
      ++usable;
      agent.uris.push_back("ssh-agent:" + ssh_fingerprint(key.blob));
      agent.comments.emplace(agent.uris.back(), key.comment);
    }
    agent.state = fmt::format("{} keys, {} of them can sign", keys.size(), usable);
    return agent;
  } catch (const Error& error) {
    return {"ssh-agent", false, error.what()};
  }
}

BackEnd token_back_end() {
  BackEnd tokens{"pkcs11", false, {}};
  const auto add = [&](const std::string& text) {
    tokens.state += (tokens.state.empty() ? "" : "; ") + text;
  };
  for (FoundModule& module : find_modules()) {
    const std::string name = escaped(module.path, 1024);
    if (!module.problem.empty()) {
      add(module.problem);
      continue;
    }
    const std::string labels = comma_list(module.tokens, std::identity());
    add(fmt::format("{}: {}", name, labels.empty() ? "no token" : labels));
    tokens.works = tokens.works || !module.tokens.empty();
    tokens.uris.insert(tokens.uris.end(), module.uris.begin(), module.uris.end());
  }
  if (tokens.state.empty())
    tokens.state = "no module of a token is installed (opensc-pkcs11, ykcs11), nor named by PG_PKCS11_MODULE";
  return tokens;
}

}  // namespace

void refuse_if_others_can_read(const fs::path& path, Links links) {
  struct stat status {};
  if ((links == Links::follow ? stat(path.c_str(), &status) : lstat(path.c_str(), &status)) != 0) return;
  const std::string shown = escaped(path.string(), 4096);
  if (!S_ISREG(status.st_mode)) {
    if (links == Links::follow) return;
    throw forbidden("key file '{}' is not a plain file", shown);
  }
  if ((status.st_mode & 077) == 0) return;
  throw forbidden("key file '{}' can be read by others (mode {:04o}, needed 0600)", shown,
                  static_cast<unsigned>(status.st_mode & 07777))
      .with_hint(fmt::format("if nobody copied it: chmod 600 '{}'; else make a new key", shown));
}

std::unique_ptr<SigningKey> open_key_at(const std::string& uri, const PublicKey* pinned,
                                        const Arguments& arguments) {
  std::unique_ptr<SigningKey> key = open_anyhow(uri, pinned, arguments);
  if (pinned == nullptr || key->public_key().identity() == pinned->identity()) return key;
  throw refused("'{}' holds key {}, not {}, which was pinned when it was imported", escaped(uri),
                key->public_key().id().substr(0, 8), pinned->id().substr(0, 8))
      .with_hint("put the old key back, or import the new one under another name: pgsign key import");
}

std::unique_ptr<SigningKey> open_key(const std::string& file_or_uri, const Arguments& arguments) {
  if (parse_key_uri(file_or_uri)) return open_key_at(file_or_uri, nullptr, arguments);
  refuse_if_others_can_read(file_or_uri, Links::follow);
  const Bytes file = read_file(file_or_uri, max_key_file_bytes);
  if (!is_key_reference(file)) return open_file(file, file_or_uri, arguments);
  const KeyReference reference = parse_key_reference(file, file_or_uri);
  return open_key_at(reference.uri, &reference.key, arguments);
}

KeyThere find_key_at(const std::string& uri, const Arguments& arguments) {
  const KeyUri parsed = checked_uri(uri);
  if (parsed.place == KeyUri::Place::token) {
    TokenKey found = find_token_key(uri);
    return {std::move(found.key), std::move(found.uri)};
  }
  if (parsed.place == KeyUri::Place::ssh_agent) {
    const AgentKey found = find_agent_key(SshAgent(SshAgent::socket_path()).keys(), parsed.rest);
    return {*found.key, "ssh-agent:" + ssh_fingerprint(found.blob)};  // another key may get the same comment
  }
  return {open_anyhow(uri, nullptr, arguments)->public_key(), uri};
}

std::vector<BackEnd> back_ends() {
  const std::string job = pull_request_job();
  const BackEnd environment = job.empty()
                                  ? BackEnd{"env", true, "env:NAME holds a key file or a seed, for CI"}
                                  : BackEnd{"env", false, "this job is for a pull request: " + job};
  return {{"file", true, "pgsign key new, encrypted with a passphrase"},
          agent_back_end(),
          token_back_end(),
          {"exec", true, "exec:PROGRAM?ARGUMENTS asks a program of yours"},
          environment};
}

}  // namespace tuf
