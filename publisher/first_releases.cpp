#include "publisher/first_releases.h"

#include <algorithm>

#include "libtufcore/repository_layout.h"

namespace tuf {

void FirstReleases::read() {
  std::map<CommitId, std::vector<CommitId>> parents;
  for (CommitInfo& commit : repository_.range(from_, to_))
    parents.emplace(commit.id, std::move(commit.parents));
  std::vector<CommitId> line;  // the newest first
  for (auto at = parents.find(to_); at != parents.end(); at = parents.find(at->second.front())) {
    line.push_back(at->first);
    if (at->second.empty()) break;
  }
  arrivals_.emplace();
  for (std::size_t i = line.size(); i-- > 0;) {
    const std::vector<CommitId>& before = parents.at(line[i]);
    const auto parent = before.empty() ? std::nullopt : std::optional(before.front());
    for (const ChangedPath& change : repository_.changes(parent, line[i])) {
      if (change.how == ChangedPath::How::added) arrivals_->emplace(change.path, line.size() - i);
    }
  }
}

ReleasePath FirstReleases::first_of(const std::vector<ReleasePath>& same) {
  if (same.size() > 1 && !arrivals_) read();
  const auto rank = [this](const ReleasePath& path) {
    const auto arrival = arrivals_->find(layout::release_file(path));
    return std::pair(arrival == arrivals_->end() ? SIZE_MAX : arrival->second, path.text());
  };
  return same.size() == 1 ? same.front() : *std::ranges::min_element(same, {}, rank);
}

}  // namespace tuf
