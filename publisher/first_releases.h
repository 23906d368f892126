#pragma once
// Which of several released files came first on the main branch. Read from git only when it is asked: files
// of different projects with the same bytes are rare.

#include <map>

#include "libtufcore/git/git_repository.h"
#include "libtufcore/names.h"

namespace tuf {

class FirstReleases {
 public:
  // Of the files that the commits after `from` (empty: all) up to `to` brought.
  FirstReleases(const GitRepository& repository, std::optional<CommitId> from, CommitId to)
      : repository_(repository), from_(std::move(from)), to_(std::move(to)) {}
  // One of `same`, which must not be empty. By first parents: what a merge brings is there with the merge. Of
  // one commit the first by name, and files that these commits did not bring after those that they did.
  ReleasePath first_of(const std::vector<ReleasePath>& same);

 private:
  void read();
  const GitRepository& repository_;
  std::optional<CommitId> from_;
  CommitId to_;
  std::optional<std::map<std::string, std::size_t>> arrivals_;  // by path in git
};

}  // namespace tuf
