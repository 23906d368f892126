#include "libtufcore/claim.h"

#include <algorithm>

#include "libtufcore/error.h"

namespace tuf {

Json to_json(const Claim& claim) {
  Json::Object result = claim.extra;
  Json::Object owners;
  for (const PublicKey& key : claim.owners.keys) owners.emplace(key.computed_id(), key.json());
  result["_type"] = Claim::type;
  result["spec_version"] = "1.0.34";
  result["project"] = claim.project.text();
  result["owners"] = std::move(owners);
  result["threshold"] = std::uint64_t{claim.owners.threshold};
  return result;
}

Claim parse_claim(const Json& signed_part, std::string_view what) {
  const JsonReader reader(signed_part, std::string(what));
  if (reader["_type"].text() != Claim::type) reader["_type"].refuse("\"claim\"");
  reader["spec_version"].text();
  const auto project = ProjectName::parse(reader["project"].text());
  if (!project) reader["project"].refuse("the name of a project");
  RoleKeys owners;
  for (const auto& [id, key] : reader["owners"].members(max_keys_of_a_role)) {
    owners.keys.push_back(PublicKey::parse(key, id));
    const auto same = [&](const PublicKey& other) {
      return other.identity() == owners.keys.back().identity();
    };
    if (std::ranges::count_if(owners.keys, same) != 1) key.refuse("another key than the ones before it");
  }
  if (owners.keys.empty()) reader["owners"].refuse("a list of at least one key");
  owners.threshold = static_cast<std::uint32_t>(
      reader["threshold"].whole_number(1, static_cast<std::int64_t>(owners.keys.size())));
  Claim claim{*project, std::move(owners), {}};
  for (const auto& [name, value] : *signed_part.as_object()) {
    if (name != "_type" && name != "spec_version" && name != "project" && name != "owners" &&
        name != "threshold")
      claim.extra.emplace(name, value);
  }
  return claim;
}

}  // namespace tuf
