#pragma once
// What the main branch had signed in its last commits. What somebody proposed may be complete there although
// main has gone on since.

#include <optional>
#include <set>
#include <string>

#include "libtufcore/git/git_repository.h"

namespace tuf {

class MainContents {
 public:
  // `tip`: of main, verified; empty: there was never anything. Looks at the history when it is first asked.
  MainContents(const GitRepository& git, std::optional<CommitId> tip) : git_(git), tip_(std::move(tip)) {}
  bool had(const std::string& path, ByteView signed_bytes) const;
  // Whether everything that differs between `from` (empty: nothing) and `to` is there; what nobody signs, as
  // main has it now.
  bool had_changes(const std::optional<CommitId>& from, const CommitId& to) const;

 private:
  void look() const;
  void add(const std::optional<CommitId>& parent, const CommitId& commit) const;
  const GitRepository& git_;
  mutable std::optional<CommitId> tip_;
  mutable bool looked_ = false;
  mutable std::set<std::string> contents_;  // path and digest
};

}  // namespace tuf
