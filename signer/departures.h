#pragma once
// Which signatures leave this machine with a push or a bundle, and which are out there already.

#include <optional>
#include <string>
#include <vector>

#include "libtufcore/git/git_repository.h"
#include "signer/signature_record.h"

namespace tuf {

// Noted before the commit is sent anywhere: neither a kill nor a host that lies about what it got makes it
// forgotten.
class Departure {
 public:
  // Everything that the commits after the shared main branch, up to `commit`, have signed; also what a later
  // one replaced. Nothing without a commit, and where nothing is trusted yet.
  Departure(const GitRepository& git, const std::optional<CommitId>& commit, const std::string& to);
  void did_not_happen() const;  // only when it is sure, here, that nothing was sent

 private:
  std::optional<SignatureRecord> record_;
  std::vector<SignedContent> contents_;
};

// Whether a branch of a remote, as last seen here, has this signature: somebody pushed it by hand.
SignatureRecord::IsElsewhere on_a_remote_branch(const GitRepository& git);

// What the file at `path` has signed; empty when there is no such file.
std::optional<SignedContent> signed_content_at(const TreeReader& tree, const std::string& path);

}  // namespace tuf
