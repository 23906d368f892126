#include "client/updater.h"

#include <numeric>
#include <optional>

#include "client/metadata_reply.h"
#include "client/mirror_fault.h"
#include "client/url.h"
#include "libtufcore/error.h"
#include "libtufcore/own_members.h"
#include "libtufcore/site_layout.h"

namespace tuf {
namespace {

using Outcome = FetchReply::Outcome;

// 5.3.3, 5.4.1, 5.5.1, 5.6.1: at most so much when no verified file states the length ...
constexpr std::size_t max_timestamp_bytes = 16'384;
constexpr std::size_t max_snapshot_bytes = 2'000'000;
constexpr std::size_t max_targets_bytes = 5'000'000;
// ... and never more than this.
constexpr std::uint64_t max_stated_bytes = 64u << 20;
constexpr int max_new_roots = 256;  // in one run; the next run goes on

RoleName root_role() { return RoleName::of(Root::type); }
RoleName timestamp_role() { return RoleName::of(Timestamp::type); }
RoleName snapshot_role() { return RoleName::of(Snapshot::type); }
RoleName targets_role() { return RoleName::of(Targets::type); }

// TUF metadata does not say which role it is, and in our repositories one key often signs several: whoever
// serves the files could give `claimed` for `blocked` and undo a block. Ours state their role; others' have
// no such member.
void refuse_other_role(const Targets& targets, const RoleName& role, const std::string& what) {
  const auto stated = targets.extra.find(role_member);
  if (stated == targets.extra.end() || stated->second == Json(role.text())) return;
  const std::string* name = stated->second.as_text();
  throw refused("refused {}: it says that it is role '{}', not '{}'", what,
                escaped(name == nullptr ? "?" : *name), escaped(role.text()));
}

std::optional<std::uint64_t> version_in_name(const Final<Root>& root, const MetaFile& meta) {
  return root->consistent_snapshot ? std::optional(meta.version) : std::nullopt;
}

}  // namespace

Updater::Updater(const MetadataCache& cache, Fetcher& fetcher, UpdateSettings settings)
    : cache_(cache),
      fetcher_(fetcher),
      settings_(std::move(settings)),
      blamed_(settings_.metadata_urls.size(), false) {
  if (settings_.metadata_urls.empty()) throw bug("an update without a URL");
}

std::string Updater::url(std::size_t mirror, const std::string& name) const {
  return join_url(settings_.metadata_urls[mirror], name);
}

std::string Updater::from(std::size_t mirror, const std::string& name) const {
  return fmt::format("{} from {}", escaped(name), shown_url(settings_.metadata_urls[mirror]));
}

std::vector<std::size_t> Updater::mirror_order() const {
  std::vector<std::size_t> order(settings_.metadata_urls.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_partition(order.begin(), order.end(), [&](std::size_t i) { return i == best_mirror_; });
  return order;
}

// With one server its fault is the error of the command, and there is nothing more to say.
void Updater::blame(std::size_t mirror, const Error& fault) {
  if (settings_.metadata_urls.size() == 1 || blamed_[mirror]) return;
  blamed_[mirror] = true;
  settings_.warn(fmt::format("{} {}: {}", mirror == 0 ? "server" : "mirror",
                             shown_url(settings_.metadata_urls[mirror]), fault.what()));
}

std::vector<FetchReply> Updater::ask(const std::vector<FetchRequest>& requests) {
  if (settings_.requests == UpdateSettings::Requests::side_by_side) return fetcher_.fetch_all(requests);
  std::vector<FetchReply> replies;
  for (const FetchRequest& request : requests)
    replies.push_back(std::move(fetcher_.fetch_all({request}).front()));
  return replies;
}

TopLevel Updater::refresh() { return refresh_targets(refresh_timestamp()); }

Newest Updater::refresh_timestamp() {
  cached_timestamp_ = cache_.read(timestamp_role());
  RootChain chain = cache_.root_chain();  // 5.2
  const std::uint64_t trusted_before = chain.version();
  update_root(chain);
  const bool root_is_new = chain.version() != trusted_before;
  const Final<Root> root = std::move(chain).finish(settings_.now);  // 5.3.10
  if (asked_early_.empty() || root_is_new) asked_early_ = ask(timestamp_requests());
  Final<Timestamp> timestamp = choose_timestamp(root, asked_early_);
  warn_if_withheld(*timestamp);
  return {root, sha256_of(cache_.read(root_role()).value_or(Bytes())), std::move(timestamp)};
}

// Expiry bounds how long whoever serves the files can withhold news; where a timestamp lives for years, that
// bound is none (T-04).
void Updater::warn_if_withheld(const Timestamp& timestamp) const {
  const auto since = cache_.timestamp_since(timestamp.version);
  const std::int64_t seconds = since ? settings_.now.unix_seconds() - since->unix_seconds() : 0;
  if (seconds < max_staleness_seconds) return;
  settings_.warn(fmt::format(
      "timestamp.json is version {} since {}, {} ago: either nobody signs news, or they are withheld",
      timestamp.version, since->text(), duration_text(seconds)));
}

// 5.3.2 to 5.3.9. The first probe has the requests for timestamp.json beside it.
void Updater::update_root(RootChain& chain) {
  for (int i = 0; i < max_new_roots; ++i) {
    const std::string name = root_file_name(chain.version() + 1);
    std::vector<FetchRequest> requests;
    for (std::size_t mirror = 0; mirror < settings_.metadata_urls.size(); ++mirror)
      requests.push_back({.url = url(mirror, name), .max_bytes = max_root_bytes, .past_caches = true});
    const bool early = i == 0 && settings_.requests == UpdateSettings::Requests::side_by_side;
    if (early) {
      for (FetchRequest& request : timestamp_requests()) requests.push_back(std::move(request));
    }
    std::vector<FetchReply> replies = ask(requests);
    const auto middle = replies.begin() + static_cast<std::ptrdiff_t>(settings_.metadata_urls.size());
    if (early) asked_early_.assign(std::make_move_iterator(middle), std::make_move_iterator(replies.end()));
    replies.erase(middle, replies.end());
    if (!append_next_root(chain, replies, name)) return;
  }
}

// False: nobody has a newer root that can be proved (5.3.3). A mirror that withholds it, or brings a wrong
// one, is as good as one that has none: timestamp's expiry bounds how long that can go on.
bool Updater::append_next_root(RootChain& chain, const std::vector<FetchReply>& replies,
                               const std::string& name) {
  std::optional<Error> first_fault;
  bool somebody_has_none = false;
  for (std::size_t mirror = 0; mirror < replies.size(); ++mirror) {
    const FetchReply& reply = replies[mirror];
    if (reply.outcome == Outcome::absent) {
      somebody_has_none = true;
      continue;
    }
    try {
      const ByteView received = needed_bytes(reply, MetaFile(), from(mirror, name));
      chain.append(received, from(mirror, name));
      cache_.write(root_role(), received);  // 5.3.8
      return true;
    } catch (const Error& fault) {
      if (!is_fault_of_mirror(fault)) throw;
      blame(mirror, fault);
      if (!first_fault) first_fault = fault;
    }
  }
  if (!somebody_has_none && first_fault) throw *first_fault;
  return false;
}

std::vector<FetchRequest> Updater::timestamp_requests() const {
  std::vector<FetchRequest> requests;
  for (std::size_t mirror = 0; mirror < settings_.metadata_urls.size(); ++mirror) {
    FetchRequest request{.url = url(mirror, std::string(timestamp_file_name)),
                         .max_bytes = max_timestamp_bytes,
                         .past_caches = true};
    if (cached_timestamp_ && settings_.requests == UpdateSettings::Requests::side_by_side)
      request.unless_tag = cache_.timestamp_tag(request.url, *cached_timestamp_);
    requests.push_back(std::move(request));
  }
  return requests;
}

const Floor& Updater::full_floor(const Final<Root>& root) {
  if (!full_floor_) full_floor_ = floor_of(root, cached_timestamp_, cache_.read(snapshot_role()));
  return *full_floor_;
}

struct Updater::Evaluated {
  Final<Timestamp> timestamp;
  Bytes to_keep;  // empty: what is cached
};

Updater::Evaluated Updater::evaluate_timestamp(const Final<Root>& root, const FetchReply& reply,
                                               const std::string& what) {
  const bool unchanged = reply.outcome == Outcome::unchanged && cached_timestamp_;
  const ByteView received = unchanged ? ByteView(*cached_timestamp_) : needed_bytes(reply, MetaFile(), what);
  // The bytes that were trusted before name the snapshot that was trusted before: nothing can have gone back,
  // and reading that snapshot again, of megabytes perhaps, would tell nothing.
  if (cached_timestamp_ && received == *cached_timestamp_)
    return {accept_timestamp(root, received, Floor(), settings_.now, what), {}};
  const Floor& floor = full_floor(root);
  if (timestamp_news(root, received, floor, what) == TimestampNews::other_content) {
    // 5.4.3.1: the one seen first counts (T-10).
    settings_.warn(fmt::format("{} is version {} as before, with other content; the one seen before is used",
                               what, floor.timestamp->version));
    return {accept_timestamp(root, cached_timestamp_.value_or(Bytes()), floor, settings_.now,
                             "the trusted timestamp.json"),
            {}};
  }
  Final<Timestamp> timestamp = accept_timestamp(root, received, floor, settings_.now, what);
  const bool is_new = !floor.timestamp || floor.timestamp->version != timestamp->version;
  return {std::move(timestamp), is_new ? Bytes(received) : Bytes()};
}

// 5.4, for every mirror: the newest that can be proved.
Final<Timestamp> Updater::choose_timestamp(const Final<Root>& root, const std::vector<FetchReply>& replies) {
  std::optional<Evaluated> best;
  std::optional<Error> first_fault;
  const std::string name(timestamp_file_name);
  for (std::size_t mirror = 0; mirror < replies.size(); ++mirror) {
    try {
      Evaluated evaluated = evaluate_timestamp(root, replies[mirror], from(mirror, name));
      if (best && best->timestamp->version >= evaluated.timestamp->version) continue;
      best = std::move(evaluated);
      best_mirror_ = mirror;
    } catch (const Error& fault) {
      if (!is_fault_of_mirror(fault)) throw;
      blame(mirror, fault);
      if (!first_fault) first_fault = fault;
    }
  }
  if (!best) throw *first_fault;
  const bool is_new = !best->to_keep.empty();
  if (is_new) cache_.write(timestamp_role(), best->to_keep);  // 5.4.5
  // A tag may come later than the file that it belongs to: that of a fresh file is not to be relied on.
  const FetchReply& reply = replies[best_mirror_];
  if (is_new || reply.bytes == cached_timestamp_)
    cache_.note_timestamp_tag(url(best_mirror_, name), reply.tag, reply.bytes);
  return std::move(best->timestamp);
}

TopLevel Updater::refresh_targets(Newest newest, const RoleNames& expected) {
  Final<Snapshot> snapshot = update_snapshot(newest.root, newest.timestamp);
  RoleNames wanted{targets_role()};
  wanted.insert(wanted.end(), expected.begin(), expected.end());
  if (wanted.size() > 1) prefetch(newest.root, snapshot, wanted);
  auto targets = std::make_shared<const Final<Targets>>(update_targets(
      newest.root, snapshot, targets_role(), newest.root->keys_of(Targets::type), newest.root->extra));
  cache_.note_refresh(settings_.now, newest.timestamp->version);
  return {std::move(newest.root), std::move(newest.timestamp), std::move(snapshot), std::move(targets)};
}

bool Updater::holds_snapshot(const Newest& newest) const {
  return cache_.use(snapshot_role(), [&](ByteView cached) {
    if (!matches(newest.timestamp->snapshot, cached)) throw refused("another snapshot");
  });
}

TopLevel Updater::as_refreshed() {
  Final<Root> root = cache_.root_chain().finish(settings_.now);
  const auto timestamp_file = cache_.read(timestamp_role());
  if (!timestamp_file) {
    throw network("nothing of the repository is known on this machine")
        .with_hint("run without --offline once");
  }
  Final<Timestamp> timestamp =
      accept_timestamp(root, *timestamp_file, Floor(), settings_.now, "the trusted timestamp.json");
  Final<Snapshot> snapshot = update_snapshot(root, timestamp);
  auto targets = std::make_shared<const Final<Targets>>(
      update_targets(root, snapshot, targets_role(), root->keys_of(Targets::type), root->extra));
  return {std::move(root), std::move(timestamp), std::move(snapshot), std::move(targets)};
}

Final<Snapshot> Updater::update_snapshot(const Final<Root>& root, const Final<Timestamp>& timestamp) {
  std::optional<Final<Snapshot>> snapshot;
  const MetaFile& meta = timestamp->snapshot;
  cache_.use(snapshot_role(), [&](ByteView cached) {
    if (matches(meta, cached))
      snapshot =
          accept_snapshot(root, timestamp, cached, Floor(), settings_.now, "the trusted snapshot.json");
  });
  if (snapshot) return std::move(*snapshot);
  const std::string name = metadata_file_name(snapshot_role(), version_in_name(root, meta));
  accept_from_any_mirror(name, meta, max_snapshot_bytes, [&](ByteView received, const std::string& what) {
    snapshot = accept_snapshot(root, timestamp, received, full_floor(root), settings_.now, what);
    cache_.write(snapshot_role(), received);  // 5.5.7
  });
  return std::move(*snapshot);
}

Final<Targets> Updater::update_targets(const Final<Root>& root, const Final<Snapshot>& snapshot,
                                       const RoleName& role, const RoleKeys& delegated_to,
                                       const Json::Object& names) {
  std::optional<Final<Targets>> targets;
  const MetaFile meta = meta_of(snapshot, role);
  const auto accept = [&](ByteView bytes, const std::string& what) {
    auto accepted =
        accept_targets(role, delegated_to, snapshot, bytes, settings_.now, what, names, settings_.needed);
    refuse_other_role(*accepted, role, what);
    refuse_other_repository(root, accepted->extra, what);
    targets = std::move(accepted);
  };
  cache_.use(role, [&](ByteView cached) {
    if (matches(meta, cached)) accept(cached, "the trusted file");
  });
  if (targets) return std::move(*targets);
  const std::string name = metadata_file_name(role, version_in_name(root, meta));
  accept_from_any_mirror(name, meta, max_targets_bytes, [&](ByteView received, const std::string& what) {
    accept(received, what);
    cache_.write(role, received);  // 5.6.6
  });
  return std::move(*targets);
}

// What is not cached as snapshot names it, in one round trip. Nothing is verified or kept here.
void Updater::prefetch(const Final<Root>& root, const Final<Snapshot>& snapshot, const RoleNames& expected) {
  if (settings_.requests == UpdateSettings::Requests::one_by_one) return;
  std::vector<std::string> names;
  std::vector<FetchRequest> requests;
  std::uint64_t left = max_stated_bytes;  // all of it is in memory before anything is verified
  for (const RoleName& role : expected) {
    const auto listed = snapshot->find(role);
    if (!listed) continue;
    const MetaFile& meta = *listed;
    const bool is_cached = cache_.use(role, [&](ByteView cached) {
      const bool same =
          matches(meta, cached) &&
          (!meta.hashes.empty() ||
           parse_targets_file(cached, "cached", settings_.needed).untrusted.version == meta.version);
      if (!same) throw refused("the cached file is another one");
    });
    const std::uint64_t most = meta.length.value_or(max_targets_bytes);
    if (is_cached || most > left) continue;
    left -= most;
    names.push_back(metadata_file_name(role, version_in_name(root, meta)));
    requests.push_back({url(best_mirror_, names.back()), most});
  }
  if (requests.empty()) return;
  std::vector<FetchReply> replies = fetcher_.fetch_all(requests);
  for (std::size_t i = 0; i < replies.size(); ++i)
    prefetched_.insert_or_assign(names[i], std::move(replies[i]));
}

// Runs `accept`, which throws for a wrong file, on what one mirror after the other has.
void Updater::accept_from_any_mirror(const std::string& name, const MetaFile& meta,
                                     std::size_t unstated_limit, const Accept& accept) {
  std::optional<Error> first_fault;
  for (const std::size_t mirror : mirror_order()) {
    const std::string what = from(mirror, name);
    if (meta.length && *meta.length > max_stated_bytes) {
      throw limit("{} is said to have {} bytes; at most {} are read", what, *meta.length, max_stated_bytes);
    }
    try {
      auto early = prefetched_.extract(name);
      const FetchReply reply =
          early.empty() ? std::move(ask({{url(mirror, name), meta.length.value_or(unstated_limit)}}).front())
                        : std::move(early.mapped());
      accept(needed_bytes(reply, meta, what), what);
      return;
    } catch (const Error& fault) {
      if (!is_fault_of_mirror(fault)) throw;
      blame(mirror, fault);
      if (!first_fault) first_fault = fault;
    }
  }
  throw *first_fault;
}

std::shared_ptr<const Final<Targets>> Updater::load(const TopLevel& top, const RoleName& role,
                                                    const RoleKeys& delegated_to, const Json::Object& names) {
  // A delegation to such a name would put its file in the place of a trusted one (S-14).
  if (role.is_top_level()) throw refused("a delegation names the top-level role '{}'", role.text());
  return std::make_shared<const Final<Targets>>(
      update_targets(top.root, top.snapshot, role, delegated_to, names));
}

void Updater::keep_unneeded(const TopLevel& top) {
  for (const Delegation& delegation : (*top.targets)->delegations) {
    const auto listed = top.snapshot->find(delegation.role);
    if (!listed) continue;
    const std::string name = metadata_file_name(delegation.role, version_in_name(top.root, *listed));
    const auto unneeded = prefetched_.find(name);
    if (unneeded == prefetched_.end() || unneeded->second.outcome != Outcome::received) continue;
    try {
      load(top, delegation.role, delegation.signers, (*top.targets)->delegations_extra);
    } catch (const Error& fault) {
      if (!is_fault_of_mirror(fault)) throw;
    }
  }
}

LoadRole Updater::loader(const TopLevel& top) {
  return [this, &top](const RoleName& role, const RoleKeys& delegated_to, const Json::Object& names) {
    return load(top, role, delegated_to, names);
  };
}

}  // namespace tuf
