#pragma once
// Who held what when: the keys of every role through a judged history, from the commit that gave them to the
// one that took them. Follows the changes from commit to commit: a history costs what changed in it.

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "libtufcore/git/commit_range.h"

namespace tuf {

struct Tenure {
  const CommitInfo* from;
  const CommitInfo* to = nullptr;  // null: to this day
};

struct RoleHistory {
  struct Holder {
    KeyId key;
    std::string name;  // what the files called it first
    Tenure tenure;
  };
  struct Rule {  // how many of how many had to sign
    std::size_t threshold, keys;
    Tenure tenure;
  };
  std::vector<Holder> holders;  // in the order in which they came
  std::vector<Rule> rules;
};

class KeyHistory {
 public:
  // The commits of `range`, which must outlive it, that lead to its accepted one by first parents.
  KeyHistory(const GitRepository& repository, const JudgedRange& range, const Digest& pinned_root);

  using Roles = std::map<std::string, RoleHistory>;
  struct Project {
    const CommitInfo* promoted = nullptr;  // since when role claimed vouches for it
    Roles roles;                           // owners, maintainers, and further roles under their own names
  };
  std::size_t commits = 0;  // accepted ones, one after the other
  Roles roles;              // root, timestamp, snapshot, targets, blocked, claimed, new
  std::map<ProjectName, Project> projects;

 private:
  using Delegations = std::map<RoleName, Delegation>;
  void add(const RepositoryState& state, const std::vector<ChangedPath>& changed, const CommitInfo& commit);
  void add_administration(const RepositoryState& state, const CommitInfo& commit);
  void add_claimed(const RepositoryState& state, std::set<ProjectName>& touched);
  void add_project(const RepositoryState& state, const ProjectName& project, const CommitInfo& commit);
  Delegations claimed_;  // of the commit before
};

}  // namespace tuf
