#pragma once
// index/: JSON for people and tools (docs/formats.md). A convenience that nobody trusts: the client proves what it says.

#include "libtufcore/repository_state.h"
#include "publisher/render.h"

namespace tuf {

SiteFile index_of_project_file(const ProjectName& project, const Targets& releases);
SiteFile index_of_prefix_file(const RepositoryState& state, const ProjectName& project);   // names that start like it
SiteFile index_of_digest_file(const Digest& sha256, const TargetPath& path);

}  // namespace tuf
