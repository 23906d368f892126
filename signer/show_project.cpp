#include "signer/show_project.h"


#include "libtufcore/io/progress.h"
#include "libtufcore/release.h"
#include "signer/show.h"

namespace tuf {
namespace {

std::vector<Release> releases_in(const RoleFile& role) {
  std::vector<FoundTarget> targets;
  for (const auto& [path, file] : role.file.untrusted.targets)
    targets.push_back({path, file, role.role, {role.role}});
  return releases_of(targets);
}

std::string sha256_text(const ReleaseFile& file) {
  const auto sha256 = file.target.file.hashes.find(HashAlgorithm::sha256);
  return sha256 == file.target.file.hashes.end() ? "" : sha256->second.hex();
}

Json to_json(const Release& release) {
  Json::Array files;
  for (const ReleaseFile& file : release.files) {
    const std::string sha256 = sha256_text(file);
    Json::Object facts{{"name", file.name.text()},
                       {"length", file.target.file.length},
                       {"sha256", sha256.empty() ? Json() : Json(sha256)}};
    if (file.platform) facts.emplace("platform", file.platform->text());
    files.emplace_back(std::move(facts));
  }
  Json::Object json{
      {"product", release.product.text()}, {"version", release.version.text()}, {"files", std::move(files)}};
  if (release.yanked) json.emplace("yanked", *release.yanked);
  return json;
}

void tell_release(const Release& release, const ProjectName& project, Output& out) {
  const bool is_default = release.product == ProductName::default_of(project);
  out.result(fmt::format("  {}{}{}", is_default ? "" : release.product.text() + " ", release.version.text(),
                         release.yanked ? "  yanked: " + escaped(*release.yanked) : ""));
  for (const ReleaseFile& file : release.files) {
    const std::string sha256 = sha256_text(file);
    out.result(fmt::format("    {}  {}  sha256 {}{}", file.name.text(), bytes_text(file.target.file.length),
                           sha256.empty() ? "none" : sha256,
                           file.platform ? "  for " + file.platform->text() : ""));
  }
}

void show_releases(const RoleFile& role, const ProjectName& project, Output& out) {
  const std::vector<Release> releases = releases_in(role);
  Json::Array listed;
  out.result(releases.empty() ? "releases: none yet" : "releases, newest first:");
  for (const Release& release : releases) {
    listed.push_back(to_json(release));
    tell_release(release, project, out);
  }
  out.json["releases"] = std::move(listed);
  const RemovedReleases removed = removed_releases(role.file.untrusted.extra);
  if (removed.empty()) return;
  out.result("removed for ever:");
  for (const auto& [key, reason] : removed)
    out.result(fmt::format("  {}: {}", escaped(key), escaped(reason)));
  out.json["removed"] = Json::Object(removed.begin(), removed.end());
}

void show_people(const char* member, const RoleKeys& keys, const Json::Object& names, Output& out) {
  out.json[member] = to_json(keys, names);
  out.result(fmt::format("{}: {} ({} must sign)", member, labels_of(keys, names), keys.threshold));
}

}  // namespace

std::string expiry_text(UtcTime expires, UtcTime now) {
  const std::int64_t left = expires.unix_seconds() - now.unix_seconds();
  return left > 0 ? fmt::format("expires {} (in {})", expires.text(), duration_text(left))
                  : fmt::format("EXPIRED {} ({} ago)", expires.text(), duration_text(left));
}

Json role_json(const RoleFile& role, UtcTime now) {
  return Json::Object{{"role", role.role.text()},
                      {"path", role.path},
                      {"version", role.file.untrusted.version},
                      {"expires", role.file.untrusted.expires.text()},
                      {"expired", role.file.untrusted.expires <= now},
                      {"signatures", to_json(role.check, role.names)}};
}

void tell_role(const RoleFile& role, UtcTime now, Output& out) {
  out.result(fmt::format("  {:<13}version {}, {}, {}", role.role.text(), role.file.untrusted.version,
                         in_words(role.check, role.names), expiry_text(role.file.untrusted.expires, now)));
}

std::string repository_name(const Root& root) {
  const std::string name = stated_repository(root.extra);
  return name.empty() ? "without a name" : name;
}

void show_project(const RepositoryState& state, const ProjectName& project, UtcTime now, Output& out) {
  const RoleFile* owners = state.find_owners(project);
  if (owners == nullptr) throw no_project(project);
  const bool promoted = state.is_claimed(project);
  out.json["project"] = project.text();
  out.json["claimed"] = promoted;
  out.result(fmt::format("project {} ({})", project.text(),
                         promoted ? "promoted: the administrators delegate it"
                                  : "new: the publisher's online key vouches for it"));
  show_people("owners", owners->signers, owners->names, out);
  const RoleFile* releases = state.find_releases(project);
  if (releases != nullptr) show_people("maintainers", releases->signers, releases->names, out);
  if (const ClaimFile* claim = state.find_claim(project)) {
    const Json::Object& names = claim->file.untrusted.extra;
    out.json["claim"] = to_json(claim->check, names);
    if (!claim->check.enough()) out.result("  claim        " + in_words(claim->check, names));
  }
  Json::Array roles;
  for (const RoleFile& role : state.owners_chain(project)) {
    tell_role(role, now, out);
    roles.push_back(role_json(role, now));
  }
  if (releases != nullptr) {
    tell_role(*releases, now, out);
    roles.push_back(role_json(*releases, now));
  }
  out.json["roles"] = std::move(roles);
  if (releases != nullptr) show_releases(*releases, project, out);
  show_decisions(state, project, out);
}

void show_decisions(const RepositoryState& state, const std::optional<ProjectName>& project, Output& out) {
  const RoleFile* blocked = state.find_admin_role(RoleName::of("blocked"));
  const RoleFile* claimed = state.find_admin_role(RoleName::of("claimed"));
  if (blocked == nullptr || claimed == nullptr) throw refused("roles of the administrators are missing");
  Json::Array blocks, transfers;
  for (const Block& block : blocks_of(blocked->file.untrusted)) {
    if (project && block.name.project != *project) continue;
    out.result(fmt::format("blocked: {}: {}", block.name.text(), escaped(block.reason.text())));
    blocks.push_back(Json::Object{{"name", block.name.text()}, {"reason", block.reason.text()}});
  }
  for (const AnnounceTransfer& transfer : transfers_of(claimed->file.untrusted)) {
    if (project && transfer.project != *project) continue;
    for (const std::string& line : describe(transfer)) out.result("transfer: " + line);
    const RoleFile* owners = state.find_owners(transfer.project);
    const bool objected = owners != nullptr && (owners->role != transfer.owners_role ||
                                                owners->file.untrusted.version != transfer.owners_version);
    if (objected)
      out.result(fmt::format("transfer: its owners object: they signed version {} of role {} after that; it cannot be completed",
                             owners->file.untrusted.version, owners->role.text()));
    Json::Object json = *to_json(Change{transfer}).as_object();
    json.emplace("objected", objected);
    transfers.push_back(std::move(json));
  }
  out.json["blocked"] = std::move(blocks);
  out.json["transfers"] = std::move(transfers);
}

}  // namespace tuf
