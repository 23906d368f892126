#include "signer/staged_file.h"

#include <fcntl.h>

#include <array>
#include <cerrno>
#include <cstdlib>

namespace tuf {
namespace {

Descriptor unnamed_file_in(const std::filesystem::path& folder) {
  Descriptor unnamed(open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
  if (unnamed.get() >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL)) {
    if (unnamed.get() < 0) throw system_error("make a temporary file in", folder);
    return unnamed;
  }
  // A file system without O_TMPFILE: the name is there for a moment.
  std::string name = (folder / "pg-staged-XXXXXX").string();
  Descriptor file(mkostemp(name.data(), O_CLOEXEC));
  if (file.get() < 0) throw system_error("make a temporary file in", folder);
  unlink(name.c_str());
  return file;
}

void write_all(int descriptor, std::string_view bytes, const std::filesystem::path& folder) {
  while (!bytes.empty()) {
    const ssize_t count = write(descriptor, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw system_error("write a temporary file in", folder);
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
}

}  // namespace

StagedFile::StagedFile(const std::filesystem::path& source, const std::filesystem::path& folder,
                       std::uint64_t max_bytes)
    : copy_(unnamed_file_in(folder)) {
  const Descriptor input(open(source.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (input.get() < 0) throw system_error("read", source);
  Hasher hasher(HashAlgorithm::sha256);
  std::array<char, 1 << 16> buffer;
  while (true) {
    const ssize_t count = read(input.get(), buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw system_error("read", source);
    if (count == 0) break;
    const std::string_view piece(buffer.data(), static_cast<std::size_t>(count));
    length_ += piece.size();
    if (length_ > max_bytes)
      throw limit("{} grew beyond {} bytes while it was read", shown_path(source), max_bytes);
    hasher.update(piece);
    write_all(copy_.get(), piece, folder);
  }
  sha256_ = hasher.finish();
}

std::filesystem::path StagedFile::path() const { return fmt::format("/proc/self/fd/{}", copy_.get()); }

}  // namespace tuf
