#include "libtufcore/key_reference.h"

#include "libtufcore/canonical_json.h"
#include "libtufcore/error.h"

namespace tuf {
namespace {

constexpr std::string_view reference_format = "playground-key-reference/1";
constexpr std::size_t max_name_bytes = 200;
constexpr std::size_t max_uri_bytes = 4096;
constexpr std::size_t max_file_bytes = 65536;

constexpr std::pair<std::string_view, KeyUri::Place> schemes[] = {{"ssh-agent:", KeyUri::Place::ssh_agent},
                                                                  {"pkcs11:", KeyUri::Place::token},
                                                                  {"exec:", KeyUri::Place::program},
                                                                  {"env:", KeyUri::Place::environment}};

}  // namespace

Bytes key_reference_text(const KeyReference& reference) {
  return pretty_json_text(Json::Object{{"format", reference_format},
                                       {"key", reference.key.json()},
                                       {"name", reference.name},
                                       {"uri", reference.uri}}) +
         "\n";
}

KeyReference parse_key_reference(ByteView file, std::string_view what) {
  if (file.size() > max_file_bytes)
    throw limit("{} is larger than a key reference can be ({} bytes)", what, max_file_bytes);
  const Json json = parse_json(file, what);
  const JsonReader reader(json, std::string(what));
  if (reader["format"].text(64) != reference_format)
    reader["format"].refuse(fmt::format("\"{}\"", reference_format));
  const KeyId id = PublicKey::parse(reader["key"], {}).computed_id();
  KeyReference reference{reader["name"].text(max_name_bytes), PublicKey::parse(reader["key"], id),
                         reader["uri"].text(max_uri_bytes)};
  if (!reference.key.supported()) reader["key"].refuse("a key of a kind that this program can verify");
  if (!parse_key_uri(reference.uri))
    reader["uri"].refuse("a place of a key: ssh-agent:..., pkcs11:..., exec:... or env:...");
  return reference;
}

bool is_key_reference(ByteView file) {
  if (file.size() > max_file_bytes) return false;
  const Json json = parse_json(file, "the key file");
  const auto format = JsonReader(json, "the key file").find("format");
  return format && format->text(64) == reference_format;
}

std::optional<KeyUri> parse_key_uri(std::string_view text) {
  if (text.size() > max_uri_bytes) return std::nullopt;
  for (const auto& [scheme, place] : schemes) {
    if (text.starts_with(scheme) && text.size() > scheme.size()) {
      return KeyUri{place, std::string(text.substr(scheme.size()))};
    }
  }
  return std::nullopt;
}

}  // namespace tuf
