// From (base, proposal) back to the change. Nothing here is believed: transition.cpp generates the proposal
// again.
#include <algorithm>

#include "libtufcore/change_parts.h"
#include "libtufcore/error.h"

namespace tuf {

std::vector<KeyHolder> holders(const RoleKeys& keys, const Json::Object& names) {
  check_keys(keys);
  return holders_of(keys, names);
}

namespace {

const RoleFile& needed(const RoleFile* file, std::string_view path) {
  if (!file) throw refused("there is no {}", path);
  return *file;
}

std::string member(const std::string& where, const std::string& name) {
  const std::string shown = name.empty() ? "''" : escaped(name, 64);
  return where.empty() ? shown : fmt::format("{}.{}", where, shown);
}

std::string difference(const Json& one, const Json& other, const std::string& where);

std::string difference_of_objects(const Json::Object& one, const Json::Object& other,
                                  const std::string& where) {
  for (const auto& [name, value] : one) {
    const auto it = other.find(name);
    if (it == other.end()) return member(where, name);
    if (std::string found = difference(value, it->second, member(where, name)); !found.empty()) return found;
  }
  for (const auto& [name, value] : other) {
    if (!one.contains(name)) return member(where, name);
  }
  return {};
}

std::string difference(const Json& one, const Json& other, const std::string& where) {
  if (one == other) return {};
  if (one.as_object() && other.as_object())
    return difference_of_objects(*one.as_object(), *other.as_object(), where);
  if (one.as_array() && other.as_array()) {
    const auto &first = *one.as_array(), &second = *other.as_array();
    for (std::size_t i = 0; i < std::min(first.size(), second.size()); ++i) {
      if (std::string found = difference(first[i], second[i], fmt::format("{}[{}]", where, i));
          !found.empty())
        return found;
    }
    return fmt::format("{}[{}]", where, std::min(first.size(), second.size()));
  }
  return where.empty() ? "the whole document" : where;
}

}  // namespace

std::string first_difference(const Json& one, const Json& other) { return difference(one, other, ""); }

void check_keys(const RoleKeys& keys) {
  if (!keys.absent_keys.empty())
    throw refused("lists '{}' in keyids, but no such key in keys", escaped(keys.absent_keys.front(), 64));
  for (const PublicKey& key : keys.keys) {
    if (key.id() != key.computed_id()) {
      throw refused("names a key '{}', but the hash of that key is {}", escaped(key.id(), 64),
                    key.computed_id());
    }
    if (!key.supported()) {
      throw refused("lists the key {} of a kind that cannot be verified here ({}, {})", key.id(),
                    escaped(key.keytype(), 64), escaped(key.scheme(), 64));
    }
  }
}

CreateRepository explain_repository(const RepositoryState& state) {
  const Root& root = state.root();
  const RoleFile& targets = needed(state.find_admin_role(RoleName::of("targets")), layout::targets);
  const Delegation* registrar = find_delegation(targets.file.untrusted, RoleName::of("new"));
  if (!registrar) throw refused("{} has no delegation to role new", layout::targets);
  const auto configuration = state.tree().read(std::string(layout::configuration), max_metadata_bytes);
  if (!configuration) throw refused("there is no {}", layout::configuration);

  CreateRepository change;
  change.configuration = parse_configuration(
      *configuration, fmt::format("{} at {}", layout::configuration, state.tree().name()));
  change.name = change.configuration.name;
  const RoleKeys& administrators = root.keys_of("root");
  change.administrators = holders(administrators, root.extra);
  change.threshold = administrators.threshold;
  change.timestamp_keys = holders(root.keys_of("timestamp"), root.extra);
  change.timestamp_threshold = root.keys_of("timestamp").threshold;
  change.snapshot_keys = holders(root.keys_of("snapshot"), root.extra);
  change.snapshot_threshold = root.keys_of("snapshot").threshold;
  change.registrar_keys = holders(registrar->signers, targets.file.untrusted.delegations_extra);
  change.registrar_threshold = registrar->signers.threshold;
  change.now = root.expires.plus_days(-change.configuration.expiry_days_of("root"));
  return change;
}

CreateProject explain_project(const RepositoryState& state, const ProjectName& project) {
  const ClaimFile* found = state.find_claim(project);
  if (!found) throw refused("there is no {}", layout::claim(project));
  const Claim& claim = found->file.untrusted;
  const RoleFile& owners = needed(state.find_owners(project), layout::owners(project));
  if (owners.role != layout::owners_role(project))
    throw refused("{} hands a new project over to others", layout::owners(project));
  const auto& delegations = owners.file.untrusted.delegations;
  if (delegations.size() != 1 || delegations.front().role != layout::releases_role(project))
    throw refused("{} must have exactly one delegation, to role {}", layout::owners(project),
                  layout::releases_role(project).text());
  const RoleFile& releases = needed(state.find_releases(project), layout::releases(project));

  CreateProject change{project, holders(claim.owners, claim.extra),
                       claim.owners.threshold,
                       holders(delegations.front().signers, owners.file.untrusted.delegations_extra),
                       delegations.front().signers.threshold};
  change.owners_expire = owners.file.untrusted.expires;
  change.releases_expire = releases.file.untrusted.expires;
  change.repository = stated_repository(state.root().extra);
  return change;
}

}  // namespace tuf
