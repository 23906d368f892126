#pragma once
// How the updater gets bytes; injected. http_fetcher is for http(s) URLs, file_fetcher for file:// ones,
// tests bring theirs. A fetcher believes nothing: what it brings is untrusted until the workflow accepts it.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "libtufcore/bytes.h"
#include "libtufcore/error.h"

namespace tuf {

using ByteSink =
    std::function<void(ByteView)>;  // may throw; the transfer then stops and the exception goes on

// A whole file that is wanted. `url` is complete and already percent-encoded.
struct FetchRequest {
  std::string url;
  std::uint64_t max_bytes;
  std::string unless_tag =
      {};  // an entity tag that this very URL gave before: answer `unchanged` when it still has it
  bool past_caches = false;  // the server itself is asked, no cache on the way answers (H-10)
};

struct FetchReply {
  enum class Outcome {
    received,
    absent,     // the server says that there is no such file (404, 403 or 410)
    unchanged,  // it still has `unless_tag`
    too_long,   // more than max_bytes came or were announced
    failed,     // anything else: no answer, a broken one, an error of the server
  };
  Outcome outcome = Outcome::failed;
  Bytes bytes = {};
  std::string tag = {};               // the entity tag of what was received; empty: none
  std::string date = {};              // when the server says that it answered; empty: it does not say
  std::optional<Error> failure = {};  // network when failed, limit when too_long
};

class Fetcher {
 public:
  virtual ~Fetcher() = default;
  // Replies in the order of the requests, which are sent side by side where the transport can. A request that
  // fails says nothing about the others, and throws nothing.
  virtual std::vector<FetchReply> fetch_all(const std::vector<FetchRequest>& requests) = 0;
  // Streams the file from byte `first_byte` on to `sink`; false when there is no such file. Throws network,
  // and limit when the whole of it has more than max_bytes.
  virtual bool fetch_into(const std::string& url, std::uint64_t first_byte, std::uint64_t max_bytes,
                          const ByteSink& sink) = 0;

  // One whole file; empty when there is none. Throws what its reply says.
  std::optional<Bytes> fetch(const std::string& url, std::uint64_t max_bytes);
};

}  // namespace tuf
