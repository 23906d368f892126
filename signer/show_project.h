#pragma once
// Roles and projects of one commit as the commands show them: in words and as members of the JSON document.

#include "libtufcore/repository_state.h"
#include "signer/workspace.h"

namespace tuf {

std::string expiry_text(UtcTime expires, UtcTime now);
Json role_json(const RoleFile& role, UtcTime now);
void tell_role(const RoleFile& role, UtcTime now, Output& out);

// Owners, maintainers, thresholds, signatures, what expires, releases. Throws not_found.
void show_project(const RepositoryState& state, const ProjectName& project, UtcTime now, Output& out);

// What the administrators blocked, and which projects they announced to transfer: all, or about one project.
void show_decisions(const RepositoryState& state, const std::optional<ProjectName>& project, Output& out);

// The name that the root states, or "without a name".
std::string repository_name(const Root& root);

}  // namespace tuf
