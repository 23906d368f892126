#pragma once
// The contents of files that stand in git as git-lfs pointers: "<folder>/4d/7a/4d7a2146...", as git-lfs
// itself keeps them in lfs/objects of a repository, and lfs-folderstore in its folder.

#include <filesystem>
#include <functional>
#include <variant>
#include <vector>

#include "libtufcore/lfs_pointer.h"
#include "libtufcore/tree_reader.h"

namespace tuf {

class LfsStore {
 public:
  static constexpr std::string_view fetch_hint =
      "git lfs fetch --all, or name the folder that has it with --lfs";
  // `hint`: what whoever meets a missing object can do.
  explicit LfsStore(std::vector<std::filesystem::path> folders, std::string hint = std::string(fetch_hint))
      : folders_(std::move(folders)), hint_(std::move(hint)) {}
  // Throws refused, naming `what`, when no folder has a plain file of this length.
  std::filesystem::path find(const LfsPointer& pointer, const std::string& what) const;
  // The same without throwing: where it is, or why not ("its LFS object 4d7a2146... is missing in 'lfs/objects'").
  std::variant<std::filesystem::path, std::string> look(const LfsPointer& pointer) const;

 private:
  std::vector<std::filesystem::path> folders_;
  std::string hint_;
};

// Hands on the content of a released file that was accepted with this length and digest: from git, or from
// the store where git has a pointer to it. Piece by piece; throws refused at the end when it was not that
// content after all.
void stream_release_file(const TreeReader& tree, const LfsStore& store, const std::string& git_path,
                         const LfsPointer& stated, const std::function<void(ByteView)>& take);

}  // namespace tuf
