#include "signer/reapply.h"

#include <algorithm>

#include "libtufcore/canonical_json.h"
#include "signer/catch_up.h"
#include "signer/consent.h"
#include "signer/main_contents.h"
#include "signer/main_gate.h"
#include "signer/proposal.h"
#include "signer/show.h"
#include "signer/signed_once.h"

namespace tuf {
namespace {

constexpr std::size_t max_own_commits = 1'000;

// One accepted step of mine, or the pending rest: from one commit to another.
struct Step {
  CommitId from;
  CommitId to;
  std::string title;
  std::vector<Change> changes;
};

// `main` has some of them by now, as others completed them; these are left out.
std::vector<Step> own_steps(const GitRepository& git, const CommitId& fork, const CommitId& head,
                            const MainContents& main, const std::optional<Digest>& pinned) {
  std::vector<Step> steps;
  CommitId from = fork;
  std::string title;
  for (const CommitInfo& commit : git.range(fork, head, max_own_commits)) {
    if (commit.parents.size() > 1)
      throw conflict("commit {} merges two lines of work; pgsign works on a straight line",
                     short_id(commit.id));
    if (title.empty()) title = commit.summary;
    const RepositoryState base = RepositoryState::read(git.tree(from), pinned);
    const std::vector<ChangedPath> own = git.changes(commit.parents.front(), commit.id);
    const Verdict verdict =
        check_transition(&base, git.tree(commit.id), pinned, git.changes(from, commit.id), own);
    if (verdict.kind == Verdict::Kind::refused) throw refusal_of(verdict, "commit " + short_id(commit.id));
    const bool landed = main.had_changes(from, commit.id);
    if (!landed && verdict.kind != Verdict::Kind::accepted && commit.id != head) continue;
    if (!landed) steps.push_back({from, commit.id, title, verdict.changes});
    from = commit.id;
    title.clear();
  }
  return steps;
}

// Whether others changed a file that people sign and that this step changes.
bool is_touched(const GitRepository& git, const Step& step, const TreeReader& now_there) {
  const std::shared_ptr<const TreeReader> before = git.tree(step.from);
  return std::ranges::any_of(git.changes(step.from, step.to), [&](const ChangedPath& change) {
    return layout::is_signed_file(change.path) &&
           before->read(change.path, max_metadata_bytes) != now_there.read(change.path, max_metadata_bytes);
  });
}

struct Made {
  GitRepository::NewCommit commit;
  std::vector<std::string> signed_again;
  Parts parts = {};  // of signed_again
};

std::optional<Digest> pinned_by(const TrustStore* trust) {
  return trust == nullptr ? std::nullopt : std::optional(trust->state().root_sha256);
}

// Each of the files that this key may sign, as the commit would have them.
void sign_parts(const GitRepository& git, const TrustStore* trust, Made& made, SigningKey& key) {
  const RepositoryState state = RepositoryState::read(git.preview(made.commit), pinned_by(trust));
  for (auto& [path, part] : made.parts) {
    const std::vector<KeyId> missing = signers_of_file(state, path).file.check.missing;
    if (std::ranges::find(missing, key.public_key().id()) == missing.end()) continue;
    refuse_second_contents(git, trust, {{path, part}});  // before a signature stands in an object of git
    part.signatures.by_key[key.public_key().id()] = key.sign(canonical_json(part.signed_part));
    made.commit.files[path] = signed_file_text(part.signed_part, part.signatures);
  }
}

// The step as a commit on top of `parent`; `key` signs what must be signed again (null: nobody does yet),
// where it may.
Made made_again(const GitRepository& git, const TrustStore* trust, const Step& step, const CommitId& parent,
                const RepositoryState& state, SigningKey* key) {
  Made made;
  made.commit.parent = parent;
  made.commit.message = git.message(step.to, 64u << 10);
  SignedParts parts;
  if (is_touched(git, step, state.tree())) {
    parts = generate(&state, step.changes);
    for (auto& [path, file] : generate_files(&state, step.changes)) made.commit.files[path] = file;
  }
  for (const auto& [path, part] : parts) {
    made.commit.files[path] = signed_file_text(part, {});
    made.signed_again.push_back(path);
    made.parts[path] = {part};
  }
  for (const ChangedPath& change : git.changes(step.from, step.to)) {
    if (made.commit.files.contains(change.path)) continue;
    if (change.how == ChangedPath::How::removed)
      made.commit.files[change.path] = std::nullopt;
    else
      made.commit.taken_over[change.path] = step.to;
  }
  if (key != nullptr) sign_parts(git, trust, made, *key);
  return made;
}

struct Chain {
  CommitId head;
  std::vector<std::string> signed_again;
  Verdict verdict;
  std::vector<std::pair<Parts, Verdict>> to_record = {};
};

[[noreturn]] void cannot_be_made(const Step& step, const Error& why) {
  throw Error(why.kind(),
              fmt::format("your commit {} ('{}') cannot be made again on top of what others did: {}",
                          short_id(step.to), escaped(step.title, 60), why.what()))
      .with_hint(fmt::format(
          "git reset --keep {} drops it, with what you made after it; then make your change anew on "
          "top of theirs (git pull)",
          short_id(step.from)));
}

// One step on top of chain.head, as a commit without a name, so that nothing is changed by making it.
Made add_step(GitRepository& git, const TrustStore* trust, const Step& step, Chain& chain,
              const Committer& by, UtcTime now) {
  const RepositoryState state = RepositoryState::read(git.tree(chain.head), pinned_by(trust));
  try {
    Made made = made_again(git, trust, step, chain.head, state, by.key);
    made.commit.time = now;
    set_committer(made.commit, git, by);
    const CommitId commit = git.make_commit(made.commit);
    chain.verdict =
        check_transition(&state, git.tree(commit), pinned_by(trust), git.changes(chain.head, commit));
    if (chain.verdict.kind == Verdict::Kind::refused) throw refusal_of(chain.verdict, "it");
    chain.head = commit;
    return made;
  } catch (const Error& error) {  // which of my commits it is, only this place knows
    if (error.kind() != Error::Kind::conflict && error.kind() != Error::Kind::usage) throw;
    cannot_be_made(step, error);
  }
}

// All steps on top of `main`, as far as that goes without a key.
Chain chain_on(GitRepository& git, const TrustStore* trust, const std::vector<Step>& steps,
               const CommitId& main, const Committer& by, UtcTime now) {
  Chain chain{main, {}, {}};
  for (const Step& step : steps) {
    Made made = add_step(git, trust, step, chain, by, now);
    chain.signed_again.insert(chain.signed_again.end(), made.signed_again.begin(), made.signed_again.end());
    if (by.key != nullptr) chain.to_record.emplace_back(std::move(made.parts), chain.verdict);
    if (by.key == nullptr && !made.signed_again.empty()) break;  // what follows stands on a signature to come
    const bool last = &step == &steps.back();
    if (!last && chain.verdict.kind == Verdict::Kind::pending)
      throw conflict("'{}' needs the approval of others again before what stands on it can be made again",
                     escaped(step.title))
          .with_hint("push one change at a time");
  }
  return chain;
}

void say(const std::vector<Step>& steps, const Chain& chain, const Remote& remote, const CommitId& main,
         Output& out) {
  out.result(fmt::format("others were first: branch {} of {} is at {} now. On top of it:",
                         escaped(remote.main_branch), escaped(remote.name), short_id(main)));
  for (const Step& step : steps) {
    for (const std::string& line : in_words(step.changes)) out.result("  " + line);
  }
  for (const std::string& path : chain.signed_again)
    out.result(fmt::format("  {} becomes its next version", path));
}

// Nothing of mine is to be made again: the branch was behind.
std::optional<Reapplied> only_moved(Workspace& workspace, const Remote& remote, const CommitId& main,
                                    const Arguments& arguments, Output& out) {
  out.result(fmt::format("branch {} has nothing that {} of {} does not have, which is at {} now",
                         escaped(workspace.branch), escaped(remote.main_branch), escaped(remote.name),
                         short_id(main)));
  if (is_dry_run(arguments, out)) return std::nullopt;
  move_branch(workspace.git, workspace.branch, workspace.head, main);
  workspace.head = main;
  return Reapplied{main, {}, {.kind = Verdict::Kind::accepted}};
}

}  // namespace

std::optional<Reapplied> reapply(Workspace& workspace, const Remote& remote, const Arguments& arguments,
                                 Output& out, UtcTime now) {
  GitRepository& git = workspace.git;
  const TrustStore* trust = workspace.trust.get();
  const std::optional<MainBranch> verified = find_main(git, workspace.branch);
  verified_main_of(git, verified, workspace.trust.get(), out, now);
  // By its id: a 'git fetch' that runs at the same time does not exchange what was verified.
  const CommitId main = verified ? verified->tip : git.resolve(remote.tracking());
  const std::optional<CommitId> fork = git.merge_base(main, workspace.head);
  if (!fork)
    throw refused("branch {} has no commit in common with {} of {}", escaped(workspace.branch),
                  escaped(remote.main_branch), escaped(remote.name));
  const std::vector<Step> steps =
      own_steps(git, *fork, workspace.head, MainContents(git, main), workspace.pinned_root());
  if (steps.empty()) return only_moved(workspace, remote, main, arguments, out);
  Chain chain = chain_on(git, trust, steps, main, {"pgsign"}, now);
  say(steps, chain, remote, main, out);
  if (is_dry_run(arguments, out)) return std::nullopt;
  const RepositoryState state = RepositoryState::read(git.tree(main), workspace.pinned_root());
  if (!chain.signed_again.empty() || requires_signed_commits(&state)) {
    const StoredKey key = key_of(arguments);
    if (!chain.signed_again.empty())
      agreed(fmt::format("Sign this again with {}?", key.label()), arguments, out);
    const std::unique_ptr<SigningKey> signing_key = open_signing_key(key, arguments);
    chain = chain_on(git, trust, steps, main, {key.file_name, signing_key.get()}, now);
    for (const auto& [parts, verdict] : chain.to_record) {
      record_signatures(git, trust, parts, verdict, key.id(), now);
    }
  }
  const std::string kept = "before-reapply/" + short_id(workspace.head);
  git.set_reference("refs/heads/" + kept, workspace.head);
  move_branch(git, workspace.branch, workspace.head, chain.head);
  workspace.head = chain.head;
  out.result(fmt::format("what you had is kept on branch {}", kept));
  return Reapplied{chain.head, chain.signed_again, chain.verdict};
}

}  // namespace tuf
