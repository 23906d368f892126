#include "signer/commit_change.h"

#include <algorithm>
#include <set>

#include "libtufcore/git/ssh_signature.h"
#include "libtufcore/io/file.h"
#include "libtufcore/memory_tree.h"
#include "signer/catch_up.h"
#include "signer/consent.h"
#include "signer/show.h"
#include "signer/signed_once.h"

namespace tuf {
namespace {

std::map<std::string, Bytes> with_texts(const PlannedChange& change) {
  std::map<std::string, Bytes> files = change.files;
  for (const auto& [path, part] : change.parts)
    files[path] = signed_file_text(part.signed_part, part.signatures);
  return files;
}

// Every file that waits for one of the keys, and no other.
PlannedChange signed_by(PlannedChange change, const Verdict& verdict, SigningKey& key, const Arguments& arguments) {
  add_signatures(change.parts, verdict.missing, key);
  for (const StoredKey& other : change.also_signed_by)
    add_signatures(change.parts, verdict.missing, *open_signing_key(other, arguments));
  return change;
}

Verdict accept_or_refuse(Verdict verdict) {
  if (verdict.kind == Verdict::Kind::refused) throw refusal_of(verdict, "this change");
  return verdict;
}

// Says the change in words and asks. False: --dry-run, go no further.
bool agreed(const PlannedChange& change, const Verdict& verdict, const StoredKey& key,
            const Arguments& arguments, Output& out) {
  put_verdict(out, verdict);
  out.result(change.title + ":");
  for (const std::string& line : in_words(verdict.changes)) out.result("  " + line);
  return tuf::agreed(fmt::format("Sign this with {} and commit it?", key.label()), arguments, out);
}

std::string message_of(const PlannedChange& change, const Verdict& verdict) {
  std::string message = change.title + "\n\n";
  for (const std::string& line : in_words(verdict.changes)) message += line + "\n";
  return message;
}

GitRepository::NewCommit commit_of(const PlannedChange& change, UtcTime now) {
  GitRepository::NewCommit commit;
  for (auto& [path, text] : with_texts(change)) commit.files[path] = text;
  for (const std::string& path : change.removed) commit.files[path] = std::nullopt;
  commit.large_files = change.large_files;
  commit.time = now;
  return commit;
}

std::vector<std::string> paths_of(const GitRepository::NewCommit& commit) {
  std::vector<std::string> paths;
  for (const auto& [path, text] : commit.files) paths.push_back(path);
  for (const auto& [path, source] : commit.large_files) paths.push_back(path);
  return paths;
}

bool is_there(const TreeReader& tree, const std::string& path) {
  return tree.read(path, max_metadata_bytes).has_value();
}

ChangedPath::How how_changed(const Workspace& workspace, const GitRepository::NewCommit& commit,
                             const std::string& path) {
  const auto file = commit.files.find(path);
  if (file == commit.files.end()) return ChangedPath::How::added;  // a released file
  if (!file->second) return ChangedPath::How::removed;
  return is_there(workspace.state.tree(), path) ? ChangedPath::How::modified : ChangedPath::How::added;
}

// What differs from the baseline once `commit` stands on HEAD.
std::vector<ChangedPath> changed_from_base(const Workspace& workspace, const Standing& standing,
                                           const GitRepository::NewCommit& commit) {
  std::map<std::string, ChangedPath::How> all;
  if (standing.base != workspace.head) {
    for (const ChangedPath& change : workspace.git.changes(standing.base, workspace.head)) {
      all.emplace(change.path, change.how);
    }
  }
  for (const std::string& path : paths_of(commit)) {
    const ChangedPath::How how = how_changed(workspace, commit, path);
    const auto known = all.emplace(path, how).first;
    if (how != ChangedPath::How::removed) continue;
    if (known->second == ChangedPath::How::added)
      all.erase(known);  // a file of the proposal, which the base does not have
    else
      known->second = how;
  }
  std::vector<ChangedPath> changes;
  for (const auto& [path, how] : all) changes.push_back({path, how});
  return changes;
}

void refuse_dirty(const GitRepository& git, const std::vector<std::string>& paths) {
  std::set<std::string> folders;
  for (const std::string& path : paths) {
    const std::optional<ProjectName> project = layout::project_of(path);
    folders.insert(project ? layout::project_dir(*project) : "admin");
  }
  const std::vector<std::string> dirty = git.uncommitted({folders.begin(), folders.end()});
  if (dirty.empty()) return;
  throw conflict("uncommitted changes stand where this change would write: {}", listed(dirty, 5))
      .with_hint("put them aside: git stash --include-untracked (or commit them)");
}

// The commit would be made, but the work tree could not follow it.
void refuse_locked_index(const GitRepository& git) {
  const fs::path lock = git.git_directory() / "index.lock";
  if (git.is_bare() || !fs::exists(lock)) return;
  const std::string shown = escaped(lock.string(), 4096);
  throw conflict("another git program works in this repository, or was killed at it: '{}' is there", shown)
      .with_hint(fmt::format("if none runs any more: rm '{}'", shown));
}

// Whoever makes a repository need not take its root from anybody. While other administrators must sign, the
// root is not final.
void pin_made(const GitRepository& git, const TreeReader& tree, const Parts& parts, const Verdict& verdict,
              const KeyId& key, UtcTime now) {
  const std::optional<FirstRoot> root = find_first_root(tree);
  if (!root) return;
  const TrustStore store = TrustStore::pin(root->sha256, root->name, TrustStore::Pinned::made, now);
  record_signatures(git, &store, parts, verdict, key, now);
}

void tell(const Outcome& outcome, const PlannedChange& change, const std::string& branch, Output& out) {
  put_verdict(out, outcome.verdict);
  out.json["commit"] = *outcome.commit;
  out.json["branch"] = branch;
  out.result(fmt::format("committed {} on {}: {}", short_id(*outcome.commit), escaped(branch), change.title));
  for (const std::string& line : shortages(outcome.verdict)) out.result("  " + line);
}

}  // namespace

void set_committer(GitRepository::NewCommit& commit, const GitRepository& git, const Committer& by) {
  commit.author_name = git.config_text("user.name").value_or("");
  commit.author_email = git.config_text("user.email").value_or("");
  if (commit.author_name.empty()) commit.author_name = by.name;
  if (commit.author_email.empty()) commit.author_email = by.name + "@localhost";
  if (by.key == nullptr) return;
  commit.sign = [key = by.key](ByteView text) {
    return make_ssh_signature(*key, text, git_signature_namespace);
  };
}

std::vector<OptionSpec> change_options(std::vector<OptionSpec> own) {
  return joined({std::move(own),
                 key_options(),
                 {{"y,yes", "", "do not ask before signing"},
                  {"dry-run", "", "show the change in words and stop"}}});
}

void add_signatures(std::map<std::string, PartToSign>& parts, const std::vector<MissingSignatures>& missing,
                    SigningKey& key) {
  const KeyId& id = key.public_key().id();
  for (const MissingSignatures& one : missing) {
    const auto part = parts.find(one.path);
    if (part == parts.end() || std::ranges::find(one.check.missing, id) == one.check.missing.end()) continue;
    part->second.signatures.by_key[id] = key.sign(canonical_json(part->second.signed_part));
  }
}

PlannedChange plan(std::string title, const RepositoryState* base, const std::vector<Change>& changes) {
  PlannedChange change{std::move(title), {}};
  for (const auto& [path, signed_part] : generate(base, changes)) change.parts[path] = {signed_part};
  change.files = generate_files(base, changes);
  return change;
}

Outcome commit_change(Workspace& workspace, const Standing& standing, const PlannedChange& change,
                      const StoredKey& key, const Arguments& arguments, Output& out, UtcTime now) {
  GitRepository& git = workspace.git;
  const auto judge = [&](const GitRepository::NewCommit& commit,
                         const std::shared_ptr<const TreeReader>& tree) {
    const std::vector<ChangedPath> nothing_unpublished;  // by pgsign itself
    Verdict verdict = check_transition(standing.base_or_null(), tree, workspace.pinned_root(),
                                       changed_from_base(workspace, standing, commit), nothing_unpublished);
    if (standing.base_state)
      verdict = within_expiry_policy(std::move(verdict), standing.base_state->configuration(), now);
    return accept_or_refuse(std::move(verdict));
  };
  const auto on_head = [&](const PlannedChange& what) {
    GitRepository::NewCommit commit = commit_of(what, now);
    commit.parent = workspace.head;
    commit.branch = workspace.branch;
    return commit;
  };
  GitRepository::NewCommit commit = on_head(change);
  refuse_locked_index(git);
  refuse_dirty(git, paths_of(commit));
  Outcome outcome{std::nullopt, {}, git.preview(commit)};
  outcome.verdict = judge(commit, outcome.tree);
  refuse_version_of_others(workspace, standing, change.parts);
  refuse_second_contents(git, workspace.trust.get(), change.parts);
  if (!agreed(change, outcome.verdict, key, arguments, out)) return outcome;

  const std::unique_ptr<SigningKey> signing_key = open_signing_key(key, arguments);
  commit = on_head(signed_by(change, outcome.verdict, *signing_key, arguments));
  outcome.tree = git.preview(commit);
  outcome.verdict = judge(commit, outcome.tree);
  commit.message = message_of(change, outcome.verdict);
  set_committer(commit, git, {key.file_name, signing_key.get()});
  record_signatures(git, workspace.trust.get(), change.parts, outcome.verdict, key.id(), now);
  settle(workspace);
  outcome.commit = git.make_commit(commit);
  git.check_out(paths_of(commit));
  tell(outcome, change, workspace.branch, out);
  return outcome;
}

Outcome commit_first(const std::filesystem::path& folder, const PlannedChange& change, const StoredKey& key,
                     const Arguments& arguments, Output& out, UtcTime now) {
  const auto judge = [](const std::shared_ptr<const MemoryTree>& tree) {
    return accept_or_refuse(check_transition(nullptr, tree, std::nullopt, tree->all_added()));
  };
  auto tree = std::make_shared<const MemoryTree>(with_texts(change), "the new repository");
  Outcome outcome{std::nullopt, judge(tree), tree};
  if (!agreed(change, outcome.verdict, key, arguments, out)) return outcome;

  const std::unique_ptr<SigningKey> signing_key = open_signing_key(key, arguments);
  const PlannedChange complete = signed_by(change, outcome.verdict, *signing_key, arguments);
  tree = std::make_shared<const MemoryTree>(with_texts(complete), "the new repository");
  outcome = {std::nullopt, judge(tree), tree};
  make_directories(folder);
  GitRepository git = GitRepository::init(folder);
  GitRepository::NewCommit commit = commit_of(complete, now);
  commit.branch = git.current_branch().value_or("main");
  commit.message = message_of(change, outcome.verdict);
  set_committer(commit, git, {key.file_name, signing_key.get()});
  pin_made(git, *tree, change.parts, outcome.verdict, key.id(), now);
  outcome.commit = git.make_commit(commit);
  git.check_out(paths_of(commit));
  tell(outcome, change, commit.branch, out);
  return outcome;
}

void tell_next(const Outcome& outcome, Output& out) {
  if (!outcome.commit) return;
  out.note(outcome.verdict.kind == Verdict::Kind::pending ? "next: pgsign push, then the others sign"
                                                          : "next: pgsign push");
}

void refuse_without_right(const StoredKey& key, const RoleKeys& allowed, const Json::Object& names,
                          const std::string& what) {
  if (std::ranges::find(allowed.keys, key.info.public_key.identity(), &PublicKey::identity) != allowed.keys.end()) return;
  throw forbidden("the key {} may not sign {}; these may: {}", key.label(), what,
                  allowed.keys.empty() ? "none" : labels_of(allowed, names))
      .with_hint("--key NAME takes another key of yours ('pgsign key list')");
}

}  // namespace tuf
