#include "libtufcore/large_metadata.h"

#include <algorithm>
#include <utility>

#include "libtufcore/error.h"

namespace tuf {
namespace {

const Json::Object& object_in(const Json& json, std::string_view key, std::string_view what) {
  const Json::Object* object = JsonReader(json, std::string(what))[key].json().as_object();
  if (object == nullptr) throw refused("{}: {} must be an object", what, key);
  return *object;
}

bool names_a_role(const UnreadValue& entry) {
  constexpr std::string_view suffix = ".json";
  return entry.name.ends_with(suffix) &&
         RoleName::parse(entry.name.substr(0, entry.name.size() - suffix.size()));
}

// Unread values, or those that `needed` picks by name, as members of an object.
Json::Object read_members(const std::vector<UnreadValue>& unread, std::string_view what,
                          const std::function<bool(std::string_view)>& needed) {
  Json::Object members;
  for (const UnreadValue& value : unread) {
    if (!needed || needed(value.name)) members.emplace(value.name, parse_json(value.text, what));
  }
  return members;
}

// The delegations that were picked and the keys that they name.
Json::Object read_delegations(const Json::Object& stated, const std::vector<UnreadValue>& keys,
                              const std::vector<UnreadValue>& roles, std::string_view what) {
  Json::Array read_roles;
  Json::Object read_keys;
  for (const UnreadValue& role : roles) {
    read_roles.push_back(parse_json(role.text, what));
    const JsonReader keyids = JsonReader(read_roles.back(), std::string(what))["keyids"];
    for (const JsonReader& id : keyids.elements(max_keys_of_a_role)) {
      if (const UnreadValue* key = find_unread(keys, id.text(1024)))
        read_keys.insert_or_assign(std::string(key->name), parse_json(key->text, what));
    }
  }
  Json::Object delegations = stated;
  delegations["keys"] = std::move(read_keys);
  if (delegations.contains("roles")) delegations["roles"] = std::move(read_roles);
  return delegations;
}

template <typename Role>
SignedFile<Role> signed_file(const Json& document, Json signed_part, Bytes signed_bytes,
                             std::string_view what) {
  Role role = parse_role<Role>(signed_part, what);
  return {std::move(role), std::move(signed_part), std::move(signed_bytes),
          signatures_of(JsonReader(document, std::string(what))), std::string(what)};
}

}  // namespace

SignedFile<Snapshot> parse_snapshot_file(ByteView file, std::string_view what) {
  if (file.size() < large_file_bytes) return parse_signed_file<Snapshot>(file, what);
  const auto text = std::make_shared<const Bytes>(file);
  auto skimmed = skim_json(*text, what, {{{"signed", "meta"}}});
  if (!skimmed || !std::all_of(skimmed->unread[0].begin(), skimmed->unread[0].end(), names_a_role))
    return parse_signed_file<Snapshot>(file, what);
  Json::Object signed_part = object_in(skimmed->document, "signed", what);
  // parse_snapshot asks for targets; the rest stays unread.
  signed_part["meta"] =
      read_members(skimmed->unread[0], what, [](std::string_view name) { return name == "targets.json"; });
  auto snapshot = signed_file<Snapshot>(skimmed->document, std::move(signed_part),
                                        std::move(skimmed->canonical_signed), what);
  snapshot.untrusted.roles.clear();
  snapshot.untrusted.unread = {text, std::move(skimmed->unread[0])};
  return snapshot;
}

SignedFile<Targets> parse_targets_file(ByteView file, std::string_view what, const NeededEntries& needed) {
  if (file.size() < large_file_bytes || !needed.target) return parse_signed_file<Targets>(file, what);
  auto skimmed =
      skim_json(file, what,
                {{{"signed", "targets"}},
                 {{"signed", "delegations", "keys"}},
                 {{"signed", "delegations", "roles"}, SkimmedContainer::Kind::array, needed.delegation}});
  if (!skimmed) return parse_signed_file<Targets>(file, what);
  Json::Object signed_part = object_in(skimmed->document, "signed", what);
  const auto& unread = skimmed->unread;
  if (!unread[0].empty()) signed_part["targets"] = read_members(unread[0], what, needed.target);
  if (const auto stated = signed_part.find("delegations");
      stated != signed_part.end() && stated->second.as_object()) {
    // Succinct roles have few keys, and no list to pick from.
    const bool is_list = stated->second.as_object()->contains("roles");
    Json::Object delegations = read_delegations(*stated->second.as_object(), unread[1], unread[2], what);
    if (!is_list) delegations["keys"] = read_members(unread[1], what, {});
    stated->second = Json(std::move(delegations));
  }
  return signed_file<Targets>(skimmed->document, std::move(signed_part), std::move(skimmed->canonical_signed),
                              what);
}

}  // namespace tuf
