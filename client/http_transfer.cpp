#include "client/http_transfer.h"

#include <algorithm>
#include <limits>

#include "client/http_times.h"
#include "client/url.h"
#include "libtufcore/error.h"

namespace tuf {
namespace {

constexpr std::size_t max_header_bytes = 256u << 10;    // of one transfer, all redirects together (H-05)
constexpr std::size_t max_error_page_bytes = 1u << 20;  // read to keep the connection, then dropped
constexpr long max_redirects = 5;
constexpr long stalled_bytes_per_second = 1000;
constexpr long long_file_buffer = 256l << 10;

// 403 is what object stores say about a file that is not there.
bool says_absent(long status) { return status == 404 || status == 403 || status == 410; }

Error cannot_fetch(const std::string& url, std::string_view reason) {
  return network("cannot fetch {}: {}", shown_url(url), escaped(reason, 512))
      .with_hint(
          "no file was changed and what was verified before is still there; check the address and the "
          "network, then try again");
}

Error not_proved(const std::string& url, std::string_view reason) {
  return network("cannot fetch {}: {}", shown_url(url), escaped(reason, 512))
      .with_hint(
          "the server does not prove who it is, and nothing was asked: look at the address and at this machine's "
          "clock; an authority that the system does not know is named with --cacert FILE");
}

void add_line(CurlList& list, const std::string& line) {
  curl_slist* longer = curl_slist_append(list.get(), line.c_str());
  if (longer == nullptr) throw bug("libcurl has no memory");
  static_cast<void>(list.release());
  list.reset(longer);
}

}  // namespace

HttpTransfer::HttpTransfer() : easy_(curl_easy_init()) {
  if (!easy_) throw bug("libcurl has no memory");
}

template <typename Value>
void HttpTransfer::set(CURLoption option, Value value) {
  const CURLcode code = curl_easy_setopt(easy_.get(), option, value);
  if (code != CURLE_OK) throw bug("libcurl refuses an option: {}", curl_easy_strerror(code));
}

void HttpTransfer::prepare(HttpQuestion question, const HttpOptions& options,
                           const std::optional<Authorities>& authorities) {
  question_ = std::move(question);
  headers_ = ReplyHeaders();
  body_started_ = is_file_ = false;
  position_ = error_page_bytes_ = 0;
  bytes_.clear();
  stop_ = Stop::no;
  thrown_ = nullptr;
  reason_[0] = '\0';
  curl_easy_reset(easy_.get());  // keeps the connections
  set(CURLOPT_URL, question_.url.c_str());
  set(CURLOPT_PRIVATE, static_cast<void*>(this));
  set(CURLOPT_PATH_AS_IS, 1L);  // target paths may hold ".."; the request names what was signed
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_USERAGENT, "pgclient/" PG_VERSION);
  set(CURLOPT_HTTP_CONTENT_DECODING, 0L);
  set(CURLOPT_ERRORBUFFER, reason_);
  set(CURLOPT_HEADERFUNCTION, &callback<&HttpTransfer::look_at_header>);
  set(CURLOPT_HEADERDATA, this);
  set(CURLOPT_WRITEFUNCTION, &callback<&HttpTransfer::take_body>);
  set(CURLOPT_WRITEDATA, this);
  // Refused after a redirect that libcurl did not follow, which leaves it the buffer it had: slower, not wrong.
  if (question_.sink != nullptr) curl_easy_setopt(easy_.get(), CURLOPT_BUFFERSIZE, long_file_buffer);
  if (options.proxy) set(CURLOPT_PROXY, options.proxy->c_str());
  if (authorities) {
    set(CURLOPT_CAINFO, authorities->file ? authorities->file->c_str() : nullptr);
    set(CURLOPT_CAPATH, authorities->folder ? authorities->folder->c_str() : nullptr);
  }
  set_limits(options.patience);
  set_headers();
}

void HttpTransfer::set_limits(const HttpPatience& patience) {
  const bool is_secure = question_.url.starts_with("https://");
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_REDIR_PROTOCOLS_STR, is_secure ? "https" : "http,https");
  set(CURLOPT_FOLLOWLOCATION, 1L);
  set(CURLOPT_MAXREDIRS, max_redirects);
  // HTTP/2, spoken over TLS only, carries many requests in one connection: wait to learn whether the server
  // does.
  set(CURLOPT_PIPEWAIT, is_secure ? 1L : 0L);
  set(CURLOPT_CONNECTTIMEOUT, static_cast<long>(patience.to_connect.count()));
  set(CURLOPT_LOW_SPEED_LIMIT, stalled_bytes_per_second);
  set(CURLOPT_LOW_SPEED_TIME, static_cast<long>(patience.to_stall.count()));
  set(CURLOPT_TIMEOUT_MS, static_cast<long>(question_.deadline.count()));
  constexpr auto most = static_cast<std::uint64_t>(std::numeric_limits<curl_off_t>::max());
  set(CURLOPT_MAXFILESIZE_LARGE,
      static_cast<curl_off_t>(std::min(question_.max_bytes, most)));  // what is announced
}

void HttpTransfer::set_headers() {
  header_lines_.reset();
  add_line(header_lines_, "Accept-Encoding: identity");
  if (question_.past_caches) add_line(header_lines_, "Cache-Control: no-cache");
  if (!question_.unless_tag.empty()) add_line(header_lines_, "If-None-Match: " + question_.unless_tag);
  if (question_.by_range) add_line(header_lines_, fmt::format("Range: bytes={}-", question_.first_byte));
  if (!question_.if_tag.empty()) add_line(header_lines_, "If-Range: " + question_.if_tag);
  set(CURLOPT_HTTPHEADER, header_lines_.get());
}

template <void (HttpTransfer::*handle)(std::string_view)>
std::size_t HttpTransfer::callback(char* bytes, std::size_t size, std::size_t count, void* user) noexcept {
  HttpTransfer& transfer = *static_cast<HttpTransfer*>(user);
  try {
    (transfer.*handle)(std::string_view(bytes, size * count));
  } catch (...) {  // it may not pass through C; finish() throws it again
    transfer.thrown_ = std::current_exception();
    transfer.stop_ = Stop::sink_threw;
  }
  return transfer.stop_ == Stop::no ? size * count : CURL_WRITEFUNC_ERROR;
}

void HttpTransfer::look_at_header(std::string_view line) {
  if (body_started_) headers_.bytes += line.size();  // a trailer: it is too late to say what the body was
  else headers_.take(line);
  if (headers_.bytes > max_header_bytes) stop_ = Stop::headers_too_long;
  if (headers_.two_lengths) stop_ = Stop::two_lengths;
}

// Before the first byte of a body: is it the file, and where in it does it begin?
void HttpTransfer::check_reply() {
  const long now = status();
  is_file_ = now == 200 || (now == 206 && question_.by_range);
  if (!is_file_) return;
  if (!headers_.encoding.empty()) {
    stop_ = Stop::encoded;
  } else if (now == 206) {
    position_ = question_.first_byte;
    const auto& range = headers_.range;
    if (!range || range->first != question_.first_byte) stop_ = Stop::wrong_range;
    if (position_ > question_.max_bytes || (range && range->whole && *range->whole > question_.max_bytes))
      stop_ = Stop::too_much;
  }
}

void HttpTransfer::take_body(ByteView piece) {
  if (!body_started_) check_reply();
  body_started_ = true;
  if (stop_ != Stop::no) return;
  if (!is_file_) {  // the body of a redirect or an error page is nobody's file
    body_started_ = false;
    error_page_bytes_ += piece.size();
    if (error_page_bytes_ > max_error_page_bytes) stop_ = Stop::error_page;
    return;
  }
  if (piece.size() > question_.max_bytes - position_) {
    stop_ = Stop::too_much;
    return;
  }
  const std::uint64_t before = position_;
  position_ += piece.size();
  if (position_ <= question_.first_byte) return;
  if (before < question_.first_byte) piece.remove_prefix(question_.first_byte - before);
  hand_on(piece);
}

void HttpTransfer::hand_on(ByteView piece) {
  if (question_.sink != nullptr) {
    (*question_.sink)(piece);
    return;
  }
  if (bytes_.empty() && headers_.length && *headers_.length <= question_.max_bytes)
    bytes_.reserve(*headers_.length);
  bytes_ += piece;
}

long HttpTransfer::status() const {
  long status = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
  return status;
}

std::string HttpTransfer::wish_to_wait() const {
  const auto wait = asked_to_wait(headers_);
  return wait ? fmt::format(" and asks to come back in {} s", wait->count()) : "";
}

// libcurl's own words, but never the user name and password of a proxy: it quotes a proxy that it does not
// understand.
std::string HttpTransfer::reason(CURLcode code) const {
  const std::string_view said = reason_;
  if (said.empty()) return curl_easy_strerror(code);
  if (said.starts_with("Unsupported proxy")) return "the address of the proxy is not understood";
  return std::string(said);
}

HttpEnd HttpTransfer::finish(CURLcode code) {
  if (thrown_) std::rethrow_exception(thrown_);
  if (stop_ == Stop::no && code == CURLE_OK && !body_started_) check_reply();  // an empty body
  HttpEnd end;
  end.code = code;
  end.status = status();
  curl_easy_getinfo(easy_.get(), CURLINFO_HTTP_CONNECTCODE, &end.proxy_status);
  end.next_byte = std::max(position_, question_.first_byte);
  end.broke_a_rule = stop_ != Stop::no;
  conclude(end);
  if (end.reply.outcome == FetchReply::Outcome::received) {
    end.reply.tag = lasting_tag(headers_);
    end.reply.bytes = std::move(bytes_);
  }
  end.reply.date = headers_.date;
  end.headers = std::move(headers_);
  return end;
}

void HttpTransfer::conclude(HttpEnd& end) const {
  using Outcome = FetchReply::Outcome;
  FetchReply& reply = end.reply;
  const auto failed = [&](std::string_view why) { reply.failure = cannot_fetch(question_.url, why); };
  const auto too_long = [&] {
    reply.outcome = Outcome::too_long;
    reply.failure = limit("{} is larger than {} bytes, the most that is read of it", shown_url(question_.url),
                          question_.max_bytes);
  };
  if (stop_ == Stop::headers_too_long) return failed("the server's headers do not end");
  if (stop_ == Stop::two_lengths) return failed("the server states two lengths of it");
  if (stop_ == Stop::too_much) return too_long();
  if (stop_ == Stop::encoded) {
    return failed(
        fmt::format("the server answers in the encoding '{}', which was not asked for", headers_.encoding));
  }
  const bool answered =
      end.code == CURLE_OK || end.code == CURLE_FILESIZE_EXCEEDED || stop_ == Stop::error_page;
  end.range_unusable = stop_ == Stop::wrong_range || (answered && question_.by_range && end.status == 416);
  if (end.range_unusable) return failed("the server does not send the range that was asked for");
  if (answered && says_absent(end.status)) {
    reply.outcome = Outcome::absent;
  } else if (answered && end.status == 304 && !question_.unless_tag.empty()) {
    reply.outcome = Outcome::unchanged;
  } else if (answered && end.status != 200 && !(end.status == 206 && question_.by_range)) {
    failed(fmt::format("the server answers with status {}{}", end.status, wish_to_wait()));
  } else if (end.code == CURLE_FILESIZE_EXCEEDED) {
    too_long();
  } else if (end.code == CURLE_PEER_FAILED_VERIFICATION) {
    reply.failure = not_proved(question_.url, reason(end.code));
  } else if (end.code != CURLE_OK) {
    failed(reason(end.code));
  } else if (end.status == 206 && headers_.range->whole.value_or(position_) != position_) {
    end.code = CURLE_PARTIAL_FILE;  // it sent a part of the range
    failed("the transfer ended before the end of the file");
  } else {
    reply.outcome = Outcome::received;
  }
}

}  // namespace tuf
