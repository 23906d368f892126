#pragma once
// The TUF client workflow (specification 1.0.34, section 5) as a pure state machine: bytes and a time in, proofs out.
// Nothing here reads a file, a socket or a clock. Order is in the types: no timestamp without a finished root chain, no
// snapshot without a timestamp, no targets without a snapshot. Lengths and hashes are checked on the received bytes,
// before parsing. The caller stores a file only after the function that accepts it has returned.
// `what` in every function names the received file and where it came from, for messages.

#include <cstdint>
#include <map>
#include <optional>

#include "libtufcore/large_metadata.h"
#include "libtufcore/verify.h"

namespace tuf {

// Verified, not expired, not older than what was seen: usable. Only the functions of this header make one.
template <typename Role>
class Final {
 public:
  const Role& operator*() const noexcept { return role_; }
  const Role* operator->() const noexcept { return &role_; }

 private:
  friend struct WorkflowAccess;
  explicit Final(Role role) : role_(std::move(role)) {}
  Role role_;
};
static_assert(!std::is_constructible_v<Final<Root>, Root>);

// What was believed before, read from files that verify under the *current* root: rollback protection as a value.
// An expired cached file still counts. When root changed the keys of timestamp or snapshot, the cached file no longer
// verifies and so the floor of both is gone: recovery from a fast-forward attack (5.3.11, T-09).
struct Floor {
  std::optional<Timestamp> timestamp;   // refuses lower timestamp versions, and lower snapshot versions in it (5.4.3)
  std::optional<Snapshot> snapshot;     // refuses lower or removed roles (5.5.5)
};

class RootChain {                       // 5.3: walk root N -> N+1
 public:
  explicit RootChain(ByteView trusted_root, std::string_view what);  // must verify under its own keys
  void append(ByteView next_root, std::string_view what);            // signed by N and by N+1, version exactly N+1
  std::uint64_t version() const noexcept { return current_.untrusted.version; }
  const Root& last() const noexcept { return current_.untrusted; }   // verified, but perhaps expired
  Final<Root> finish(UtcTime now) &&;                                // expiry is checked here only (5.3.10)

 private:
  SignedFile<Root> current_;
};

// From cached files that may be stale, wrong or absent; never throws for a file that merely does not verify.
Floor floor_of(const Final<Root>& root, const std::optional<Bytes>& cached_timestamp,
               const std::optional<Bytes>& cached_snapshot);

// 5.4.3.1 asks to discard a received timestamp of the version already trusted, and calls that normal. So the caller looks
// first: with `other_content` it keeps the cached file, says so (T-10) and goes on with that one. Throws refused when the
// received file is not signed as needed; says nothing about age.
enum class TimestampNews { other_version, same, other_content };
TimestampNews timestamp_news(const Final<Root>& root, ByteView received, const Floor& floor, std::string_view what);

// One key may sign in two repositories, and what it signed in one must not be replayed in the other (S-11). Our roles state
// their repository; those of others state nothing and pass. Every accept_ function but accept_targets asks this itself.
void refuse_other_repository(const Final<Root>& root, const Json::Object& extra, std::string_view what);

// 5.4. Equal version and equal content as the floor: fine. Equal version, other content: refused (T-10).
Final<Timestamp> accept_timestamp(const Final<Root>& root, ByteView received, const Floor& floor, UtcTime now,
                                  std::string_view what);
// 5.5
Final<Snapshot> accept_snapshot(const Final<Root>& root, const Final<Timestamp>& timestamp, ByteView received,
                                const Floor& floor, UtcTime now, std::string_view what);
// 5.6 for the top-level targets and for every delegated role, whose keys come from its *current* delegator (T-13).
// Of a large file the result may hold only what is `needed`.
Final<Targets> accept_targets(const RoleName& role, const RoleKeys& delegated_to, const Final<Snapshot>& snapshot,
                              ByteView received, UtcTime now, std::string_view what, const Json::Object& names = {},
                              const NeededEntries& needed = {});

// What snapshot says about a role; throws refused when it is not listed.
MetaFile meta_of(const Final<Snapshot>& snapshot, const RoleName& role);
// True when `bytes` has the length and hashes that `meta` names (those it names; all of them). Says nothing about version.
bool matches(const MetaFile& meta, ByteView bytes);

}  // namespace tuf
