#include "client/download.h"

#include <sys/stat.h>

#include <cerrno>
#include <limits>
#include <vector>

#include "client/url.h"
#include "libtufcore/error.h"
#include "libtufcore/io/descriptor.h"
#include "libtufcore/io/partial_file.h"
#include "libtufcore/site_layout.h"

namespace tuf {
namespace {

constexpr const char* tamper_hint =
    "nothing was written; the file was changed on the web host or on the way: tell the repository's "
    "administrators";

void require_known_hash(const TargetPath& path, const TargetFile& file) {
  if (!file.hashes.empty()) return;
  throw refused("refused {}: the metadata names no SHA-256 or SHA-512 of it", escaped(path.text()));
}

// Counts and hashes what passes; says at the end whether it was the wanted file.
class Checker {
 public:
  Checker(const FoundTarget& target, const std::string& url) : target_(target), url_(url) {
    for (const auto& [algorithm, digest] : target.file.hashes) hashers_.emplace_back(algorithm);
  }
  std::uint64_t received() const { return received_; }
  void take(ByteView piece) {
    if (piece.size() > target_.file.length - received_) {
      throw wrong(fmt::format("expected {} bytes, got more", target_.file.length));
    }
    received_ += piece.size();
    for (Hasher& hasher : hashers_) hasher.update(piece);
  }
  void finish() {
    if (received_ != target_.file.length) {
      throw wrong(fmt::format("expected {} bytes, got {}", target_.file.length, received_));
    }
    auto hasher = hashers_.begin();
    for (const auto& [algorithm, expected] : target_.file.hashes) {
      const Digest found = (hasher++)->finish();
      if (found == expected) continue;
      throw wrong(fmt::format("expected {} {}, got {}", name_of(algorithm), expected.hex(), found.hex()));
    }
  }

 private:
  Error wrong(const std::string& why) const {
    return refused("refused {} from {}: {}", escaped(target_.path.text()), shown_url(url_), why)
        .with_hint(tamper_hint);
  }
  const FoundTarget& target_;
  const std::string& url_;
  std::vector<Hasher> hashers_;
  std::uint64_t received_ = 0;
};

// Of the strongest digest: another target's bytes are never continued.
std::string part_tag(const TargetFile& file) { return file.hashes.rbegin()->second.hex().substr(0, 16); }

// One transfer from where the file ends; then it is whole and right.
void fetch_rest(Fetcher& fetcher, const std::string& url, const FoundTarget& target, PartialFile& file,
                const std::function<void(std::uint64_t)>& progress) {
  Checker checker(target, url);
  file.read([&](ByteView piece) { checker.take(piece); });
  const auto take = [&](ByteView piece) {
    checker.take(piece);
    file.append(piece);
    progress(checker.received());
  };
  const bool is_complete = file.size() > 0 && file.size() == target.file.length;
  // Unlimited for the fetcher: `checker` stops it at the first byte too many, as a verification failure.
  if (!is_complete && !fetcher.fetch_into(url, file.size(), std::numeric_limits<std::int64_t>::max(), take)) {
    throw network("the server has no {}, although the repository lists it", shown_url(url))
        .with_hint("nothing was written; the web host is incomplete: tell the repository's administrators");
  }
  checker.finish();
}

}  // namespace

std::string target_url(const std::string& targets_url, const FoundTarget& target, TargetNaming naming) {
  require_known_hash(target.path, target.file);
  std::optional<Digest> digest;
  if (naming == TargetNaming::with_digest) digest = target.file.hashes.begin()->second;
  return join_url(targets_url, percent_encode_path(target_file_name(target.path, digest)));
}

OutputNow look_at_output(const fs::path& output, const TargetFile& wanted) {
  struct stat status {};
  if (lstat(output.c_str(), &status) != 0) {
    if (errno == ENOENT || errno == ENOTDIR) return OutputNow::absent;
    throw system_error("look at", output);
  }
  if (S_ISLNK(status.st_mode))
    throw local_io("{} is a symbolic link; nothing is written through it", shown_path(output));
  if (S_ISDIR(status.st_mode)) throw local_io("{} is a folder, not a file", shown_path(output));
  if (!S_ISREG(status.st_mode))
    throw local_io("{} is not a plain file; nothing is written there", shown_path(output));
  if (static_cast<std::uint64_t>(status.st_size) != wanted.length || wanted.hashes.empty())
    return OutputNow::other_content;
  for (const auto& [algorithm, digest] : wanted.hashes) {
    constexpr auto any_size = std::numeric_limits<std::uint64_t>::max();
    if (summarise_file(output, algorithm, any_size).digest != digest) return OutputNow::other_content;
  }
  return OutputNow::same_content;
}

void download_target(Fetcher& fetcher, const std::string& url, const FoundTarget& target,
                     const fs::path& output, Existing existing,
                     const std::function<void(std::uint64_t)>& progress, WhenBroken when_broken) {
  require_known_hash(target.path, target.file);
  PartialFile file(output, existing, part_tag(target.file), target.file.length);
  for (bool continued = file.size() > 0;; continued = false) {
    try {
      fetch_rest(fetcher, url, target, file, progress);
      return file.commit(FileMode::shared);
    } catch (const Error& error) {
      const bool broken = error.kind() == Error::Kind::network && file.size() > 0;
      if (broken && when_broken == WhenBroken::keep) {
        file.keep();
        throw network("{}", error.what())
            .with_hint(fmt::format("{} of {} bytes are kept in {}; the same command goes on from there",
                                   file.size(), target.file.length, shown_path(file.path())));
      }
      // Perhaps what an earlier run left was wrong.
      if (error.kind() != Error::Kind::refused || !continued) throw;
      file.clear();
    }
  }
}

}  // namespace tuf
