#pragma once
// A metadata file as it is stored and served: {"signatures": [...], "signed": {...}} (TUF 4.2). Reading one proves
// nothing yet. Signatures are a set by key id: a file that names one key id twice is refused (S-01), more than
// max_signatures are refused before any cryptography (S-09); an undecodable or empty `sig` is kept out, it never
// fails a file (S-07).

#include <map>

#include "libtufcore/canonical_json.h"
#include "libtufcore/metadata.h"

namespace tuf {

inline constexpr std::size_t max_signatures = 1024;

struct SignatureSet {
  std::map<KeyId, Bytes> by_key;    // raw signature bytes, never empty
  bool operator==(const SignatureSet&) const = default;
};

template <typename Role>
struct SignedFile {
  Role untrusted;                   // the name is the warning
  Json signed_part;                 // as received, unknown members included
  Bytes signed_bytes;               // canonical_json(signed_part): what the signatures cover
  SignatureSet signatures;
  std::string what;                 // the file's name for messages
};

// The members of any signed file, TUF metadata or not (claim.json is not).
struct Envelope {
  Json signed_part;
  Bytes signed_bytes;
  SignatureSet signatures;
};
Envelope parse_envelope(ByteView file, std::string_view what);
SignatureSet signatures_of(const JsonReader& file);

template <typename Role>
SignedFile<Role> parse_signed_file(ByteView file, std::string_view what) {
  Envelope envelope = parse_envelope(file, what);
  Role role = parse_role<Role>(envelope.signed_part, what);
  return {std::move(role), std::move(envelope.signed_part), std::move(envelope.signed_bytes),
          std::move(envelope.signatures), std::string(what)};
}

// The bytes of a file as this project writes it: json_text of the two members, signatures sorted by key id, one newline
// at the end. Equal sets give equal bytes, whatever the order in which people signed.
Bytes signed_file_text(const Json& signed_part, const SignatureSet& signatures);
Bytes signed_file_text(ByteView signed_text, const SignatureSet& signatures);   // of a part that is written already

}  // namespace tuf
