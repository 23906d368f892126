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

// From `first_byte` to the end.
std::optional<Error> read_pieces(int file, const std::string& url, std::uint64_t first_byte,
                                 std::uint64_t max_bytes, const ByteSink& sink) {
  if (lseek(file, static_cast<off_t>(first_byte), SEEK_SET) < 0)
    return cannot_read(url, std::strerror(errno));
  Bytes piece(piece_bytes, '\0');
  for (std::uint64_t received = first_byte;;) {
    const ssize_t count = read(file, piece.data(), piece.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return cannot_read(url, std::strerror(errno));
    if (count == 0) return std::nullopt;
    const auto size = static_cast<std::size_t>(count);
    if (size > max_bytes - received) {
      return limit("{} is larger than {} bytes, the most that is read of it", shown_url(url), max_bytes);
    }
    received += size;
    sink(ByteView(piece).substr(0, size));
  }
}

// A file that is open, nothing (there is no such file), or why it cannot be had.
struct Opened {
  Descriptor file;
  std::optional<Error> failure;
};

Opened open_plain_file(const std::string& url) {
  Descriptor file(open(path_of(url).c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (file.get() < 0) {
    if (errno == ENOENT || errno == ENOTDIR || errno == ENAMETOOLONG) return {Descriptor(), std::nullopt};
    return {Descriptor(), cannot_read(url, std::strerror(errno))};
  }
  struct stat status {};
  if (fstat(file.get(), &status) != 0) return {Descriptor(), cannot_read(url, std::strerror(errno))};
  if (!S_ISREG(status.st_mode)) return {Descriptor(), cannot_read(url, "it is not a plain file")};
  return {std::move(file), std::nullopt};
}

FetchReply fetch_one(const FetchRequest& request) {
  using Outcome = FetchReply::Outcome;
  FetchReply reply;
  const auto take = [&](ByteView piece) { reply.bytes += piece; };
  Opened opened = open_plain_file(request.url);
  if (!opened.failure && opened.file.get() < 0) {
    reply.outcome = Outcome::absent;
    return reply;
  }
  reply.failure = opened.failure ? std::move(opened.failure)
                                 : read_pieces(opened.file.get(), request.url, 0, request.max_bytes, take);
  if (!reply.failure) {
    reply.outcome = Outcome::received;
  } else if (reply.failure->kind() == Error::Kind::limit) {
    reply.outcome = Outcome::too_long;
  }
  return reply;
}

}  // namespace

std::vector<FetchReply> FileFetcher::fetch_all(const std::vector<FetchRequest>& requests) {
  std::vector<FetchReply> replies;
  for (const FetchRequest& request : requests) replies.push_back(fetch_one(request));
  return replies;
}

bool FileFetcher::fetch_into(const std::string& url, std::uint64_t first_byte, std::uint64_t max_bytes,
                             const ByteSink& sink) {
  const Opened opened = open_plain_file(url);
  if (opened.failure) throw *opened.failure;
  if (opened.file.get() < 0) return false;
  if (const auto failure = read_pieces(opened.file.get(), url, first_byte, max_bytes, sink)) throw *failure;
  return true;
}

}  // namespace tuf
