#pragma once
// The administrators' part of the vocabulary of changes (change.h).

#include <map>
#include <string>
#include <vector>

#include "libtufcore/blocked.h"
#include "libtufcore/repository_state.h"

namespace tuf {

struct KeyHolder {                          // a person or a machine with a key
  std::string name;
  PublicKey key;
};

struct PromoteProjects {                    // or shortens the way to owners that were changed by hops
  std::vector<ProjectName> projects;        // sorted
};

// The promoted names that begin so move into roles of their own, `claimed-<prefix>` (shards.h); nothing about them changes.
struct ShardNames {
  std::vector<std::string> prefixes;        // sorted
};

struct ChangeConfiguration {
  struct One {
    std::string key, from, to;              // configuration.h: settings()
  };
  std::vector<One> settings;                // by key
};

struct BlockName {                          // nobody gets it any more
  BlockedName name;
  Reason reason;
};

struct UnblockName {
  BlockedName name;
};

struct ReserveNames {                       // nobody can create a project of this name; or, taken back, anybody
  std::vector<ProjectName> names;           // sorted
  bool reserved = true;
};

// Root, and with it targets, blocked and claimed, are signed by others from now on. The old administrators sign the new root,
// and so do enough of the new ones and each who is new.
struct ChangeAdministrators {
  std::vector<KeyHolder> before, after;
  std::uint32_t threshold_before = 1, threshold_after = 1;
};

struct ChangeOnlineKeys {
  std::string role;                         // timestamp, snapshot or new
  std::vector<KeyHolder> before, after;
  std::uint32_t threshold_before = 1, threshold_after = 1;
};

// The owners of a promoted project lost their keys. Announced first: `claimed` says it in x-pg-transfers, where everybody sees
// it; done at the earliest after the days of the configuration, and only when the owners signed nothing meanwhile.
struct AnnounceTransfer {
  ProjectName project;
  RoleName owners_role;                     // whose file, and in which version, the owners had when it was announced
  std::uint64_t owners_version = 0;
  std::vector<KeyHolder> owners;            // the next ones
  std::uint32_t threshold = 1;
  UtcTime not_before = UtcTime::from_unix(0);
  Reason reason;
};
inline constexpr const char* transfers_member = "x-pg-transfers";
std::vector<AnnounceTransfer> transfers_of(const Targets& claimed);   // announced; throws refused for a wrong shape

struct CancelTransfer {
  ProjectName project;
};

struct TransferProject {                    // as it was announced, to role <project>.o<hop>
  ProjectName project;
  int hop = 2;
  std::vector<KeyHolder> owners;
  std::uint32_t threshold = 1;
};

// The parts of generate(), version and expiry unchanged. Each throws conflict where the base does not fit.
Configuration with_settings(const Configuration& configuration, const ChangeConfiguration& change);
Targets with_configuration(const Targets& targets, const Configuration& configuration);
Targets with_block(const Targets& blocked, const BlockName& change);
Targets without_block(const Targets& blocked, const UnblockName& change);
Targets with_reserved(const Targets& claimed, const ReserveNames& change, const RepositoryState& state);
std::vector<ProjectName> reserved_names(const Targets& claimed);      // throws refused for a path of no name
Root with_administrators(const Root& root, const ChangeAdministrators& change);
// Of targets, blocked and claimed: every delegation to one of the administrators' roles.
Targets with_administrators(const Targets& role, const ChangeAdministrators& change);
Root with_online_keys(const Root& root, const ChangeOnlineKeys& change);
Targets with_online_keys(const Targets& targets, const ChangeOnlineKeys& change);
Targets with_transfer(const Targets& claimed, const AnnounceTransfer& change, const RepositoryState& state);
Targets without_transfer(const Targets& claimed, const ProjectName& project);
// Which lists lose the names that begin with which prefixes.
std::map<RoleName, std::vector<std::string>> lists_to_shard(const Targets& claimed, const ShardNames& change);
// The shards, version 0, with what `list` loses to them; and the delegations to the shards.
std::map<RoleName, Targets> take_shards(Targets& list, const std::vector<std::string>& prefixes);
Targets with_shards(const Targets& claimed, const ShardNames& change);
struct Transferred {
  Targets claimed;                          // without the announcement
  Targets owners;                           // version 0 of the new role, with the teams of before
  UtcTime not_before;
};
Transferred make_transfer(const Targets& claimed, const TransferProject& change, const RepositoryState& state);
// The list that delegates to the project (shards.h) delegates to the next owners.
Targets with_next_owners(const Targets& list, const TransferProject& change);

}  // namespace tuf
