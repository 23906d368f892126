#pragma once
// Names of files in the git repository: the one place that knows them (docs/formats.md).

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "libtufcore/names.h"

namespace tuf::layout {

inline constexpr std::string_view admin_dir = "admin";
inline constexpr std::string_view projects_dir = "projects";
inline constexpr std::string_view root = "admin/root.json";
inline constexpr std::string_view targets = "admin/targets.json";
inline constexpr std::string_view blocked = "admin/blocked.json";
inline constexpr std::string_view blocked_void = "admin/blocked.void.json";
inline constexpr std::string_view claimed = "admin/claimed.json";
inline constexpr std::string_view claimed_void = "admin/claimed.void.json";
// Roles of the administrators besides the root, in the order in which they delegate; after them the shards of `claimed`.
inline constexpr std::string_view admin_roles[] = {"targets", "blocked", "blocked.void", "claimed", "claimed.void"};
inline constexpr std::string_view configuration = "admin/config/repository.json";
inline constexpr std::string_view configuration_target = "config/repository.json";   // its target path

std::string root_history(std::uint64_t version);                  // admin/root_history/1.root.json
std::string admin_role(const RoleName& role);                     // admin/<role>.json
std::string project_dir(const ProjectName& project);              // projects/ab/abc
std::string claim(const ProjectName& project);                    // .../claim.json
std::string owners(const ProjectName& project, int hop = 1);      // .../owners.json, .../owners.2.json after the first hop
std::string releases(const ProjectName& project);                 // .../releases.json
std::string invitation(const ProjectName& project, const FileName& name);   // .../invitations/bob.json
std::string acceptance(const ProjectName& project, const FileName& name);   // .../invitations/bob.accepted.json
std::string release_file(const ReleasePath& path);                // .../files/<product>/<version>/<file>

// Role names.
// When the owners hand a project over to others, their file is the last of its role and delegates to the next role: a hop.
inline constexpr int max_hops = 8;      // one after the other, before the administrators delegate to the newest role
inline constexpr int last_hop = 99;     // ever
RoleName owners_role(const ProjectName& project, int hop = 1);    // abc, abc.o2 after the first hop
struct OwnersRole {
  ProjectName project;
  int hop;
};
std::optional<OwnersRole> parse_owners_role(std::string_view role);
RoleName releases_role(const ProjectName& project);               // abc.rel
std::optional<ProjectName> parse_releases_role(std::string_view role);
RoleName references_role(const ProjectName& project);             // abc.refs
RoleName shard_role(std::string_view prefix);                     // claimed-ab: the promoted names that begin so
std::optional<std::string_view> parse_shard_role(std::string_view role);   // the prefix, one that a project's name can have
bool is_admin_role(std::string_view role);                        // of admin_roles, or a shard
// Which of the configuration's expiry_days is meant: "claimed" of claimed, claimed.void and claimed-ab, "root" of root;
// "project" of a project's roles.
std::string_view expiry_kind(std::string_view role);

// What a path in the repository is. Everything below admin/ and projects/ that is none of the known kinds is Stray
// (refused); everything outside these two folders is Unpublished (never published, never trusted).
struct AdminRole { RoleName role; };                              // targets, blocked, ..., claimed.void, claimed-ab
struct CurrentRoot {};
struct RootHistory { std::uint64_t version; };
struct Configuration {};
struct ProjectClaim { ProjectName project; };
struct ProjectOwners { ProjectName project; int hop; };
struct ProjectReleases { ProjectName project; };
struct ProjectFile { ReleasePath path; };
// Exists while somebody is invited or has accepted, never in an accepted commit.
struct ProjectInvitation { ProjectName project; FileName name; bool accepted; };
struct Stray {};
struct Unpublished {};
using PathKind = std::variant<AdminRole, CurrentRoot, RootHistory, Configuration, ProjectClaim, ProjectOwners,
                              ProjectReleases, ProjectFile, ProjectInvitation, Stray, Unpublished>;
PathKind kind_of(std::string_view path);
// The project whose folder holds the path, if any.
std::optional<ProjectName> project_of(std::string_view path);
bool is_signed_file(std::string_view path);   // holds signatures of its own

}  // namespace tuf::layout
