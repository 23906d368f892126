#pragma once
// Which signatures leave this machine with a push or a bundle, and which are out there already.

#include <optional>
#include <string>
#include <vector>

#include "libtufcore/git/git_repository.h"
#include "signer/trust_store.h"

namespace tuf {

// What my keys signed in the commits after the shared main branch, up to `commit`; also what a later one
// replaced. Nothing without a commit, and where nothing is trusted yet.
class Departure {
 public:
  Departure(const GitRepository& git, const std::optional<CommitId>& commit, std::string to);
  bool carries_signatures() const { return !contents_.empty(); }
  // Before the commit is sent anywhere, and never taken back: whether it arrived, only the other side could
  // say.
  void begins() const;

 private:
  std::optional<SignatureRecord> record_;
  std::vector<SignedContent> contents_;
  std::string to_;
};

// Whether this person withdrew something that differs between `base` and `commit`.
bool was_withdrawn(const GitRepository& git, const TrustStore* trust, const std::optional<CommitId>& base,
                   const CommitId& commit);

// Whether a branch of a remote, as last seen here, has this signature: somebody pushed it by hand.
SignatureRecord::IsElsewhere on_a_remote_branch(const GitRepository& git);

// What the file at `path` has signed; empty when there is no such file.
std::optional<SignedContent> signed_content_at(const TreeReader& tree, const std::string& path);

}  // namespace tuf
