#include "libtufcore/repository_state.h"

#include <algorithm>

#include "libtufcore/error.h"
#include "libtufcore/root_history.h"
#include "libtufcore/shards.h"

namespace tuf {
namespace {

std::string what_of(std::string_view path, const TreeReader& tree) {
  return fmt::format("{} at {}", path, tree.name());
}

const Delegation& delegation_of(const RoleFile& delegator, const RoleName& role) {
  if (const Delegation* delegation = find_delegation(delegator.file.untrusted, role)) return *delegation;
  throw refused("{} has no delegation to role {}", delegator.file.what, escaped(role.text()));
}

std::optional<RoleFile> read_role_file(const TreeReader& tree, std::string path, const RoleName& role,
                                       const RoleKeys& signers, const Json::Object& names, KnownSignatures* known) {
  const auto bytes = tree.read(path, max_metadata_bytes);
  if (!bytes) return std::nullopt;
  auto file = parse_signed_file<Targets>(*bytes, what_of(path, tree));
  RoleFile made{std::move(path), role, std::move(file), signers, names, {}, {}};
  made.verified = Verified<Targets>::when_enough(signers, made.file, made.check, known);
  return made;
}

// Who becomes an owner by a hop must show that the key is really theirs, by signing the first version of the new role.
void require_new_keys(RoleFile& file, const RoleKeys& before) {
  std::vector<KeyId> must;
  for (const KeyId& id : file.check.missing) {
    if (std::ranges::find(before.keys, id, &PublicKey::id) == before.keys.end()) must.push_back(id);
  }
  const auto still_needed = static_cast<std::uint32_t>(must.size());
  if (still_needed == 0 || still_needed < file.check.still_needed()) return;
  file.check.threshold = static_cast<std::uint32_t>(file.check.valid.size()) + still_needed;
  file.check.missing = std::move(must);
  file.verified.reset();
}

std::vector<RoleFile> follow_hops(const TreeReader& tree, const ProjectName& project,
                                  const RepositoryState::Authority& authority, std::size_t most_hops,
                                  KnownSignatures* known) {
  std::vector<RoleFile> chain;
  auto file = read_role_file(tree, layout::owners(project, authority.hop),
                             layout::owners_role(project, authority.hop), authority.keys, authority.names, known);
  for (int hop = authority.hop; file; ++hop) {
    chain.push_back(*std::move(file));
    const RoleFile& last = chain.back();
    const Delegation* next = find_hop(last.file.untrusted, project, hop);
    if (!next) return chain;
    if (chain.size() > most_hops) {
      throw limit("{} is hop {} of project {} after the one that the administrators delegate to; {} are followed",
                  last.file.what, chain.size(), project.text(), most_hops)
          .with_hint(fmt::format("the administrators shorten it: pgsign admin promote {}", project.text()));
    }
    file = read_role_file(tree, layout::owners(project, hop + 1), next->role, next->signers,
                          last.file.untrusted.delegations_extra, known);
    if (!file) {
      throw refused("{} hands over to role {}, but there is no {}", last.file.what, next->role.text(),
                    layout::owners(project, hop + 1));
    }
    if (file->file.untrusted.version == 1) require_new_keys(*file, last.signers);
  }
  return chain;
}

const Verified<Targets>& verified(const RoleFile& file) {
  if (!file.verified) throw refused("{}", signature_shortage(file.file.what, file.check, file.names));
  return *file.verified;
}

std::optional<RoleName> delegator_of(const RoleName& role) {
  if (role.text() == "blocked" || role.text() == "claimed") return RoleName::of("targets");
  if (role.text() == "blocked.void") return RoleName::of("blocked");
  if (role.text() == "claimed.void" || layout::parse_shard_role(role.text())) return RoleName::of("claimed");
  return std::nullopt;
}

}  // namespace

// Files read so far. Pointers into the maps stay good: map nodes do not move.
struct RepositoryState::AdminCache {
  std::map<RoleName, std::optional<RoleFile>> roles;
  std::map<RoleName, std::map<std::string, const Delegation*>> lists;  // claimed and its shards, each by project
  std::optional<Configuration> configuration;
};

template <typename Entry>
using ByProject = std::map<ProjectName, std::shared_ptr<const Entry>>;  // null: there is no such file

struct RepositoryState::Cache {
  ByProject<ClaimFile> claims;
  ByProject<std::vector<RoleFile>> owners;
  ByProject<RoleFile> releases;
  // What the state before read of a project counts here, too, where nothing of it changed.
  std::weak_ptr<const Cache> before;
  std::vector<ChangedPath> changed;  // from then to now
};

namespace {

template <typename Kind>
bool changes(const std::vector<ChangedPath>& changed, const ProjectName& project) {
  const std::string folder = layout::project_dir(project) + "/";
  auto it = std::ranges::lower_bound(changed, folder, {}, &ChangedPath::path);
  for (; it != changed.end() && it->path.starts_with(folder); ++it) {
    if (std::holds_alternative<Kind>(layout::kind_of(it->path))) return true;
  }
  return false;
}

// As it was read already, here or (when it is the same there) of the state before, or as `load` reads it.
template <typename Cache, typename Entry, typename Load>
const Entry* find_or_load(Cache& cache, ByProject<Entry> Cache::*files, const ProjectName& project, bool is_same,
                          const Load& load) {
  auto& mine = cache.*files;
  if (const auto known = mine.find(project); known != mine.end()) return known->second.get();
  if (const auto before = is_same ? cache.before.lock() : nullptr) {
    const auto& theirs = (*before).*files;
    if (const auto known = theirs.find(project); known != theirs.end())
      return mine.emplace(project, known->second).first->second.get();
  }
  return mine.emplace(project, load()).first->second.get();
}

template <typename Entry>
std::shared_ptr<const Entry> shared(std::optional<Entry> entry) {
  return entry ? std::make_shared<const Entry>(*std::move(entry)) : nullptr;
}

}  // namespace

RepositoryState RepositoryState::read(std::shared_ptr<const TreeReader> tree,
                                      const std::optional<Digest>& pinned,
                                      std::shared_ptr<KnownSignatures> known) {
  RootHistory history = read_root_history(*tree, pinned);
  RepositoryState state;
  state.root_check_ = std::move(history.check);
  state.root_signers_ = std::move(history.signers);
  state.root_names_ = std::move(history.names);
  state.tree_ = std::move(tree);
  state.root_ = std::make_shared<const Root>(std::move(history.root));
  state.admin_ = std::make_shared<AdminCache>();
  state.cache_ = std::make_shared<Cache>();
  state.known_ = std::move(known);
  return state;
}

RepositoryState RepositoryState::read_after(const RepositoryState& base, std::shared_ptr<const TreeReader> tree,
                                            const std::vector<ChangedPath>& changed,
                                            const std::optional<Digest>& pinned) {
  const auto is_admin = [](const ChangedPath& change) { return change.path.starts_with(layout::admin_dir); };
  if (std::ranges::any_of(changed, is_admin)) return read(std::move(tree), pinned, base.known_);
  RepositoryState state(base);
  state.tree_ = std::move(tree);
  state.cache_ = std::make_shared<Cache>();
  constexpr std::size_t most_remembered = 10'000;  // paths
  if (changed.size() > most_remembered) return state;
  state.cache_->before = base.cache_;
  state.cache_->changed = changed;
  std::ranges::sort(state.cache_->changed);
  return state;
}

void RepositoryState::forget(const ProjectName& project) const {
  cache_->claims.erase(project);
  cache_->owners.erase(project);
  cache_->releases.erase(project);
}

const RoleFile* RepositoryState::find_admin_role(const RoleName& role) const {
  const auto read = [&]() -> std::optional<RoleFile> {
    if (role.text() == "targets")
      return read_role_file(*tree_, layout::admin_role(role), role, root_->keys_of("targets"), root_->extra, known_.get());
    const auto by = delegator_of(role);
    const RoleFile* delegator = by ? find_admin_role(*by) : nullptr;
    if (!delegator) return std::nullopt;
    const std::string path = layout::admin_role(role);
    if (layout::parse_shard_role(role.text()) && !tree_->read(path, max_metadata_bytes)) return std::nullopt;
    return read_role_file(*tree_, path, role, delegation_of(*delegator, role).signers,
                          delegator->file.untrusted.delegations_extra, known_.get());
  };
  auto it = admin_->roles.find(role);
  if (it == admin_->roles.end()) it = admin_->roles.emplace(role, read()).first;
  return it->second ? &*it->second : nullptr;
}

Verified<Targets> RepositoryState::admin_role(const RoleName& role) const {
  if (const auto delegator = delegator_of(role)) {
    admin_role(*delegator);  // its delegation counts only when it is signed itself
  } else if (!root_check_.enough()) {
    throw refused("{}", signature_shortage(what_of(layout::root, *tree_), root_check_, root_->extra));
  }
  const RoleFile* file = find_admin_role(role);
  if (!file) throw not_found("{} has no {}", tree_->name(), layout::admin_role(role));
  return verified(*file);
}

const ClaimFile* RepositoryState::find_claim(const ProjectName& project) const {
  const bool is_same = !changes<layout::ProjectClaim>(cache_->changed, project);
  return find_or_load(*cache_, &Cache::claims, project, is_same, [&]() -> std::shared_ptr<const ClaimFile> {
    const std::string path = layout::claim(project);
    const auto bytes = tree_->read(path, max_metadata_bytes);
    if (!bytes) return nullptr;
    auto claim = parse_signed_file<Claim>(*bytes, what_of(path, *tree_));
    if (claim.untrusted.project != project) {
      throw refused("{} claims the name {}, but its folder is {}", claim.what, claim.untrusted.project.text(),
                    layout::project_dir(project));
    }
    RoleKeys all = claim.untrusted.owners;
    all.threshold = static_cast<std::uint32_t>(all.keys.size());
    auto check = check_signatures(all, claim.signed_bytes, claim.signatures, known_.get());
    return std::make_shared<const ClaimFile>(ClaimFile{std::move(claim), std::move(check)});
  });
}

std::vector<RoleName> RepositoryState::admin_roles() const {
  std::vector<RoleName> roles;
  for (const std::string_view role : layout::admin_roles) roles.push_back(RoleName::of(role));
  if (const RoleFile* claimed = find_admin_role(RoleName::of("claimed")))
    std::ranges::move(shards_of(claimed->file.untrusted), std::back_inserter(roles));
  return roles;
}

RoleName RepositoryState::list_of(const ProjectName& project) const {
  const RoleFile* claimed = find_admin_role(RoleName::of("claimed"));
  return claimed ? list_for(claimed->file.untrusted, project.text()) : RoleName::of("claimed");
}

const Delegation* RepositoryState::find_claimed_delegation(const ProjectName& project) const {
  const RoleName role = list_of(project);
  auto list = admin_->lists.find(role);
  if (list == admin_->lists.end()) {
    const RoleFile* file = find_admin_role(role);
    if (!file) {
      if (!layout::parse_shard_role(role.text())) return nullptr;
      throw refused("{} has no {}", tree_->name(), layout::admin_role(role));  // its names must not become new ones
    }
    list = admin_->lists.emplace(role, std::map<std::string, const Delegation*>()).first;
    for (const Delegation& delegation : file->file.untrusted.delegations) {
      if (const auto owners = layout::parse_owners_role(delegation.role.text()))
        list->second.emplace(owners->project.text(), &delegation);
    }
  }
  const auto it = list->second.find(project.text());
  return it == list->second.end() ? nullptr : it->second;
}

bool RepositoryState::is_claimed(const ProjectName& project) const {
  return find_claimed_delegation(project) != nullptr;
}

std::optional<RepositoryState::Authority> RepositoryState::stated_authority_of(
    const ProjectName& project) const {
  if (const Delegation* delegation = find_claimed_delegation(project)) {
    const RoleFile* list = find_admin_role(list_of(project));
    return Authority{delegation->signers, list->file.untrusted.delegations_extra, true,
                     layout::parse_owners_role(delegation->role.text())->hop};
  }
  const ClaimFile* claim = find_claim(project);
  if (!claim) return std::nullopt;
  return Authority{claim->file.untrusted.owners, claim->file.untrusted.extra, false};
}

std::optional<RepositoryState::Authority> RepositoryState::authority_of(const ProjectName& project) const {
  auto authority = stated_authority_of(project);
  if (!authority) return std::nullopt;
  if (authority->claimed) {
    admin_role(list_of(project));
  } else {
    const ClaimFile& claim = *find_claim(project);
    if (!claim.check.enough()) throw refused("{}", signature_shortage(claim.file.what, claim.check, authority->names));
  }
  return authority;
}

const RoleFile* RepositoryState::find_owners(const ProjectName& project) const {
  const std::vector<RoleFile>& chain = owners_chain(project);
  return chain.empty() ? nullptr : &chain.back();
}

const RoleFile* RepositoryState::find_owners_file(const ProjectName& project, int hop) const {
  const std::vector<RoleFile>& chain = owners_chain(project);
  const auto it = std::ranges::find(chain, layout::owners_role(project, hop), &RoleFile::role);
  return it == chain.end() ? nullptr : &*it;
}

const std::vector<RoleFile>& RepositoryState::owners_chain(const ProjectName& project) const {
  const bool is_same = !changes<layout::ProjectClaim>(cache_->changed, project) &&
                       !changes<layout::ProjectOwners>(cache_->changed, project);
  return *find_or_load(*cache_, &Cache::owners, project, is_same, [&] {
    const auto authority = stated_authority_of(project);
    return std::make_shared<const std::vector<RoleFile>>(
        authority ? follow_hops(*tree_, project, *authority, layout::max_hops, known_.get()) : std::vector<RoleFile>());
  });
}

std::vector<RoleFile> RepositoryState::owners_since_claim(const ProjectName& project) const {
  const ClaimFile* claim = find_claim(project);
  if (!claim) return {};
  auto chain = follow_hops(*tree_, project,
                           {claim->file.untrusted.owners, claim->file.untrusted.extra, false, 1},
                           layout::last_hop, known_.get());
  for (const RoleFile& file : owners_chain(project)) {  // to whom the administrators transferred it
    if (std::ranges::find(chain, file.role, &RoleFile::role) == chain.end()) chain.push_back(file);
  }
  return chain;
}

const RoleFile* RepositoryState::find_releases(const ProjectName& project) const {
  const RoleFile* owners = find_owners(project);
  const auto before = cache_->before.lock();
  const bool same_owners = before && before->owners.contains(project) && before->owners.at(project) == cache_->owners.at(project);
  const bool is_same = same_owners && !changes<layout::ProjectReleases>(cache_->changed, project);
  return find_or_load(*cache_, &Cache::releases, project, is_same, [&]() -> std::shared_ptr<const RoleFile> {
    if (!owners) return nullptr;
    const RoleName role = layout::releases_role(project);
    return shared(read_role_file(*tree_, layout::releases(project), role, delegation_of(*owners, role).signers,
                                 owners->file.untrusted.delegations_extra, known_.get()));
  });
}

Verified<Targets> RepositoryState::owners(const ProjectName& project) const {
  const auto authority = authority_of(project);
  if (!authority || owners_chain(project).empty())
    throw not_found("{} has no project {}", tree_->name(), project.text());
  std::optional<Verified<Targets>> owners;
  for (const RoleFile& file : owners_chain(project)) owners = verified(file);
  return *std::move(owners);
}

Verified<Targets> RepositoryState::releases(const ProjectName& project) const {
  owners(project);  // its delegation counts only when it is signed itself
  const RoleFile* file = find_releases(project);
  if (!file) throw not_found("{} has no {}", tree_->name(), layout::releases(project));
  return verified(*file);
}

const Configuration& RepositoryState::configuration() const {
  if (admin_->configuration) return *admin_->configuration;
  const std::string what = what_of(layout::configuration, *tree_);
  const auto targets = admin_role(RoleName::of("targets"));
  const auto stated = targets->targets.find(*TargetPath::parse(layout::configuration_target));
  if (stated == targets->targets.end()) throw refused("{} is not stated by role targets", what);
  const auto bytes = tree_->read(std::string(layout::configuration), max_metadata_bytes);
  if (!bytes) throw refused("{} is missing", what);
  const Digest digest = sha256_of(*bytes);
  const auto hash = stated->second.hashes.find(HashAlgorithm::sha256);
  if (stated->second.length != bytes->size() || hash == stated->second.hashes.end() || hash->second != digest)
    throw refused("{} is not the file that role targets states (its SHA-256 is {})", what, digest.hex());
  admin_->configuration = parse_configuration(*bytes, what);
  return *admin_->configuration;
}

const Delegation* find_hop(const Targets& owners, const ProjectName& project, int hop) {
  if (owners.delegations.size() != 1) return nullptr;
  const Delegation& only = owners.delegations.front();
  return only.role == layout::owners_role(project, hop + 1) ? &only : nullptr;
}

}  // namespace tuf
