#include "client/signers.h"

#include <fmt/format.h>

namespace tuf {

std::string signers_text(const RoleKeys& keys, const Json::Object& names) {
  std::string text = fmt::format("{} of", keys.threshold);
  for (const PublicKey& key : keys.keys) {
    text += (&key == &keys.keys.front() ? " " : ", ") + key_label(name_of_key(names, key.id()), key.id());
  }
  return text;
}

Json signers_facts(const RoleKeys& keys, const Json::Object& names) {
  Json::Array listed;
  for (const PublicKey& key : keys.keys) {
    listed.emplace_back(Json::Object{{"keyid", key.id()}, {"name", name_of_key(names, key.id())}});
  }
  return Json::Object{{"keys", std::move(listed)}, {"threshold", static_cast<std::int64_t>(keys.threshold)}};
}

}  // namespace tuf
