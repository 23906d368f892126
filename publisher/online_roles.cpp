#include "publisher/online_roles.h"

#include "libtufcore/change.h"
#include "libtufcore/error.h"
#include "libtufcore/own_members.h"
#include "libtufcore/site_layout.h"

namespace tuf {
namespace {

constexpr std::uint64_t length_is_stated_above = 1'000'000;  // other clients' default limits apply only without a length
constexpr std::uint64_t most_unfinished = 1000;  // versions in a row that publications left behind

bool runs_out(UtcTime expires, int days, int part, UtcTime now) {
  return expires < now.plus_seconds(std::int64_t{days} * 86400 / part);
}

MetaFile stated(std::uint64_t version, const Bytes& file) {
  MetaFile meta;
  meta.version = version;
  meta.length = file.size();
  meta.hashes.emplace(HashAlgorithm::sha256, sha256_of(file));
  return meta;
}

}  // namespace

MetaFile role_meta(std::uint64_t version, const Bytes& file, Pinned pinned) {
  MetaFile meta;
  meta.version = version;
  if (file.size() > length_is_stated_above) meta.length = file.size();
  if (pinned == Pinned::by_digest) meta.hashes.emplace(HashAlgorithm::sha256, sha256_of(file));
  return meta;
}

FreeVersion free_version_where(std::string place, std::function<bool(const std::string& path)> is_there) {
  return [place = std::move(place), is_there = std::move(is_there)](const RoleName& role, std::uint64_t version) {
    if (role.text() == Timestamp::type) return version;  // one file for all of them
    for (std::uint64_t next = version; next <= version + most_unfinished; ++next) {
      if (!is_there(metadata_path(role, next))) return next;
    }
    throw limit("{} holds more than {} versions of role {} that were never published", place, most_unfinished, role.text())
        .with_hint("find out who writes there");
  };
}

bool OnlineRoles::runs_out_soon(std::string_view role, UtcTime expires) const {
  return runs_out(expires, in_.configuration.expiry_days_of(role), 3, in_.now);
}

// What is signed online for this repository is nothing in another one (S-11).
void OnlineRoles::name_repository(Json::Object& extra) const {
  if (const std::string name = stated_repository(in_.root.extra); !name.empty()) extra[repository_member] = name;
}

// There is no version after the last whole number: only a thief of the key comes so far, and only new keys lead back.
std::uint64_t OnlineRoles::free_version(const RoleName& role, std::uint64_t version) const {
  const std::uint64_t free = in_.free_version(role, version);
  if (free <= std::uint64_t{max_whole_number}) return free;
  throw limit("role {} has had its last version, {}", role.text(), max_whole_number)
      .with_hint("somebody else signs with the online keys: 'pgsign admin online-key rotate', then publish on top of a tree from before");
}

void OnlineRoles::publish_new_projects(NewProjects& projects, std::vector<SiteFile>& roles, ChangedRoles& changed) const {
  const bool other_keys = in_.previous != nullptr && registrar_keys(*in_.previous->targets) != in_.registrar;
  const bool renew = other_keys || (in_.previous != nullptr && runs_out_soon("new", in_.previous->new_projects->expires));
  for (auto& [name, role] : projects.finish(renew, until("new"))) {
    name_repository(role.extra);
    const auto before = in_.previous != nullptr ? in_.previous->snapshot->find(name) : std::nullopt;
    if (before) role.version = std::max(role.version, before->version + 1);
    role.version = free_version(name, role.version);
    SiteFile file{metadata_path(name, role.version), in_.keys.signed_file(name.text(), in_.registrar, to_json(role))};
    changed.insert_or_assign(name, role_meta(role.version, file.content, Pinned::by_digest));
    roles.push_back(std::move(file));
  }
}

MetaFile OnlineRoles::publish_snapshot(Rendering& rendering, const ChangedRoles& changed, std::vector<SiteFile>& roles) const {
  const PublishedSite* previous = in_.previous;
  if (previous != nullptr && changed.empty() && !runs_out_soon("snapshot", previous->snapshot->expires) &&
      previous->root->keys_of("snapshot") == in_.root.keys_of("snapshot")) {
    rendering.snapshot_version = previous->timestamp->snapshot.version;
    return previous->timestamp->snapshot;
  }
  Snapshot next;
  const RoleName name = RoleName::of(Snapshot::type);
  next.version = free_version(name, previous != nullptr ? previous->snapshot->version + 1 : 1);
  next.expires = until("snapshot");
  next.extra[made_member] = in_.now.text();   // from when on the one before is no longer needed (site_cleaning.h)
  name_repository(next.extra);
  // What other keys stated is not stated again: they may have been stolen (render.h).
  const bool go_on = previous != nullptr && previous->root->keys_of("snapshot") == in_.root.keys_of("snapshot");
  const Bytes text = next_snapshot_text(next, go_on ? &*previous->snapshot : nullptr, changed);
  SiteFile file{metadata_path(name, next.version), in_.keys.signed_text("snapshot", in_.root.keys_of("snapshot"), text)};
  MetaFile meta = stated(next.version, file.content);
  rendering.snapshot_version = next.version;
  roles.push_back(std::move(file));
  return meta;
}

void OnlineRoles::finish(Rendering& rendering, const ChangedRoles& changed, std::vector<SiteFile>& roles,
                         const CommitId& commit) const {
  Timestamp next;
  next.snapshot = publish_snapshot(rendering, changed, roles);
  next.version = free_version(RoleName::of(Timestamp::type), in_.previous != nullptr ? in_.previous->timestamp->version + 1 : 1);
  next.expires = until("timestamp");
  next.extra[commit_member] = commit;
  name_repository(next.extra);
  rendering.timestamp_version = next.version;
  rendering.timestamp = {std::string(timestamp_path), in_.keys.signed_file("timestamp", in_.root.keys_of("timestamp"), to_json(next))};
}

Rendering render_refresh(const PublishedSite& previous, const OnlineKeys& keys, UtcTime now, const FreeVersion& free_version) {
  const OnlineRoles online({*previous.root, registrar_keys(*previous.targets), previous.configuration, keys, now, free_version,
                            &previous});
  Rendering rendering;
  ChangedRoles changed;
  NewProjects projects(&previous, registrar_keys(*previous.targets), previous.configuration.shard_bytes);
  online.publish_new_projects(projects, rendering.files, changed);
  online.finish(rendering, changed, rendering.files, previous.commit);
  return rendering;
}

bool needs_refresh(const PublishedSite& previous, UtcTime now) {
  return runs_out(previous.timestamp->expires, previous.configuration.expiry_days_of("timestamp"), 2, now);
}

}  // namespace tuf
