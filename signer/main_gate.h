#pragma once
// What goes to the main branch. Before it leaves it is judged by the very judgement of the publisher and of
// its hook, policies included (commits that must be signed, how far expiry may lie ahead): a main that
// everybody's tools refuse stops everybody, and only who runs the host can put it right.

#include <memory>
#include <optional>

#include "libtufcore/signing_key.h"
#include "signer/commit_change.h"
#include "signer/remote.h"

namespace tuf {

struct ForMain {
  const TrustStore* trust;           // null: the first root was not complete on main
  std::optional<CommitId> accepted;  // newest accepted commit of main; empty: there is none
  UtcTime now;
};
// push_forward to `branch`, the main branch of `remote`. Throws refused, pending with nothing pushed.
Pushed push_to_main(const GitRepository& git, const ForMain& main, const CommitId& commit,
                    const std::string& remote, const std::string& branch);

// Who makes the commits that pgsign puts together from what others signed: nobody in particular, or, where
// the configuration requires signed commits, the person who runs it.
class MainCommitter {
 public:
  MainCommitter(const RepositoryState* main, const Arguments& arguments);
  Committer by() const { return {name_, key_.get()}; }

 private:
  std::string name_ = "pgsign";
  std::unique_ptr<SigningKey> key_;
};
bool requires_signed_commits(const RepositoryState* main);

}  // namespace tuf
