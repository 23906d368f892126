#pragma once
// The client workflow of TUF 1.0.34, sections 5.3 to 5.6, with a server and a folder: which file is asked
// for, in which order, at most how much of it, and when it is kept. What is believed is client_workflow's to
// say; nothing is written before it has said so. When nothing changed, a refresh is two requests (H-14).

#include <functional>
#include <memory>
#include <string>

#include "client/fetcher.h"
#include "client/metadata_cache.h"
#include "libtufcore/find_target.h"

namespace tuf {

struct TopLevel {
  Final<Root> root;
  Final<Timestamp> timestamp;
  Final<Snapshot> snapshot;
  std::shared_ptr<const Final<Targets>> targets;
};

class Updater {
 public:
  using Warn = std::function<void(const std::string&)>;  // things that are odd and no reason to stop

  // `now` is the time of the whole update (5.1). The caller holds the cache's lock.
  Updater(const MetadataCache& cache, Fetcher& fetcher, std::string metadata_url, UtcTime now, Warn warn);

  TopLevel refresh();
  // 5.6 for one delegated role, from the cache when it still is what snapshot names and *this* delegator's
  // keys signed it.
  std::shared_ptr<const Final<Targets>> load(const TopLevel& top, const RoleName& role,
                                             const RoleKeys& delegated_to, const Json::Object& names);
  LoadRole loader(const TopLevel& top);  // load() bound to `top`, which must outlive it

 private:
  Final<Root> update_root();
  Final<Timestamp> update_timestamp(const Final<Root>& root, const Floor& floor);
  Final<Snapshot> update_snapshot(const Final<Root>& root, const Final<Timestamp>& timestamp,
                                  const Floor& floor);
  Final<Targets> update_targets(const Final<Root>& root, const Final<Snapshot>& snapshot,
                                const RoleName& role, const RoleKeys& delegated_to,
                                const Json::Object& names);
  Bytes fetch_needed(const std::string& name, const MetaFile& meta, std::size_t unstated_limit);
  std::string from(const std::string& name) const;  // "timestamp.json from https://...", for messages

  const MetadataCache& cache_;
  Fetcher& fetcher_;
  std::string metadata_url_;
  UtcTime now_;
  Warn warn_;
};

}  // namespace tuf
