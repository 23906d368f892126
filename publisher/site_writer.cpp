#include "publisher/site_writer.h"

#include "libtufcore/error.h"
#include "libtufcore/site_layout.h"
#include "publisher/folder_store.h"

namespace tuf {
namespace {

void put(FolderStore& store, const SiteFile& file, const TreeReader* tree, const LfsStore& lfs, WrittenSite& written) {
  std::uint64_t length = file.content.size();
  bool put = false;
  if (file.git) {
    if (tree == nullptr) throw bug("{} is to be taken from a commit, but there is none", file.path);
    length = file.git->length;
    put = !store.holds(file.path, length, file.git->sha256);
    if (put) {
      store.put_new_pieces(file.path, [&](const TakePiece& take) {
        stream_release_file(*tree, lfs, file.git->path, {length, file.git->sha256}, take);
      });
    }
  } else if (cache_rule(file.path) == CacheRule::immutable) {
    put = store.put_new(file.path, file.content);
  } else {
    put = store.replace(file.path, file.content);
  }
  if (put) written.add(length);
}

}  // namespace

WrittenSite write_site(const fs::path& folder, const Rendering& rendering, const TreeReader* tree, const LfsStore& lfs) {
  FolderStore store(folder);
  WrittenSite written;
  for (const SiteFile& file : rendering.files) put(store, file, tree, lfs, written);
  const SiteFile& timestamp = rendering.timestamp;
  if (store.replace_last(timestamp.path, timestamp.content)) written.add(timestamp.content.size());
  store.settle();
  return written;
}

}  // namespace tuf
