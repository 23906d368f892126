#pragma once
// The parts of a list of commits that can be judged beside each other, each by a thread that begins with the state before it.

#include <algorithm>
#include <optional>
#include <vector>

#include "libtufcore/git/git_repository.h"

namespace tuf {

// Commits [first, end) of a list, each the only parent of the next.
struct Run {
  std::size_t first, end;
};

inline std::vector<Run> straight_runs(const std::optional<CommitId>& from, const std::vector<CommitInfo>& commits,
                                      std::size_t longest) {
  std::vector<Run> runs;
  for (std::size_t i = 0; i < commits.size(); ++i) {
    const auto before = i == 0 ? from : std::optional(commits[i - 1].id);
    if (!before || commits[i].parents != std::vector{*before}) continue;
    const bool goes_on = !runs.empty() && runs.back().end == i && i - runs.back().first < longest;
    if (goes_on)
      runs.back().end = i + 1;
    else
      runs.push_back({i, i + 1});
  }
  return runs;
}

}  // namespace tuf
