#pragma once
// Files from http and https servers by libcurl: side by side, over connections that are kept. Every limit is
// ours: bytes are counted as they come (libcurl's own limit lets chunked bodies through, H-01), an encoded
// reply is refused (H-02), at most five redirects and never from https to anything else (H-04), a stalled
// transfer ends, one of fetch_all has a deadline besides (H-03). What may pass is tried again, a file that
// broke off from there.

#include <memory>

#include "client/fetcher.h"
#include "client/http_options.h"

namespace tuf {

class HttpConnections;

class HttpFetcher : public Fetcher {
 public:
  explicit HttpFetcher(HttpOptions options = {});
  ~HttpFetcher() override;
  HttpFetcher(const HttpFetcher&) = delete;
  HttpFetcher& operator=(const HttpFetcher&) = delete;
  std::vector<FetchReply> fetch_all(const std::vector<FetchRequest>& requests) override;
  bool fetch_into(const std::string& url, std::uint64_t first_byte, std::uint64_t max_bytes,
                  const ByteSink& sink) override;

 private:
  HttpOptions options_;
  std::unique_ptr<HttpConnections> connections_;  // libcurl starts with the first request
};

}  // namespace tuf
