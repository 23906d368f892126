#include "libtufcore/client_workflow.h"

#include <algorithm>
#include <utility>

#include "libtufcore/error.h"

namespace tuf {

// The one maker of Final: everything below returns through it, nothing else can.
struct WorkflowAccess {
  template <typename Role>
  static Final<Role> final(Role role) {
    return Final<Role>(std::move(role));
  }
};

namespace {

// `expires` must be higher than the start of the update: equal is too late (5.3.10, 5.4.4, 5.5.6, 5.6.5;
// T-03).
template <typename Role>
void refuse_expired(const Role& role, UtcTime now, std::string_view what) {
  if (role.expires > now) return;
  throw expired("refused {}: it expired at {} and it is now {}", what, role.expires.text(), now.text())
      .with_hint(
          "check this machine's clock with 'date -u'; if it is right, the repository was not signed again in "
          "time");
}

// On the received bytes, before anything parses them (5.5.2, 5.6.2; T-08).
void refuse_other_bytes(const MetaFile& meta, ByteView bytes, std::string_view stated_by,
                        std::string_view what) {
  if (meta.length && *meta.length != bytes.size()) {
    throw refused("refused {}: it has {} bytes and {} says {}", what, bytes.size(), stated_by, *meta.length);
  }
  for (const auto& [algorithm, digest] : meta.hashes) {
    const Digest found = digest_of(algorithm, bytes);
    if (found == digest) continue;
    throw refused("refused {}: its {} is {} and {} says {}", what, name_of(algorithm), found.hex(), stated_by,
                  digest.hex());
  }
}

// Another version than the parent file names is a mix of two states of the repository (5.5.4, 5.6.4; T-08).
void refuse_other_version(std::uint64_t version, std::uint64_t stated, std::string_view stated_by,
                          std::string_view what) {
  if (version == stated) return;
  throw rollback("refused {}: it is version {} and {} says version {}", what, version, stated_by, stated);
}

void refuse_older_version(std::uint64_t version, std::uint64_t seen, std::string_view what) {
  if (version >= seen) return;
  throw rollback("refused {}: version {} is older than version {} already seen", what, version, seen);
}

Error other_content(std::uint64_t version, std::string_view what) {
  return refused("refused {}: version {} was already seen with other content", what, version);
}

bool same_content(const Timestamp& a, const Timestamp& b) { return to_json(a) == to_json(b); }

void refuse_older_role(std::string_view role, const MetaFile& before, const std::optional<MetaFile>& now,
                       std::string_view what) {
  if (!now) {
    throw rollback("refused {}: role '{}' is no longer listed, version {} of it was already seen", what,
                   escaped(role), before.version);
  }
  if (now->version < before.version) {
    throw rollback("refused {}: version {} of role '{}' is older than version {} already seen", what,
                   now->version, escaped(role), before.version);
  }
}

// An entry of the wrong shape, which nobody could ever use, is no floor and must not stop what comes after
// it.
std::optional<MetaFile> readable(const Snapshot& snapshot, const RoleName& role) {
  try {
    return snapshot.find(role);
  } catch (const Error&) {
    return std::nullopt;
  }
}

std::size_t count_of(const Snapshot& snapshot) {
  return snapshot.roles.size() + snapshot.unread.members.size();
}

// 5.5.5: no role may go back or disappear.
void refuse_older_roles(const Snapshot& seen, const Snapshot& received, std::string_view what) {
  const bool same_version = seen.version == received.version;
  const auto compare = [&](std::string_view role, const MetaFile& before,
                           const std::optional<MetaFile>& now) {
    refuse_older_role(role, before, now, what);
    if (same_version && before != *now) throw other_content(received.version, what);
  };
  for (const auto& [role, before] : seen.roles) compare(role.text(), before, received.find(role));
  auto next = received.unread.members.begin();
  const auto end = received.unread.members.end();
  for (const UnreadValue& entry : seen.unread.members) {
    while (next != end && next->name < entry.name) ++next;
    if (next != end && next->name == entry.name && next->text == entry.text) continue;  // spelled alike
    const RoleName role = RoleName::of(entry.name.substr(0, entry.name.rfind(".json")));
    if (const auto before = readable(seen, role)) compare(role.text(), *before, received.find(role));
  }
  if (same_version && count_of(seen) != count_of(received)) throw other_content(received.version, what);
}

template <typename Role>
SignedFile<Role> parse_whole(ByteView file, std::string_view what) {
  return parse_signed_file<Role>(file, what);
}
template <>
SignedFile<Snapshot> parse_whole(ByteView file, std::string_view what) {
  return parse_snapshot_file(file, what);
}

template <typename Role>
struct Cached {
  std::optional<Role> role;   // verified under the current root
  bool keys_rotated = false;  // a sound file, but not of today's keys
};

template <typename Role>
Cached<Role> read_cached(const std::optional<Bytes>& bytes, const RoleKeys& keys) {
  if (!bytes) return {};
  try {
    SignedFile<Role> file = parse_whole<Role>(*bytes, fmt::format("cached {}.json", Role::type));
    if (!check_signatures(keys, file.signed_bytes, file.signatures).enough()) return {std::nullopt, true};
    return {std::move(file.untrusted), false};
  } catch (const Error&) {
    return {};  // a damaged cached file is no floor, and no reason to stop (D-07)
  }
}

// Signed by a threshold of `keys`; `by_whom` says in the message which keys those are.
void require_signatures(const RoleKeys& keys, const SignedFile<Root>& file, const Json::Object& names,
                        std::string_view by_whom) {
  const SignatureCheck check = check_signatures(keys, file.signed_bytes, file.signatures);
  if (check.enough()) return;
  throw refused("{}", signature_shortage(fmt::format("{} ({})", file.what, by_whom), check, names));
}

Error of_other_repository(const std::string& stated, const std::string& trusted, std::string_view what) {
  return refused("refused {}: it is of repository '{}', not of '{}'", what, escaped(stated), escaped(trusted));
}

Timestamp verified_timestamp(const Final<Root>& root, ByteView received, std::string_view what) {
  // 5.4.2: signed by a threshold of the keys that the trusted root names.
  Timestamp timestamp = *Verified<Timestamp>::by(
      root->keys_of(Timestamp::type), parse_signed_file<Timestamp>(received, what), root->extra);
  refuse_other_repository(root, timestamp.extra, what);
  return timestamp;
}

}  // namespace

RootChain::RootChain(ByteView trusted_root, std::string_view what)
    : current_(parse_signed_file<Root>(trusted_root, what)) {
  // 5.2: the first root is trusted because it was pinned; by its own keys it shows that it is whole.
  require_signatures(last().keys_of(Root::type), current_, last().extra, "by its own keys");
}

void RootChain::append(ByteView next_root, std::string_view what) {
  SignedFile<Root> next = parse_signed_file<Root>(next_root, what);
  // 5.3.4: signed by a threshold of the keys of root N and by a threshold of its own (T-06).
  require_signatures(last().keys_of(Root::type), next, last().extra,
                     fmt::format("by the keys of root {}", version()));
  require_signatures(next.untrusted.keys_of(Root::type), next, next.untrusted.extra, "by its own keys");
  // 5.3.5: exactly N+1, neither an old root again nor one that skips a rotation (T-07).
  refuse_older_version(next.untrusted.version, version(), what);
  if (next.untrusted.version != version() + 1) {
    throw refused("refused {}: it is version {} and the version after {} is needed", what,
                  next.untrusted.version, version());
  }
  // A repository that has a name keeps it: a root of another one, although of the same keys, is not the next (S-11).
  const std::string name = stated_repository(last().extra);
  const std::string stated = stated_repository(next.untrusted.extra);
  if (!name.empty() && stated != name) throw of_other_repository(stated, name, what);
  // 5.3.6: whether it has expired does not matter yet. 5.3.7: it is the trusted root from here on.
  current_ = std::move(next);
}

Final<Root> RootChain::finish(UtcTime now) && {
  refuse_expired(last(), now, current_.what);  // 5.3.10
  return WorkflowAccess::final(std::move(current_.untrusted));
}

Floor floor_of(const Final<Root>& root, const std::optional<Bytes>& cached_timestamp,
               const std::optional<Bytes>& cached_snapshot) {
  auto timestamp = read_cached<Timestamp>(cached_timestamp, root->keys_of(Timestamp::type));
  auto snapshot = read_cached<Snapshot>(cached_snapshot, root->keys_of(Snapshot::type));
  // 5.3.11: when the keys of either were rotated, neither counts. A fast-forwarded snapshot version is also
  // written in the timestamp, so dropping only the file of the rotated role would not recover (T-09).
  if (timestamp.keys_rotated || snapshot.keys_rotated) return {};
  return {std::move(timestamp.role), std::move(snapshot.role)};
}

TimestampNews timestamp_news(const Final<Root>& root, ByteView received, const Floor& floor,
                             std::string_view what) {
  const Timestamp timestamp = verified_timestamp(root, received, what);
  if (!floor.timestamp || timestamp.version != floor.timestamp->version) return TimestampNews::other_version;
  return same_content(timestamp, *floor.timestamp) ? TimestampNews::same : TimestampNews::other_content;
}

void refuse_other_repository(const Final<Root>& root, const Json::Object& extra, std::string_view what) {
  const std::string stated = stated_repository(extra), trusted = stated_repository(root->extra);
  if (!stated.empty() && !trusted.empty() && stated != trusted) throw of_other_repository(stated, trusted, what);
}

Final<Timestamp> accept_timestamp(const Final<Root>& root, ByteView received, const Floor& floor, UtcTime now,
                                  std::string_view what) {
  Timestamp timestamp = verified_timestamp(root, received, what);
  if (floor.timestamp) {
    // 5.4.3.1: not older than the trusted timestamp; the same version again must be the same statement
    // (T-10).
    refuse_older_version(timestamp.version, floor.timestamp->version, what);
    if (timestamp.version == floor.timestamp->version && !same_content(timestamp, *floor.timestamp)) {
      throw other_content(timestamp.version, what);
    }
  }
  // 5.4.3.2: the snapshot that it names must not be older than the one named, or held, before (T-05).
  const std::uint64_t snapshot_seen = std::max(floor.timestamp ? floor.timestamp->snapshot.version : 0,
                                               floor.snapshot ? floor.snapshot->version : 0);
  if (timestamp.snapshot.version < snapshot_seen) {
    throw rollback("refused {}: it names snapshot version {}, older than version {} already seen", what,
                   timestamp.snapshot.version, snapshot_seen);
  }
  refuse_expired(timestamp, now, what);  // 5.4.4
  return WorkflowAccess::final(std::move(timestamp));
}

Final<Snapshot> accept_snapshot(const Final<Root>& root, const Final<Timestamp>& timestamp, ByteView received,
                                const Floor& floor, UtcTime now, std::string_view what) {
  refuse_other_bytes(timestamp->snapshot, received, "timestamp.json", what);  // 5.5.2
  // 5.5.3: signed by a threshold of the keys that the trusted root names.
  Snapshot snapshot = *Verified<Snapshot>::by(root->keys_of(Snapshot::type),
                                              parse_snapshot_file(received, what), root->extra);
  refuse_other_repository(root, snapshot.extra, what);
  refuse_other_version(snapshot.version, timestamp->snapshot.version, "timestamp.json", what);  // 5.5.4
  if (floor.snapshot) {
    refuse_older_version(snapshot.version, floor.snapshot->version, what);
    refuse_older_roles(*floor.snapshot, snapshot, what);  // 5.5.5
  }
  refuse_expired(snapshot, now, what);  // 5.5.6
  return WorkflowAccess::final(std::move(snapshot));
}

Final<Targets> accept_targets(const RoleName& role, const RoleKeys& delegated_to,
                              const Final<Snapshot>& snapshot, ByteView received, UtcTime now,
                              std::string_view what, const Json::Object& names, const NeededEntries& needed) {
  const MetaFile meta = meta_of(snapshot, role);
  refuse_other_bytes(meta, received, "snapshot.json", what);  // 5.6.2
  // 5.6.3: signed by a threshold of the keys that *this* delegator names: another one may name other keys
  // (T-13).
  Targets targets = *Verified<Targets>::by(delegated_to, parse_targets_file(received, what, needed), names);
  refuse_other_version(targets.version, meta.version, "snapshot.json", what);  // 5.6.4
  refuse_expired(targets, now, what);                                          // 5.6.5
  return WorkflowAccess::final(std::move(targets));
}

MetaFile meta_of(const Final<Snapshot>& snapshot, const RoleName& role) {
  if (auto found = snapshot->find(role)) return std::move(*found);
  throw refused("snapshot.json version {} does not list role '{}'", snapshot->version, escaped(role.text()));
}

bool matches(const MetaFile& meta, ByteView bytes) {
  if (meta.length && *meta.length != bytes.size()) return false;
  for (const auto& [algorithm, digest] : meta.hashes) {
    if (digest_of(algorithm, bytes) != digest) return false;
  }
  return true;
}

}  // namespace tuf
