#include "publisher/site_index.h"

#include "libtufcore/error.h"
#include "libtufcore/release.h"
#include "libtufcore/site_layout.h"

namespace tuf {
namespace {

SiteFile index_file(std::string path, const Json& content) {
  return {std::move(path), json_text(content) + "\n"};
}

SiteFile digest_file(const Digest& sha256, const ReleasePath& path) {
  return index_file(index_of_digest(sha256), Json::Object{{"path", path.text()}});
}

// Empty for everything that we would not have written.
std::optional<ReleasePath> path_in(const Bytes& file, const Digest& sha256) {
  const std::size_t begin = file.find(":\"");
  const std::size_t end = begin == Bytes::npos ? begin : file.find('"', begin + 2);
  if (end == Bytes::npos) return std::nullopt;
  auto path = ReleasePath::parse(file.substr(begin + 2, end - begin - 2));
  if (!path || digest_file(sha256, *path).content != file) return std::nullopt;
  return path;
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

// The index is not signed: an entry counts as far as what is signed does not say otherwise.
std::optional<ReleasePath> DigestIndex::published(const Digest& sha256) const {
  if (previous_ == nullptr) return std::nullopt;
  const auto file = previous_->reader.read(index_of_digest(sha256));
  const auto path = file ? path_in(*file, sha256) : std::nullopt;
  const RoleFile* releases = path ? state_.find_releases(path->project) : nullptr;
  if (releases == nullptr) return std::nullopt;
  const auto role = state_.releases(path->project);
  const auto target = role->targets.find(*TargetPath::parse(path->text()));
  const bool is_there = target != role->targets.end() && target->second.hashes.at(HashAlgorithm::sha256) == sha256;
  const bool was_there = removed_releases(role->extra).contains(removed_key(path->project, path->product, path->version));
  return is_there || was_there ? path : std::nullopt;
}

std::vector<SiteFile> DigestIndex::files(FirstReleases& first) const {
  std::vector<SiteFile> files;
  for (const auto& [sha256, paths] : paths_) {
    const auto kept = published(sha256);
    files.push_back(digest_file(sha256, kept ? *kept : first.first_of(paths)));
  }
  return files;
}

}  // namespace tuf
