#pragma once
// One transfer over HTTP: a curl handle that is used again and again, every limit on what comes (H-01 to
// H-05), and what the end of it means. http_fetcher runs them.

#include <curl/curl.h>

#include <chrono>
#include <cstdint>
#include <exception>
#include <string>

#include "client/fetcher.h"
#include "client/http_authorities.h"
#include "client/http_headers.h"
#include "client/http_options.h"
#include "libtufcore/c_handle.h"

namespace tuf {

using CurlEasy = CHandle<CURL, curl_easy_cleanup>;
using CurlList = CHandle<curl_slist, curl_slist_free_all>;

struct HttpQuestion {
  std::string url;
  std::uint64_t max_bytes;       // of the whole file
  std::uint64_t first_byte = 0;  // what comes before it is not handed on
  bool by_range = false;         // asks for the bytes from first_byte on only; else the server sends all
  std::string unless_tag = {};   // If-None-Match
  std::string if_tag = {};       // If-Range
  bool past_caches = false;
  std::chrono::milliseconds deadline{0};  // for all of it; 0: none
  const ByteSink* sink = nullptr;         // else the bytes go to the reply
};

struct HttpEnd {
  FetchReply reply;
  CURLcode code = CURLE_OK;
  long status = 0, proxy_status = 0;
  ReplyHeaders headers = {};
  std::uint64_t next_byte = 0;  // of the file: all before it were handed on, or asked not to be
  bool broke_a_rule = false;    // one of ours: it was stopped from here
  bool range_unusable = false;  // nothing was handed on; the same question without by_range is the next step
};

class HttpTransfer {
 public:
  HttpTransfer();
  HttpTransfer(const HttpTransfer&) = delete;  // curl knows its address
  HttpTransfer& operator=(const HttpTransfer&) = delete;

  // `authorities`: empty means libcurl's own default.
  void prepare(HttpQuestion question, const HttpOptions& options,
               const std::optional<Authorities>& authorities);
  CURL* handle() const { return easy_.get(); }
  HttpEnd finish(CURLcode code);  // rethrows what the sink threw

 private:
  enum class Stop {
    no,
    sink_threw,
    too_much,
    encoded,
    headers_too_long,
    two_lengths,
    error_page,
    wrong_range
  };

  template <typename Value>
  void set(CURLoption option, Value value);
  void set_headers();
  void set_limits(const HttpPatience& patience);
  void look_at_header(std::string_view line);
  void take_body(ByteView piece);
  void check_reply();
  void hand_on(ByteView piece);
  template <void (HttpTransfer::*handle)(std::string_view)>
  static std::size_t callback(char* bytes, std::size_t size, std::size_t count, void* user) noexcept;
  long status() const;
  void conclude(HttpEnd& end) const;
  std::string reason(CURLcode code) const;
  std::string wish_to_wait() const;

  CurlEasy easy_;
  CurlList header_lines_;
  HttpQuestion question_{};
  ReplyHeaders headers_;
  bool body_started_ = false;
  bool is_file_ = false;        // the body is the file or a part of it, not an error page
  std::uint64_t position_ = 0;  // in the file, of the next byte that comes
  std::size_t error_page_bytes_ = 0;
  Bytes bytes_;
  Stop stop_ = Stop::no;
  std::exception_ptr thrown_;
  char reason_[CURL_ERROR_SIZE] = {};
};

}  // namespace tuf
