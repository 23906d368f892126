#include "libtufcore/ssh_key_file.h"

#include "libtufcore/error.h"
#include "libtufcore/key_file.h"
#include "libtufcore/ssh_format.h"

namespace tuf {
namespace {

constexpr std::string_view begin_line = "-----BEGIN OPENSSH PRIVATE KEY-----";
constexpr std::string_view end_line = "-----END OPENSSH PRIVATE KEY-----";
constexpr ByteView magic("openssh-key-v1\0", 15);
constexpr std::size_t max_file_bytes = 65536;
constexpr const char* agent_hint = "ssh-add FILE, then: pgsign key import NAME ssh-agent:FINGERPRINT";

// The decoded content, in memory that is wiped.
SecretText content_of(std::string_view text, const std::string& what) {
  const std::size_t start = text.find(begin_line), end = text.find(end_line);
  if (text.size() > max_file_bytes || start != 0 || end == std::string_view::npos)
    throw refused("{} is not an OpenSSH key file", what);
  std::string letters;
  letters.reserve(end);
  for (const char c : text.substr(begin_line.size(), end - begin_line.size())) {
    if (c != '\n' && c != '\r') letters += c;
  }
  const SecretText wiped(std::move(letters));
  std::optional<Bytes> bytes = base64_decode(wiped.view());
  if (!bytes) throw refused("{} is damaged: its content is not base64", what);
  return SecretText(std::move(*bytes));
}

SecretKey parse_secret_part(ByteView part, const std::string& what) {
  SshReader reader(part, what);
  if (reader.number() != reader.number()) throw refused("{} is damaged: its two check numbers differ", what);
  const std::string type(reader.text());
  if (type != "ssh-ed25519") {
    throw refused("{} holds a key of type {}; an Ed25519 key is needed", what, escaped(type, 64))
        .with_hint(agent_hint);
  }
  const ByteView public_half = reader.text();
  const ByteView both = reader.text();
  if (public_half.size() != 32 || both.size() != 64)
    throw refused("{} is damaged: its key is not of Ed25519's length", what);
  SecretKey key = SecretKey::from_seed(both.substr(0, 32));
  if (key.public_key().identity() != public_half)
    throw refused("{} is damaged: its secret half does not belong to its public half", what);
  return key;
}

}  // namespace

bool is_openssh_key_file(std::string_view text) { return text.starts_with(begin_line); }

SecretKey parse_openssh_key_file(std::string_view text, const std::string& what) {
  const SecretText content = content_of(text, what);
  SshReader reader(content.view(), what);
  if (reader.raw(magic.size()) != magic) throw refused("{} is not an OpenSSH key file of version 1", what);
  const std::string cipher(reader.text());
  reader.text();  // how the passphrase makes a key, and with what
  reader.text();
  if (cipher != "none")
    throw refused("{} is encrypted, and only ssh can open it", what).with_hint(agent_hint);
  if (const std::uint32_t count = reader.number(); count != 1)
    throw refused("{} holds {} keys, not 1", what, count);
  reader.text();  // the public half, once more
  const ByteView secret = reader.text();
  reader.end();
  return parse_secret_part(secret, what);
}

}  // namespace tuf
