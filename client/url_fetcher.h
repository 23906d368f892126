#pragma once
// The fetcher of the program: chooses by the scheme of each URL.

#include <utility>

#include "client/file_fetcher.h"
#include "client/http_fetcher.h"
#include "client/url.h"

namespace tuf {

class UrlFetcher : public Fetcher {
 public:
  explicit UrlFetcher(HttpOptions options = {}) : http_(std::move(options)) {}
  std::vector<FetchReply> fetch_all(const std::vector<FetchRequest>& requests) override {
    std::vector<FetchReply> replies(requests.size());
    for (Fetcher* fetcher : {static_cast<Fetcher*>(&http_), static_cast<Fetcher*>(&files_)}) {
      std::vector<FetchRequest> own;
      std::vector<std::size_t> places;
      for (std::size_t i = 0; i < requests.size(); ++i) {
        if (&by_scheme(requests[i].url) != fetcher) continue;
        own.push_back(requests[i]);
        places.push_back(i);
      }
      if (own.empty()) continue;
      std::vector<FetchReply> answered = fetcher->fetch_all(own);
      for (std::size_t i = 0; i < own.size(); ++i) replies[places[i]] = std::move(answered[i]);
    }
    return replies;
  }
  bool fetch_into(const std::string& url, std::uint64_t first_byte, std::uint64_t max_bytes,
                  const ByteSink& sink) override {
    return by_scheme(url).fetch_into(url, first_byte, max_bytes, sink);
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
