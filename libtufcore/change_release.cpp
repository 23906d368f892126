// Releases added, yanked and removed: a role's files before and after, both ways.
#include <algorithm>

#include "libtufcore/change.h"
#include "libtufcore/error.h"
#include "libtufcore/release.h"

namespace tuf {
namespace {

template <typename OfRelease>
std::string title_of(const OfRelease& change) {
  return fmt::format("version {} of product {} of project {}", change.version.text(), change.product.text(),
                     change.project.text());
}

template <typename OfRelease>
std::string folder_of(const OfRelease& change) {
  return removed_key(change.project, change.product, change.version) + "/";
}

using FileIterator = std::map<TargetPath, TargetFile>::iterator;

// The files of one version lie beside each other.
std::pair<FileIterator, FileIterator> files_of(Targets& releases, const std::string& folder) {
  const auto first = releases.targets.lower_bound(*TargetPath::parse(folder));
  auto last = first;
  while (last != releases.targets.end() && last->first.text().starts_with(folder)) ++last;
  return {first, last};
}

template <typename OfRelease>
void refuse_removed(const Targets& releases, const OfRelease& change) {
  const RemovedReleases removed = removed_releases(releases.extra);
  const auto it = removed.find(removed_key(change.project, change.product, change.version));
  if (it == removed.end()) return;
  throw conflict("{} was removed: {}; its number never comes back", title_of(change), escaped(it->second))
      .with_hint("add a new version");
}

template <typename OfRelease>
std::pair<FileIterator, FileIterator> existing_files(Targets& releases, const OfRelease& change) {
  const auto files = files_of(releases, folder_of(change));
  if (files.first != files.second) return files;
  refuse_removed(releases, change);
  throw conflict("there is no {}", title_of(change));
}

Json::Object custom_of(const TargetFile& file) {
  return file.custom && file.custom->as_object() ? *file.custom->as_object() : Json::Object();
}

// A file that says nothing special has no member `custom` at all.
void set_custom(TargetFile& file, Json::Object custom) {
  file.custom.reset();
  if (!custom.empty()) file.custom = Json(std::move(custom));
}

TargetFile target_file(const AddRelease::File& stated) {
  TargetFile file;
  file.length = stated.length;
  file.hashes.emplace(HashAlgorithm::sha256, stated.sha256);
  if (stated.platform) set_custom(file, {{"platform", stated.platform->text()}});
  return file;
}

TargetFile without_yanked(TargetFile file) {
  Json::Object custom = custom_of(file);
  custom.erase("yanked");
  set_custom(file, std::move(custom));
  return file;
}

const Json* yanked_of(const TargetFile& file) {
  if (!file.custom || !file.custom->as_object()) return nullptr;
  const auto it = file.custom->as_object()->find("yanked");
  return it == file.custom->as_object()->end() ? nullptr : &it->second;
}

Reason reason_of(const Json& stated, const std::string& about) {
  auto reason = stated.as_text() ? Reason::parse(*stated.as_text()) : std::nullopt;
  if (!reason)
    throw refused("states no reason for {} that people could read (one line, at most 200 bytes)", about);
  return *std::move(reason);
}

// One version before and after.
struct Compared {
  ReleasePath any;  // of one of its files
  std::map<TargetPath, const TargetFile*> base, next;
};
using ComparedReleases = std::map<std::pair<ProductName, Version>, Compared>;

AddRelease::File release_file(const TargetPath& path, const TargetFile& stated) {
  const auto sha256 = stated.hashes.find(HashAlgorithm::sha256);
  if (sha256 == stated.hashes.end()) throw refused("states no SHA-256 for {}", path.text());
  if (stated.length == 0)
    throw refused("adds the empty file {}; a released file has at least one byte", path.text());
  AddRelease::File file{ReleasePath::parse(path.text())->file, stated.length, sha256->second};
  const Json::Object custom = custom_of(stated);
  if (const auto platform = custom.find("platform"); platform != custom.end()) {
    file.platform = platform->second.as_text() ? Platform::parse(*platform->second.as_text()) : std::nullopt;
    if (!file.platform) throw refused("states no proper name of a platform for {}", path.text());
  }
  return file;
}

std::optional<Change> explain_yank(const Compared& release) {
  for (const auto& [path, stated] : release.next) {
    const Json* now = yanked_of(*stated);
    const auto base = release.base.find(path);
    const Json* before = base == release.base.end() ? nullptr : yanked_of(*base->second);
    if (now && !(before && *before == *now)) {
      return YankRelease{release.any.project, release.any.product, release.any.version,
                         reason_of(*now, "yanking " + path.text())};
    }
    if (before && !now) return UnyankRelease{release.any.project, release.any.product, release.any.version};
  }
  return std::nullopt;
}

// Whatever else became of a released file is no change that there is.
void refuse_changed_files(const Compared& release) {
  for (const auto& [path, stated] : release.base) {
    const auto it = release.next.find(path);
    if (it != release.next.end() && without_yanked(*it->second) == without_yanked(*stated)) continue;
    throw refused("{} the released file {}; a released version never changes, add a new version",
                  it == release.next.end() ? "removes" : "changes", escaped(path.text()));
  }
  if (release.next.size() == release.base.size()) return;
  throw refused("adds files to version {} of product {}, which was released before; add a new version",
                release.any.version.text(), release.any.product.text());
}

void explain_release(const Compared& release, bool removed, std::vector<Change>& changes) {
  if (release.base.empty()) {
    AddRelease change{release.any.project, release.any.product, release.any.version, {}};
    for (const auto& [path, stated] : release.next) change.files.push_back(release_file(path, *stated));
    changes.push_back(std::move(change));
  } else if (!release.next.empty() || !removed) {
    refuse_changed_files(release);
  }
  if (auto yank = explain_yank(release)) changes.push_back(*std::move(yank));
}

void explain_removals(const ProjectName& project, const Targets& base, const Targets& next,
                      std::vector<Change>& changes) {
  const RemovedReleases before = removed_releases(base.extra);
  for (const auto& [key, reason] : removed_releases(next.extra)) {
    if (before.contains(key)) continue;
    const auto release = ReleasePath::parse(key + "/file");
    if (!release || release->project != project)
      throw refused("removes '{}', which is no release of project {}", escaped(key), project.text());
    changes.push_back(
        RemoveRelease{project, release->product, release->version, reason_of(reason, "removing " + key)});
  }
}

}  // namespace

Targets with_release(const Targets& releases, const AddRelease& change) {
  Targets result = releases;
  const auto there = files_of(result, folder_of(change));
  if (there.first != there.second) {
    throw conflict("{} was released before; a released version never changes", title_of(change))
        .with_hint("add a new version");
  }
  refuse_removed(releases, change);
  if (change.files.empty()) throw usage("a release needs at least one file");
  for (const AddRelease::File& file : change.files) {
    if (file.length == 0)
      throw usage("the file {} is empty; a released file has at least one byte", file.name.text());
    const auto path = TargetPath::parse(folder_of(change) + file.name.text());
    if (!result.targets.emplace(*path, target_file(file)).second)
      throw usage("the release has two files of the name {}", file.name.text());
  }
  return result;
}

Targets with_yank(const Targets& releases, const YankRelease& change) {
  Targets result = releases;
  const auto [first, last] = existing_files(result, change);
  const Json reason = change.reason.text();
  const auto says_so = [&](const auto& file) {
    const Json* stated = yanked_of(file.second);
    return stated && *stated == reason;
  };
  if (std::all_of(first, last, says_so)) {
    throw conflict("{} is yanked already: {}", title_of(change), escaped(change.reason.text()));
  }
  for (auto file = first; file != last; ++file) {
    Json::Object custom = custom_of(file->second);
    custom.insert_or_assign("yanked", reason);
    set_custom(file->second, std::move(custom));
  }
  return result;
}

Targets without_yank(const Targets& releases, const UnyankRelease& change) {
  Targets result = releases;
  const auto [first, last] = existing_files(result, change);
  if (std::none_of(first, last, [](const auto& file) { return yanked_of(file.second); }))
    throw conflict("{} is not yanked", title_of(change));
  for (auto file = first; file != last; ++file) file->second = without_yanked(std::move(file->second));
  return result;
}

Targets without_release(const Targets& releases, const RemoveRelease& change) {
  Targets result = releases;
  const auto [first, last] = existing_files(result, change);
  result.targets.erase(first, last);
  Json::Object removed;
  if (const auto it = result.extra.find(removed_member); it != result.extra.end() && it->second.as_object())
    removed = *it->second.as_object();
  removed.insert_or_assign(removed_key(change.project, change.product, change.version), change.reason.text());
  result.extra.insert_or_assign(removed_member, std::move(removed));
  return result;
}

std::vector<Change> explain_releases(const ProjectName& project, const Targets& base, const Targets& next) {
  ComparedReleases releases;
  const auto collect = [&](const Targets& role, auto side) {
    for (const auto& [path, stated] : role.targets) {
      const auto release = ReleasePath::parse(path.text());
      if (!release || release->project != project)
        throw refused("states '{}', which is no release file of project {}", escaped(path.text()),
                      project.text());
      Compared& compared =
          releases.try_emplace({release->product, release->version}, Compared{*release, {}, {}})
              .first->second;
      (compared.*side).emplace(path, &stated);
    }
  };
  collect(base, &Compared::base);
  collect(next, &Compared::next);
  const RemovedReleases removed = removed_releases(next.extra);
  std::vector<Change> changes;
  for (const auto& [key, release] : releases)
    explain_release(release, removed.contains(removed_key(project, key.first, key.second)), changes);
  explain_removals(project, base, next, changes);
  return changes;
}

}  // namespace tuf
