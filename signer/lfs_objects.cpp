#include "signer/lfs_objects.h"

#include "libtufcore/io/file.h"

namespace tuf {
namespace {

fs::path store_of(const GitRepository& git) {
  const fs::path common = git.common_directory();
  const std::optional<std::string> elsewhere = git.config_text("lfs.storage");
  return (elsewhere ? common / *elsewhere : common / "lfs") / "objects";  // an absolute path stays what it is
}

bool has_content(const fs::path& path, const StagedFile& content) {
  if (!fs::is_regular_file(fs::symlink_status(path)) || fs::file_size(path) != content.length()) return false;
  return summarise_file(path, HashAlgorithm::sha256, content.length()).digest == content.sha256();
}

}  // namespace

void keep_lfs_object(const GitRepository& git, const StagedFile& content) {
  const fs::path path = store_of(git) / lfs_object_path(content.sha256());
  if (has_content(path, content)) return;
  make_directories(path.parent_path());
  AtomicFile file(path, FileMode::shared, Existing::replace);
  stream_file(content.path(), content.length(), [&](ByteView piece) { file.append(piece); });
  file.commit();
}

}  // namespace tuf
