#include "libtufcore/release.h"

#include <algorithm>
#include <map>

namespace tuf {
namespace {

std::optional<std::string> yanked_reason(const TargetFile& file) {
  if (!file.custom || file.custom->as_object() == nullptr) return std::nullopt;
  const auto yanked = file.custom->as_object()->find("yanked");
  if (yanked == file.custom->as_object()->end()) return std::nullopt;
  const std::string* reason = yanked->second.as_text();
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
    release.files.push_back({path->file, target});
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
