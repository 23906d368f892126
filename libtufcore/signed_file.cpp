#include "libtufcore/signed_file.h"

#include <fmt/format.h>

#include <set>

#include "libtufcore/error.h"

namespace tuf {

SignatureSet signatures_of(const JsonReader& file) {
  SignatureSet set;
  std::set<KeyId> named;
  const JsonReader signatures = file["signatures"];
  for (const JsonReader& element : signatures.elements(max_signatures)) {
    const KeyId id = element["keyid"].text(1024);
    if (!named.insert(id).second) {
      signatures.refuse("a list that names each key once; " + escaped(id, 80) + " is there twice");
    }
    // An empty or undecodable signature counts for nothing and harms nothing (S-07).
    if (auto bytes = hex_decode(element["sig"].text(65536)); bytes && !bytes->empty()) {
      set.by_key.emplace(id, std::move(*bytes));
    }
  }
  return set;
}

Envelope parse_envelope(ByteView file, std::string_view what) {
  Json json = parse_json(file, what);
  const JsonReader reader(json, std::string(what));
  const JsonReader signed_part = reader["signed"];
  if (signed_part.json().as_object() == nullptr) signed_part.refuse("an object");
  Envelope envelope{{}, canonical_json(signed_part.json()), signatures_of(reader)};
  envelope.signed_part = std::move(json.as_object()->find("signed")->second);
  return envelope;
}

Bytes signed_file_text(const Json& signed_part, const SignatureSet& signatures) {
  return signed_file_text(ByteView(json_text(signed_part)), signatures);
}

Bytes signed_file_text(ByteView signed_text, const SignatureSet& signatures) {
  Json::Array list;
  for (const auto& [id, signature] : signatures.by_key) {
    list.push_back(Json::Object{{"keyid", id}, {"sig", hex_encode(signature)}});
  }
  return fmt::format("{{\"signatures\":{},\"signed\":{}}}\n", json_text(list), signed_text);
}

}  // namespace tuf
