#pragma once
// Changes that wait for signatures, wherever they were found: branches, pull requests, forks, bundles.
// Nothing that was found is believed: each candidate is applied to the verified main branch and judged there
// by the rule book. Candidates with the same contents are one proposal, whose signatures are the union of
// theirs.

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "signer/commit_change.h"
#include "signer/rejection.h"
#include "signer/remote.h"

namespace tuf {

// What proposals are judged from: the newest accepted state of the main branch that people share. Both are
// empty before a repository's first commit was accepted.
struct ProposalBase {
  std::optional<Remote> remote;
  std::string main_branch;
  std::optional<CommitId> commit;
  std::optional<RepositoryState> state;
  std::shared_ptr<TrustStore> trust;  // null: the first root still lacks signatures
  const RepositoryState* state_or_null() const { return state ? &*state : nullptr; }
};
// Main is verified from what the trust store remembers; throws as verify_main does (verified_main.h).
ProposalBase proposal_base(const GitRepository& git, Output& out, UtcTime now);

struct Candidate {
  std::string shown;  // where it was found, for people, escaped: "branch sign/abc/0123456789ab of origin"
  std::string reference;
  CommitId commit;
};

// One signed file of a proposal: who may sign it, who did.
struct FileSigners {
  MissingSignatures file;       // whether anything is missing or not
  std::vector<PublicKey> keys;  // those that may sign
};

// The same for everybody, whatever signatures are there.
struct ProposalName {
  std::string
      id;  // 64 hex digits: the SHA-256 of the list that `sha256sum` prints of the signed parts, by path
  std::string scope;  // the project's name, or "admin"
  std::string short_id() const { return id.substr(0, 12); }
  std::string branch() const;  // sign/<scope>/<short id>
};
// `signed_bytes`: git path -> canonical signed part, at least one.
ProposalName proposal_name(const std::map<std::string, Bytes>& signed_bytes);
// The name that a commit on top of `base` has as a proposal; empty when it changes no signed file.
std::optional<ProposalName> name_of_commit(const GitRepository& git, const std::optional<CommitId>& base,
                                           const CommitId& commit);

struct Proposal : ProposalName {
  std::vector<Candidate> found;             // none of them refused
  std::vector<ChangedPath> changed;         // on top of base
  std::map<std::string, PartToSign> parts;  // git path -> signed part, with every signature that was found
  Verdict verdict;                          // of all of it on top of base; refused when stale
  bool stale = false;                       // main changed the same role since
  std::vector<FileSigners>
      signers;  // of each part; when stale, of those that main has, by who may sign there
  std::vector<Rejection> rejections;  // not verified, distinct
  std::optional<KeyId> author;        // who proposed it; one of those who signed
  std::string title;                  // of the first commit, escaped

  bool complete() const { return !stale && verdict.kind == Verdict::Kind::accepted; }
  std::set<KeyId> signed_by() const;
  bool waits_for(const KeyId& key) const;  // its signature is missing in a file that needs more
  std::vector<PublicKey> all_keys() const;
};

struct RefusedCandidate {
  Candidate at;
  std::string id;  // empty when it could not be read so far
  std::string reason, hint;
};

struct ProposalBook {
  std::vector<Proposal> proposals;  // by scope, then id
  std::vector<RefusedCandidate> refused;
  std::vector<Candidate> landed;  // main has them, or had them before it went on
};

// Who may sign a file that carries signatures, and who did.
FileSigners signers_of_file(const RepositoryState& state, const std::string& path);

ProposalBook read_proposals(const GitRepository& git, const ProposalBase& base,
                            const std::vector<Candidate>& candidates);

// At least 6 hex digits.
bool may_be_proposal_id(std::string_view text);
// Null when there is none. Throws usage when several begin so, refused when all candidates of it are.
const Proposal* find_proposal(const ProposalBook& book, const std::string& id);
const Proposal& needed_proposal(const ProposalBook& book, const std::string& id);  // or not_found

// The commit to make of it: on top of base, with all its files and signatures; it moves no branch.
GitRepository::NewCommit commit_of(const Proposal& proposal, const ProposalBase& base);
// The proposal's files as they would be on top of base.
std::shared_ptr<const TreeReader> tree_of(const GitRepository& git, const Proposal& proposal,
                                          const ProposalBase& base);
// Judges it again with the signatures that its parts have now.
void judge(Proposal& proposal, const GitRepository& git, const ProposalBase& base);

}  // namespace tuf
