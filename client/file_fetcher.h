#pragma once
// Files of this machine by file:// URLs: a published tree on a disk or a stick needs no web server.

#include "client/fetcher.h"

namespace tuf {

class FileFetcher : public Fetcher {
 public:
  std::vector<FetchReply> fetch_all(const std::vector<FetchRequest>& requests) override;
  bool fetch_into(const std::string& url, std::uint64_t first_byte, std::uint64_t max_bytes,
                  const ByteSink& sink) override;
};

}  // namespace tuf
