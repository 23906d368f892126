#pragma once
// States in which nobody's signature is missing and nobody's answer is waited for.

#include <vector>

#include "libtufcore/repository_state.h"

namespace tuf {

// Every signature that the administrators' roles and those of `projects` need is there, and no invitation of theirs is open. Throws
// refused when a role cannot be read.
bool is_complete(const RepositoryState& state, const std::vector<ProjectName>& projects);

std::vector<ProjectName> projects_in(const std::vector<ChangedPath>& changes);  // each once, sorted

}  // namespace tuf
