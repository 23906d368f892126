#include "libtufcore/keys/open_key.h"

#include "libtufcore/io/file.h"
#include "libtufcore/key_reference.h"
#include "libtufcore/keys/ssh_agent.h"

namespace tuf {
namespace {

constexpr std::size_t max_key_file_bytes = 65536;

KeyUri checked_uri(const std::string& uri) {
  if (std::optional<KeyUri> parsed = parse_key_uri(uri)) return std::move(*parsed);
  throw usage("'{}' names no place of a key", escaped(uri))
      .with_hint("ssh-agent:SHA256:..., pkcs11:token=...;object=..., exec:PROGRAM?ARGS or env:NAME");
}

std::unique_ptr<SigningKey> open_anyhow(const KeyUri& uri) {
  switch (uri.place) {
    case KeyUri::Place::ssh_agent:
      return open_agent_key(SshAgent::socket_path(), uri.rest);
    default:
      throw usage("no such place of a key yet");
  }
}

}  // namespace

std::unique_ptr<SigningKey> open_key_at(const std::string& uri, const PublicKey* pinned, const Arguments&) {
  std::unique_ptr<SigningKey> key = open_anyhow(checked_uri(uri));
  if (pinned == nullptr || key->public_key().identity() == pinned->identity()) return key;
  throw refused("'{}' holds key {}, not {}, which was pinned when it was imported", escaped(uri),
                key->public_key().id().substr(0, 8), pinned->id().substr(0, 8))
      .with_hint("put the old key back, or import the new one under another name: pgsign key import");
}

std::unique_ptr<SigningKey> open_key(const std::string& file_or_uri, const Arguments& arguments) {
  if (parse_key_uri(file_or_uri)) return open_key_at(file_or_uri, nullptr, arguments);
  const Bytes file = read_file(file_or_uri, max_key_file_bytes);
  if (is_key_reference(file)) {
    const KeyReference reference = parse_key_reference(file, file_or_uri);
    return open_key_at(reference.uri, &reference.key, arguments);
  }
  const KeyFileInfo info = parse_key_file(file, file_or_uri);
  if (!info.encrypted) return signing_key_of(open_key_file(file, nullptr, file_or_uri));
  const SecretText passphrase = read_passphrase(arguments, info.name, PassphraseUse::open_existing);
  return signing_key_of(open_key_file(file, &passphrase, file_or_uri));
}

}  // namespace tuf
