#pragma once
// Releases: what this project's target paths and `custom` members mean (docs/formats.md). A release is (project, product,
// version) with its files; `custom` may say {"yanked": "reason"}.

#include <optional>
#include <vector>

#include "libtufcore/find_target.h"

namespace tuf {

struct ReleaseFile {
  FileName name;
  FoundTarget target;
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

struct Latest {
  const Release* release = nullptr;      // null: there is none
  bool only_prereleases = false;         // said to the user
};
// The highest version of a product that is neither yanked nor a pre-release; else the highest pre-release.
Latest latest_of(const std::vector<Release>& releases, const ProductName& product);

}  // namespace tuf
