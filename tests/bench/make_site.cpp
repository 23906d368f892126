// make_site DIR LAYOUT PROJECTS [VERSION:BYTES...]: a published tree of any size, for benchmarks.
//
// Every project has a key and metadata of its own, all signatures are real, and every file is written by the
// library's own writers. Of the projects only `abc` has its role files and its releases (one file of BYTES
// bytes for each VERSION) in the tree: nobody fetches the others. Layouts:
//   claimed  as the publisher writes it: all projects in role `claimed`
//   shards   the same with `claimed` split as the signer splits it
//   flat     plain TUF of nobody's making: all projects in role `targets`, snapshot without digests
// Prints the SHA-256 of the first root file.

#include <algorithm>
#include <cstdio>
#include <fstream>

#include "libtufcore/io/file.h"
#include "libtufcore/io/system_clock.h"
#include "libtufcore/own_members.h"
#include "libtufcore/shards.h"
#include "libtufcore/site_layout.h"
#include "tests/bench/bench_world.h"

namespace tuf {
namespace {

using bench::first_change, bench::key_of, bench::only, bench::project_names, bench::signed_by;

constexpr const char* fetched_project = "abc";
constexpr std::uint64_t length_is_stated_above = 1'000'000;  // as publisher/online_roles.cpp

struct Release {
  Version version;
  std::uint64_t bytes;
};

class Site {
 public:
  Site(fs::path folder, UtcTime now) : folder_(std::move(folder)), now_(now) {
    snapshot_.version = 1;
    snapshot_.expires = now.plus_days(14);
    fs::create_directories(folder_);
  }

  void write(const std::string& path, ByteView bytes) const {
    fs::create_directories((folder_ / path).parent_path());
    std::ofstream(folder_ / path, std::ios::binary) << bytes;
  }
  void write_metadata(const RoleName& role, ByteView bytes) const {
    write(fmt::format("{}/{}", site_metadata_dir, metadata_file_name(role, 1)), bytes);
  }

  enum class Pinned { by_version, by_digest };
  void list(const RoleName& role, ByteView file, Pinned pinned) {
    MetaFile meta;
    meta.version = 1;
    if (file.size() > length_is_stated_above) meta.length = file.size();
    if (pinned == Pinned::by_digest) meta.hashes.emplace(HashAlgorithm::sha256, sha256_of(file));
    snapshot_.roles.insert_or_assign(role, std::move(meta));
  }
  void publish(const RoleName& role, ByteView file, Pinned pinned) {
    list(role, file, pinned);
    write_metadata(role, file);
  }

  // A file of `length` bytes that no compression makes shorter.
  TargetFile publish_target(const TargetPath& path, std::uint64_t length) const {
    const fs::path draft = folder_ / "draft";
    Hasher hasher(HashAlgorithm::sha256);
    std::ofstream out(draft, std::ios::binary);
    Bytes piece;
    std::uint64_t state = 0x9e3779b97f4a7c15 + length;
    for (std::uint64_t left = length; left > 0; left -= piece.size()) {
      piece.clear();
      while (piece.size() < std::min<std::uint64_t>(left, 1u << 20)) {
        state ^= state << 13, state ^= state >> 7, state ^= state << 17;
        piece.append(reinterpret_cast<const char*>(&state), std::min<std::uint64_t>(left - piece.size(), 8));
      }
      hasher.update(piece);
      out << piece;
    }
    out.close();
    TargetFile target;
    target.length = length;
    const Digest digest = hasher.finish();
    const fs::path place = folder_ / site_targets_dir / target_file_name(path, digest);
    fs::create_directories(place.parent_path());
    fs::rename(draft, place);
    target.hashes.emplace(HashAlgorithm::sha256, digest);
    return target;
  }

  // Snapshot and timestamp: everything else is in place.
  void finish(const SecretKey& online) {
    const Bytes snapshot = signed_by(online, to_json(snapshot_));
    write_metadata(RoleName::of(Snapshot::type), snapshot);
    Timestamp timestamp;
    timestamp.version = 1;
    timestamp.expires = now_.plus_days(3);
    timestamp.snapshot.version = 1;
    timestamp.snapshot.length = snapshot.size();
    timestamp.snapshot.hashes.emplace(HashAlgorithm::sha256, sha256_of(snapshot));
    timestamp.extra[commit_member] = std::string(40, '0');
    write(fmt::format("{}/{}", site_metadata_dir, timestamp_file_name),
          signed_by(online, to_json(timestamp)));
  }

  UtcTime now() const { return now_; }

 private:
  fs::path folder_;
  UtcTime now_;
  Snapshot snapshot_;
};

Json releases_of_abc(const Site& site, Targets role, const std::vector<Release>& releases) {
  const ProjectName project = *ProjectName::parse(fetched_project);
  for (const Release& release : releases) {
    const ReleasePath path{project, ProductName::default_of(project), release.version,
                           FileName::from_user("abc.bin")};
    const TargetFile file = site.publish_target(*TargetPath::parse(path.text()), release.bytes);
    const Digest& sha256 = file.hashes.at(HashAlgorithm::sha256);
    role = with_release(role, {project, path.product, path.version, {{path.file, release.bytes, sha256}}});
  }
  return to_json(role);
}

// The roles of every project; gives the delegations to them. The owner's key signs the releases, too.
std::vector<Delegation> publish_projects(Site& site, std::size_t count,
                                         const std::vector<Release>& releases) {
  std::vector<Delegation> delegations;
  for (const ProjectName& project : project_names(count)) {
    const SecretKey key = key_of(project.text());
    const UtcTime expires = site.now().plus_days(5 * 365);
    const std::vector<KeyHolder> people{{"olga", key.public_key()}};
    const SignedParts parts = make_project({project, people, 1, people, 1, expires, expires});
    const RoleName owners = layout::owners_role(project), rel = layout::releases_role(project);
    const Bytes owners_file = signed_by(key, parts.at(layout::owners(project)));
    site.list(owners, owners_file, Site::Pinned::by_digest);
    site.list(rel, {}, Site::Pinned::by_version);
    if (project.text() == fetched_project) {
      site.write_metadata(owners, owners_file);
      const Targets empty = parse_targets(parts.at(layout::releases(project)), rel.text());
      site.write_metadata(rel, signed_by(key, releases_of_abc(site, empty, releases)));
    }
    delegations.push_back(delegation_to_project(project, only(key)));
  }
  return delegations;
}

Targets role_with(std::string_view name, std::vector<Delegation> delegations, UtcTime expires) {
  Targets role;
  role.version = 1;
  role.expires = expires;
  role.extra[role_member] = name;
  role.has_delegations = true;
  role.delegations = std::move(delegations);
  return role;
}

// Publishes the shards that 'pgsign admin shard' would make of `claimed`; gives what is left of it.
Targets publish_shards(Site& site, Targets claimed, const SecretKey& administrator) {
  const ShardNames change{crowded_prefixes(claimed, "", Configuration().shard_bytes)};
  for (auto& [name, shard] : take_shards(claimed, change.prefixes)) {
    shard.version = 1;
    site.publish(name, signed_by(administrator, to_json(shard)), Site::Pinned::by_digest);
  }
  return with_shards(claimed, change);
}

enum class Claimed { in_one_file, in_shards };
Digest make_content_repository(Site& site, Claimed layout, std::size_t count,
                               const std::vector<Release>& releases) {
  const SecretKey administrator = key_of("administrator"), online = key_of("online");
  NewRepository made = make_repository(first_change(site.now()));

  std::vector<Delegation> projects = publish_projects(site, count, releases);
  Json& claimed = made.roles.at(std::string(layout::claimed));
  Targets role = parse_targets(claimed, "claimed");
  std::ranges::move(projects, std::back_inserter(role.delegations));
  if (layout == Claimed::in_shards) role = publish_shards(site, std::move(role), administrator);
  claimed = to_json(role);
  for (const auto& [path, part] : made.roles) {
    const auto kind = layout::kind_of(path);
    const auto* admin = std::get_if<layout::AdminRole>(&kind);
    if (admin != nullptr) site.publish(admin->role, signed_by(administrator, part), Site::Pinned::by_digest);
  }
  const RoleName created = RoleName::of("new");
  site.publish(created, signed_by(online, to_json(role_with("new", {}, site.now().plus_days(30)))),
               Site::Pinned::by_digest);
  const Bytes root = signed_by(administrator, made.roles.at(std::string(layout::root)));
  site.write_metadata(RoleName::of(Root::type), root);
  site.finish(online);
  return sha256_of(root);
}

// One project per delegation `<project>/*`, as other tools would make it; nothing of ours in it.
Digest make_flat_repository(Site& site, std::size_t count, const std::vector<Release>& releases) {
  const SecretKey administrator = key_of("administrator"), online = key_of("online");
  const UtcTime expires = site.now().plus_days(365);
  Targets top;
  top.version = 1;
  top.expires = expires;
  for (const ProjectName& project : project_names(count)) {
    const SecretKey key = key_of(project.text());
    const RoleName name = RoleName::of(project.text());
    Delegation& delegation = top.delegations.emplace_back(Delegation{name, only(key), true, {}, {}, {}});
    delegation.paths = {project.text() + "/*"};
    site.list(name, {}, Site::Pinned::by_version);
    if (project.text() != fetched_project) continue;
    Targets role;
    role.version = 1;
    role.expires = expires;
    for (const Release& release : releases) {
      const TargetPath path = *TargetPath::parse(fmt::format("abc/{}", release.version.text()));
      role.targets.emplace(path, site.publish_target(path, release.bytes));
    }
    site.write_metadata(name, signed_by(key, to_json(role)));
  }
  site.publish(RoleName::of(Targets::type), signed_by(administrator, to_json(top)), Site::Pinned::by_version);
  Root root;
  root.version = 1;
  root.expires = expires;
  root.roles = {{"root", only(administrator)},
                {"targets", only(administrator)},
                {"snapshot", only(online)},
                {"timestamp", only(online)}};
  const Bytes root_file = signed_by(administrator, to_json(root));
  site.write_metadata(RoleName::of(Root::type), root_file);
  site.finish(online);
  return sha256_of(root_file);
}

Digest make(const std::vector<std::string>& arguments) {
  if (arguments.size() < 3) throw usage("make_site DIR claimed|shards|flat PROJECTS [VERSION:BYTES...]");
  Site site(arguments[0], system_time_now());
  std::vector<Release> releases;
  for (std::size_t i = 3; i < arguments.size(); ++i) {
    const std::size_t colon = arguments[i].find(':');
    releases.push_back(
        {Version::from_user(arguments[i].substr(0, colon)), std::stoull(arguments[i].substr(colon + 1))});
  }
  const std::size_t count = std::stoull(arguments[2]);
  if (arguments[1] == "flat") return make_flat_repository(site, count, releases);
  if (arguments[1] == "shards") return make_content_repository(site, Claimed::in_shards, count, releases);
  if (arguments[1] == "claimed") return make_content_repository(site, Claimed::in_one_file, count, releases);
  throw usage("no layout '{}'", arguments[1]);
}

}  // namespace
}  // namespace tuf

int main(int argc, char** argv) {
  try {
    tuf::initialise_crypto();
    const tuf::Digest root = tuf::make(std::vector<std::string>(argv + 1, argv + argc));
    std::puts(root.hex().c_str());
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "make_site: %s\n", error.what());
    return 1;
  }
}
