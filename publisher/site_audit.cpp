#include "publisher/site_audit.h"

#include <algorithm>
#include <set>

#include "libtufcore/client_workflow.h"
#include "libtufcore/error.h"
#include "libtufcore/site_layout.h"
#include "publisher/online_roles.h"

namespace tuf {
namespace {

// Empty for the roles that the publisher signs itself, and for names that are none of ours.
std::optional<std::string> path_in_git(const RoleName& role) {
  if (layout::is_admin_role(role.text())) return layout::admin_role(role);
  if (const auto owners = layout::parse_owners_role(role.text()))
    return layout::owners(owners->project, owners->hop);
  constexpr std::string_view suffix = ".rel";
  if (!role.text().ends_with(suffix)) return std::nullopt;
  const auto project = ProjectName::parse(role.text().substr(0, role.text().size() - suffix.size()));
  return project ? std::optional(layout::releases(*project)) : std::nullopt;
}

std::optional<RoleName> role_of(const std::string& path) {
  const layout::PathKind kind = layout::kind_of(path);
  if (const auto* admin = std::get_if<layout::AdminRole>(&kind)) return admin->role;
  if (const auto* owners = std::get_if<layout::ProjectOwners>(&kind))
    return layout::owners_role(owners->project, owners->hop);
  if (const auto* releases = std::get_if<layout::ProjectReleases>(&kind))
    return layout::releases_role(releases->project);
  return std::nullopt;
}

class Auditor {
 public:
  Auditor(const GitRepository& repository, const PublishedSite& site, const Digest& pinned_root)
      : repository_(repository),
        site_(site),
        state_(RepositoryState::read(repository.tree(site.commit), pinned_root)) {}

  SiteAudit audit() {
    compare_roots();
    const std::vector<RoleName> served = roles_in_snapshot();
    for (const RoleName& role : served) compare(role);
    const std::set<RoleName> all(served.begin(), served.end());
    for (const ChangedPath& file : repository_.changes(std::nullopt, site_.commit)) {
      const auto role = role_of(file.path);
      if (role && !all.contains(*role)) tell(*role, "is not served");
    }
    compare_new();
    return std::move(result_);
  }

 private:
  void tell(const RoleName& role, std::string what) {
    result_.differences.push_back({role.text(), std::move(what)});
  }

  std::vector<RoleName> roles_in_snapshot() const {
    std::vector<RoleName> roles;
    for (const auto& [role, meta] : site_.snapshot->roles) roles.push_back(role);
    for (const UnreadValue& member : site_.snapshot->unread.members) {
      constexpr std::string_view suffix = ".json";
      if (!member.name.ends_with(suffix)) continue;  // find() would refuse it
      if (auto role = RoleName::parse(member.name.substr(0, member.name.size() - suffix.size())))
        roles.push_back(*std::move(role));
    }
    return roles;
  }

  void compare_roots() {
    for (std::uint64_t version = 1; version <= site_.root->version; ++version) {
      const auto served = site_.reader.read(metadata_path(RoleName::of(Root::type), version));
      const auto ours = state_.tree().read(layout::root_history(version), max_metadata_bytes);
      if (served != ours)
        tell(RoleName::of(Root::type), fmt::format("version {} is not the one in git", version));
    }
    if (site_.root->version < state_.root().version)
      tell(RoleName::of(Root::type),
           fmt::format("version {} is served; git has {}", site_.root->version, state_.root().version));
    ++result_.roles;
  }

  void compare(const RoleName& role) {
    if (role == RoleName::of("new") || role.text().starts_with("new-")) return;  // compare_new
    ++result_.roles;
    const MetaFile stated = *site_.snapshot->find(role);
    const auto path = path_in_git(role);
    const auto ours = path ? state_.tree().read(*path, max_metadata_bytes) : std::nullopt;
    if (ours && is_version(*ours, *path, stated.version)) return compare_bytes(role, stated, *ours);
    const std::string served = fmt::format("version {} is served", stated.version);
    const auto commit = path ? commit_with(*path, stated.version) : std::nullopt;
    if (!commit) return tell(role, served + "; no commit has it");
    tell(role, fmt::format("{}, which is the one of commit {}; commit {} has {}", served, short_id(*commit),
                           short_id(site_.commit), ours ? "another" : "none"));
  }

  // Where the snapshot states no digest, what is served is asked for.
  void compare_bytes(const RoleName& role, const MetaFile& stated, const Bytes& ours) {
    if (stated.hashes.contains(HashAlgorithm::sha256)) {
      if (!matches(stated, ours))
        tell(role, fmt::format("version {} is another file than in git", stated.version));
      return;
    }
    const auto served = site_.reader.read(metadata_path(role, stated.version));
    if (!served) return tell(role, fmt::format("version {} is stated, but is not there", stated.version));
    if (*served != ours) tell(role, fmt::format("version {} is another file than in git", stated.version));
  }

  static bool is_version(const Bytes& file, const std::string& path, std::uint64_t version) {
    return parse_signed_file<Targets>(file, path).untrusted.version == version;
  }

  // The newest commit up to the published one whose file has this version.
  std::optional<CommitId> commit_with(const std::string& path, std::uint64_t version) const {
    const std::vector<CommitInfo> commits = repository_.range(std::nullopt, site_.commit);
    for (auto commit = commits.rbegin(); commit != commits.rend(); ++commit) {
      const auto file = repository_.tree(commit->id)->read(path, max_metadata_bytes);
      if (file && is_version(*file, path, version)) return commit->id;
    }
    return std::nullopt;
  }

  // Who `new` vouches for must be who claimed the name in git, and nobody who did is left out.
  void compare_new() {
    std::set<ProjectName> named;
    compare_vouched(*site_.new_projects, "new", named);
    for (const Delegation& shard : site_.new_projects->delegations) {
      if (shard.role.text().starts_with("new-"))
        compare_vouched(*site_.role(shard.role, shard.signers), shard.role.text(), named);
    }
    for (const ProjectName& project : state_.projects()) {
      if (!state_.is_claimed(project) && !named.contains(project))
        tell(RoleName::of("new"), fmt::format("does not name project {}", project.text()));
    }
  }

  void compare_vouched(const Targets& role, const std::string& name, std::set<ProjectName>& named) {
    ++result_.roles;
    if (!role.targets.empty()) tell(RoleName::of(name), "states files of its own");
    for (const Delegation& delegation : role.delegations) {
      if (name == "new" && delegation.role.text().starts_with("new-")) continue;
      const auto owners = layout::parse_owners_role(delegation.role.text());
      const auto authority = owners ? state_.authority_of(owners->project) : std::nullopt;
      if (!authority || authority->claimed || authority->keys != delegation.signers) {
        tell(RoleName::of(name), fmt::format("vouches for {} with keys that git does not have for it",
                                             escaped(delegation.role.text())));
        continue;
      }
      named.insert(owners->project);
    }
  }

  const GitRepository& repository_;
  const PublishedSite& site_;
  RepositoryState state_;
  SiteAudit result_;
};

}  // namespace

SiteAudit audit_site(const GitRepository& repository, const JudgedRange& history, const PublishedSite& site,
                     const Digest& pinned_root) {
  const auto published = std::ranges::find_if(
      history.commits, [&](const JudgedCommit& judged) { return judged.commit.id == site.commit; });
  if (published == history.commits.end() || published->verdict.kind != Verdict::Kind::accepted) {
    throw refused("{} serves commit {}, which is no accepted one of this history", site.reader.name,
                  short_id(site.commit))
        .with_hint("if this clone is only old: git fetch; otherwise the site shows another history");
  }
  SiteAudit result = Auditor(repository, site, pinned_root).audit();
  result.commits_behind = repository.range(site.commit, history.accepted->id()).size();
  return result;
}

}  // namespace tuf
