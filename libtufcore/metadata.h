#pragma once
// The `signed` part of the four kinds of TUF metadata (TUF 4.3-4.6) as plain values. Parsing checks shapes and bounds
// and nothing else: a value of these types says nothing about who signed it (that is verify.h).
// Members that we do not know are kept in `extra` and written again, as the specification asks.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "libtufcore/digest.h"
#include "libtufcore/json_skim.h"
#include "libtufcore/key.h"
#include "libtufcore/names.h"
#include "libtufcore/utc_time.h"

namespace tuf {

inline constexpr std::size_t max_metadata_bytes = 64u << 20;   // of one role file
inline constexpr std::size_t max_keys_of_a_role = 1024;
inline constexpr std::size_t max_delegations = 1'000'000;

// Who may sign something and how many of them must. Keys are distinct public keys: a role that lists a key id twice, or
// one public key under two ids, is refused at parsing (S-02, S-04). An id without a key in `keys` is kept in
// `absent_keys`: it can never sign. threshold >= 1 always (S-05).
struct RoleKeys {
  std::vector<PublicKey> keys;
  std::vector<KeyId> absent_keys;
  std::uint32_t threshold = 1;
  bool operator==(const RoleKeys&) const = default;
};

using Hashes = std::map<HashAlgorithm, Digest>;   // algorithms that we know; never empty in a TargetFile that is usable

struct Root {
  static constexpr const char* type = "root";
  std::uint64_t version = 0;
  UtcTime expires = UtcTime::from_unix(0);
  bool consistent_snapshot = true;
  std::map<std::string, RoleKeys> roles;          // exactly root, timestamp, snapshot, targets (others stay in extra)
  Json::Object extra;                             // ours: x-pg-repository, x-pg-names
  const RoleKeys& keys_of(std::string_view top_level_role) const;
};

struct MetaFile {
  std::uint64_t version = 0;
  std::optional<std::uint64_t> length;
  Hashes hashes;
  Json::Object extra;
  bool operator==(const MetaFile&) const = default;
};
MetaFile parse_meta_file(const Json& value, std::string_view what);

struct Timestamp {
  static constexpr const char* type = "timestamp";
  std::uint64_t version = 0;
  UtcTime expires = UtcTime::from_unix(0);
  MetaFile snapshot;
  Json::Object extra;                             // ours: x-pg-commit, the commit that was published
};

// The entries of a large snapshot, read one by one when they are asked for (large_metadata.h).
struct UnreadRoles {
  std::shared_ptr<const Bytes> text;              // `members` point into it
  std::vector<UnreadValue> members;               // "abc.rel.json", sorted
};

struct Snapshot {
  static constexpr const char* type = "snapshot";
  std::uint64_t version = 0;
  UtcTime expires = UtcTime::from_unix(0);
  std::map<RoleName, MetaFile> roles;             // "abc.rel" for meta's "abc.rel.json"
  UnreadRoles unread;                             // or all of them here, and `roles` is empty
  std::optional<MetaFile> find(const RoleName& role) const;  // throws refused when it has the wrong shape
  Json::Object extra;
};

struct TargetFile {
  std::uint64_t length = 0;
  Hashes hashes;                                  // empty when the file names only algorithms we do not know
  std::optional<Json> custom;
  Json::Object extra;
  bool operator==(const TargetFile&) const = default;
};

struct Delegation {
  RoleName role;
  RoleKeys signers;
  bool terminating = false;
  std::optional<std::vector<std::string>> paths;                 // exactly one of paths and path_hash_prefixes
  std::optional<std::vector<std::string>> path_hash_prefixes;    // lower-case hex
  Json::Object extra;
  bool operator==(const Delegation&) const = default;
};

struct SuccinctRoles {                            // TAP 15
  RoleKeys signers;
  std::uint32_t bit_length = 1;                   // 1..32
  std::string name_prefix;
};

struct Targets {
  static constexpr const char* type = "targets";
  std::uint64_t version = 0;
  UtcTime expires = UtcTime::from_unix(0);
  std::map<TargetPath, TargetFile> targets;
  std::vector<Delegation> delegations;            // in the order of the search
  std::optional<SuccinctRoles> succinct_roles;    // then `delegations` is empty
  bool has_delegations = false;                   // whether the file has the member at all (kept for exact writing)
  Json::Object delegations_extra;                 // ours: x-pg-names {keyid: person}, beside keys and roles
  Json::Object extra;
};
// Null when `delegator` has none to that role.
const Delegation* find_delegation(const Targets& delegator, const RoleName& role);
Delegation* find_delegation(Targets& delegator, const RoleName& role);

// `what` names the file in messages ("admin/targets.json at 1a2b3c4", "timestamp.json from https://...").
// Throws refused. Accepts spec_version 1.x, refuses other majors (T-20). Versions are 1..2^53-1 (J-03).
Root parse_root(const Json& signed_part, std::string_view what);
Timestamp parse_timestamp(const Json& signed_part, std::string_view what);
Snapshot parse_snapshot(const Json& signed_part, std::string_view what);
Targets parse_targets(const Json& signed_part, std::string_view what);

template <typename Role>
Role parse_role(const Json& signed_part, std::string_view what);   // dispatches to the four above
template <>
Root parse_role<Root>(const Json& signed_part, std::string_view what);
template <>
Timestamp parse_role<Timestamp>(const Json& signed_part, std::string_view what);
template <>
Snapshot parse_role<Snapshot>(const Json& signed_part, std::string_view what);
template <>
Targets parse_role<Targets>(const Json& signed_part, std::string_view what);

// The inverse: what this project's own tools sign. parse(to_json(x)) == x; key objects are collected by computed id.
Json to_json(const Root& root);
Json to_json(const Timestamp& timestamp);
Json to_json(const Snapshot& snapshot);
Json to_json(const Targets& targets);
Json to_json(const MetaFile& meta);

// People's names for keys (x-pg-names): display only, never trusted; empty when there is none.
std::string name_of_key(const Json::Object& extra_with_names, const KeyId& id);
void set_name_of_key(Json::Object& extra_with_names, const KeyId& id, std::string_view name);
// What x-pg-repository says: the repository that a file belongs to; empty when it says nothing.
std::string stated_repository(const Json::Object& extra);
// "bob 77c1e0ab" or "77c1e0ab": escaped name and the first 8 characters of the id, as every message shows a key.
std::string key_label(std::string_view name, const KeyId& id);

}  // namespace tuf
