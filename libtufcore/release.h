#pragma once
// Releases: what this project's target paths and `custom` members mean (docs/formats.md). A release is (project, product,
// version) with its files; `custom` may say {"yanked": "reason", "platform": "linux-amd64"}. A role's `x-pg-removed` says which
// releases were there once.

#include <map>
#include <optional>
#include <vector>

#include "libtufcore/find_target.h"
#include "libtufcore/release_terms.h"

namespace tuf {

struct ReleaseFile {
  FileName name;
  FoundTarget target;
  std::optional<Platform> platform;      // none: for all
};

struct Release {
  ProjectName project;
  ProductName product;
  Version version;
  std::optional<std::string> yanked;     // the reason, when any of its files is yanked
  std::vector<ReleaseFile> files;        // by name
};

// Groups targets whose path is a ReleasePath (others are left out); sorted by product, then by version, newest first.
std::vector<Release> releases_of(const std::vector<FoundTarget>& targets);

// Removed releases: "<project>/<product>/<version>" and the reason, as a `<project>.rel` role states them in its extra members.
inline constexpr const char* removed_member = "x-pg-removed";
using RemovedReleases = std::map<std::string, std::string>;
RemovedReleases removed_releases(const Json::Object& extra);   // what is not of that shape is left out
std::string removed_key(const ProjectName& project, const ProductName& product, const Version& version);

// The files that a role states of one release, by name.
std::vector<ReleasePath> files_of_release(const Targets& releases, const ProjectName& project, const ProductName& product,
                                          const Version& version);

struct Latest {
  const Release* release = nullptr;      // null: there is none
  bool only_prereleases = false;         // said to the user
};
// The highest version of a product that is neither yanked nor a pre-release; else the highest pre-release.
Latest latest_of(const std::vector<Release>& releases, const ProductName& product);

}  // namespace tuf
