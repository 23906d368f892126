#pragma once
// The client workflow of TUF 1.0.34, sections 5.3 to 5.6, with servers and a folder: which file is asked for,
// in which order, at most how much of it, and when it is kept. What is believed is client_workflow's to say;
// nothing is written before it has said so.
//
// Round trips: the next root and timestamp.json are asked for side by side; so are, once snapshot is
// verified, all roles that the caller expects to need. Verification keeps the order of the specification all
// the same. When nothing changed, a refresh is those two requests (H-14).
//
// Mirrors: every reply of every mirror goes through the same verification. The newest timestamp that any of
// them can prove is used; for the other files the next mirror is asked when one fails. A bad mirror is
// reported, once, and never stops a good one (H-06 to H-08).

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "client/fetcher.h"
#include "client/metadata_cache.h"
#include "libtufcore/find_target.h"

namespace tuf {

struct UpdateSettings {
  std::vector<std::string> metadata_urls;        // of the repository, then of its mirrors
  UtcTime now;                                   // of the whole update (5.1)
  std::function<void(const std::string&)> warn;  // things that are odd and no reason to stop
  enum class Requests { side_by_side, one_by_one } requests = Requests::side_by_side;
  NeededEntries needed = {};  // what the searches to come will ask of large lists; empty: everything
};

// What a refresh knows before any list of files is read.
struct Newest {
  Final<Root> root;
  Digest root_file;
  Final<Timestamp> timestamp;
};

struct TopLevel {
  Final<Root> root;
  Final<Timestamp> timestamp;
  Final<Snapshot> snapshot;
  std::shared_ptr<const Final<Targets>> targets;
};

using RoleNames = std::vector<RoleName>;

// A timestamp that stays the same for so long is told (T-04). Repositories sign one every few days.
inline constexpr std::int64_t max_staleness_seconds = 14 * 86'400;

class Updater {
 public:
  // The caller holds the cache's lock.
  Updater(const MetadataCache& cache, Fetcher& fetcher, UpdateSettings settings);

  TopLevel refresh();
  // The two halves of it. `expected` are the delegated roles that will be needed: those that snapshot lists
  // and the cache has not are fetched together with targets.
  Newest refresh_timestamp();
  TopLevel refresh_targets(Newest newest, const RoleNames& expected = {});

  // Whether the snapshot in the folder is still the one that timestamp names. Only then may anything that was
  // proved under it be believed without reading it: else a timestamp that names an older snapshot would lead
  // back behind the newer one that was seen.
  bool holds_snapshot(const Newest& newest) const;

  // What the last refresh left, with nothing asked for; `now` in the settings is the time of that refresh.
  TopLevel as_refreshed();

  // 5.6 for one delegated role, from the cache when it still is what snapshot names and *this* delegator's
  // keys signed it.
  std::shared_ptr<const Final<Targets>> load(const TopLevel& top, const RoleName& role,
                                             const RoleKeys& delegated_to, const Json::Object& names);
  LoadRole loader(const TopLevel& top);  // load() bound to `top`, which must outlive it

  // Verifies and keeps what was expected and then not needed, where targets itself names its keys: the next
  // search may need it. A fault there is nobody's concern.
  void keep_unneeded(const TopLevel& top);

  // The mirrors in the order in which to ask them for targets: the one with the newest timestamp first.
  std::vector<std::size_t> mirror_order() const;

 private:
  struct Evaluated;
  void update_root(RootChain& chain);
  bool append_next_root(RootChain& chain, const std::vector<FetchReply>& replies, const std::string& name);
  std::vector<FetchRequest> timestamp_requests() const;
  Final<Timestamp> choose_timestamp(const Final<Root>& root, const std::vector<FetchReply>& replies);
  Evaluated evaluate_timestamp(const Final<Root>& root, const FetchReply& reply, const std::string& what);
  const Floor& full_floor(const Final<Root>& root);
  Final<Snapshot> update_snapshot(const Final<Root>& root, const Final<Timestamp>& timestamp);
  Final<Targets> update_targets(const Final<Root>& root, const Final<Snapshot>& snapshot,
                                const RoleName& role, const RoleKeys& delegated_to,
                                const Json::Object& names);
  void warn_if_withheld(const Timestamp& timestamp) const;
  void prefetch(const Final<Root>& root, const Final<Snapshot>& snapshot, const RoleNames& expected);

  std::vector<FetchReply> ask(const std::vector<FetchRequest>& requests);
  using Accept = std::function<void(ByteView received, const std::string& what)>;
  void accept_from_any_mirror(const std::string& name, const MetaFile& meta, std::size_t unstated_limit,
                              const Accept& accept);
  std::string url(std::size_t mirror, const std::string& name) const;
  std::string from(std::size_t mirror, const std::string& name) const;  // "timestamp.json from https://..."
  void blame(std::size_t mirror, const Error& fault);

  const MetadataCache& cache_;
  Fetcher& fetcher_;
  UpdateSettings settings_;
  std::vector<bool> blamed_;             // by mirror
  std::size_t best_mirror_ = 0;          // it gave the timestamp that is used
  std::vector<FetchReply> asked_early_;  // timestamp.json of each mirror, beside the next root
  std::optional<Bytes> cached_timestamp_;
  std::optional<Floor> full_floor_;
  std::map<std::string, FetchReply> prefetched_;  // from best_mirror_, by file name
};

}  // namespace tuf
