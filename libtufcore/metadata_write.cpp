// Metadata values -> JSON: what this project's own tools sign.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "libtufcore/error.h"
#include "libtufcore/metadata.h"
#include "libtufcore/own_members.h"

namespace tuf {
namespace {

constexpr const char* spec_version = "1.0.34";

Json::Object common(const char* type, std::uint64_t version, UtcTime expires, const Json::Object& extra) {
  Json::Object object = extra;
  object.insert_or_assign("_type", type);
  object.insert_or_assign("spec_version", spec_version);
  object.insert_or_assign("version", version);
  object.insert_or_assign("expires", expires.text());
  return object;
}

Json::Object role_json(const RoleKeys& role, Json::Object& keys) {
  Json::Array ids;
  for (const PublicKey& key : role.keys) {
    keys.insert_or_assign(key.id(), key.json());
    ids.push_back(key.id());
  }
  for (const KeyId& id : role.absent_keys) ids.push_back(id);
  return Json::Object{{"keyids", std::move(ids)}, {"threshold", static_cast<std::int64_t>(role.threshold)}};
}

// Those of algorithms that we do not know are the "hashes" of `extra` (metadata_parse.cpp).
Json::Object hashes_json(const Hashes& hashes, const Json::Object& extra) {
  const auto unknown = extra.find("hashes");
  Json::Object object = unknown == extra.end() ? Json::Object() : *unknown->second.as_object();
  for (const auto& [algorithm, digest] : hashes) object.emplace(name_of(algorithm), digest.hex());
  return object;
}

Json texts_json(const std::vector<std::string>& texts) {
  Json::Array array;
  for (const std::string& text : texts) array.push_back(text);
  return array;
}

Json delegations_json(const Targets& targets) {
  Json::Object object = targets.delegations_extra;
  Json::Object keys;
  if (targets.succinct_roles) {
    Json::Object bins = role_json(targets.succinct_roles->signers, keys);
    bins.emplace("bit_length", static_cast<std::int64_t>(targets.succinct_roles->bit_length));
    bins.emplace("name_prefix", targets.succinct_roles->name_prefix);
    object.insert_or_assign("succinct_roles", std::move(bins));
  } else {
    Json::Array roles;
    for (const Delegation& delegation : targets.delegations) {
      Json::Object role = delegation.extra;
      role.merge(role_json(delegation.signers, keys));
      role.insert_or_assign("name", delegation.role.text());
      role.insert_or_assign("terminating", delegation.terminating);
      if (delegation.paths) role.insert_or_assign("paths", texts_json(*delegation.paths));
      if (delegation.path_hash_prefixes) role.insert_or_assign("path_hash_prefixes", texts_json(*delegation.path_hash_prefixes));
      roles.push_back(std::move(role));
    }
    object.insert_or_assign("roles", std::move(roles));
  }
  object.insert_or_assign("keys", std::move(keys));
  return object;
}

}  // namespace

const RoleKeys& Root::keys_of(std::string_view top_level_role) const {
  const auto role = roles.find(std::string(top_level_role));
  if (role == roles.end()) throw bug("root has no role {}", top_level_role);
  return role->second;
}

Json to_json(const Root& root) {
  Json::Object object = common(Root::type, root.version, root.expires, root.extra);
  Json::Object keys, roles;
  for (const auto& [name, role] : root.roles) roles.emplace(name, role_json(role, keys));
  object.insert_or_assign("consistent_snapshot", root.consistent_snapshot);
  object.insert_or_assign("keys", std::move(keys));
  object.insert_or_assign("roles", std::move(roles));
  return object;
}

Json to_json(const Timestamp& timestamp) {
  Json::Object object = common(Timestamp::type, timestamp.version, timestamp.expires, timestamp.extra);
  object.insert_or_assign("meta", Json::Object{{"snapshot.json", to_json(timestamp.snapshot)}});
  return object;
}

Json to_json(const Snapshot& snapshot) {
  Json::Object object = common(Snapshot::type, snapshot.version, snapshot.expires, snapshot.extra);
  Json::Object meta;
  for (const auto& [role, file] : snapshot.roles) meta.emplace(role.text() + ".json", to_json(file));
  object.insert_or_assign("meta", std::move(meta));
  return object;
}

Json to_json(const Targets& targets) {
  Json::Object object = common(Targets::type, targets.version, targets.expires, targets.extra);
  Json::Object files;
  for (const auto& [path, file] : targets.targets) {
    Json::Object entry = file.extra;
    entry.insert_or_assign("length", file.length);
    entry.insert_or_assign("hashes", hashes_json(file.hashes, file.extra));
    if (file.custom) entry.insert_or_assign("custom", *file.custom);
    files.emplace(path.text(), std::move(entry));
  }
  object.insert_or_assign("targets", std::move(files));
  if (targets.has_delegations || !targets.delegations.empty() || targets.succinct_roles) {
    object.insert_or_assign("delegations", delegations_json(targets));
  }
  return object;
}

Json to_json(const MetaFile& meta) {
  Json::Object object = meta.extra;
  object.insert_or_assign("version", meta.version);
  if (meta.length) object.insert_or_assign("length", *meta.length);
  if (auto hashes = hashes_json(meta.hashes, meta.extra); !hashes.empty()) object.insert_or_assign("hashes", std::move(hashes));
  return object;
}

std::string name_of_key(const Json::Object& extra_with_names, const KeyId& id) {
  const auto names = extra_with_names.find(names_member);
  if (names == extra_with_names.end() || names->second.as_object() == nullptr) return {};
  const auto name = names->second.as_object()->find(id);
  if (name == names->second.as_object()->end() || name->second.as_text() == nullptr) return {};
  return *name->second.as_text();
}

void set_name_of_key(Json::Object& extra_with_names, const KeyId& id, std::string_view name) {
  Json& names = extra_with_names[names_member];
  if (names.as_object() == nullptr) names = Json::Object();
  names.as_object()->insert_or_assign(id, name);
}

const Delegation* find_delegation(const Targets& delegator, const RoleName& role) {
  const auto it = std::ranges::find(delegator.delegations, role, &Delegation::role);
  return it == delegator.delegations.end() ? nullptr : &*it;
}

Delegation* find_delegation(Targets& delegator, const RoleName& role) {
  return const_cast<Delegation*>(find_delegation(std::as_const(delegator), role));
}

std::string stated_repository(const Json::Object& extra) {
  const auto stated = extra.find(repository_member);
  const std::string* name = stated == extra.end() ? nullptr : stated->second.as_text();
  return name == nullptr ? std::string() : *name;
}

std::string key_label(std::string_view name, const KeyId& id) {
  const std::string short_id = escaped(std::string_view(id).substr(0, 8));
  return name.empty() ? short_id : fmt::format("{} {}", escaped(name, 64), short_id);
}

}  // namespace tuf
