#pragma once
// Around every signature that pgsign makes: never two different contents for one version of a role.

#include "signer/commit_change.h"

namespace tuf {

using Parts = std::map<std::string, PartToSign>;  // git path -> what a key signs

std::vector<SignedContent> contents_of(const Parts& parts);

// Before the person is asked. Throws refused (signature_record.h), with the way on: `way` when it is known.
// Nothing without `trust`.
void refuse_second_contents(const GitRepository& git, const TrustStore* trust, const Parts& parts,
                            const std::string& way = {});
// The same again, and written down, before anything that is signed leaves the process. `verdict`: with the
// signatures.
void record_signatures(const GitRepository& git, const TrustStore* trust, const Parts& parts,
                       const Verdict& verdict, const KeyId& key, UtcTime now);
// Throws conflict when main, at its verified commit, has this version of a role or a later one: others were
// first.
void refuse_version_of_others(const Workspace& workspace, const Standing& standing, const Parts& parts);

}  // namespace tuf
