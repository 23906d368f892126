#pragma once
// What judging commits of a partial clone needs: the metadata, all of it brought with one question, and trees that
// believe what the signed releases.json says of released files that are not here. The publisher never does.

#include "libtufcore/git/git_repository.h"
#include "libtufcore/names.h"

namespace tuf {

std::shared_ptr<const TreeReader> tree_with_stated_artifacts(const GitRepository& repository, const CommitId& id);

// Brings the metadata that judging these commits reads; no released files.
void bring_metadata(const GitRepository& repository, const std::vector<CommitInfo>& commits);
// The administrators' metadata of a commit, and that of these projects.
void bring_metadata(const GitRepository& repository, const CommitId& commit, const std::vector<ProjectName>& projects);

}  // namespace tuf
