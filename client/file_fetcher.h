#pragma once
// Files of this machine by file:// URLs: a published tree on a disk or a stick needs no web server.

#include "client/fetcher.h"

namespace tuf {

class FileFetcher : public Fetcher {
 public:
  std::optional<Bytes> fetch(const std::string& url, std::size_t max_bytes) override;
  bool fetch_into(const std::string& url, std::uint64_t max_bytes, const ByteSink& sink) override;
};

}  // namespace tuf
