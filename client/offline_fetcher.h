#pragma once
// The fetcher of --offline: it has nothing and asks nobody. So a command that may not ask a server cannot.

#include "client/fetcher.h"
#include "client/url.h"

namespace tuf {

class OfflineFetcher : public Fetcher {
 public:
  std::vector<FetchReply> fetch_all(const std::vector<FetchRequest>& requests) override {
    std::vector<FetchReply> replies;
    for (const FetchRequest& request : requests) {
      FetchReply reply;
      reply.failure = not_here(request.url);
      replies.push_back(std::move(reply));
    }
    return replies;
  }
  bool fetch_into(const std::string& url, std::uint64_t, std::uint64_t, const ByteSink&) override {
    throw not_here(url);
  }

 private:
  static Error not_here(const std::string& url) {
    return network("{} was not fetched yet, and --offline asks no server", shown_url(url))
        .with_hint("run it without --offline once: that keeps what this project needs");
  }
};

}  // namespace tuf
