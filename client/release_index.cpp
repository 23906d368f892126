#include "client/release_index.h"

#include <memory>

#include "client/failure_of.h"
#include "client/url.h"
#include "libtufcore/site_layout.h"

namespace tuf {
namespace {

constexpr std::size_t max_index_bytes = 8192;

// Whoever serves this file can write anything into it: it leads to a place to look at, never to trust.
std::optional<ReleasePath> path_in_index(const RepositoryConfig& repository, Fetcher& fetcher,
                                         const Digest& sha256) {
  std::optional<ReleasePath> path;
  failure_of([&] {
    const std::string url = join_url(repository.url, index_of_digest(sha256));
    const auto file = fetcher.fetch(url, max_index_bytes);
    if (!file) return;
    const Json json = parse_json(*file, url);
    path = ReleasePath::parse(JsonReader(json, url)["path"].text());
  });
  return path;
}

// The search for a blocked path ends in this role, before any role that would know it.
bool is_blocked(Updater& updater, const TopLevel& top, const ReleasePath& path) {
  bool asked_void = false;
  std::optional<FoundTarget> found;
  const LoadRole load = [&](const RoleName& role, const RoleKeys& keys, const Json::Object& names) {
    asked_void = asked_void || role == RoleName::of("blocked.void");
    return updater.load(top, role, keys, names);
  };
  const TargetPath target = TargetPath::from_user(path.text());
  const auto failure = failure_of([&] { found = find_target(top.targets, target, load); });
  return !failure && !found && asked_void;
}

}  // namespace

KnownReleases known_releases(const RepositoryConfig& repository, Fetcher& fetcher, Updater& updater,
                             const TopLevel& top, Ask ask) {
  const auto views = std::make_shared<ProjectViews>();
  KnownReleases known;
  known.of = [views, &updater, &top](const ProjectName& project) -> const ProjectView& {
    const auto seen = views->find(project);
    if (seen != views->end()) return seen->second;
    return views->emplace(project, view_of(updater, top, project)).first->second;
  };
  for (const auto& [role, meta] : top.snapshot->roles) {  // an owners' role has its project's name
    if (auto project = ProjectName::parse(role.text())) known.projects.push_back(std::move(*project));
  }
  known.path_in_index = [&repository, &fetcher, ask](const Digest& sha256) -> std::optional<ReleasePath> {
    if (ask == Ask::nobody) return std::nullopt;
    return path_in_index(repository, fetcher, sha256);
  };
  known.is_blocked = [&updater, &top](const ReleasePath& path) { return is_blocked(updater, top, path); };
  return known;
}

}  // namespace tuf
