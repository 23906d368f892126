#include "signer/main_gate.h"

#include "libtufcore/git/commit_range.h"
#include "signer/complete_commit.h"
#include "signer/consent.h"
#include "signer/show.h"
#include "signer/verified_main.h"

namespace tuf {
namespace {

Digest root_of(const GitRepository& git, const ForMain& main, const CommitId& commit) {
  if (main.trust != nullptr) return main.trust->state().root_sha256;
  const std::optional<FirstRoot> first = find_first_root(*git.tree(commit));
  if (!first) throw bug("commit {} is complete, but its first root is not", short_id(commit));
  return first->sha256;
}

void refuse_as_publisher(const GitRepository& git, const ForMain& main, const CommitId& commit) {
  const Artifacts artifacts = git.promisor_remote() ? Artifacts::as_stated : Artifacts::read;
  const JudgedRange range = judge_range(git, main.accepted, commit, root_of(git, main, commit),
                                        {.artifacts = artifacts, .now = main.now, .keep = 1});
  if (range.overall == Verdict::Kind::accepted) return;
  const JudgedCommit& last = range.commits.back();
  if (range.overall == Verdict::Kind::pending)
    throw pending("commit {} waits for signatures, so it is not for main yet", short_id(commit))
        .with_hint("nothing was pushed; pgsign push   (again)");
  Error error = refusal_of(last.verdict, "commit " + short_id(last.commit.id));
  const std::string hint = error.hint().empty() ? "" : "; " + error.hint();
  throw std::move(error).with_hint("nothing was pushed" + hint);
}

}  // namespace

Pushed push_to_main(const GitRepository& git, const ForMain& main, const CommitId& commit,
                    const std::string& remote, const std::string& branch) {
  // Also where the other side went back: it would take without a judgement what stands on the older main.
  if (main.accepted && !git.is_ancestor(*main.accepted, commit)) return {Pushed::How::others_were_first};
  refuse_as_publisher(git, main, commit);
  return push_forward(git, commit, remote, branch);
}

bool requires_signed_commits(const RepositoryState* main) {
  return main != nullptr && main->configuration().commit_signatures_required;
}

MainCommitter::MainCommitter(const RepositoryState* main, const Arguments& arguments) {
  if (!requires_signed_commits(main)) return;
  const StoredKey key = key_of(arguments);
  name_ = key.file_name;
  key_ = open_signing_key(key, arguments);
}

}  // namespace tuf
