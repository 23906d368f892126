// The two files of a content repository that are no TUF metadata: the configuration and the claim of a name.
#include <algorithm>
#include <array>

#include "libtufcore/error.h"
#include "libtufcore/repository_state.h"

namespace tuf {
namespace {

struct Expiry {
  std::string_view kind;
  int days;
};
constexpr std::array<Expiry, 8> default_expiry = {{{"root", 365},
                                                   {"targets", 365},
                                                   {"blocked", 365},
                                                   {"claimed", 365},
                                                   {"project", 5 * 365},
                                                   {"new", 30},
                                                   {"snapshot", 14},
                                                   {"timestamp", 3}}};
constexpr int max_expiry_days = 100 * 365;

const Expiry* find_expiry(std::string_view kind) {
  const auto* it = std::ranges::find(default_expiry, kind, &Expiry::kind);
  return it == default_expiry.end() ? nullptr : it;
}

}  // namespace

bool is_repository_name(std::string_view text) {  // it becomes the name of a folder on every client (P-03)
  return text.size() <= 64 && FileName::parse(text).has_value();
}

int Configuration::expiry_days_of(std::string_view kind) const {
  if (const auto set = expiry_days.find(std::string(kind)); set != expiry_days.end()) return set->second;
  const Expiry* expiry = find_expiry(kind);
  if (!expiry) throw bug("there is no expiry for the kind '{}'", kind);
  return expiry->days;
}

Json to_json(const Configuration& configuration) {
  Json::Object days;
  for (const auto& [kind, count] : configuration.expiry_days) days.emplace(kind, count);
  return Json::Object{{"name", configuration.name},
                      {"max_file_bytes", configuration.max_file_bytes},
                      {"expiry_days", std::move(days)}};
}

Configuration parse_configuration(ByteView file, std::string_view what) {
  const Json json = parse_json(file, what);
  const JsonReader reader(json, std::string(what));
  Configuration result;
  const JsonReader name = reader["name"];
  result.name = name.text(64);
  if (!is_repository_name(result.name))
    name.refuse("a name of letters, digits and . _ + ~ - that starts with a letter or digit");
  result.max_file_bytes =
      static_cast<std::uint64_t>(reader["max_file_bytes"].whole_number(1, max_whole_number));
  for (const auto& [kind, days] : reader["expiry_days"].members(default_expiry.size())) {
    if (!find_expiry(kind))
      days.refuse(
          "about one of the roles root, targets, blocked, claimed, project, new, snapshot, timestamp");
    result.expiry_days.emplace(kind, static_cast<int>(days.whole_number(1, max_expiry_days)));
  }
  return result;
}

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
