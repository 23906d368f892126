#include "publisher/lfs_store.h"

#include "libtufcore/error.h"
#include "libtufcore/io/file.h"

namespace tuf {
namespace {

// Hashes and counts what it hands on; the first bytes wait, because they may be all of a pointer.
class Content {
 public:
  Content(std::uint64_t max_bytes, const std::function<void(ByteView)>& take)
      : max_bytes_(max_bytes), take_(take) {}

  void add(ByteView piece) {
    hasher_.update(piece);
    size_ += piece.size();
    if (size_ <= max_lfs_pointer_bytes) {
      head_ += piece;
      return;
    }
    if (size_ > max_bytes_) return;  // refused in the end
    hand_on_head();
    take_(piece);
  }
  void hand_on_head() {
    if (!head_.empty()) take_(std::exchange(head_, {}));
  }
  LfsPointer finish() { return {size_, hasher_.finish()}; }
  const Bytes& head() const { return head_; }

 private:
  std::uint64_t max_bytes_;
  const std::function<void(ByteView)>& take_;
  Hasher hasher_{HashAlgorithm::sha256};
  std::uint64_t size_ = 0;
  Bytes head_;
};

}  // namespace

std::variant<fs::path, std::string> LfsStore::look(const LfsPointer& pointer) const {
  const std::string name = lfs_object_path(pointer.sha256);
  for (const fs::path& folder : folders_) {
    const fs::path path = folder / name;
    if (!fs::is_regular_file(fs::symlink_status(path))) continue;
    if (const auto size = fs::file_size(path); size != pointer.size)
      return fmt::format("the LFS object {} has {} bytes; {} are stated", shown_path(path), size, pointer.size);
    return path;
  }
  return fmt::format("its LFS object {} is missing in {}", pointer.sha256.hex(),
                     comma_list(folders_, [](const fs::path& folder) { return shown_path(folder); }));
}

fs::path LfsStore::find(const LfsPointer& pointer, const std::string& what) const {
  const auto found = look(pointer);
  if (const auto* fault = std::get_if<std::string>(&found)) throw refused("{}: {}", what, *fault).with_hint(hint_);
  return std::get<fs::path>(found);
}

void stream_release_file(const TreeReader& tree, const LfsStore& store, const std::string& git_path,
                         const LfsPointer& stated, const std::function<void(ByteView)>& take) {
  const std::string what = fmt::format("{} at {}", git_path, tree.name());
  const std::uint64_t max_bytes = std::max<std::uint64_t>(stated.size, max_lfs_pointer_bytes);
  Content in_git(stated.size, take);
  const bool there = tree.stream(git_path, max_bytes, [&](ByteView piece) { in_git.add(piece); });
  if (there && in_git.finish() == stated) return in_git.hand_on_head();
  if (!there || parse_lfs_pointer(in_git.head()) != stated)
    throw refused("{} is not the file that was accepted", what);

  const fs::path object = store.find(stated, what);
  Content in_store(stated.size, take);
  stream_file(object, stated.size, [&](ByteView piece) { in_store.add(piece); });
  if (const LfsPointer found = in_store.finish(); found != stated)
    throw refused("{}: the LFS object {} has the SHA-256 {}", what, shown_path(object), found.sha256.hex());
  in_store.hand_on_head();
}

}  // namespace tuf
