#include "publisher/lfs_contents.h"

#include <filesystem>

namespace tuf {

OptionSpec lfs_option(std::string help) { return {"lfs", "DIR", std::move(help), OptionSpec::Repeat::yes}; }

LfsStore lfs_store(const Arguments& arguments, const GitRepository& repository, std::string hint) {
  std::vector<std::filesystem::path> folders{repository.common_directory() / "lfs/objects"};
  for (const std::string& folder : arguments.options("lfs")) folders.emplace_back(folder);
  return LfsStore(std::move(folders), std::move(hint));
}

std::size_t require_contents(const GitRepository& repository, const JudgedRange& range,
                             const LfsStore& store) {
  if (!range.accepted) return 0;
  const RepositoryState& state = range.accepted->state();
  std::size_t count = 0;
  for (const ChangedPath& change : repository.changes(range.from, range.accepted->id())) {
    const auto kind = layout::kind_of(change.path);
    const auto* file = std::get_if<layout::ProjectFile>(&kind);
    if (file == nullptr || change.how == ChangedPath::How::removed) continue;
    const auto releases = state.releases(file->path.project);
    const TargetFile& stated = releases->targets.at(*TargetPath::parse(file->path.text()));
    stream_release_file(state.tree(), store, change.path,
                        {stated.length, stated.hashes.at(HashAlgorithm::sha256)}, [](ByteView) {});
    ++count;
  }
  return count;
}

}  // namespace tuf
