#include "signer/rejection.h"

#include <algorithm>

#include "libtufcore/canonical_json.h"
#include "libtufcore/error.h"

namespace tuf {
namespace {

constexpr std::string_view line_start = "Rejection: ";
constexpr std::size_t max_line_bytes = 16u << 10;

std::string_view text_of(const Json& json, const char* member) {
  const Json::Object* object = json.as_object();
  const auto found = object == nullptr ? Json::Object::const_iterator() : object->find(member);
  if (object == nullptr || found == object->end() || found->second.as_text() == nullptr) return {};
  return *found->second.as_text();
}

// The strict parser throws at what it does not like; a line of a stranger is no reason to stop.
std::optional<Rejection> rejection_of(std::string_view text) {
  try {
    const Json json = parse_json(text, "a rejection");
    const std::optional<Bytes> signature = hex_decode(text_of(json, "sig"));
    const std::string_view reason = text_of(json, "reason"), keyid = text_of(json, "keyid");
    if (!signature || signature->empty() || reason.empty() || reason.size() > max_reason_bytes)
      return std::nullopt;
    return Rejection{std::string(reason), KeyId(keyid), *signature};
  } catch (const Error&) {
    return std::nullopt;
  }
}

}  // namespace

Bytes rejection_bytes(const std::string& proposal_id, const std::string& reason) {
  return canonical_json(
      Json::Object{{"_type", "pg-rejection"}, {"proposal", proposal_id}, {"reason", reason}});
}

std::string rejection_line(const Rejection& rejection) {
  return std::string(line_start) + json_text(Json::Object{{"keyid", rejection.keyid},
                                                          {"reason", rejection.reason},
                                                          {"sig", hex_encode(rejection.signature)}});
}

std::vector<Rejection> rejections_in(const std::string& message) {
  std::vector<Rejection> found;
  for (std::size_t at = 0; at < message.size() && found.size() < max_rejections;) {
    const std::size_t end = std::min(message.find('\n', at), message.size());
    const std::string_view line = std::string_view(message).substr(at, end - at);
    at = end + 1;
    if (!line.starts_with(line_start) || line.size() > max_line_bytes) continue;
    if (std::optional<Rejection> rejection = rejection_of(line.substr(line_start.size())))
      found.push_back(std::move(*rejection));
  }
  return found;
}

const PublicKey* signer_of(const Rejection& rejection, const std::string& proposal_id,
                           const std::vector<PublicKey>& keys) {
  for (const PublicKey& key : keys) {
    if (key.id() != rejection.keyid) continue;
    if (signature_is_valid(key, rejection.signature, rejection_bytes(proposal_id, rejection.reason)))
      return &key;
  }
  return nullptr;
}

}  // namespace tuf
