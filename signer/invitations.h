#pragma once
// Invitations that stand on the checked-out branch, and the change that an accepted one becomes.

#include "libtufcore/invitation.h"
#include "signer/people_change.h"

namespace tuf {

// What the branch holds beyond the base, of one project and maybe one name.
std::vector<Invite> waiting_invitations(const Standing& standing, const std::optional<ProjectName>& project,
                                        const std::optional<std::string>& name);

// The owners' change with exactly the accepted key, and no file of the invitation left.
PlannedChange plan_accepted(const RepositoryState& base, const Invite& invite, UtcTime now);

}  // namespace tuf
