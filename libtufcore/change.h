#pragma once
// The closed vocabulary of changes. generate() goes from (base, list of changes) to the files that they make, with nothing
// else to go by: a change holds all that it needs. explain_*() goes back from (base, proposal) to a list, and is only
// believed after the proposal was generated again from base and list with equal bytes (transition*.cpp). describe() puts a
// change in words: what people read before they sign.

#include <set>
#include <string>
#include <variant>
#include <vector>

#include "libtufcore/change_admin.h"
#include "libtufcore/key_file.h"

namespace tuf {

struct CreateRepository {
  std::string name;
  std::vector<KeyHolder> administrators;
  std::uint32_t threshold = 1;
  std::vector<KeyHolder> timestamp_keys, snapshot_keys, registrar_keys;   // online
  std::uint32_t timestamp_threshold = 1, snapshot_threshold = 1, registrar_threshold = 1;
  Configuration configuration;
  UtcTime now = UtcTime::from_unix(0);      // expiry = now + the configuration's days
};

struct CreateProject {
  ProjectName project;
  std::vector<KeyHolder> owners;
  std::uint32_t owner_threshold = 1;
  std::vector<KeyHolder> maintainers;
  std::uint32_t release_threshold = 1;
  UtcTime owners_expire = UtcTime::from_unix(0);
  UtcTime releases_expire = UtcTime::from_unix(0);
  std::string repository = {};              // the name that the root states
};

struct AddRelease {                         // one change per (product, version); a new version only
  ProjectName project;
  ProductName product;
  Version version;
  struct File {
    FileName name;
    std::uint64_t length;
    Digest sha256;
    std::optional<Platform> platform = {};  // none: for all
  };
  std::vector<File> files;                  // by name
};

// `latest` and ranges pass a yanked version over; it can still be had by its name. Every file of the version says so.
struct YankRelease {
  ProjectName project;
  ProductName product;
  Version version;
  Reason reason;                            // another one replaces it
};

struct UnyankRelease {
  ProjectName project;
  ProductName product;
  Version version;
};

// The version is gone, with its files; its number never comes back (`x-pg-removed`).
struct RemoveRelease {
  ProjectName project;
  ProductName product;
  Version version;
  Reason reason;
};

struct ExtendExpiry {                       // every new version of a role file states one
  RoleName role;
  UtcTime expires = UtcTime::from_unix(0);
};

enum class Team { maintainers, references };   // who may sign <project>.rel, <project>.refs
std::string_view name_of(Team team);
struct ThresholdChange {
  std::uint32_t from = 1, to = 1;
  bool operator==(const ThresholdChange&) const = default;
};

struct ChangeTeam {                         // the owners say who signs releases or references
  ProjectName project;
  Team team = Team::maintainers;
  std::vector<KeyHolder> added, removed;
  std::optional<ThresholdChange> threshold;
};

// A hop: the owners hand the project over to role <project>.o<hop>, to other owners or to another number of them. Their own
// file is the last of its role; nobody but the administrators can go back behind it.
struct RotateOwners {
  ProjectName project;
  int hop = 2;
  std::vector<KeyHolder> before, after;
  std::uint32_t threshold_before = 1, threshold_after = 1;
};

// Somebody is asked to bring a key; waits until that person accepts and an owner turns it into the change above.
struct Invite {
  ProjectName project;
  bool as_owner = false;
  FileName name;
  UtcTime made = UtcTime::from_unix(0);
  std::optional<KeyHolder> accepted = {};
};

struct ChangeUnpublished {                  // files outside admin/ and projects/
  std::vector<std::string> paths;
};

using Change = std::variant<CreateRepository, CreateProject, AddRelease, ExtendExpiry, PromoteProjects, ChangeUnpublished,
                            YankRelease, UnyankRelease, RemoveRelease, ChangeTeam, RotateOwners, Invite, ChangeConfiguration,
                            BlockName, UnblockName, ReserveNames, ChangeAdministrators, ChangeOnlineKeys, AnnounceTransfer,
                            CancelTransfer, TransferProject, ShardNames>;

// In words, complete: who, what, sizes, digests, key ids, until when. Names from outside are escaped.
std::vector<std::string> describe(const Change& change);
Json to_json(const Change& change);         // for --json: {"change": "add-release", ...}

// The files a change makes: git path -> signed part. Signatures come later.
using SignedParts = std::map<std::string, Json>;

// The one way from a list of changes to files: the signer makes a proposal with it, and makes it again on a newer base when
// others were first; the rule book asks for equal bytes. Each role file that a change edits is there as its next version,
// and needs exactly one ExtendExpiry. Throws conflict, saying why, where a change makes no sense on this base (any more); usage
// where it makes none on any. `base` is verified as far as it is read; null for the very first change, CreateRepository.
SignedParts generate(const RepositoryState* base, const std::vector<Change>& changes);
// The roles of which `changes` make a next version without an ExtendExpiry that says until when it stays valid.
std::set<RoleName> roles_without_expiry(const RepositoryState& base, const std::vector<Change>& changes);
// The files without signatures that changes make, by git path: the configuration.
std::map<std::string, Bytes> generate_files(const RepositoryState* base, const std::vector<Change>& changes);

// Its parts.
// `1.root.json`, targets (with the configuration as a target), blocked, blocked.void, claimed, claimed.void, all version 1.
struct NewRepository {
  SignedParts roles;                        // admin/root.json and admin/root_history/1.root.json are the same
  Bytes configuration_file;                 // admin/config/repository.json
};
NewRepository make_repository(const CreateRepository& change);
SignedParts make_project(const CreateProject& change);                             // claim, owners, releases
Targets with_release(const Targets& releases, const AddRelease& change);           // these four: version and expiry unchanged
Targets with_yank(const Targets& releases, const YankRelease& change);
Targets without_yank(const Targets& releases, const UnyankRelease& change);
Targets without_release(const Targets& releases, const RemoveRelease& change);
// `list` delegates to them if any role does (shards.h).
Targets with_promoted(const Targets& list, const std::vector<ProjectName>& projects, const RepositoryState& state);
// `owners` is the owners' file that says who is in the team; version and expiry unchanged.
Targets with_team(const Targets& owners, const ChangeTeam& change);
struct Hop {
  Targets frozen;                           // the old role's last file, version and expiry unchanged
  Targets next;                             // version 0 of the new role, with the teams of before
};
Hop make_hop(const RoleFile& owners, const RotateOwners& change);
// The old role's last file can never be renewed, and must not run out while the new owners renew theirs.
inline constexpr int frozen_lifetimes = 10;
Targets next_version(Targets role, UtcTime expires);                               // version + 1, new expiry

// The way back: the change that would make `next` from `base`. Each throws refused where no change of the vocabulary
// could. What they return is believed only after it was generated again with equal bytes.
CreateRepository explain_repository(const RepositoryState& state);
CreateProject explain_project(const RepositoryState& state, const ProjectName& project);
std::vector<Change> explain_releases(const ProjectName& project, const Targets& base, const Targets& next);  // the four
// Each key's id is its hash (S-03), and it is of a kind that is verified here.
void check_keys(const RoleKeys& keys);
std::vector<ChangeTeam> explain_teams(const ProjectName& project, const Targets& base, const Targets& next);
// `next`: the owners who come after those of `base`, by one hop or (in a merge) by several.
RotateOwners explain_hop(const ProjectName& project, const RoleFile& base, const RoleFile& next);
// Of root and the administrators' roles.
std::vector<Change> explain_administration(const RepositoryState& base, const RepositoryState& next);
// Where two documents differ first: "delegations.roles[1].threshold"; empty when they are equal.
std::string first_difference(const Json& one, const Json& other);

// The delegation of a project as `claimed` and `new` state it: terminating, `<p>/*/*/*` and `refs/<p>/*/*`.
Delegation delegation_to_project(const ProjectName& project, const RoleKeys& owners, int hop = 1);

}  // namespace tuf
