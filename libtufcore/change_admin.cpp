// What the administrators change: the parts of generate().
#include "libtufcore/change_admin.h"

#include <algorithm>

#include "libtufcore/change_parts.h"
#include "libtufcore/error.h"
#include "libtufcore/own_members.h"
#include "libtufcore/shards.h"

namespace tuf {
namespace {

constexpr std::string_view any_release = "/*/*/*", references_of = "refs/";

void put_blocks(Targets& blocked, const std::vector<Block>& blocks) {
  Json::Object reasons;
  std::vector<std::string> paths;
  for (const Block& block : blocks) {
    reasons.emplace(block.name.text(), block.reason.text());
    for (std::string& path : block.name.paths()) paths.push_back(std::move(path));
  }
  blocked.extra.erase(blocked_member);
  if (!reasons.empty()) blocked.extra.emplace(blocked_member, std::move(reasons));
  blocked.delegations.at(0).paths = std::move(paths);
}

std::vector<std::string> paths_of(const std::vector<ProjectName>& names) {
  std::vector<std::string> paths;
  for (const ProjectName& name : names) {
    for (std::string& path : BlockedName{name}.paths()) paths.push_back(std::move(path));
  }
  return paths;
}

void require_people(const std::vector<KeyHolder>& before, std::uint32_t threshold, const RoleKeys& now,
                    const Json::Object& names, std::string_view who) {
  if (same_people(before, holders(now, names)) && threshold == now.threshold) return;
  throw conflict("the {} are no longer those whom this change would replace", who);
}

template <typename Rotation>
void require_news(const Rotation& change, std::string_view who) {
  if (same_people(change.before, change.after) && change.threshold_before == change.threshold_after)
    throw usage("this changes nothing about the {}", who);
}

std::vector<PublicKey> keys_of_root(const Root& root) {
  std::vector<PublicKey> keys;
  for (const auto& [role, signers] : root.roles)
    keys.insert(keys.end(), signers.keys.begin(), signers.keys.end());
  return keys;
}

Delegation& delegation_to(Targets& role, std::string_view name) {
  if (Delegation* found = find_delegation(role, RoleName::of(name))) return *found;
  throw refused("there is no delegation to role {}", name);
}

Json::Object transfers(const Targets& claimed) {
  const auto member = claimed.extra.find(transfers_member);
  const Json::Object* all = member == claimed.extra.end() ? nullptr : member->second.as_object();
  return all == nullptr ? Json::Object() : *all;
}

void put_transfers(Targets& claimed, Json::Object all) {
  claimed.extra.erase(transfers_member);
  if (!all.empty()) claimed.extra.emplace(transfers_member, std::move(all));
}

Json transfer_json(const AnnounceTransfer& change) {
  const RoleKeys owners = role_keys(change.owners, change.threshold, "owners");
  Json::Object keys;
  for (const PublicKey& key : owners.keys) keys.emplace(key.computed_id(), key.json());
  Json::Object json = names_of(owners.keys, {}, change.owners);
  json["owners"] = std::move(keys);
  json["threshold"] = std::uint64_t{change.threshold};
  json["from_role"] = change.owners_role.text();
  json["from_version"] = change.owners_version;
  json["not_before"] = change.not_before.text();
  json["reason"] = change.reason.text();
  return json;
}

AnnounceTransfer parse_transfer(const ProjectName& project, const JsonReader& reader) {
  RoleKeys owners;
  for (const auto& [id, key] : reader["owners"].members(max_keys_of_a_role))
    owners.keys.push_back(PublicKey::parse(key, id));
  const auto role = layout::parse_owners_role(reader["from_role"].text());
  const auto not_before = UtcTime::parse(reader["not_before"].text());
  const auto reason = Reason::parse(reader["reason"].text());
  if (!role || role->project != project) reader["from_role"].refuse("an owners' role of this project");
  if (!not_before) reader["not_before"].refuse("a time");
  if (!reason) reader["reason"].refuse("one line");
  if (owners.keys.empty()) reader["owners"].refuse("a list of at least one key");
  const auto threshold = reader["threshold"].whole_number(1, static_cast<std::int64_t>(owners.keys.size()));
  return {project,
          layout::owners_role(project, role->hop),
          static_cast<std::uint64_t>(reader["from_version"].whole_number(1, max_whole_number)),
          holders(owners, *reader.json().as_object()),
          static_cast<std::uint32_t>(threshold),
          *not_before,
          *reason};
}

const RoleFile& signed_owners(const RepositoryState& state, const ProjectName& project) {
  if (!state.find_owners(project))
    throw conflict("{} has no project {}", state.tree().name(), project.text());
  state.owners(project);
  if (state.is_claimed(project)) return *state.find_owners(project);
  throw conflict("project {} is not promoted, so its owners are those of its claim", project.text())
      .with_hint("pgsign admin promote " + project.text());
}

std::optional<AnnounceTransfer> find_transfer(const Targets& claimed, const ProjectName& project) {
  for (AnnounceTransfer& one : transfers_of(claimed)) {
    if (one.project == project) return std::move(one);
  }
  return std::nullopt;
}

}  // namespace

Configuration with_settings(const Configuration& configuration, const ChangeConfiguration& change) {
  Configuration result = configuration;
  for (const ChangeConfiguration::One& one : change.settings) {
    if (setting_of(result, one.key) != one.from)
      throw conflict("{} is {} now, not {}", one.key, setting_of(result, one.key), one.from);
    if (one.from == one.to) throw usage("{} is {} already", one.key, one.to);
    set_setting(result, one.key, one.to);
  }
  return result;
}

Targets with_configuration(const Targets& targets, const Configuration& configuration) {
  const Bytes file = configuration_file(configuration);
  Targets result = targets;
  TargetFile& stated = result.targets.at(*TargetPath::parse(layout::configuration_target));
  stated.length = file.size();
  stated.hashes = {{HashAlgorithm::sha256, sha256_of(file)}};
  return result;
}

Targets with_block(const Targets& blocked, const BlockName& change) {
  std::vector<Block> blocks = blocks_of(blocked);
  for (const Block& block : blocks) {
    if (block.name.covers(change.name))
      throw conflict("{} is blocked already: {}", block.name.text(), escaped(block.reason.text()));
  }
  blocks.push_back({change.name, change.reason});
  std::ranges::sort(blocks, {}, [](const Block& block) { return block.name.text(); });
  Targets result = blocked;
  put_blocks(result, blocks);
  return result;
}

Targets without_block(const Targets& blocked, const UnblockName& change) {
  std::vector<Block> blocks = blocks_of(blocked);
  const auto is_it = [&](const Block& block) { return block.name == change.name; };
  if (std::erase_if(blocks, is_it) == 0) {
    throw conflict("{} is not blocked", change.name.text()).with_hint("'pgsign admin status' lists what is");
  }
  Targets result = blocked;
  put_blocks(result, blocks);
  return result;
}

std::vector<ProjectName> reserved_names(const Targets& claimed) {
  const auto paths = claimed.delegations.at(0).paths.value_or(std::vector<std::string>());
  std::vector<ProjectName> names;
  for (const std::string& path : paths) {
    if (path.starts_with(references_of) || !path.ends_with(any_release)) continue;
    if (auto name = ProjectName::parse(path.substr(0, path.size() - any_release.size()))) names.push_back(*std::move(name));
  }
  if (!std::ranges::is_sorted(names, std::less_equal<>()) || paths_of(names) != paths)
    throw refused("the paths of claimed.void are not those of names, sorted");
  return names;
}

Targets with_reserved(const Targets& claimed, const ReserveNames& change, const RepositoryState& state) {
  std::vector<ProjectName> names = reserved_names(claimed);
  for (const ProjectName& name : change.names) {
    const bool known = std::ranges::find(names, name) != names.end();
    if (known == change.reserved)
      throw conflict("the name {} is {} already", name.text(), known ? "reserved" : "free");
    if (!change.reserved) {
      std::erase(names, name);
      continue;
    }
    if (state.find_claim(name) || state.is_claimed(name))
      throw conflict("there is a project {}", name.text()).with_hint("pgsign admin block " + name.text());
    names.push_back(name);
  }
  std::ranges::sort(names);
  Targets result = claimed;
  result.delegations.at(0).paths = paths_of(names);
  return result;
}

Root with_administrators(const Root& root, const ChangeAdministrators& change) {
  require_people(change.before, change.threshold_before, root.keys_of("root"), root.extra, "administrators");
  require_news(change, "administrators");
  const RoleKeys after = role_keys(change.after, change.threshold_after, "administrators");
  Root result = root;
  result.roles["root"] = after;
  result.roles["targets"] = after;
  result.extra = names_of(keys_of_root(result), root.extra, change.after);
  return result;
}

Targets with_administrators(const Targets& role, const ChangeAdministrators& change) {
  const RoleKeys after = role_keys(change.after, change.threshold_after, "administrators");
  Targets result = role;
  for (Delegation& item : result.delegations) {
    const std::string& name = item.role.text();
    const bool denies = name == "blocked" || name == "blocked.void";
    if (!denies && name != "claimed" && name != "claimed.void" && !layout::parse_shard_role(name)) continue;
    item.signers = after;
    if (denies) item.signers.threshold = 1;  // one administrator is enough
  }
  result.delegations_extra = names_of(result.delegations, role.delegations_extra, change.after);
  return result;
}

Root with_online_keys(const Root& root, const ChangeOnlineKeys& change) {
  const std::string who = "online keys of role " + change.role;
  require_people(change.before, change.threshold_before, root.keys_of(change.role), root.extra, who);
  require_news(change, who);
  Root result = root;
  result.roles[change.role] = role_keys(change.after, change.threshold_after, who);
  result.extra = names_of(keys_of_root(result), root.extra, change.after);
  return result;
}

Targets with_online_keys(const Targets& targets, const ChangeOnlineKeys& change) {
  const std::string who = "online keys of role " + change.role;
  Targets result = targets;
  Delegation& delegation = delegation_to(result, change.role);
  require_people(change.before, change.threshold_before, delegation.signers, targets.delegations_extra, who);
  require_news(change, who);
  delegation.signers = role_keys(change.after, change.threshold_after, who);
  result.delegations_extra = names_of(result.delegations, targets.delegations_extra, change.after);
  return result;
}

std::vector<AnnounceTransfer> transfers_of(const Targets& claimed) {
  std::vector<AnnounceTransfer> all;
  for (const auto& [name, value] : transfers(claimed)) {
    const auto project = ProjectName::parse(name);
    if (!project) throw refused("{} names '{}', which is no project", transfers_member, escaped(name, 64));
    all.push_back(parse_transfer(*project, JsonReader(value, fmt::format("{}.{}", transfers_member, name))));
  }
  return all;
}

Targets with_transfer(const Targets& claimed, const AnnounceTransfer& change, const RepositoryState& state) {
  const RoleFile& owners = signed_owners(state, change.project);
  if (owners.role != change.owners_role || owners.file.untrusted.version != change.owners_version) {
    throw conflict("the owners of project {} signed version {} of role {} meanwhile", change.project.text(),
                   owners.file.untrusted.version, owners.role.text());
  }
  Json::Object all = transfers(claimed);
  if (!all.emplace(change.project.text(), transfer_json(change)).second)
    throw conflict("a transfer of project {} is announced already", change.project.text())
        .with_hint(fmt::format("pgsign admin transfer {} --cancel", change.project.text()));
  Targets result = claimed;
  put_transfers(result, std::move(all));
  return result;
}

Targets without_transfer(const Targets& claimed, const ProjectName& project) {
  Json::Object all = transfers(claimed);
  if (all.erase(project.text()) == 0)
    throw conflict("no transfer of project {} is announced", project.text());
  Targets result = claimed;
  put_transfers(result, std::move(all));
  return result;
}

Transferred make_transfer(const Targets& claimed, const TransferProject& change,
                          const RepositoryState& state) {
  const auto announced = find_transfer(claimed, change.project);
  if (!announced) throw conflict("no transfer of project {} is announced", change.project.text());
  const RoleFile& owners = signed_owners(state, change.project);
  if (owners.role != announced->owners_role || owners.file.untrusted.version != announced->owners_version) {
    throw conflict(
        "the owners of project {} object: they signed version {} of role {} after the announcement",
        change.project.text(), owners.file.untrusted.version, owners.role.text())
        .with_hint(
            fmt::format("they have their keys; pgsign admin transfer {} --cancel", change.project.text()));
  }
  const int hop = layout::parse_owners_role(owners.role.text())->hop + 1;
  if (change.hop != hop || !same_people(change.owners, announced->owners) ||
      change.threshold != announced->threshold)
    throw conflict("the transfer of project {} is not the one that was announced", change.project.text());
  if (hop > layout::last_hop) {
    throw limit("the owners of project {} changed {} times; that is as often as they can",
                change.project.text(), layout::last_hop - 1);
  }
  Transferred result{without_transfer(claimed, change.project), owners.file.untrusted, announced->not_before};
  result.owners.version = 0;
  result.owners.extra[role_member] = layout::owners_role(change.project, hop).text();
  return result;
}

Targets with_next_owners(const Targets& list, const TransferProject& change) {
  const RoleKeys owners = role_keys(change.owners, change.threshold, "owners");
  Targets result = list;
  for (Delegation& item : result.delegations) {
    const auto role = layout::parse_owners_role(item.role.text());
    if (role && role->project == change.project) item = delegation_to_project(change.project, owners, change.hop);
  }
  sort_delegations(result);
  result.delegations_extra = names_of(result.delegations, list.delegations_extra, change.owners);
  return result;
}

}  // namespace tuf
