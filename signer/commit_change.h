#pragma once
// From "this is the change" to a commit: the rule book judges it, a person reads it in words and agrees, the
// key signs, the rule book judges again, and one commit holds files and metadata together. Nothing is visible
// before the branch moves.

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "signer/key_store.h"
#include "signer/workspace.h"

namespace tuf {

struct PartToSign {
  Json signed_part;
  SignatureSet signatures = {};  // those that are there already
};

struct PlannedChange {
  std::string title;                                              // first line of the commit's message
  std::map<std::string, PartToSign> parts;                        // git path -> what the key signs
  std::map<std::string, Bytes> files = {};                        // git path -> content
  std::map<std::string, std::filesystem::path> large_files = {};  // git path -> where its content is
  std::vector<std::string> removed = {};                          // git paths
  std::vector<StoredKey> also_signed_by = {};                     // other keys of the same person
};

struct Outcome {
  std::optional<CommitId> commit;  // empty: --dry-run
  Verdict verdict;
  std::shared_ptr<const TreeReader> tree;  // the state after the change
};

// A command's own, then --key, --passphrase-file, --pin-file, --yes, --dry-run.
std::vector<OptionSpec> change_options(std::vector<OptionSpec> own = {});

// The parts that `changes` make on `base` (change.h: generate).
PlannedChange plan(std::string title, const RepositoryState* base, const std::vector<Change>& changes);

// Signs each part that `missing` says this key's signature is missing in, and no other.
void add_signatures(std::map<std::string, PartToSign>& parts, const std::vector<MissingSignatures>& missing,
                    SigningKey& key);

// On top of HEAD of `workspace`. Throws conflict when files in the folders to be changed are not committed,
// refused when the rule book says so, other ("cancelled") when the person does not agree. Fills out.json:
// changes, verdict, missing, commit.
Outcome commit_change(Workspace& workspace, const Standing& standing, const PlannedChange& change,
                      const StoredKey& key, const Arguments& arguments, Output& out, UtcTime now);

// The very first commit, in a new repository at `folder`, which is made only after everything else went well.
Outcome commit_first(const std::filesystem::path& folder, const PlannedChange& change, const StoredKey& key,
                     const Arguments& arguments, Output& out, UtcTime now);

// What to type after a change was committed.
void tell_next(const Outcome& outcome, Output& out);

// Who makes a commit: `name` where git knows no user.name; `key` signs it, so that 'git log --show-signature'
// tells whose it is (null, or a key that ssh has no word for: it stays unsigned). The key must outlive the
// commit's making.
struct Committer {
  std::string name;
  SigningKey* key = nullptr;
};
void set_committer(GitRepository::NewCommit& commit, const GitRepository& git, const Committer& by);

// Throws forbidden, naming the key and the keys that may sign, unless `key` is among `allowed`.
void refuse_without_right(const StoredKey& key, const RoleKeys& allowed, const Json::Object& names,
                          const std::string& what);

}  // namespace tuf
