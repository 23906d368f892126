#pragma once
// A proposal in words and as JSON: what `inbox`, `review` and `sign` show.

#include "libtufcore/io/command_line.h"
#include "signer/key_store.h"
#include "signer/proposal.h"

namespace tuf {

std::vector<StoredKey> my_keys();  // all of this user

// "0123456789ab  abc  Add abc 1.0.0"
std::string headline(const Proposal& proposal);
// "waits for you (alice 0123abcd)", "complete", "stale: ...", "waits for others".
std::string state_in_words(const Proposal& proposal, const std::vector<StoredKey>& mine);
bool waits_for_any(const Proposal& proposal, const std::vector<StoredKey>& mine);

// Everything: changes, files with sizes and digests computed from the git objects, signatures, places.
void show_proposal(const Proposal& proposal, const GitRepository& git, const ProposalBase& base,
                   const std::vector<StoredKey>& mine, Output& out);
Json to_json(const Proposal& proposal, const std::vector<StoredKey>& mine);
Json to_json(const RefusedCandidate& refused);
std::string in_words(const RefusedCandidate& refused);

// An artifact of the proposal, hashed here.
struct ProposedFile {
  std::string path;  // in git
  std::string name;  // its last part
  TreeReader::FileDigest content;
};
std::vector<ProposedFile> files_of(const Proposal& proposal, const GitRepository& git,
                                   const ProposalBase& base);

// --expect: each file of the proposal must be one of these, and each of these must be one of its files. An
// expectation is a file, or 64 hex digits. Throws refused, naming the first that fails.
OptionSpec expect_option();
void check_expectations(const std::vector<std::string>& expectations, const std::vector<ProposedFile>& files);

}  // namespace tuf
