#include "publisher/lfs_contents.h"

#include <filesystem>

#include "publisher/published_changes.h"

namespace tuf {

OptionSpec lfs_option(std::string help) { return {"lfs", "DIR", std::move(help), OptionSpec::Repeat::yes}; }

LfsStore lfs_store(const Arguments& arguments, const GitRepository& repository, std::string hint) {
  std::vector<std::filesystem::path> folders{repository.common_directory() / "lfs/objects"};
  for (const std::string& folder : arguments.options("lfs")) folders.emplace_back(folder);
  return LfsStore(std::move(folders), std::move(hint));
}

namespace {

struct NewFile {
  ReleasePath path;
  LfsPointer stated;
};

std::vector<NewFile> new_files(const GitRepository& repository, const JudgedRange& range) {
  std::vector<NewFile> files;
  if (!range.accepted) return files;
  for (const ChangedPath& change : published_changes(repository, range.from, *range.accepted)) {
    const auto kind = layout::kind_of(change.path);
    const auto* file = std::get_if<layout::ProjectFile>(&kind);
    if (file == nullptr || change.how == ChangedPath::How::removed) continue;
    const auto releases = range.accepted->state().releases(file->path.project);
    const TargetFile& stated = releases->targets.at(*TargetPath::parse(file->path.text()));
    files.push_back({file->path, {stated.length, stated.hashes.at(HashAlgorithm::sha256)}});
  }
  return files;
}

}  // namespace

std::vector<MissingContent> missing_contents(const GitRepository& repository, const JudgedRange& range,
                                             const LfsStore& store) {
  std::vector<MissingContent> missing;
  for (const NewFile& file : new_files(repository, range)) {
    const TreeReader& tree = range.accepted->state().tree();
    const std::string path = layout::release_file(file.path);
    if (tree.size(path).value_or(0) > max_lfs_pointer_bytes) continue;
    const bool is_pointer = parse_lfs_pointer(tree.read(path, max_lfs_pointer_bytes).value_or("")) == file.stated;
    if (!is_pointer) continue;
    const auto found = store.look(file.stated);
    if (const auto* fault = std::get_if<std::string>(&found))
      missing.push_back({file.path, fmt::format("{} at {}: {}", path, tree.name(), *fault)});
  }
  return missing;
}

std::size_t require_contents(const GitRepository& repository, const JudgedRange& range, const LfsStore& store) {
  const std::vector<NewFile> files = new_files(repository, range);
  for (const NewFile& file : files)
    stream_release_file(range.accepted->state().tree(), store, layout::release_file(file.path), file.stated, [](ByteView) {});
  return files.size();
}

}  // namespace tuf
