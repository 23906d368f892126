#pragma once
// Files from http and https servers by libcurl, one connection kept. Every limit is ours: bytes are counted
// as they come (libcurl's own limit lets chunked bodies through, H-01), an encoded reply is refused (H-02),
// at most five redirects and never from https to anything else (H-04), a stalled transfer ends (H-03).
// Nothing is tried twice. Proxies come from curl's usual environment, certificate authorities from
// CURL_CA_BUNDLE, SSL_CERT_FILE, SSL_CERT_DIR.

#include <chrono>
#include <memory>

#include "client/fetcher.h"

namespace tuf {

struct HttpPatience {
  std::chrono::seconds to_connect{30};
  std::chrono::seconds to_stall{30};  // with less than 1000 bytes a second for so long a transfer ends
};

class HttpFetcher : public Fetcher {
 public:
  explicit HttpFetcher(HttpPatience patience = {});
  ~HttpFetcher() override;
  std::vector<FetchReply> fetch_all(const std::vector<FetchRequest>& requests) override;
  bool fetch_into(const std::string& url, std::uint64_t first_byte, std::uint64_t max_bytes,
                  const ByteSink& sink) override;

 private:
  FetchReply transfer(const std::string& url, std::uint64_t max_bytes, const ByteSink& sink);

  struct Curl;
  std::unique_ptr<Curl> curl_;
};

}  // namespace tuf
