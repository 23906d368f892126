#pragma once
// How the updater gets bytes; injected. http_fetcher is for http(s) URLs, file_fetcher for file:// ones,
// tests bring theirs.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "libtufcore/bytes.h"

namespace tuf {

using ByteSink =
    std::function<void(ByteView)>;  // may throw; the transfer then stops and the exception goes on

class Fetcher {
 public:
  virtual ~Fetcher() = default;
  // Empty when the server says that there is no such file (404, 403 or 410). Throws network for every other
  // failure and limit when more than max_bytes arrive. `url` is complete and already percent-encoded.
  virtual std::optional<Bytes> fetch(const std::string& url, std::size_t max_bytes) = 0;
  // Streams to `sink`, never more than max_bytes; false when there is no such file.
  virtual bool fetch_into(const std::string& url, std::uint64_t max_bytes, const ByteSink& sink) = 0;
};

}  // namespace tuf
