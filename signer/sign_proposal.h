#pragma once
// `pgsign sign ID`: my signature for a proposal, without a checkout.

#include "libtufcore/io/command_line.h"
#include "signer/proposal.h"

namespace tuf {

std::vector<OptionSpec> sign_proposal_options();  // --expect, --no-push, --to, --from, --no-fetch
// False when no proposal begins with `id`.
bool sign_proposal(GitRepository& git, const std::string& id, const Arguments& arguments, Output& out,
                   UtcTime now);

}  // namespace tuf
