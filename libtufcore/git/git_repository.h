#pragma once
// A git repository as a store of commits: reading trees by object id, walking a range, making a commit
// without index or work tree. Repository configuration, hooks, attributes, replace refs and the work tree
// have no influence on what is read. No network: fetching and pushing are the git program's (signer/remote).

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "libtufcore/tree_reader.h"
#include "libtufcore/utc_time.h"

namespace tuf {

using CommitId = std::string;  // 40 hex digits

struct CommitInfo {
  CommitId id;
  std::vector<CommitId> parents;
  UtcTime committed = UtcTime::from_unix(0);
  std::string summary;  // first line of the message, unescaped
};

std::string short_id(const CommitId& id);  // the first 8 characters

struct Reference {
  std::string name;  // "refs/heads/sign/abc/0123456789ab"
  CommitId commit;
  bool operator==(const Reference&) const = default;
};

class GitRepository {
 public:
  // `path`: a bare repository, a work tree, or a folder inside one. Throws not_found when there is none.
  static GitRepository open(const std::filesystem::path& path);
  // For a pre-receive hook: what is pushed lies in a folder `quarantine` of the repository's own object store until the hook agrees.
  // Throws refused for any other folder.
  static GitRepository open_with_quarantine(const std::filesystem::path& path, const std::filesystem::path& quarantine);
  static GitRepository init(const std::filesystem::path& path);  // non-bare, branch main
  GitRepository(GitRepository&&) noexcept;
  GitRepository& operator=(GitRepository&&) noexcept;
  ~GitRepository();

  bool is_bare() const;
  std::filesystem::path work_directory() const;  // empty when bare
  std::filesystem::path git_directory() const;
  std::filesystem::path common_directory() const;       // the same, but for a linked work tree
  std::optional<CommitId> find_commit(
      const std::string& revision) const;               // branch, tag, id, HEAD; empty when none
  CommitId resolve(const std::string& revision) const;  // or not_found
  // What a job is told to publish: a branch before everything else of the same name (git itself takes a tag first), else as
  // find_commit; or not_found.
  CommitId resolve_branch(const std::string& name) const;
  // By its full name only ("refs/remotes/origin/main"), so that nothing of a similar name stands for it.
  std::optional<CommitId> find_reference(const std::string& full_name) const;
  std::optional<std::string> current_branch() const;  // "main"; empty when detached
  CommitInfo commit(const CommitId& id) const;
  std::string message(const CommitId& id, std::size_t max_bytes) const;  // unescaped, cut there

  // References below "refs/heads/sign/" and the like that lead to a commit, by name; throws limit when there
  // are more.
  std::vector<Reference> references(const std::string& prefix, std::size_t max_count) const;
  // Private ones of this program (refs/pg/...), each written at once or not at all; what it was is lost.
  void set_reference(const std::string& name, const CommitId& commit);
  void remove_reference(const std::string& name);  // no-op when it is not there
  Bytes commit_object(const CommitId& id) const;  // as it is stored; limit: throws when it is not small
  // Throws refused for a shallow clone and for grafts: there a commit's parents are not what the commit says.
  void refuse_cut_history() const;
  bool is_ancestor(const CommitId& ancestor, const CommitId& descendant) const;  // equal counts
  std::optional<CommitId> merge_base(const CommitId& a, const CommitId& b) const;
  // Commits reachable from `to` and not from `from` (or from any of `without`), parents before children; limit: throws
  // when more than max_count.
  std::vector<CommitInfo> range(const std::optional<CommitId>& from, const CommitId& to,
                                std::size_t max_count = 1'000'000) const;
  std::vector<CommitInfo> range(const std::vector<CommitId>& without, const CommitId& to, std::size_t max_count) const;
  // Each `step`th commit of the first-parent line that leads from `from` (or the first commit of all) to `to`, oldest
  // first; the last one is `to`. A line that is cut off gives what there is of it.
  std::vector<CommitId> stages(const std::optional<CommitId>& from, const CommitId& to, std::size_t step) const;

  // Reads are hash-checked by libgit2. Trees are checked (git_store.h) before a path in them is believed.
  std::shared_ptr<const TreeReader> tree(const CommitId& id) const;
  // Exact difference of two trees by object ids; from nothing when `from` is empty. Throws refused for a
  // hostile tree among those it reads (git_store.h), naming the commit and the entry; limit when more than
  // max_changes differ.
  std::vector<ChangedPath> changes(const std::optional<CommitId>& from, const CommitId& to,
                                   std::size_t max_changes = 10'000'000) const;

  // A partial clone (git clone --filter=blob:none) has only some of its files. The name of the remote that has the others;
  // empty when this is none.
  std::optional<std::string> promisor_remote() const;
  // Brings objects that are missing, by id; what it brings is checked by its id like everything that is read. From then on
  // a file that is missing is asked for when it is read.
  using Supplier = std::function<void(const std::vector<std::string>& object_ids)>;
  void set_supplier(Supplier supplier);
  // The files directly in these folders ("admin", "projects/ab/abc"), all at once: one question instead of one a file. Nothing
  // without a supplier.
  struct Folder {
    CommitId commit;
    std::string path;
  };
  void bring_files(const std::vector<Folder>& folders) const;
  bool is_here(const CommitId& id, const std::string& path) const;  // a file's content, without asking for it

  // Writes blobs and trees and one commit on top of `parent`, and moves `branch` from parent to it (compare
  // and swap: throws conflict when somebody else moved it). Nothing is visible before the reference moves.
  struct NewCommit {
    std::optional<CommitId> parent;
    std::map<std::string, std::optional<Bytes>> files;         // empty value: remove
    std::map<std::string, std::filesystem::path> large_files;  // streamed from disk into the object store
    std::map<std::string, CommitId> taken_over;                // the file that this commit has there, as it is
    std::string message;
    std::string author_name, author_email;
    UtcTime time = UtcTime::from_unix(0);
    std::string branch;  // "main"; empty: no reference moves
    // Given the commit's bytes, its signature (ssh_signature.h); nothing: the commit stays unsigned.
    std::function<std::optional<std::string>(ByteView)> sign = {};
  };
  CommitId make_commit(const NewCommit& commit);
  // A tree as make_commit would make it, to ask the rule book before anything is written to a branch.
  std::shared_ptr<const TreeReader> preview(const NewCommit& commit) const;

  // Paths below `dirs` whose work-tree file differs from HEAD or stands in the way untracked. Empty when bare
  // or when nothing is checked out (no index).
  std::vector<std::string> uncommitted(const std::vector<std::string>& dirs) const;
  // After make_commit on the current branch: brings index and work tree of just these paths to the new
  // commit. No-op when bare or nothing is checked out.
  void check_out(const std::vector<std::string>& paths);

  std::optional<std::string> config_text(const std::string& name) const;  // "user.name"

 private:
  struct Impl;
  explicit GitRepository(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace tuf
