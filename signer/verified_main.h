#pragma once
// The main branch that the people share, verified: from the last commit that this person's trust store
// remembers to what the host says now, each commit through the rule book. A main that was rewound, forked or
// rewritten stops everything that signs, however validly it is signed.

#include <optional>
#include <string>

#include "libtufcore/git/git_repository.h"
#include "libtufcore/io/command_line.h"
#include "libtufcore/repository_state.h"
#include "signer/remote.h"
#include "signer/trust_store.h"

namespace tuf {

// 1.root.json, which a repository is known by. Empty as long as it lacks signatures: they change the file.
struct FirstRoot {
  Digest sha256;
  std::string name;  // of the repository
};
std::optional<FirstRoot> find_first_root(const TreeReader& tree);

struct MainBranch {
  std::string name;    // "main of origin", escaped
  std::string remote;  // its URL, without secrets
  CommitId tip;        // as last fetched
};
// Empty: there is no other repository, or its main branch was never there. By its full name: neither a tag
// nor a branch that is called "origin/main" stands for it.
std::optional<MainBranch> find_main(const GitRepository& git, const std::string& branch);

// The store of this clone. The first look at a repository makes it, and says so once. Throws refused when the
// URL that the clone comes from was another repository before. Empty: the root still lacks signatures, or
// there is none.
std::optional<TrustStore> open_trust(const GitRepository& git, const std::string& branch,
                                     const CommitId& head, Output& out, UtcTime now);

// Throws refused when the URL of `main` is trusted with another root than `shown`.
void refuse_other_repository(const MainBranch& main, const std::optional<Digest>& shown);

// Throws rollback when a main branch of this remote was verified before and is not there any more.
void refuse_lost_main(const GitRepository& git, const Remote& remote);

// The newest accepted commit of the shared main branch, verified from the last one that the trust store
// remembers, which remembers it from now on. Empty without a main branch or a store. Throws rollback (rewound,
// forked, rewritten), refused.
std::optional<CommitId> verified_main_of(const GitRepository& git, const std::optional<MainBranch>& main,
                                         TrustStore* trust, Output& out, UtcTime now);
// Where there is no main branch of others: what was verified of the one that `branch` follows must be in `head`.
void require_verified_main(const GitRepository& git, const TrustStore* trust, const std::string& branch,
                           const CommitId& head);
// After a push: `remote` said that `commit`, an accepted one on top of main, is main there now.
void remember_main(const GitRepository& git, TrustStore& store, const Remote& remote, const CommitId& commit,
                   UtcTime now);

}  // namespace tuf
