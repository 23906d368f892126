#include "libtufcore/ssh_format.h"

#include "libtufcore/digest.h"
#include "libtufcore/error.h"
#include "libtufcore/key_p256.h"

namespace tuf {
namespace {

constexpr std::string_view ed25519_type = "ssh-ed25519";
constexpr std::string_view p256_type = "ecdsa-sha2-nistp256";
constexpr std::string_view p256_curve = "nistp256";
constexpr std::size_t ed25519_key_bytes = 32;
constexpr std::size_t ed25519_signature_bytes = 64;

bool is_p256(const PublicKey& key) { return key.scheme() == "ecdsa-sha2-nistp256"; }

// A number without sign, as short as it goes; a zero byte in front where it would look negative.
Bytes ssh_mpint(ByteView big_endian) {
  const std::size_t start = std::min(big_endian.find_first_not_of('\0'), big_endian.size());
  const ByteView digits = big_endian.substr(start);
  const bool looks_negative = !digits.empty() && (static_cast<unsigned char>(digits.front()) & 0x80) != 0;
  return ssh_text((looks_negative ? Bytes(1, '\0') : Bytes()) + Bytes(digits));
}

ByteView read_mpint(SshReader& reader) {
  const ByteView text = reader.text();
  const auto is_high = [](char c) { return (static_cast<unsigned char>(c) & 0x80) != 0; };
  const bool padded = !text.empty() && text.front() == '\0';
  const bool minimal = !padded || (text.size() > 1 && is_high(text[1]));
  if (text.empty() || is_high(text.front()) || !minimal || text.size() > p256_scalar_bytes + 1) {
    throw refused("{} holds a number that is not of curve P-256", reader.what());
  }
  return padded ? text.substr(1) : text;
}

std::string problem_of_type(const std::string& type) {
  if (type.starts_with("sk-")) {
    return fmt::format(
        "is a FIDO key ({}): it signs its own counter and flags beside the text, so no TUF client can verify "
        "what it signs",
        escaped(type, 64));
  }
  if (type == "ssh-rsa") return "is an RSA key: agents sign with PKCS #1 v1.5, and TUF knows RSA-PSS only";
  return fmt::format("is of type {}; ssh-ed25519 and ecdsa-sha2-nistp256 can be used", escaped(type, 64));
}

}  // namespace

ByteView SshReader::raw(std::size_t size) {
  if (size > rest_.size()) throw refused("{} ends in the middle", what_);
  const ByteView bytes = rest_.substr(0, size);
  rest_.remove_prefix(size);
  return bytes;
}

unsigned char SshReader::byte() { return static_cast<unsigned char>(raw(1).front()); }

std::uint32_t SshReader::number() {
  std::uint32_t number = 0;
  for (const char c : raw(4)) number = number << 8 | static_cast<unsigned char>(c);
  return number;
}

ByteView SshReader::text() { return raw(number()); }

void SshReader::end() const {
  if (!rest_.empty()) throw refused("{} has {} bytes behind its end", what_, rest_.size());
}

Bytes ssh_number(std::uint32_t number) {
  Bytes bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(number >> shift & 0xff);
  return bytes;
}

Bytes ssh_text(ByteView text) { return ssh_number(static_cast<std::uint32_t>(text.size())) + Bytes(text); }

std::optional<Bytes> ssh_public_blob(const PublicKey& key) {
  if (key.scheme() == "ed25519") return ssh_text(ed25519_type) + ssh_text(key.identity());
  if (!is_p256(key)) return std::nullopt;
  const std::optional<Bytes> point = p256_point_of_spki(key.identity());
  if (!point) return std::nullopt;
  return ssh_text(p256_type) + ssh_text(p256_curve) + ssh_text(*point);
}

SshPublicKey parse_ssh_public_blob(ByteView blob) {
  SshReader reader(blob, "the ssh public key");
  const std::string type(reader.text());
  if (type == ed25519_type) {
    const ByteView raw = reader.text();
    reader.end();
    if (raw.size() != ed25519_key_bytes) throw refused("the ssh public key has {} bytes, not 32", raw.size());
    return {PublicKey::ed25519(raw), {}};
  }
  if (type == p256_type) {
    const bool right_curve = reader.text() == p256_curve;
    const std::optional<Bytes> spki = p256_spki(reader.text());
    reader.end();
    if (!right_curve || !spki) throw refused("the ssh public key is no point of curve P-256");
    return {PublicKey::p256(*spki), {}};
  }
  return {std::nullopt, problem_of_type(type)};
}

Bytes ssh_signature_blob(const PublicKey& key, ByteView signature) {
  if (!is_p256(key)) return ssh_text(ed25519_type) + ssh_text(signature);
  const auto parts = p256_signature_parts(signature);
  if (!parts) throw bug("an ECDSA signature that was verified cannot be read");
  return ssh_text(p256_type) + ssh_text(ssh_mpint(parts->first) + ssh_mpint(parts->second));
}

Bytes parse_ssh_signature_blob(const PublicKey& key, ByteView blob, const std::string& what) {
  SshReader reader(blob, what);
  const std::string_view type = is_p256(key) ? p256_type : ed25519_type;
  const std::string found(reader.text());
  if (found != type) throw refused("{} is of type {}, not {}", what, escaped(found, 64), type);
  SshReader content(reader.text(), what);
  reader.end();
  if (!is_p256(key)) {
    const ByteView raw = content.rest();
    if (raw.size() != ed25519_signature_bytes) throw refused("{} has {} bytes, not 64", what, raw.size());
    return Bytes(raw);
  }
  const ByteView r = read_mpint(content);
  const ByteView s = read_mpint(content);
  content.end();
  std::optional<Bytes> der = p256_signature_der(r, s);
  if (!der) throw refused("{} holds numbers that are not of curve P-256", what);
  return std::move(*der);
}

std::string ssh_fingerprint(ByteView public_blob) {
  std::string text = "SHA256:" + base64_encode(sha256_of(public_blob).bytes());
  while (text.ends_with('=')) text.pop_back();
  return text;
}

std::optional<std::string> ssh_public_text(const PublicKey& key) {
  const std::optional<Bytes> blob = ssh_public_blob(key);
  if (!blob) return std::nullopt;
  return fmt::format("{} {}", is_p256(key) ? p256_type : ed25519_type, base64_encode(*blob));
}

}  // namespace tuf
