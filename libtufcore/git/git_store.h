#pragma once
// An open repository and its objects, shared by GitRepository and the tree readers it hands out. For git/
// only.

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "libtufcore/bytes.h"
#include "libtufcore/git/git_handle.h"
#include "libtufcore/git/git_repository.h"

namespace tuf {

class Libgit2Use {  // libgit2 counts its users
 public:
  Libgit2Use();
  ~Libgit2Use();
  Libgit2Use(const Libgit2Use&) = delete;
  Libgit2Use& operator=(const Libgit2Use&) = delete;
};

// Where an object stands. It costs nothing until a message needs the words.
struct Place {
  std::string_view commit;     // "commit 1a2b3c4d"
  std::string_view path = {};  // "projects/ab/"
  std::string text() const;    // "commit 1a2b3c4d: projects/ab/"
};

struct TreeEntry {
  std::string name;
  bool is_folder;
  git_oid id;
};
using TreeEntries = std::vector<TreeEntry>;

// libgit2 hands out hostile trees without complaint; this refuses them (attacks G-01, G-02, G-03). One git
// tree object, as git sorts it, is fine when: every entry is a folder (40000) or a plain file (100644); names
// are not empty, ".", "..", hold no '/', '\', control character, invalid UTF-8 or invisible character, are no
// spelling of .git (any case, git~1, HFS+ ignorables) nor .gitmodules, do not end in a dot or space; names are
// strictly sorted as git sorts, and no two are equal after Unicode case folding and NFC (utf8proc).
// Throws refused ("commit 1a2b3c4d: projects/ab/: entry 'x' is a symbolic link; only plain files and folders are
// allowed"), limit (more than a million entries, or more than 64 MiB).
TreeEntries read_checked_tree(git_odb* odb, const git_oid& id, const Place& place);
// True when git sorts entry a before entry b: a folder as if its name ended in '/'.
bool comes_before(const TreeEntry& a, const TreeEntry& b);
const TreeEntry* find_entry(const TreeEntries& entries, std::string_view name);  // null when absent

struct GitStore {
  GitStore() = default;
  Libgit2Use library;  // first to come, last to go
  GitRepositoryHandle repository;
  GitOdbHandle odb;
  GitConfigHandle user_config;  // the user's and the repository's settings, for config_text only

  // Of a partial clone: where missing objects come from (partial_clone.cpp).
  GitRepository::Supplier supplier;
  bool is_here(const git_oid& id) const { return git_odb_exists(odb.get(), &id) == 1; }
  void supply(const std::vector<git_oid>& ids) const;  // those that are missing, at once; nothing without supplier

  using Tree = std::shared_ptr<const TreeEntries>;
  Tree tree(const git_oid& id, const Place& place) const;  // read_checked_tree, remembered
  // What stands at `path` ("" is the folder `root` itself; a '/' at the end asks for a folder); empty when nothing does.
  std::optional<TreeEntry> find(const git_oid& root, std::string_view path, std::string_view commit) const;
  // The object's bytes; refused when it is missing, damaged or of another type, limit when larger.
  Bytes read(const git_oid& id, git_object_t type, std::uint64_t max_bytes, const Place& place) const;
  std::uint64_t blob_size(const git_oid& id, std::uint64_t max_bytes, const Place& place) const;
  // A blob piece by piece.
  void stream(const git_oid& id, std::uint64_t size, const Place& place,
              const std::function<void(ByteView)>& take) const;

 private:
  mutable std::unordered_map<std::string, Tree> trees_;
  mutable std::size_t entries_remembered_ = 0;
};

// Size from the object's header alone; the same refusals.
std::uint64_t object_size(git_odb* odb, const git_oid& id, git_object_t type, std::uint64_t max_bytes,
                          const Place& place);
Bytes read_object(git_odb* odb, const git_oid& id, git_object_t type, std::uint64_t max_bytes,
                  const Place& place);

git_oid parse_oid(const CommitId& id);
std::string hex_of(const git_oid& id);
std::string name_of_commit(const CommitId& id);  // "commit 1a2b3c4d"
GitCommitHandle look_up_commit(git_repository* repository, const CommitId& id);
std::shared_ptr<const TreeReader> make_tree_reader(std::shared_ptr<const GitStore> store, const git_oid& root,
                                                   std::string name);

struct GitRepository::Impl {
  std::shared_ptr<GitStore> store;
  git_repository* repository() const { return store->repository.get(); }
};

}  // namespace tuf
