#pragma once
// The open connections of a fetcher and the curl handles that use them.

#include <memory>
#include <vector>

#include "client/http_transfer.h"

namespace tuf {

using CurlMulti = CHandle<CURLM, curl_multi_cleanup>;

class HttpConnections {
 public:
  explicit HttpConnections(const HttpOptions& options);
  // Asks the questions at `places` side by side and puts their ends to the same places of `ends`. Throws what
  // a sink throws.
  void ask(const std::vector<HttpQuestion>& questions, const std::vector<std::size_t>& places,
           std::vector<HttpEnd>& ends);
  // The system's authorities were read in a quick way that may miss some; false when that is no excuse.
  bool try_other_authorities();

 private:
  class Library {  // libcurl counts its users
   public:
    Library();
    ~Library();
    Library(const Library&) = delete;
    Library& operator=(const Library&) = delete;
  };
  class Running;
  using AllRunning = std::vector<std::unique_ptr<Running>>;
  void take_finished(AllRunning& running, std::vector<HttpEnd>& ends);
  void look_for_authorities(const std::string& url);

  Library library_;  // first to come, last to go
  const HttpOptions& options_;
  std::optional<Authorities> authorities_;
  enum class Origin { user, unknown, quick, built_in } origin_;
  std::vector<std::unique_ptr<HttpTransfer>> idle_;
  CurlMulti multi_;
};

}  // namespace tuf
