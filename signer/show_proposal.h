#pragma once
// A proposal in words and as JSON: what `inbox`, `review` and `sign` show.

#include "libtufcore/io/command_line.h"
#include "signer/key_store.h"
#include "signer/proposal.h"

namespace tuf {

std::vector<StoredKey> my_keys();  // all of this user

// "0123456789ab  abc  Add abc 1.0.0"
std::string headline(const Proposal& proposal);
// "waits for your signature (alice 0123abcd)", "has all signatures; ...", "stale: ...", "refused: ...",
// "waits for others".
std::string state_in_words(const Proposal& proposal, const std::vector<StoredKey>& mine);
bool is_mine(const Proposal& proposal, const std::vector<StoredKey>& mine);  // I proposed it
// "REJECTED by bob 0123abcd: not built from the tag"; what nobody who may sign it said is told as such.
std::vector<std::string> rejections_in_words(const Proposal& proposal);
bool is_rejected(const Proposal& proposal);  // by somebody who may sign it
// Those that have another content for a version of the same role: only one of them can be completed.
std::vector<const Proposal*> rivals_of(const Proposal& proposal, const ProposalBook& book);
// Throws conflict, naming who can make it again, when main changed the same role since.
void refuse_outdated(const Proposal& proposal);
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
