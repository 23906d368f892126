#include "publisher/http_get.h"

#include <curl/curl.h>

#include "libtufcore/error.h"

namespace tuf {
namespace {

constexpr long connect_seconds = 30, slow_seconds = 60, slow_bytes_a_second = 10;

struct Reply {
  Bytes body;
  std::size_t max_bytes;
  bool too_large = false;
};

// Counted here: libcurl's own limit does not stop a reply without a stated length.
std::size_t take(char* data, std::size_t, std::size_t count, void* user) {
  Reply& reply = *static_cast<Reply*>(user);
  if (count > reply.max_bytes - reply.body.size()) {
    reply.too_large = true;
    return 0;
  }
  reply.body.append(data, count);
  return count;
}

}  // namespace

struct HttpGet::Handle {
  CURL* curl = nullptr;
  char reason[CURL_ERROR_SIZE] = {};
};

HttpGet::HttpGet() : handle_(std::make_unique<Handle>()) {
  curl_global_init(CURL_GLOBAL_DEFAULT);
  handle_->curl = curl_easy_init();
  if (handle_->curl == nullptr) throw bug("libcurl cannot be used");
}

HttpGet::~HttpGet() {
  curl_easy_cleanup(handle_->curl);
  curl_global_cleanup();
}

std::optional<Bytes> HttpGet::get(const std::string& url, std::size_t max_bytes) const {
  CURL* curl = handle_->curl;
  Reply reply{{}, max_bytes};
  curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, connect_seconds);
  curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, slow_seconds);
  curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, slow_bytes_a_second);
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, handle_->reason);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &reply);
  handle_->reason[0] = 0;
  const CURLcode code = curl_easy_perform(curl);
  if (reply.too_large) throw limit("{} has more than {} bytes", escaped(url, 1024), max_bytes);
  if (code != CURLE_OK) {
    const char* reason = handle_->reason[0] != 0 ? handle_->reason : curl_easy_strerror(code);
    throw network("cannot read {}: {}", escaped(url, 1024), escaped(reason));
  }
  long status = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  if (status == 404) return std::nullopt;
  if (status != 200) throw network("cannot read {}: the server answers {}", escaped(url, 1024), status);
  return std::move(reply.body);
}

}  // namespace tuf
