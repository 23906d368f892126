#pragma once
// A git repository for a test: ordinary commits through GitRepository, and hostile ones through raw object
// writes.
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "libtufcore/git/git_repository.h"
#include "tests/support/temp_dir.h"

namespace tuf::test {

using ObjectId = std::string;  // 40 hex digits

class TempGitRepository {
 public:
  // Empty, not bare, branch main. While it lives, HOME is an empty folder: the tester's own settings have no
  // say.
  TempGitRepository();
  ~TempGitRepository();
  TempGitRepository(const TempGitRepository&) = delete;
  TempGitRepository& operator=(const TempGitRepository&) = delete;

  std::filesystem::path path() const { return dir_.path() / "repository"; }
  std::filesystem::path home() const { return dir_.path() / "home"; }
  GitRepository open() const { return GitRepository::open(path()); }

  // On top of the branch, with a fixed author and time. An empty value removes.
  CommitId commit(const std::map<std::string, std::optional<std::string>>& files,
                  const std::string& branch = "main");

  struct RawEntry {
    std::string mode, name;
    ObjectId id;
  };
  ObjectId write_blob(const std::string& bytes) const;
  ObjectId write_tree(const std::vector<RawEntry>& entries) const;             // exactly as given
  ObjectId write_tree_at(const std::string& dir, const ObjectId& tree) const;  // "a/b/" holding `tree`
  // With the ssh signature of a test key; none when `signer` is empty.
  CommitId write_commit(const ObjectId& tree, const std::vector<CommitId>& parents = {},
                        const std::string& signer = {}) const;
  CommitId write_commit_object(const std::string& bytes) const;  // exactly as given
  void set_branch(const std::string& name, const CommitId& id) const;  // forced
  std::filesystem::path object_file(const ObjectId& id) const;         // of a loose object

 private:
  ObjectId write_object(const std::string& bytes, int type) const;
  TempDir dir_;
  std::optional<std::string> home_before_;
};

// The 21 hostile trees of the catalogue. A message must name the `entry` and say the `fault`.
struct HostileTree {
  std::string what, entry, fault;
  ObjectId tree;
};
std::vector<HostileTree> hostile_trees(const TempGitRepository& repository);

}  // namespace tuf::test
