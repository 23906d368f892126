// JSON -> metadata values: shapes and bounds (TUF 4.3-4.6). The other direction is metadata_write.cpp.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "libtufcore/error.h"
#include "libtufcore/metadata.h"

namespace tuf {
namespace {

constexpr std::size_t max_keys_in_a_file = 1'100'000;
constexpr std::size_t max_entries = 10'000'000;

using KeyObjects = std::map<KeyId, JsonReader>;

template <typename Value>
Value or_refuse(std::optional<Value> value, const JsonReader& json, std::string_view must_be) {
  if (!value) json.refuse(must_be);
  return std::move(*value);
}

// Members that no parser has taken: kept and written again (TUF 4.1, "unknown attributes").
Json::Object others(const JsonReader& json, std::initializer_list<std::string_view> known) {
  Json::Object extra;
  for (const auto& [key, value] : *json.json().as_object()) {
    if (std::find(known.begin(), known.end(), key) == known.end()) extra.emplace(key, value);
  }
  return extra;
}

std::uint64_t version_of(const JsonReader& json) {
  return static_cast<std::uint64_t>(json["version"].whole_number(1, max_whole_number));
}

UtcTime expiry_of(const JsonReader& json) {
  const JsonReader expires = json["expires"];
  return or_refuse(UtcTime::parse(expires.text(64)), expires, "a time like 2030-01-31T00:00:00Z");
}

// What all four kinds have in common.
void check_common(const JsonReader& json, std::string_view type) {
  const std::string found = json["_type"].text(64);
  if (found != type) json["_type"].refuse(fmt::format("\"{}\", not \"{}\"", type, escaped(found, 32)));
  const JsonReader spec = json["spec_version"];
  const std::string version = spec.text(32);
  if (version != "1.0" && !version.starts_with("1.")) spec.refuse("1.x, the TUF version that this program knows");
}

// Algorithms that we do not know stay, as all unknown members do: in a "hashes" of `extra`, which metadata_write.cpp puts back.
Hashes hashes_of(const JsonReader& json, Json::Object& extra) {
  Hashes hashes;
  Json::Object unknown;
  for (const auto& [name, value] : json.members(32)) {
    const auto algorithm = find_hash_algorithm(name);
    if (!algorithm) {
      unknown.emplace(name, value.text(4096));  // must be a text, says nothing to us
      continue;
    }
    const std::string hex = value.text(256);
    hashes.emplace(*algorithm, or_refuse(Digest::from_hex(*algorithm, hex), value,
                                         *algorithm == HashAlgorithm::sha256 ? "64 hex digits" : "128 hex digits"));
  }
  if (hashes.empty() && unknown.empty()) json.refuse("an object with at least one hash");
  if (!unknown.empty()) extra.insert_or_assign("hashes", std::move(unknown));
  return hashes;
}

KeyObjects key_objects_of(const JsonReader& json) {
  KeyObjects keys;
  for (auto& [id, value] : json.members(max_keys_in_a_file)) {
    if (id.empty() || id.size() > 1024) value.refuse("named by a key id of 1 to 1024 bytes");
    keys.emplace(id, value);
  }
  return keys;
}

// Reads "keyids" and "threshold". A key counts once, whatever its ids and spellings (S-02, S-04).
RoleKeys role_keys_of(const JsonReader& json, const KeyObjects& objects) {
  RoleKeys role;
  role.threshold = static_cast<std::uint32_t>(json["threshold"].whole_number(1, static_cast<std::int64_t>(max_keys_of_a_role)));
  std::set<KeyId> ids;
  std::map<Bytes, KeyId> identities;
  const JsonReader keyids = json["keyids"];
  for (const JsonReader& element : keyids.elements(max_keys_of_a_role)) {
    const KeyId id = element.text(1024);
    if (!ids.insert(id).second) keyids.refuse(fmt::format("a list of different key ids; {} is there twice", escaped(id, 80)));
    const auto object = objects.find(id);
    if (object == objects.end()) {
      role.absent_keys.push_back(id);
      continue;
    }
    PublicKey key = PublicKey::parse(object->second, id);
    const auto [same, is_new] = identities.emplace(key.identity(), id);
    if (!is_new) {
      keyids.refuse(fmt::format("a list of different keys; {} and {} are one key", escaped(same->second, 80), escaped(id, 80)));
    }
    role.keys.push_back(std::move(key));
  }
  return role;
}

std::vector<std::string> texts_of(const JsonReader& json, std::size_t max_bytes) {
  std::vector<std::string> texts;
  for (const JsonReader& element : json.elements(max_entries)) texts.push_back(element.text(max_bytes));
  return texts;
}

Delegation delegation_of(const JsonReader& json, const KeyObjects& keys) {
  const JsonReader name = json["name"];
  Delegation delegation{.role = or_refuse(RoleName::parse(name.text(4096)), name, "a role name of 1 to 512 bytes"),
                        .signers = role_keys_of(json, keys),
                        .terminating = json["terminating"].boolean(),
                        .paths = {},
                        .path_hash_prefixes = {},
                        .extra = others(json, {"name", "keyids", "threshold", "terminating", "paths", "path_hash_prefixes"})};
  if (delegation.role.is_top_level()) name.refuse("another name than root, timestamp, snapshot and targets");
  const auto paths = json.find("paths"), prefixes = json.find("path_hash_prefixes");
  if (paths.has_value() == prefixes.has_value()) json.refuse("an object with either paths or path_hash_prefixes");
  if (paths) delegation.paths = texts_of(*paths, 4096);
  if (prefixes) {
    delegation.path_hash_prefixes = texts_of(*prefixes, 128);
    for (const std::string& prefix : *delegation.path_hash_prefixes) {
      const auto is_hex = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
      if (!std::all_of(prefix.begin(), prefix.end(), is_hex)) prefixes->refuse("a list of lower-case hex prefixes");
    }
  }
  return delegation;
}

SuccinctRoles succinct_roles_of(const JsonReader& json, const KeyObjects& keys) {
  SuccinctRoles bins;
  bins.signers = role_keys_of(json, keys);
  bins.bit_length = static_cast<std::uint32_t>(json["bit_length"].whole_number(1, 32));
  bins.name_prefix = json["name_prefix"].text(400);
  if (!RoleName::parse(bins.name_prefix)) json["name_prefix"].refuse("the start of a role name");
  return bins;
}

void read_delegations(const JsonReader& json, Targets& targets) {
  targets.has_delegations = true;
  const KeyObjects keys = key_objects_of(json["keys"]);
  const auto roles = json.find("roles"), succinct = json.find("succinct_roles");
  if (roles.has_value() == succinct.has_value()) json.refuse("an object with either roles or succinct_roles");
  if (succinct) targets.succinct_roles = succinct_roles_of(*succinct, keys);
  if (roles) {
    std::set<RoleName> names;
    for (const JsonReader& element : roles->elements(max_delegations)) {
      targets.delegations.push_back(delegation_of(element, keys));
      const RoleName& name = targets.delegations.back().role;
      if (!names.insert(name).second) element.refuse(fmt::format("another role than {}, which is there twice", escaped(name.text(), 80)));
    }
  }
  targets.delegations_extra = others(json, {"keys", "roles", "succinct_roles"});
}

TargetFile target_file_of(const JsonReader& json) {
  TargetFile file;
  file.length = static_cast<std::uint64_t>(json["length"].whole_number(0, max_whole_number));
  file.extra = others(json, {"length", "hashes", "custom"});
  file.hashes = hashes_of(json["hashes"], file.extra);
  if (const auto custom = json.find("custom")) {
    if (custom->json().as_object() == nullptr) custom->refuse("an object");
    file.custom = custom->json();
  }
  return file;
}

MetaFile meta_file_of(const JsonReader& json) {
  MetaFile meta;
  meta.version = version_of(json);
  if (const auto length = json.find("length")) meta.length = static_cast<std::uint64_t>(length->whole_number(0, max_whole_number));
  meta.extra = others(json, {"version", "length", "hashes"});
  if (const auto hashes = json.find("hashes")) meta.hashes = hashes_of(*hashes, meta.extra);
  return meta;
}

}  // namespace

MetaFile parse_meta_file(const Json& value, std::string_view what) {
  return meta_file_of(JsonReader(value, std::string(what)));
}

Root parse_root(const Json& signed_part, std::string_view what) {
  const JsonReader json(signed_part, std::string(what));
  check_common(json, Root::type);
  Root root;
  root.version = version_of(json);
  root.expires = expiry_of(json);
  const auto consistent = json.find("consistent_snapshot");
  root.consistent_snapshot = consistent && consistent->boolean();
  const KeyObjects keys = key_objects_of(json["keys"]);
  const JsonReader roles = json["roles"];
  for (const char* role : {"root", "timestamp", "snapshot", "targets"}) {
    root.roles.emplace(role, role_keys_of(roles[role], keys));
  }
  root.extra = others(json, {"_type", "spec_version", "version", "expires", "consistent_snapshot", "keys", "roles"});
  return root;
}

Timestamp parse_timestamp(const Json& signed_part, std::string_view what) {
  const JsonReader json(signed_part, std::string(what));
  check_common(json, Timestamp::type);
  Timestamp timestamp;
  timestamp.version = version_of(json);
  timestamp.expires = expiry_of(json);
  const JsonReader meta = json["meta"];
  if (meta.members(2).size() != 1) meta.refuse("an object with snapshot.json and nothing else");
  timestamp.snapshot = meta_file_of(meta["snapshot.json"]);
  timestamp.extra = others(json, {"_type", "spec_version", "version", "expires", "meta"});
  return timestamp;
}

Snapshot parse_snapshot(const Json& signed_part, std::string_view what) {
  const JsonReader json(signed_part, std::string(what));
  check_common(json, Snapshot::type);
  Snapshot snapshot;
  snapshot.version = version_of(json);
  snapshot.expires = expiry_of(json);
  for (const auto& [file, value] : json["meta"].members(max_entries)) {
    std::string_view name = file;
    if (!name.ends_with(".json")) value.refuse("named by a role and .json");
    name.remove_suffix(5);
    snapshot.roles.emplace(or_refuse(RoleName::parse(name), value, "named by a role of 1 to 512 bytes"), meta_file_of(value));
  }
  if (!snapshot.roles.contains(RoleName::of("targets"))) json["meta"].refuse("an object that lists targets.json");
  snapshot.extra = others(json, {"_type", "spec_version", "version", "expires", "meta"});
  return snapshot;
}

std::optional<MetaFile> Snapshot::find(const RoleName& role) const {
  if (const auto read = roles.find(role); read != roles.end()) return read->second;
  const UnreadValue* found = find_unread(unread.members, role.text() + ".json");
  if (found == nullptr) return std::nullopt;
  const std::string what = fmt::format("snapshot.json: signed.meta.{}", escaped(found->name, 80));
  return parse_meta_file(parse_json(found->text, what), what);
}

Targets parse_targets(const Json& signed_part, std::string_view what) {
  const JsonReader json(signed_part, std::string(what));
  check_common(json, Targets::type);
  Targets targets;
  targets.version = version_of(json);
  targets.expires = expiry_of(json);
  for (const auto& [path, value] : json["targets"].members(max_entries)) {
    targets.targets.emplace(or_refuse(TargetPath::parse(path), value, "named by a path of 1 to 4096 bytes of UTF-8"),
                            target_file_of(value));
  }
  if (const auto delegations = json.find("delegations")) read_delegations(*delegations, targets);
  targets.extra = others(json, {"_type", "spec_version", "version", "expires", "targets", "delegations"});
  return targets;
}

template <>
Root parse_role<Root>(const Json& signed_part, std::string_view what) {
  return parse_root(signed_part, what);
}
template <>
Timestamp parse_role<Timestamp>(const Json& signed_part, std::string_view what) {
  return parse_timestamp(signed_part, what);
}
template <>
Snapshot parse_role<Snapshot>(const Json& signed_part, std::string_view what) {
  return parse_snapshot(signed_part, what);
}
template <>
Targets parse_role<Targets>(const Json& signed_part, std::string_view what) {
  return parse_targets(signed_part, what);
}

}  // namespace tuf
