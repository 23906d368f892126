#include "client/file_fetcher.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "client/url.h"
#include "libtufcore/error.h"
#include "libtufcore/io/descriptor.h"

namespace tuf {
namespace {

constexpr std::size_t piece_bytes = 64u << 10;

Error cannot_read(const std::string& url, std::string_view reason) {
  return network("cannot fetch {}: {}", shown_url(url), reason).with_hint("no file was changed");
}

// As a web server reads it: "a/../b" is "b", whether or not there is a folder a.
std::filesystem::path path_of(const std::string& url) {
  if (!is_file_url(url)) throw bug("{} is no file URL", shown_url(url));
  const std::string_view rest = std::string_view(url).substr(std::strlen("file://"));
  const std::size_t start = rest.find('/');
  if (start == std::string_view::npos) throw cannot_read(url, "it names no file");
  const auto path = percent_decoded(rest.substr(start));
  if (!path) throw cannot_read(url, "a '%' in it stands for nothing");
  return std::filesystem::path(*path).lexically_normal();
}

// No descriptor when there is no such file.
Descriptor open_plain_file(const std::string& url) {
  Descriptor file(open(path_of(url).c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (file.get() < 0) {
    if (errno == ENOENT || errno == ENOTDIR || errno == ENAMETOOLONG) return Descriptor();
    throw cannot_read(url, std::strerror(errno));
  }
  struct stat status {};
  if (fstat(file.get(), &status) != 0) throw cannot_read(url, std::strerror(errno));
  if (!S_ISREG(status.st_mode)) throw cannot_read(url, "it is not a plain file");
  return file;
}

}  // namespace

bool FileFetcher::fetch_into(const std::string& url, std::uint64_t max_bytes, const ByteSink& sink) {
  const Descriptor file = open_plain_file(url);
  if (file.get() < 0) return false;
  Bytes piece(piece_bytes, '\0');
  for (std::uint64_t received = 0;;) {
    const ssize_t count = read(file.get(), piece.data(), piece.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw cannot_read(url, std::strerror(errno));
    if (count == 0) return true;
    const auto size = static_cast<std::size_t>(count);
    if (size > max_bytes - received) {
      throw limit("{} is larger than {} bytes, the most that is read of it", shown_url(url), max_bytes);
    }
    received += size;
    sink(ByteView(piece).substr(0, size));
  }
}

std::optional<Bytes> FileFetcher::fetch(const std::string& url, std::size_t max_bytes) {
  Bytes bytes;
  if (!fetch_into(url, max_bytes, [&](ByteView piece) { bytes += piece; })) return std::nullopt;
  return bytes;
}

}  // namespace tuf
