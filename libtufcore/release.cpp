#include "libtufcore/release.h"

#include <algorithm>
#include <map>

#include "libtufcore/error.h"

namespace tuf {
namespace {

const Json* custom_member(const TargetFile& file, const char* name) {
  if (!file.custom || file.custom->as_object() == nullptr) return nullptr;
  const auto member = file.custom->as_object()->find(name);
  return member == file.custom->as_object()->end() ? nullptr : &member->second;
}

std::optional<Platform> platform_of(const TargetFile& file) {
  const Json* stated = custom_member(file, "platform");
  return stated != nullptr && stated->as_text() != nullptr ? Platform::parse(*stated->as_text()) : std::nullopt;
}

std::optional<std::string> yanked_reason(const TargetFile& file) {
  const Json* yanked = custom_member(file, "yanked");
  if (yanked == nullptr) return std::nullopt;
  const std::string* reason = yanked->as_text();
  return reason != nullptr ? *reason : std::string();  // an odd value still withdraws the release
}

}  // namespace

std::vector<Release> releases_of(const std::vector<FoundTarget>& targets) {
  std::map<std::pair<ProductName, std::string>, Release> by_version;
  for (const FoundTarget& target : targets) {
    const auto path = ReleasePath::parse(target.path.text());
    if (!path) continue;
    const auto [entry, is_new] = by_version.try_emplace({path->product, path->version.text()},
                                                       Release{path->project, path->product, path->version, {}, {}});
    Release& release = entry->second;
    if (auto reason = yanked_reason(target.file); reason && !release.yanked) release.yanked = std::move(reason);
    release.files.push_back({path->file, target, platform_of(target.file)});
  }
  std::vector<Release> releases;
  for (auto& [key, release] : by_version) {
    std::sort(release.files.begin(), release.files.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
    releases.push_back(std::move(release));
  }
  std::sort(releases.begin(), releases.end(), [](const Release& a, const Release& b) {
    if (a.product != b.product) return a.product < b.product;
    return a.version > b.version;
  });
  return releases;
}

RemovedReleases removed_releases(const Json::Object& extra) {
  RemovedReleases removed;
  const auto stated = extra.find(removed_member);
  if (stated == extra.end() || stated->second.as_object() == nullptr) return removed;
  for (const auto& [key, reason] : *stated->second.as_object()) {
    if (reason.as_text() != nullptr) removed.emplace(key, *reason.as_text());
  }
  return removed;
}

std::string removed_key(const ProjectName& project, const ProductName& product, const Version& version) {
  return fmt::format("{}/{}/{}", project.text(), product.text(), version.text());
}

std::vector<ReleasePath> files_of_release(const Targets& releases, const ProjectName& project,
                                          const ProductName& product, const Version& version) {
  const std::string folder = removed_key(project, product, version) + "/";
  std::vector<ReleasePath> files;
  for (auto it = releases.targets.lower_bound(*TargetPath::parse(folder));
       it != releases.targets.end() && it->first.text().starts_with(folder); ++it) {
    if (auto path = ReleasePath::parse(it->first.text())) files.push_back(*std::move(path));
  }
  return files;
}

Latest latest_of(const std::vector<Release>& releases, const ProductName& product) {
  const Release* prerelease = nullptr;
  for (const Release& release : releases) {  // newest first
    if (release.product != product || release.yanked) continue;
    if (!release.version.is_prerelease()) return {&release, false};
    if (prerelease == nullptr) prerelease = &release;
  }
  return {prerelease, prerelease != nullptr};
}

}  // namespace tuf
