#pragma once
// Several web hosts behind one Fetcher: each serves a simulated repository of its own, under
// https://<name>.example/metadata/ and .../targets/.

#include <map>
#include <set>
#include <string>
#include <vector>

#include "tests/support/repository_simulator.h"

namespace tuf {

class Mirrors : public Fetcher {
 public:
  std::map<std::string, RepositorySimulator*> hosts;  // by name
  std::vector<std::string> requests;                  // "one 2.root.json"

  static std::string url(const std::string& name) { return "https://" + name + ".example/metadata"; }

  std::vector<FetchReply> fetch_all(const std::vector<FetchRequest>& wanted) override {
    std::vector<FetchReply> replies;
    for (FetchRequest request : wanted) {
      RepositorySimulator& sim = host_of(request.url);
      replies.push_back(std::move(sim.fetch_all({request}).front()));
      requests.push_back(asked_ + " " + sim.requests.back());
    }
    return replies;
  }
  bool fetch_into(const std::string& url, std::uint64_t first_byte, std::uint64_t max_bytes,
                  const ByteSink& sink) override {
    std::string rest = url;
    return host_of(rest).fetch_into(rest, first_byte, max_bytes, sink);
  }

 private:
  // The host's simulator; `url` becomes what that one knows.
  RepositorySimulator& host_of(std::string& url) {
    const std::size_t start = std::string_view("https://").size();
    asked_ = url.substr(start, url.find('.') - start);
    url = "https://sim.example" + url.substr(url.find('/', start));
    return *hosts.at(asked_);
  }
  std::string asked_;
};

}  // namespace tuf
