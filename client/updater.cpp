#include "client/updater.h"

#include <optional>
#include <utility>

#include "client/url.h"
#include "libtufcore/error.h"
#include "libtufcore/site_layout.h"

namespace tuf {
namespace {

// 5.3.3, 5.4.1, 5.5.1, 5.6.1: at most so much when no verified file states the length ...
constexpr std::size_t max_root_bytes = 512'000;
constexpr std::size_t max_timestamp_bytes = 16'384;
constexpr std::size_t max_snapshot_bytes = 2'000'000;
constexpr std::size_t max_targets_bytes = 5'000'000;
// ... and never more than this.
constexpr std::uint64_t max_stated_bytes = 64u << 20;
constexpr int max_new_roots = 256;  // in one run; the next run goes on

RoleName timestamp_role() { return RoleName::of(Timestamp::type); }
RoleName snapshot_role() { return RoleName::of(Snapshot::type); }

// A captive portal, or the page of a web host, where metadata should be (H-12).
void refuse_web_page(ByteView bytes, const std::string& what) {
  const std::size_t first = bytes.find_first_not_of(" \t\r\n");
  if (first == ByteView::npos || bytes[first] != '<') return;
  throw network("{} is a web page, not metadata", what)
      .with_hint("check the URL; a network that asks for a log-in first answers like this, too");
}

// TUF metadata does not say which role it is, and in our repositories one key often signs several: whoever
// serves the files could give `claimed` for `blocked` and undo a block. Ours state their role; others' have
// no such member.
void refuse_other_role(const Targets& targets, const RoleName& role, const std::string& what) {
  const auto stated = targets.extra.find("x-pg-role");
  if (stated == targets.extra.end() || stated->second == Json(role.text())) return;
  const std::string* name = stated->second.as_text();
  throw refused("refused {}: it says that it is role '{}', not '{}'", what,
                escaped(name == nullptr ? "?" : *name), escaped(role.text()));
}

}  // namespace

Updater::Updater(const MetadataCache& cache, Fetcher& fetcher, std::string metadata_url, UtcTime now,
                 Warn warn)
    : cache_(cache),
      fetcher_(fetcher),
      metadata_url_(std::move(metadata_url)),
      now_(now),
      warn_(std::move(warn)) {}

std::string Updater::from(const std::string& name) const {
  return fmt::format("{} from {}", escaped(name), shown_url(metadata_url_));
}

TopLevel Updater::refresh() {
  Final<Root> root = update_root();
  const Floor floor = floor_of(root, cache_.read(timestamp_role()), cache_.read(snapshot_role()));
  Final<Timestamp> timestamp = update_timestamp(root, floor);
  Final<Snapshot> snapshot = update_snapshot(root, timestamp, floor);
  auto targets = std::make_shared<const Final<Targets>>(
      update_targets(root, snapshot, RoleName::of(Targets::type), root->keys_of(Targets::type), root->extra));
  cache_.note_refresh(now_);
  return {std::move(root), std::move(timestamp), std::move(snapshot), std::move(targets)};
}

Final<Root> Updater::update_root() {
  RootChain chain = cache_.root_chain();     // 5.2
  for (int i = 0; i < max_new_roots; ++i) {  // 5.3.2 to 5.3.9
    const std::string name = root_file_name(chain.version() + 1);
    const auto received = fetcher_.fetch(join_url(metadata_url_, name), max_root_bytes);
    if (!received) break;  // 5.3.3: the trusted root is the newest
    refuse_web_page(*received, from(name));
    chain.append(*received, from(name));
    cache_.write(RoleName::of(Root::type), *received);  // 5.3.8
  }
  return std::move(chain).finish(now_);  // 5.3.10
}

Final<Timestamp> Updater::update_timestamp(const Final<Root>& root, const Floor& floor) {
  const std::string name(timestamp_file_name);
  MetaFile unstated;
  const Bytes received = fetch_needed(name, unstated, max_timestamp_bytes);
  if (timestamp_news(root, received, floor, from(name)) == TimestampNews::other_content) {
    // 5.4.3.1: the one seen first counts (T-10).
    warn_(fmt::format("{} is version {} as before, with other content; the one seen before is used",
                      from(name), floor.timestamp->version));
    const auto cached = cache_.read(timestamp_role());
    return accept_timestamp(root, cached.value_or(Bytes()), floor, now_, "the trusted timestamp.json");
  }
  Final<Timestamp> timestamp = accept_timestamp(root, received, floor, now_, from(name));
  const bool is_new = !floor.timestamp || floor.timestamp->version != timestamp->version;
  if (is_new) cache_.write(timestamp_role(), received);  // 5.4.5
  return timestamp;
}

Final<Snapshot> Updater::update_snapshot(const Final<Root>& root, const Final<Timestamp>& timestamp,
                                         const Floor& floor) {
  std::optional<Final<Snapshot>> snapshot;
  const MetaFile& meta = timestamp->snapshot;
  cache_.use(snapshot_role(), [&](ByteView cached) {
    if (matches(meta, cached))
      snapshot = accept_snapshot(root, timestamp, cached, floor, now_, "the trusted snapshot.json");
  });
  if (snapshot) return std::move(*snapshot);
  const auto version = root->consistent_snapshot ? std::optional(meta.version) : std::nullopt;
  const std::string name = metadata_file_name(snapshot_role(), version);
  const Bytes received = fetch_needed(name, meta, max_snapshot_bytes);
  snapshot = accept_snapshot(root, timestamp, received, floor, now_, from(name));
  cache_.write(snapshot_role(), received);  // 5.5.7
  return std::move(*snapshot);
}

Final<Targets> Updater::update_targets(const Final<Root>& root, const Final<Snapshot>& snapshot,
                                       const RoleName& role, const RoleKeys& delegated_to,
                                       const Json::Object& names) {
  std::optional<Final<Targets>> targets;
  const MetaFile& meta = meta_of(snapshot, role);
  cache_.use(role, [&](ByteView cached) {
    if (!matches(meta, cached)) return;
    auto accepted = accept_targets(role, delegated_to, snapshot, cached, now_, "the trusted file", names);
    refuse_other_role(*accepted, role, "the trusted file");
    targets = std::move(accepted);
  });
  if (targets) return std::move(*targets);
  const auto version = root->consistent_snapshot ? std::optional(meta.version) : std::nullopt;
  const std::string name = metadata_file_name(role, version);
  const Bytes received = fetch_needed(name, meta, max_targets_bytes);
  targets = accept_targets(role, delegated_to, snapshot, received, now_, from(name), names);
  refuse_other_role(**targets, role, from(name));
  cache_.write(role, received);  // 5.6.6
  return std::move(*targets);
}

std::shared_ptr<const Final<Targets>> Updater::load(const TopLevel& top, const RoleName& role,
                                                    const RoleKeys& delegated_to, const Json::Object& names) {
  // A delegation to such a name would put its file in the place of a trusted one (S-14).
  if (role.is_top_level()) throw refused("a delegation names the top-level role '{}'", role.text());
  return std::make_shared<const Final<Targets>>(
      update_targets(top.root, top.snapshot, role, delegated_to, names));
}

LoadRole Updater::loader(const TopLevel& top) {
  return [this, &top](const RoleName& role, const RoleKeys& delegated_to, const Json::Object& names) {
    return load(top, role, delegated_to, names);
  };
}

// A file that a verified one names, or timestamp.json: the server must have it.
Bytes Updater::fetch_needed(const std::string& name, const MetaFile& meta, std::size_t unstated_limit) {
  if (meta.length && *meta.length > max_stated_bytes) {
    throw limit("{} is said to have {} bytes; at most {} are read", from(name), *meta.length,
                max_stated_bytes);
  }
  using Outcome = FetchReply::Outcome;
  FetchReply reply = std::move(
      fetcher_.fetch_all({{join_url(metadata_url_, name), meta.length.value_or(unstated_limit)}}).front());
  if (reply.outcome == Outcome::too_long && meta.length) {
    throw refused("refused {}: it has more than the {} bytes that the file naming it says", from(name),
                  *meta.length);
  }
  if (reply.failure) throw *reply.failure;
  if (reply.outcome == Outcome::absent) {
    throw network("there is no {}", from(name))
        .with_hint("the server is incomplete or the URL is wrong; what was verified before is still there");
  }
  refuse_web_page(reply.bytes, from(name));
  return std::move(reply.bytes);
}

}  // namespace tuf
