#include "publisher/site_index.h"

#include "libtufcore/error.h"
#include "libtufcore/release.h"
#include "libtufcore/site_layout.h"

namespace tuf {
namespace {

SiteFile index_file(std::string path, const Json& content) {
  return {std::move(path), json_text(content) + "\n"};
}

std::vector<FoundTarget> targets_of(const ProjectName& project, const Targets& releases) {
  std::vector<FoundTarget> targets;
  for (const auto& [path, file] : releases.targets) targets.push_back({path, file, layout::releases_role(project), {}});
  return targets;
}

}  // namespace

SiteFile index_of_project_file(const ProjectName& project, const Targets& role) {
  Json::Array releases;
  for (const Release& release : releases_of(targets_of(project, role))) {
    Json::Array files;
    for (const ReleaseFile& file : release.files) {
      Json::Object facts{{"path", file.target.path.text()},
                         {"length", file.target.file.length},
                         {"sha256", file.target.file.hashes.at(HashAlgorithm::sha256).hex()}};
      if (file.platform) facts.emplace("platform", file.platform->text());
      files.push_back(std::move(facts));
    }
    Json::Object entry{{"product", release.product.text()}, {"version", release.version.text()}, {"files", std::move(files)}};
    if (release.yanked) entry.emplace("yanked", *release.yanked);
    releases.push_back(std::move(entry));
  }
  Json::Object content{{"project", project.text()}, {"releases", std::move(releases)}};
  if (RemovedReleases removed = removed_releases(role.extra); !removed.empty())
    content.emplace("removed", Json::Object(removed.begin(), removed.end()));
  return index_file(index_of_project(project), std::move(content));
}

SiteFile index_of_prefix_file(const RepositoryState& state, const ProjectName& project) {
  const std::string folder = layout::project_dir(project);
  Json::Array names;
  for (std::string name : state.tree().list(folder.substr(0, folder.rfind('/')))) {
    if (name.ends_with('/')) name.pop_back();
    if (ProjectName::parse(name)) names.push_back(name);
  }
  return index_file(index_of_prefix(project), Json::Object{{"projects", std::move(names)}});
}

SiteFile index_of_digest_file(const Digest& sha256, const TargetPath& path) {
  return index_file(index_of_digest(sha256), Json::Object{{"path", path.text()}});
}

}  // namespace tuf
