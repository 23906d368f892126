#include "publisher/site_writer.h"

#include "libtufcore/error.h"

namespace tuf {
namespace {

void refuse_other_bytes(const fs::path& path) {
  throw refused("'{}' is there with other contents; what was published never changes", path.string())
      .with_hint("find out who changed the tree; restore it from the last publication");
}

class SiteWriter {
 public:
  explicit SiteWriter(const fs::path& folder) : folder_(folder) {}

  void write(const SiteFile& file) {
    const fs::path path = folder_ / file.path;
    const auto there = read_file_if_there(path, file.content.size() + max_metadata_bytes);
    if (there == file.content) return;
    if (there && file.overwrite == SiteFile::Overwrite::never) refuse_other_bytes(path);
    make_directories(path.parent_path());
    write_file_atomically(path, file.content);
    count(file.content.size());
  }

  void write(const SiteTarget& target, const TreeReader& tree, const LfsStore& lfs) {
    const fs::path path = folder_ / target.path;
    if (fs::exists(fs::symlink_status(path))) {
      const FileSummary there = summarise_file(path, HashAlgorithm::sha256, target.length);
      if (there.digest != target.sha256) refuse_other_bytes(path);
      return;
    }
    make_directories(path.parent_path());
    AtomicFile file(path, FileMode::shared, Existing::replace);
    stream_release_file(tree, lfs, target.git_path, {target.length, target.sha256}, [&](ByteView piece) { file.append(piece); });
    file.commit();
    count(target.length);
  }

  const WrittenSite& written() const { return written_; }

 private:
  void count(std::uint64_t bytes) {
    ++written_.files;
    written_.bytes += bytes;
  }
  const fs::path& folder_;
  WrittenSite written_;
};

}  // namespace

FileLock lock_site(const fs::path& folder) {
  make_directories(folder);
  return FileLock(folder / ".publish.lock", FileLock::Wait::no);
}

WrittenSite write_site(const fs::path& folder, const Rendering& rendering, const TreeReader* tree, const LfsStore& lfs) {
  SiteWriter writer(folder);
  if (!rendering.targets.empty() && tree == nullptr) throw bug("there are target files, but no commit to take them from");
  for (const SiteTarget& target : rendering.targets) writer.write(target, *tree, lfs);
  for (const auto* part : {&rendering.roots, &rendering.roles, &rendering.indexes}) {
    for (const SiteFile& file : *part) writer.write(file);
  }
  // Everything that the timestamp leads to is stored: now, and only now, clients may see it.
  writer.write(rendering.timestamp);
  return writer.written();
}

}  // namespace tuf
