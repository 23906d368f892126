#include "libtufcore/git/ssh_signature.h"

#include "libtufcore/digest.h"
#include "libtufcore/error.h"
#include "libtufcore/ssh_format.h"

namespace tuf {
namespace {

constexpr std::string_view magic = "SSHSIG";
constexpr std::uint32_t version = 1;
constexpr std::string_view begin_line = "-----BEGIN SSH SIGNATURE-----\n";
constexpr std::string_view end_line = "-----END SSH SIGNATURE-----";
constexpr std::size_t armor_width = 70;
constexpr std::size_t max_armored_bytes = 4096;
constexpr std::string_view signature_header = "gpgsig";

// What the key signs: never the message itself, so that no signature of it can be passed off as another's.
Bytes signed_bytes(ByteView message, std::string_view name_space, HashAlgorithm algorithm) {
  return Bytes(magic) + ssh_text(name_space) + ssh_text("") + ssh_text(name_of(algorithm)) +
         ssh_text(digest_of(algorithm, message).bytes());
}

std::string armor(ByteView bytes) {
  const std::string text = base64_encode(bytes);
  std::string armored(begin_line);
  for (std::size_t at = 0; at < text.size(); at += armor_width)
    armored += text.substr(at, armor_width) + "\n";
  return armored + std::string(end_line) + "\n";
}

std::optional<Bytes> unarmor(std::string_view text) {
  if (text.size() > max_armored_bytes || !text.starts_with(begin_line)) return std::nullopt;
  text.remove_prefix(begin_line.size());
  if (text.ends_with('\n')) text.remove_suffix(1);
  if (!text.ends_with(end_line)) return std::nullopt;
  text.remove_suffix(end_line.size());
  std::string content;
  for (const char c : text) {
    if (c != '\n') content += c;
  }
  return base64_decode(content);
}

SshSigner unsigned_because(std::string reason) { return {std::nullopt, std::move(reason)}; }

SshSigner check_blob(ByteView blob, ByteView message, std::string_view name_space) {
  SshReader reader(blob, "the ssh signature");
  if (reader.raw(magic.size()) != magic)
    return unsigned_because("the ssh signature does not start with SSHSIG");
  if (const std::uint32_t found = reader.number(); found != version) {
    return unsigned_because(fmt::format("the ssh signature is of version {}, not 1", found));
  }
  SshPublicKey signer = parse_ssh_public_blob(reader.text());
  const std::string found_space(reader.text());
  if (!reader.text().empty()) return unsigned_because("the ssh signature uses what is reserved");
  const std::string hash(reader.text());
  const ByteView signature = reader.text();
  reader.end();
  if (!signer.key) return unsigned_because("the key of the ssh signature " + signer.problem);
  if (found_space != name_space) {
    return unsigned_because(
        fmt::format("the ssh signature was made for '{}', not for '{}'", escaped(found_space), name_space));
  }
  const std::optional<HashAlgorithm> algorithm = find_hash_algorithm(hash);
  if (!algorithm) return unsigned_because(fmt::format("the ssh signature uses hash '{}'", escaped(hash)));
  const Bytes raw = parse_ssh_signature_blob(*signer.key, signature, "the ssh signature");
  if (!signature_is_valid(*signer.key, raw, signed_bytes(message, name_space, *algorithm))) {
    return unsigned_because("the ssh signature is not valid");
  }
  return {std::move(signer.key)};
}

// A commit object in two: the text of its one signature header, and everything else, which the signature
// covers.
struct SplitCommit {
  std::string signature;
  std::size_t signatures = 0;
  Bytes rest;
};

SplitCommit split(ByteView object) {
  SplitCommit parts;
  bool in_signature = false;
  while (!object.empty() && object.front() != '\n') {
    const std::size_t end = object.find('\n');
    if (end == ByteView::npos) break;
    const ByteView line = object.substr(0, end + 1);
    object.remove_prefix(line.size());
    const bool continues = line.front() == ' ';
    if (!continues) in_signature = line.starts_with(signature_header);
    if (!in_signature) {
      parts.rest += line;
    } else if (continues) {
      parts.signature += line.substr(1);
    } else {
      ++parts.signatures;
      const std::size_t space = line.find(' ');
      const bool is_ours =
          line.substr(0, space) == signature_header;  // gpgsig-sha256 is for another object format
      parts.signature += is_ours ? Bytes(line.substr(space + 1)) : Bytes("another signature\n");
    }
  }
  parts.rest += object;
  return parts;
}

}  // namespace

std::optional<std::string> make_ssh_signature(SigningKey& key, ByteView message,
                                              std::string_view name_space) {
  constexpr HashAlgorithm algorithm = HashAlgorithm::sha512;
  const std::optional<Bytes> public_blob = ssh_public_blob(key.public_key());
  if (!public_blob) return std::nullopt;
  const Bytes signature = key.sign(signed_bytes(message, name_space, algorithm));
  return armor(Bytes(magic) + ssh_number(version) + ssh_text(*public_blob) + ssh_text(name_space) +
               ssh_text("") + ssh_text(name_of(algorithm)) +
               ssh_text(ssh_signature_blob(key.public_key(), signature)));
}

SshSigner check_ssh_signature(std::string_view armored, ByteView message, std::string_view name_space) {
  const std::optional<Bytes> blob = unarmor(armored);
  if (!blob) return unsigned_because("the signature is not an ssh signature");
  try {
    return check_blob(*blob, message, name_space);
  } catch (const Error& error) {
    return unsigned_because(error.what());
  }
}

SshSigner check_commit_signature(ByteView commit_object) {
  const SplitCommit parts = split(commit_object);
  if (parts.signatures == 0) return unsigned_because("the commit is not signed");
  if (parts.signatures > 1)
    return unsigned_because(fmt::format("the commit has {} signatures", parts.signatures));
  return check_ssh_signature(parts.signature, parts.rest, git_signature_namespace);
}

SshSigner check_commit_signature(const GitRepository& git, const CommitId& commit) {
  return check_commit_signature(git.commit_object(commit));
}

}  // namespace tuf
