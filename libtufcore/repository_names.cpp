// Which projects a commit has, by the names of their folders: no file is read.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "libtufcore/repository_state.h"

namespace tuf {
namespace {

// Every spelling of the first two characters that a name with this skeleton can have: the folders to look in.
std::set<std::string> folders_of_skeleton(std::string_view text) {
  const auto spellings = [](char c) -> std::string {
    return c == 'o' ? "o0" : c == 'l' ? "l1i" : std::string(1, c);
  };
  std::set<std::string> folders;
  for (const char first : spellings(text.front())) {
    if (text.size() == 1) {
      folders.insert(std::string(1, first));
      continue;
    }
    for (const char second : spellings(text[1]) + "-") folders.insert({first, second});
  }
  return folders;
}

std::vector<ProjectName> projects_in(const TreeReader& tree, const std::string& folder) {
  std::vector<ProjectName> found;
  for (std::string name : tree.list(fmt::format("{}/{}", layout::projects_dir, folder))) {
    if (!name.ends_with('/')) continue;
    name.pop_back();
    if (auto project = ProjectName::parse(name)) found.push_back(*std::move(project));
  }
  return found;
}

}  // namespace

std::vector<ProjectName> RepositoryState::projects() const {
  std::vector<ProjectName> all;
  for (std::string folder : tree_->list(std::string(layout::projects_dir))) {
    if (!folder.ends_with('/')) continue;
    folder.pop_back();
    for (ProjectName& project : projects_in(*tree_, folder)) all.push_back(std::move(project));
  }
  std::ranges::sort(all);
  return all;
}

std::vector<ProjectName> RepositoryState::projects_like(const ProjectName& project) const {
  std::vector<ProjectName> alike;
  const std::string text = skeleton(project);
  for (const std::string& folder : folders_of_skeleton(text)) {
    for (ProjectName& other : projects_in(*tree_, folder)) {
      if (other != project && skeleton(other) == text) alike.push_back(std::move(other));
    }
  }
  return alike;
}

}  // namespace tuf
