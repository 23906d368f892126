#include "publisher/site_audit.h"

#include <algorithm>
#include <set>

#include "libtufcore/client_workflow.h"
#include "libtufcore/error.h"
#include "libtufcore/site_layout.h"
#include "publisher/new_projects.h"
#include "publisher/new_projects_audit.h"
#include "publisher/online_roles.h"

namespace tuf {
namespace {

// Empty for the roles that the publisher signs itself, and for names that are none of ours.
std::optional<std::string> path_in_git(const RoleName& role) {
  if (layout::is_admin_role(role.text())) return layout::admin_role(role);
  if (const auto owners = layout::parse_owners_role(role.text()))
    return layout::owners(owners->project, owners->hop);
  const auto project = layout::parse_releases_role(role.text());
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
  Auditor(const GitRepository& repository, const PublishedSite& site, const Digest& pinned_root, UtcTime now)
      : repository_(repository),
        site_(site),
        now_(now),
        state_(RepositoryState::read(repository.tree(site.commit), pinned_root)) {}

  SiteAudit audit(const AuditProgress& progress) {
    compare_roots();
    result_.note_expiry(RoleName::of(Timestamp::type), site_.timestamp->version, site_.timestamp->expires, now_);
    result_.note_expiry(RoleName::of(Snapshot::type), site_.snapshot->version, site_.snapshot->expires, now_);
    note_online(RoleName::of(Timestamp::type), site_.timestamp->version, site_.timestamp->expires);
    note_online(RoleName::of(Snapshot::type), site_.snapshot->version, site_.snapshot->expires);
    note_online(RoleName::of("new"), site_.new_projects->version, site_.new_projects->expires);
    const std::vector<RoleName> served = roles_in_snapshot();
    for (std::size_t done = 0; done < served.size(); ++done) {
      compare(served[done]);
      if (progress) progress(done + 1, served.size());
    }
    const std::set<RoleName> all(served.begin(), served.end());
    for (const ChangedPath& file : repository_.changes(std::nullopt, site_.commit)) {
      const auto role = role_of(file.path);
      if (role && !all.contains(*role)) tell(*role, "is not served");
    }
    audit_new_projects(site_, state_, now_, result_);
    return std::move(result_);
  }

 private:
  void tell(const RoleName& role, std::string what) {
    result_.differences.push_back({role.text(), std::move(what)});
  }

  // What a thief of the online keys signs to keep: nothing newer would be taken before it expires, or is passed.
  void note_online(const RoleName& role, std::uint64_t version, UtcTime expires) {
    constexpr int clocks_apart_days = 1;
    constexpr std::uint64_t far_version = std::uint64_t{1} << 52;
    const int days = state_.configuration().expiry_days_of(role.text());
    if (expires > now_.plus_days(days + clocks_apart_days))
      tell(role, fmt::format("is valid until {}; the configuration allows {} days", expires.text(), days));
    if (version > far_version) tell(role, fmt::format("has version {}, far beyond what can have been published", version));
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
    result_.note_expiry(RoleName::of(Root::type), site_.root->version, site_.root->expires, now_);
    ++result_.roles;
  }

  void compare(const RoleName& role) {
    if (role == RoleName::of("new")) return;  // audit_new_projects
    if (is_new_shard(role)) return compare_shard(role);
    ++result_.roles;
    const MetaFile stated = *site_.snapshot->find(role);
    const auto path = path_in_git(role);
    const auto ours = path ? state_.tree().read(*path, max_metadata_bytes) : std::nullopt;
    if (ours) {
      const Targets says = parse_signed_file<Targets>(*ours, *path).untrusted;
      // Of a project it is its people's affair, and no reader of another one is kept waiting.
      if (layout::is_admin_role(role.text())) result_.note_expiry(role, says.version, says.expires, now_);
      if (says.version == stated.version) return compare_bytes(role, *path, stated, *ours);
    }
    const std::string served = fmt::format("version {} is served", stated.version);
    if (++searched_ > most_searched) return tell(role, served + "; the published commit has another or none");
    const auto commit = path ? commit_with(*path, stated.version) : std::nullopt;
    if (!commit) return tell(role, served + "; no commit has it");
    tell(role, fmt::format("{}, which is the one of commit {}; commit {} has {}", served, short_id(*commit),
                           short_id(site_.commit), ours ? "another" : "none"));
  }

  // In the snapshot's words, and as it is served: a role that nobody gets is as good as not there.
  void compare_bytes(const RoleName& role, const std::string& path, const MetaFile& stated,
                     const Bytes& ours) {
    const bool releases = std::holds_alternative<layout::ProjectReleases>(layout::kind_of(path));
    const MetaFile made = role_meta(stated.version, ours, releases ? Pinned::by_version : Pinned::by_digest);
    if (stated != made)
      tell(role, fmt::format("version {} is stated with {}", stated.version,
                             matches(stated, ours) ? "other members than the publisher states"
                                                   : "another digest or length than in git"));
    const auto served = site_.reader.read(metadata_path(role, stated.version));
    if (!served) return tell(role, fmt::format("version {} is stated, but is not there", stated.version));
    if (*served != ours) tell(role, fmt::format("version {} is another file than in git", stated.version));
  }

  void compare_shard(const RoleName& role) {
    if (!find_delegation(*site_.new_projects, role)) tell(role, "is stated, but role new does not delegate to it");
  }

  static bool is_version(const Bytes& file, const std::string& path, std::uint64_t version) {
    return parse_signed_file<Targets>(file, path).untrusted.version == version;
  }

  // The newest commit up to the published one whose file has this version.
  std::optional<CommitId> commit_with(const std::string& path, std::uint64_t version) {
    if (history_.empty()) history_ = repository_.range(std::nullopt, site_.commit);
    for (auto commit = history_.rbegin(); commit != history_.rend(); ++commit) {
      const auto file = repository_.tree(commit->id)->read(path, max_metadata_bytes);
      if (file && is_version(*file, path, version)) return commit->id;
    }
    return std::nullopt;
  }

  const GitRepository& repository_;
  const PublishedSite& site_;
  UtcTime now_;
  RepositoryState state_;
  SiteAudit result_;
  // A site can state any number of roles: of the first ones it is said which commit they are of, which costs the history each.
  static constexpr std::size_t most_searched = 20;
  std::size_t searched_ = 0;
  std::vector<CommitInfo> history_;
};

}  // namespace

void SiteAudit::note_expiry(const RoleName& role, std::uint64_t version, UtcTime expires, UtcTime now) {
  if (expires <= now) expired.push_back({role.text(), version, expires});
}

SiteAudit audit_site(const GitRepository& repository, const JudgedRange& history, const PublishedSite& site,
                     const Digest& pinned_root, UtcTime now, const AuditProgress& progress) {
  const auto published = std::ranges::find_if(
      history.commits, [&](const JudgedCommit& judged) { return judged.commit.id == site.commit; });
  if (published == history.commits.end() || published->verdict.kind != Verdict::Kind::accepted) {
    throw refused("{} serves commit {}, which is no accepted one of this history", site.reader.name,
                  short_id(site.commit))
        .with_hint("if this clone is only old: git fetch; otherwise the site shows another history");
  }
  SiteAudit result = Auditor(repository, site, pinned_root, now).audit(progress);
  result.commits_behind = repository.range(site.commit, history.accepted->id()).size();
  return result;
}

}  // namespace tuf
