#pragma once
// The fetcher of the program: chooses by the scheme of each URL.

#include "client/file_fetcher.h"
#include "client/http_fetcher.h"
#include "client/url.h"

namespace tuf {

class UrlFetcher : public Fetcher {
 public:
  std::optional<Bytes> fetch(const std::string& url, std::size_t max_bytes) override {
    return by_scheme(url).fetch(url, max_bytes);
  }
  bool fetch_into(const std::string& url, std::uint64_t max_bytes, const ByteSink& sink) override {
    return by_scheme(url).fetch_into(url, max_bytes, sink);
  }

 private:
  Fetcher& by_scheme(const std::string& url) {
    if (is_file_url(url)) return files_;
    return http_;
  }
  HttpFetcher http_;
  FileFetcher files_;
};

}  // namespace tuf
