#include "libtufcore/change.h"

#include "libtufcore/change_parts.h"
#include "libtufcore/error.h"
#include "libtufcore/own_members.h"
#include "libtufcore/shards.h"

namespace tuf {

// Sorted by key id, so that the order in which people were named has no meaning.
RoleKeys role_keys(const std::vector<KeyHolder>& holders, std::uint32_t threshold, std::string_view role) {
  std::map<KeyId, PublicKey> keys;
  for (const KeyHolder& holder : holders) {
    if (!keys.emplace(holder.key.computed_id(), holder.key).second)
      throw usage("the {} list the key {} twice", role, key_label(holder.name, holder.key.computed_id()));
  }
  if (keys.empty()) throw usage("no {} are named: name at least one", role);
  if (threshold < 1 || threshold > keys.size())
    throw usage("{} of the {} {} must sign: choose a number from 1 to {}", threshold, keys.size(), role,
                keys.size());
  RoleKeys result;
  result.threshold = threshold;
  for (auto& [id, key] : keys) result.keys.push_back(std::move(key));
  return result;
}

Delegation delegation(RoleName role, RoleKeys signers, bool terminating, std::vector<std::string> paths) {
  Delegation result{std::move(role), std::move(signers), terminating, std::move(paths), std::nullopt, {}};
  return result;
}

namespace {

const std::vector<std::string> every_project_path = {"*/*/*/*", "refs/*/*/*"};

void add_names(Json::Object& extra, const std::vector<KeyHolder>& holders) {
  for (const KeyHolder& holder : holders) {
    if (!holder.name.empty()) set_name_of_key(extra, holder.key.computed_id(), holder.name);
  }
}

TargetFile target_file(std::uint64_t length, const Digest& sha256) {
  TargetFile file;
  file.length = length;
  file.hashes.emplace(HashAlgorithm::sha256, sha256);
  return file;
}

}  // namespace

// The members x-pg-role and x-pg-repository bind the file to its role and repository: one key often signs several roles, and
// in several repositories; a web host that serves one for another must not get away with it (the client refuses).
Targets empty_targets(const RoleName& name, const std::string& repository, UtcTime expires) {
  Targets role;
  role.extra[role_member] = name.text();
  if (!repository.empty()) role.extra[repository_member] = repository;
  role.version = 1;
  role.expires = expires;
  return role;
}

namespace {

Root first_root(const CreateRepository& change, const RoleKeys& administrators) {
  Root root;
  root.version = 1;
  root.expires = change.now.plus_days(change.configuration.expiry_days_of("root"));
  root.roles = {{"root", administrators},
                {"targets", administrators},
                {"timestamp", role_keys(change.timestamp_keys, change.timestamp_threshold, "timestamp keys")},
                {"snapshot", role_keys(change.snapshot_keys, change.snapshot_threshold, "snapshot keys")}};
  root.extra[repository_member] = change.name;
  add_names(root.extra, change.timestamp_keys);
  add_names(root.extra, change.snapshot_keys);
  add_names(root.extra, change.administrators);
  return root;
}

// `blocked` and `claimed`: one terminating delegation to an empty role, of no path yet.
Targets with_void_role(const CreateRepository& change, std::string_view kind, const RoleKeys& signers) {
  Targets role = empty_targets(RoleName::of(kind), change.name, change.now.plus_days(change.configuration.expiry_days_of(kind)));
  role.has_delegations = true;
  role.delegations.push_back(delegation(RoleName::of(fmt::format("{}.void", kind)), signers, true, {}));
  add_names(role.delegations_extra, change.administrators);
  return role;
}

Targets first_targets(const CreateRepository& change, const RoleKeys& administrators,
                      const RoleKeys& one_administrator, const Bytes& configuration_file) {
  Targets role = empty_targets(RoleName::of("targets"), change.name, change.now.plus_days(change.configuration.expiry_days_of("targets")));
  role.targets.emplace(*TargetPath::parse(layout::configuration_target),
                       target_file(configuration_file.size(), sha256_of(configuration_file)));
  role.has_delegations = true;
  // The order is the order of the search: a block wins over a claim, a claim over what an online key says.
  role.delegations = {
      delegation(RoleName::of("blocked"), one_administrator, false, every_project_path),
      delegation(RoleName::of("claimed"), administrators, false, every_project_path),
      delegation(RoleName::of("new"),
                 role_keys(change.registrar_keys, change.registrar_threshold, "registrar keys"), false,
                 every_project_path)};
  add_names(role.delegations_extra, change.registrar_keys);
  add_names(role.delegations_extra, change.administrators);
  return role;
}

}  // namespace

NewRepository make_repository(const CreateRepository& change) {
  if (!is_repository_name(change.name)) {
    throw usage(
        "'{}' is no name for a repository: use letters, digits and . _ + ~ -, starting with a letter or "
        "digit, "
        "at most 64",
        escaped(change.name));
  }
  const RoleKeys administrators = role_keys(change.administrators, change.threshold, "administrators");
  RoleKeys one_administrator = administrators;  // a block can only deny: one administrator is enough
  one_administrator.threshold = 1;

  Configuration configuration = change.configuration;
  configuration.name = change.name;
  NewRepository result;
  result.configuration_file = configuration_file(configuration);

  const auto until = [&](std::string_view kind) {
    return change.now.plus_days(configuration.expiry_days_of(kind));
  };
  const Json root = to_json(first_root(change, administrators));
  const auto put = [&](std::string_view path, Json part) { result.roles.emplace(path, std::move(part)); };
  put(layout::root, root);
  put(layout::root_history(1), root);
  put(layout::targets,
      to_json(first_targets(change, administrators, one_administrator, result.configuration_file)));
  put(layout::blocked, to_json(with_void_role(change, "blocked", one_administrator)));
  put(layout::blocked_void, to_json(empty_targets(RoleName::of("blocked.void"), change.name, until("blocked"))));
  put(layout::claimed, to_json(with_void_role(change, "claimed", administrators)));
  put(layout::claimed_void, to_json(empty_targets(RoleName::of("claimed.void"), change.name, until("claimed"))));
  return result;
}

SignedParts make_project(const CreateProject& change) {
  Claim claim{change.project, role_keys(change.owners, change.owner_threshold, "owners"), {}};
  add_names(claim.extra, change.owners);

  Targets owners = empty_targets(layout::owners_role(change.project), change.repository, change.owners_expire);
  owners.has_delegations = true;
  owners.delegations.push_back(
      delegation(layout::releases_role(change.project),
                 role_keys(change.maintainers, change.release_threshold, "maintainers"), true,
                 {change.project.text() + "/*/*/*"}));
  add_names(owners.delegations_extra, change.maintainers);

  SignedParts parts;
  parts.emplace(layout::claim(change.project), to_json(claim));
  parts.emplace(layout::owners(change.project), to_json(owners));
  parts.emplace(layout::releases(change.project), to_json(empty_targets(layout::releases_role(change.project), change.repository, change.releases_expire)));
  return parts;
}

Targets with_promoted(const Targets& list, const std::vector<ProjectName>& projects,
                      const RepositoryState& state) {
  Targets result = list;
  for (const ProjectName& project : projects) {
    if (!state.find_owners(project)) throw conflict("{} has no project {}", state.tree().name(), project.text());
    state.owners(project);  // only whom all owners before them have signed
    const RoleFile& owners = *state.find_owners(project);
    const int hop = layout::parse_owners_role(owners.role.text())->hop;
    if (const auto authority = state.authority_of(project); authority->claimed && authority->hop == hop)
      throw conflict("project {} is promoted already", project.text());
    std::erase_if(result.delegations, [&](const Delegation& item) {
      const auto other = layout::parse_owners_role(item.role.text());
      return other && other->project == project;
    });
    result.delegations.push_back(delegation_to_project(project, owners.signers, hop));
    for (const PublicKey& key : owners.signers.keys) {
      const std::string name = name_of_key(owners.names, key.id());
      if (!name.empty() && name_of_key(result.delegations_extra, key.id()).empty())
        set_name_of_key(result.delegations_extra, key.id(), name);
    }
  }
  sort_delegations(result);
  return result;
}

Targets next_version(Targets role, UtcTime expires) {
  ++role.version;
  role.expires = expires;
  return role;
}

Delegation delegation_to_project(const ProjectName& project, const RoleKeys& owners, int hop) {
  return delegation(layout::owners_role(project, hop), owners, true,
                    {project.text() + "/*/*/*", fmt::format("refs/{}/*/*", project.text())});
}

}  // namespace tuf
