#include "client/download.h"

#include <algorithm>
#include <limits>
#include <vector>

#include "client/stream_hasher.h"
#include "client/url.h"
#include "libtufcore/error.h"
#include "libtufcore/io/descriptor.h"
#include "libtufcore/io/destination.h"
#include "libtufcore/io/interrupt.h"
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

// What arrives: counted at once, written and hashed in blocks; at the end it was the wanted file, or was not.
class Arrival {
 public:
  Arrival(const FoundTarget& target, const std::string& url, PartialFile& file)
      : target_(target), url_(url), file_(file), hasher_(target.file.hashes, target.file.length) {}

  std::uint64_t received() const { return received_; }

  void take(ByteView piece) {
    if (piece.size() > target_.file.length - received_) {
      throw wrong(fmt::format("expected {} bytes, got more", target_.file.length));
    }
    received_ += piece.size();
    while (!piece.empty()) {
      const std::size_t room = StreamHasher::block_bytes - block_.size();
      if (block_.capacity() == 0)
        block_.reserve(std::min<std::uint64_t>(StreamHasher::block_bytes, target_.file.length));
      block_ += piece.substr(0, room);
      piece.remove_prefix(std::min(room, piece.size()));
      if (block_.size() == StreamHasher::block_bytes) pass_on();
    }
  }

  // What an earlier run left.
  void read_file() {
    file_.read([&](ByteView piece) {
      received_ += piece.size();
      block_ = piece;
      hasher_.update(block_);
    });
  }

  void pass_on() {
    file_.append(block_);
    hasher_.update(block_);
  }

  void finish() {
    pass_on();
    if (received_ != target_.file.length) {
      throw wrong(fmt::format("expected {} bytes, got {}", target_.file.length, received_));
    }
    const std::vector<Digest> digests = hasher_.finish();
    auto found = digests.begin();
    for (const auto& [algorithm, expected] : target_.file.hashes) {
      if (*found != expected)
        throw wrong(fmt::format("expected {} {}, got {}", name_of(algorithm), expected.hex(), found->hex()));
      ++found;
    }
  }

 private:
  Error wrong(const std::string& why) const {
    return refused("refused {} from {}: {}", escaped(target_.path.text()), shown_url(url_), why)
        .with_hint(tamper_hint);
  }
  const FoundTarget& target_;
  const std::string& url_;
  PartialFile& file_;
  StreamHasher hasher_;
  Bytes block_;  // not yet written nor hashed
  std::uint64_t received_ = 0;
};

// Of the strongest digest: another target's bytes are never continued.
std::string part_tag(const TargetFile& file) { return file.hashes.rbegin()->second.hex().substr(0, 16); }

bool is_signal(const Error& error) {
  using Kind = Error::Kind;
  return error.kind() == Kind::interrupted || error.kind() == Kind::terminated ||
         error.kind() == Kind::hung_up;
}

// One transfer from where the file ends; then it is whole and right.
void fetch_rest(Fetcher& fetcher, const std::string& url, const FoundTarget& target, Arrival& arrival,
                const std::function<void(std::uint64_t)>& progress) {
  arrival.read_file();
  const auto take = [&](ByteView piece) {
    throw_if_interrupted();
    arrival.take(piece);
    progress(arrival.received());
  };
  const std::uint64_t there = arrival.received();
  const bool is_complete = there > 0 && there == target.file.length;
  // Unlimited for the fetcher: `arrival` stops it at the first byte too many, as a verification failure.
  if (!is_complete && !fetcher.fetch_into(url, there, std::numeric_limits<std::int64_t>::max(), take)) {
    throw network("the server has no {}, although the repository lists it", shown_url(url))
        .with_hint("nothing was written; the web host is incomplete: tell the repository's administrators");
  }
  arrival.finish();
}

}  // namespace

std::string target_url(const std::string& targets_url, const FoundTarget& target, TargetNaming naming) {
  require_known_hash(target.path, target.file);
  std::optional<Digest> digest;
  if (naming == TargetNaming::with_digest) digest = target.file.hashes.begin()->second;
  return join_url(targets_url, percent_encode_path(target_file_name(target.path, digest)));
}

void refuse_standard_output(const std::optional<std::string>& output) {
  if (output != "-") return;
  throw usage("--output - is not standard output: a file is whole and verified before anybody reads it")
      .with_hint("-o FILE, then read FILE; -o ./- is a file of that name");
}

OutputNow look_at_output(const fs::path& output, const TargetFile& wanted) {
  const auto size = size_at_destination(output);
  if (!size) return OutputNow::absent;
  if (*size != wanted.length || wanted.hashes.empty()) return OutputNow::other_content;
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
  const InterruptsWait until_what_came_is_kept;
  PartialFile file(output, existing, part_tag(target.file), target.file.length);
  for (bool continued = file.size() > 0;; continued = false) {
    Arrival arrival(target, url, file);
    try {
      fetch_rest(fetcher, url, target, arrival, progress);
      break;
    } catch (const Error& error) {
      const bool broken =
          (error.kind() == Error::Kind::network || is_signal(error)) && arrival.received() > 0;
      if (broken && when_broken == WhenBroken::keep) {
        arrival.pass_on();
        file.keep();
        const std::string kept =
            fmt::format("{} of {} bytes are kept in {}; the same command goes on from there", file.size(),
                        target.file.length, shown_path(file.path()));
        if (is_signal(error)) throw Error(error.kind(), fmt::format("{}: {}", error.what(), kept));
        throw network("{}", error.what()).with_hint(kept);
      }
      // Perhaps what an earlier run left was wrong.
      if (error.kind() != Error::Kind::refused || !continued) throw;
      file.clear();
    }
  }
  file.commit(FileMode::shared);
  throw_if_interrupted();  // before the next file
}

}  // namespace tuf
