#include "client/project_memo.h"

#include "libtufcore/error.h"
#include "libtufcore/io/file.h"
#include "libtufcore/own_members.h"

namespace tuf {
namespace {

constexpr std::size_t max_memo_bytes = 8u << 20;
constexpr std::size_t digest_line = 65;  // hexadecimal digits and the newline

fs::path memo_path(const MetadataCache& cache, const ProjectName& project) {
  return cache.folder() / "projects" / (project.text() + ".json");
}

Json::Array texts(const std::vector<RoleName>& roles) {
  Json::Array texts;
  for (const RoleName& role : roles) texts.emplace_back(role.text());
  return texts;
}

// The facts have the shape of a targets role, so that its strict parser reads them: the files with the trail
// that led to each, and a delegation for each role that was asked, for its signers.
Json facts_of(const ProjectName& project, const ProvedState& state, const std::string& snapshot_file,
              const ProjectView& view, UtcTime valid_until) {
  Targets facts;
  facts.version = 1;
  facts.expires = valid_until;
  facts.has_delegations = true;
  for (const Release& release : view.releases) {
    for (const ReleaseFile& file : release.files) {
      TargetFile stated = file.target.file;
      stated.extra = {{"trail", texts(file.target.trail)}};
      facts.targets.emplace(file.target.path, std::move(stated));
    }
  }
  for (const auto& [role, signers] : view.signers) {
    if (role.is_top_level()) continue;
    Delegation delegation{role, signers.keys, false, std::vector<std::string>(), std::nullopt, {}};
    if (const auto names = signers.names.find(names_member); names != signers.names.end())
      delegation.extra = {*names};
    facts.delegations.push_back(std::move(delegation));
  }
  facts.extra = {{"project", project.text()},
                 {"root", state.root_file.hex()},
                 {"snapshot", state.snapshot.hex()},
                 {"snapshot_file", snapshot_file},
                 {"with_digest", view.naming == TargetNaming::with_digest}};
  Json::Object blocks;
  for (const Block& block : view.blocks) blocks.emplace(block.name.text(), block.reason.text());
  if (!blocks.empty()) facts.extra[blocked_member] = std::move(blocks);
  if (!view.removed.empty()) facts.extra[removed_member] = Json::Object(view.removed.begin(), view.removed.end());
  return to_json(facts);
}

bool use_memo(const MetadataCache& cache, const ProjectName& project,
              const std::function<void(Targets&)>& take) {
  return cache.use_beside(memo_path(cache, project), max_memo_bytes, [&](ByteView memo) {
    if (memo.size() < digest_line) throw refused("too short");
    const ByteView text = memo.substr(digest_line);
    if (memo.substr(0, digest_line) != sha256_of(text).hex() + "\n") throw refused("damaged");
    Targets facts = parse_targets(parse_json(text, "memo"), "memo");
    if (facts.extra["project"] != Json(project.text())) throw refused("of another project");
    take(facts);
  });
}

FoundTarget found_target(const TargetPath& path, TargetFile file) {
  std::vector<RoleName> trail;
  const Json::Object facts = std::move(file.extra);
  file.extra.clear();
  const JsonReader reader(facts.at("trail"), "trail");
  for (const JsonReader& element : reader.elements(64)) trail.push_back(RoleName::of(element.text(4096)));
  if (trail.empty()) reader.refuse("a list of roles");
  const RoleName role = trail.back();
  return {path, std::move(file), role, std::move(trail)};
}

}  // namespace

std::optional<ProvedState> ProvedState::of(const Newest& newest) {
  const auto& hashes = newest.timestamp->snapshot.hashes;
  const auto sha256 = hashes.find(HashAlgorithm::sha256);
  if (sha256 == hashes.end()) return std::nullopt;
  return ProvedState{newest.root_file, sha256->second};
}

RoleNames remembered_roles(const MetadataCache& cache, const ProjectName& project) {
  RoleNames roles;
  use_memo(cache, project, [&](Targets& facts) {
    for (const Delegation& delegation : facts.delegations) roles.push_back(delegation.role);
  });
  return roles;
}

std::optional<ProjectView> recall_project(const MetadataCache& cache, const ProjectName& project,
                                          const ProvedState& state, const Final<Root>& root, UtcTime now,
                                          const std::function<bool()>& holds_snapshot) {
  ProjectView view;
  std::optional<UtcTime> to_renew;  // the same snapshot in another file: a folder that was copied
  const bool recalled = use_memo(cache, project, [&](Targets& facts) {
    if (facts.extra["root"] != Json(state.root_file.hex()) ||
        facts.extra["snapshot"] != Json(state.snapshot.hex()) || facts.expires <= now) {
      throw refused("of another state");
    }
    const std::string held = cache.identity_of(RoleName::of(Snapshot::type));
    const bool same_file = !held.empty() && facts.extra["snapshot_file"] == Json(held);
    if (!same_file && !holds_snapshot()) throw refused("of another snapshot than the one that is held");
    if (!same_file) to_renew = facts.expires;
    std::vector<FoundTarget> found;
    for (auto& [path, file] : facts.targets) found.push_back(found_target(path, std::move(file)));
    for (Delegation& delegation : facts.delegations) {
      view.signers.insert_or_assign(delegation.role,
                                    Signers{std::move(delegation.signers), std::move(delegation.extra)});
    }
    view.releases = releases_of(found);
    view.removed = removed_releases(facts.extra);
    view.blocks = blocks_of_project(facts, project);
    view.naming = facts.extra["with_digest"] == Json(true) ? TargetNaming::with_digest : TargetNaming::plain;
  });
  if (!recalled) return std::nullopt;
  if (to_renew) remember_project(cache, project, state, view, *to_renew);
  view.signers.insert_or_assign(RoleName::of(Targets::type),
                                Signers{root->keys_of(Targets::type), root->extra});
  return view;
}

void remember_project(const MetadataCache& cache, const ProjectName& project, const ProvedState& state,
                      const ProjectView& view, UtcTime valid_until) {
  const Bytes text = json_text(facts_of(project, state, cache.identity_of(RoleName::of(Snapshot::type)),
                                        view, valid_until)) +
                     "\n";
  if (text.size() > max_memo_bytes - digest_line) return;
  cache.write_beside(memo_path(cache, project), sha256_of(text).hex() + "\n" + text);
}

}  // namespace tuf
