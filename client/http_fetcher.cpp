#include "client/http_fetcher.h"

#include <curl/curl.h>
#include <strings.h>

#include <algorithm>
#include <cstdlib>
#include <exception>
#include <limits>
#include <string_view>

#include "client/url.h"
#include "libtufcore/c_handle.h"
#include "libtufcore/error.h"

namespace tuf {
namespace {

constexpr std::size_t max_header_bytes = 256u << 10;    // of one transfer, all redirects together (H-05)
constexpr std::size_t max_error_page_bytes = 1u << 20;  // read to keep the connection, then dropped
constexpr long max_redirects = 5;
constexpr long stalled_bytes_per_second = 1000;

class CurlUse {  // libcurl counts its users
 public:
  CurlUse() {
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) throw bug("libcurl does not start");
  }
  ~CurlUse() { curl_global_cleanup(); }
  CurlUse(const CurlUse&) = delete;
  CurlUse& operator=(const CurlUse&) = delete;
};

using CurlEasy = CHandle<CURL, curl_easy_cleanup>;
using CurlList = CHandle<curl_slist, curl_slist_free_all>;

// What the callbacks of one transfer share. They are called from C: nothing may throw through them.
struct Transfer {
  CURL* curl;
  std::uint64_t max_bytes;
  const ByteSink& sink;
  std::uint64_t received = 0;
  std::size_t header_bytes = 0;
  std::size_t error_page_bytes = 0;
  std::string encoding;  // of the reply at hand, when it is encoded
  enum class Stop { no, sink_threw, too_much, encoded, headers_too_long, error_page } stop = Stop::no;
  std::exception_ptr thrown;
};

long status_of(CURL* curl) {
  long status = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  return status;
}

// 403 is what object stores say about a file that is not there.
bool says_absent(long status) { return status == 404 || status == 403 || status == 410; }

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return a.size() == b.size() && strncasecmp(a.data(), b.data(), a.size()) == 0;
}

void look_at_header(Transfer& transfer, std::string_view line) {
  transfer.header_bytes += line.size();
  if (transfer.header_bytes > max_header_bytes) transfer.stop = Transfer::Stop::headers_too_long;
  if (line.starts_with("HTTP/")) transfer.encoding.clear();  // the next reply of a chain of redirects
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos ||
      !equal_ignoring_case(trimmed(line.substr(0, colon)), "content-encoding"))
    return;
  const std::string_view value = trimmed(line.substr(colon + 1));
  if (!value.empty() && !equal_ignoring_case(value, "identity")) transfer.encoding = value;
}

void take_body(Transfer& transfer, ByteView piece) {
  if (status_of(transfer.curl) != 200) {  // the body of a redirect or an error page is nobody's file
    transfer.error_page_bytes += piece.size();
    if (transfer.error_page_bytes > max_error_page_bytes) transfer.stop = Transfer::Stop::error_page;
    return;
  }
  if (!transfer.encoding.empty()) {
    transfer.stop = Transfer::Stop::encoded;
    return;
  }
  if (piece.size() > transfer.max_bytes - transfer.received) {
    transfer.stop = Transfer::Stop::too_much;
    return;
  }
  transfer.received += piece.size();
  transfer.sink(piece);
}

template <void (*handle)(Transfer&, std::string_view)>
std::size_t callback(char* bytes, std::size_t size, std::size_t count, void* user) noexcept {
  Transfer& transfer = *static_cast<Transfer*>(user);
  try {
    handle(transfer, std::string_view(bytes, size * count));
  } catch (...) {
    transfer.thrown = std::current_exception();
    transfer.stop = Transfer::Stop::sink_threw;
  }
  return transfer.stop == Transfer::Stop::no ? size * count : CURL_WRITEFUNC_ERROR;
}

std::optional<std::string> environment(const char* name) {
  const char* value = std::getenv(name);
  if (value == nullptr || *value == '\0') return std::nullopt;
  return value;
}

Error cannot_fetch(const std::string& url, std::string_view reason) {
  return network("cannot fetch {}: {}", shown_url(url), escaped(reason, 512))
      .with_hint(
          "no file was changed and what was verified before is still there; check the address and the "
          "network, then try again");
}

Error too_much(const std::string& url, std::uint64_t max_bytes) {
  return limit("{} is larger than {} bytes, the most that is read of it", shown_url(url), max_bytes);
}

}  // namespace

struct HttpFetcher::Curl {
  CurlUse library;  // first to come, last to go
  CurlEasy easy{curl_easy_init()};
  CurlList headers{curl_slist_append(nullptr, "Accept-Encoding: identity")};
  HttpPatience patience;
  char reason[CURL_ERROR_SIZE] = {};

  template <typename Value>
  void set(CURLoption option, Value value) {
    const CURLcode code = curl_easy_setopt(easy.get(), option, value);
    if (code != CURLE_OK) throw bug("libcurl refuses an option: {}", curl_easy_strerror(code));
  }

  void set_up(const std::string& url, Transfer& transfer);
  void set_up_authorities();
  FetchReply conclude(const std::string& url, CURLcode code, const Transfer& transfer);
};

void HttpFetcher::Curl::set_up_authorities() {
  // libcurl knows a system-wide default; these variables are read by the curl program, so people expect them.
  auto file = environment("CURL_CA_BUNDLE");
  if (!file) file = environment("SSL_CERT_FILE");
  if (file) set(CURLOPT_CAINFO, file->c_str());
  if (const auto folder = environment("SSL_CERT_DIR")) set(CURLOPT_CAPATH, folder->c_str());
}

void HttpFetcher::Curl::set_up(const std::string& url, Transfer& transfer) {
  curl_easy_reset(easy.get());  // keeps the connection
  reason[0] = '\0';
  set(CURLOPT_URL, url.c_str());
  set(CURLOPT_PATH_AS_IS, 1L);  // target paths may hold ".."; the request names what was signed
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_REDIR_PROTOCOLS_STR, url.starts_with("https://") ? "https" : "http,https");
  set(CURLOPT_FOLLOWLOCATION, 1L);
  set(CURLOPT_MAXREDIRS, max_redirects);
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_USERAGENT, "pgclient/" PG_VERSION);
  set(CURLOPT_HTTPHEADER, headers.get());
  set(CURLOPT_HTTP_CONTENT_DECODING, 0L);
  set(CURLOPT_CONNECTTIMEOUT, static_cast<long>(patience.to_connect.count()));
  set(CURLOPT_LOW_SPEED_LIMIT, stalled_bytes_per_second);
  set(CURLOPT_LOW_SPEED_TIME, static_cast<long>(patience.to_stall.count()));
  constexpr auto most = static_cast<std::uint64_t>(std::numeric_limits<curl_off_t>::max());
  set(CURLOPT_MAXFILESIZE_LARGE,
      static_cast<curl_off_t>(std::min(transfer.max_bytes, most)));  // what is announced
  set(CURLOPT_ERRORBUFFER, reason);
  set(CURLOPT_HEADERFUNCTION, &callback<look_at_header>);
  set(CURLOPT_HEADERDATA, &transfer);
  set(CURLOPT_WRITEFUNCTION, &callback<take_body>);
  set(CURLOPT_WRITEDATA, &transfer);
  set_up_authorities();
}

// How the transfer ended; `bytes` and `tag` are not filled in here.
FetchReply HttpFetcher::Curl::conclude(const std::string& url, CURLcode code, const Transfer& transfer) {
  using Stop = Transfer::Stop;
  using Outcome = FetchReply::Outcome;
  const auto failed = [&](std::string_view why) {
    return FetchReply{.outcome = Outcome::failed, .failure = cannot_fetch(url, why)};
  };
  const auto too_long = [&] {
    return FetchReply{.outcome = Outcome::too_long, .failure = too_much(url, transfer.max_bytes)};
  };
  if (transfer.stop == Stop::headers_too_long) return failed("the server's headers do not end");
  if (transfer.stop == Stop::encoded ||
      (code == CURLE_OK && status_of(easy.get()) == 200 && !transfer.encoding.empty())) {
    return failed(
        fmt::format("the server answers in the encoding '{}', which was not asked for", transfer.encoding));
  }
  if (transfer.stop == Stop::too_much) return too_long();
  const bool answered =
      code == CURLE_OK || code == CURLE_FILESIZE_EXCEEDED || transfer.stop == Stop::error_page;
  const long status = status_of(easy.get());
  if (answered && says_absent(status)) return {.outcome = Outcome::absent};
  if (answered && status != 200) return failed(fmt::format("the server answers with status {}", status));
  if (code == CURLE_FILESIZE_EXCEEDED) return too_long();
  if (code != CURLE_OK) return failed(reason[0] != '\0' ? reason : curl_easy_strerror(code));
  return {.outcome = Outcome::received};
}

HttpFetcher::HttpFetcher(HttpPatience patience) : curl_(std::make_unique<Curl>()) {
  if (!curl_->easy || !curl_->headers) throw bug("libcurl has no memory");
  curl_->patience = patience;
}

HttpFetcher::~HttpFetcher() = default;

std::vector<FetchReply> HttpFetcher::fetch_all(const std::vector<FetchRequest>& requests) {
  std::vector<FetchReply> replies;
  for (const FetchRequest& request : requests) {
    Bytes bytes;
    const ByteSink take = [&](ByteView piece) { bytes += piece; };
    replies.push_back(transfer(request.url, request.max_bytes, take));
    replies.back().bytes = std::move(bytes);
  }
  return replies;
}

FetchReply HttpFetcher::transfer(const std::string& url, std::uint64_t max_bytes, const ByteSink& sink) {
  Transfer transfer{
      .curl = curl_->easy.get(), .max_bytes = max_bytes, .sink = sink, .encoding = {}, .thrown = nullptr};
  curl_->set_up(url, transfer);
  const CURLcode code = curl_easy_perform(curl_->easy.get());
  if (transfer.thrown) std::rethrow_exception(transfer.thrown);
  return curl_->conclude(url, code, transfer);
}

bool HttpFetcher::fetch_into(const std::string& url, std::uint64_t first_byte, std::uint64_t max_bytes,
                             const ByteSink& sink) {
  std::uint64_t to_skip = first_byte;
  const FetchReply reply = transfer(url, max_bytes, [&](ByteView piece) {
    const auto skipped = std::min<std::uint64_t>(to_skip, piece.size());
    to_skip -= skipped;
    sink(piece.substr(skipped));
  });
  if (reply.failure) throw *reply.failure;
  return reply.outcome == FetchReply::Outcome::received;
}

}  // namespace tuf
