#pragma once
// index/: JSON for people and tools (docs/formats.md). A convenience that nobody trusts: the client proves what it says.

#include "libtufcore/repository_state.h"
#include "publisher/first_releases.h"
#include "publisher/render.h"

namespace tuf {

SiteFile index_of_project_file(const ProjectName& project, const Targets& releases);
SiteFile index_of_prefix_file(const RepositoryState& state, const ProjectName& project);   // names that start like it

// Which release a digest belongs to: the first that was published with these bytes keeps the entry, also after its removal, so
// that nobody takes it over by releasing the same bytes.
class DigestIndex {
 public:
  // `previous`: null where what it says cannot be known to be ours.
  DigestIndex(const RepositoryState& state, const PublishedSite* previous) : state_(state), previous_(previous) {}
  void add(const Digest& sha256, const ReleasePath& path) { paths_[sha256].push_back(path); }
  std::vector<SiteFile> files(FirstReleases& first) const;

 private:
  std::optional<ReleasePath> published(const Digest& sha256) const;
  const RepositoryState& state_;
  const PublishedSite* previous_;
  std::map<Digest, std::vector<ReleasePath>> paths_;
};

}  // namespace tuf
