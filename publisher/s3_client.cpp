#include "publisher/s3_client.h"

#include <fcntl.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "libtufcore/bytes.h"
#include "libtufcore/error.h"
#include "libtufcore/io/descriptor.h"
#include "libtufcore/io/interrupt.h"
#include "libtufcore/parse_number.h"

namespace tuf {
namespace {

using CurlList = CHandle<curl_slist, curl_slist_free_all>;

constexpr std::size_t max_error_bytes = 64u << 10;
constexpr std::size_t max_header_bytes = 64u << 10;
constexpr double first_wait_ms = 500, longest_wait_ms = 20'000;
constexpr std::int64_t longest_asked_wait_s = 60;

void add_line(CurlList& list, const std::string& line) {
  curl_slist* longer = curl_slist_append(list.get(), line.c_str());
  if (longer == nullptr) throw bug("libcurl has no memory");
  static_cast<void>(list.release());
  list.reset(longer);
}

void require(CURLMcode code) {
  if (code != CURLM_OK) throw bug("libcurl fails: {}", curl_multi_strerror(code));
}

bool may_pass(CURLcode code, long status) {
  if (code == CURLE_OK)
    return status == 408 || status == 409 || status == 429 ||
           (status >= 500 && status != 501 && status != 505);
  switch (code) {
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT:
    case CURLE_OPERATION_TIMEDOUT:
    case CURLE_GOT_NOTHING:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_PARTIAL_FILE:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
      return true;
    default:
      return false;
  }
}

double any_share() {
  std::random_device device;
  return std::uniform_real_distribution<double>()(device);
}

// "<Error><Code>NoSuchBucket</Code>..."
std::string error_code(std::string_view body) {
  const std::size_t begin = body.find("<Code>"), end = body.find("</Code>");
  if (begin == std::string_view::npos || end == std::string_view::npos || end < begin + 6) return {};
  return std::string(body.substr(begin + 6, end - begin - 6));
}

std::string hint_for(long status, std::string_view code) {
  if (code == "RequestTimeTooSkewed") return "this machine's clock is wrong";
  if (code == "NoSuchBucket") return "the bucket is made by its owner, not by pgpublish";
  if (status == 301 || status == 307 || code == "AuthorizationHeaderMalformed")
    return "the bucket is in another region: --s3-region NAME";
  if (status == 401 || status == 403)
    return "look at AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and at what this key may do in the bucket";
  return "what is in the store stays valid; the same command goes on from there";
}

}  // namespace

struct S3Client::Request {
  enum class Method { head, get, put } method;
  std::string key;
  const S3Upload* upload = nullptr;
  S3Condition condition = {};
  std::size_t max_bytes = 0;                // of the body that is kept
  std::function<void(ByteView)> sink = {};  // else it is kept
  const char* verb() const {
    return method == Method::head ? "look at" : method == Method::get ? "read" : "store";
  }
};

struct S3Client::Reply {
  CURLcode code = CURLE_OK;
  long status = 0;
  S3Object object;
  Bytes body;
  std::optional<std::int64_t> asked_to_wait;
  std::string reason;  // libcurl's words
  bool too_long = false, other_bytes = false;
};

// One transfer: what libcurl's callbacks work on.
class S3Client::Running {
 public:
  Running(CURL* easy, const Request& request, const std::string& url, const S3Options& options)
      : easy_(easy), request_(request) {
    curl_easy_reset(easy);  // keeps the connection
    set(CURLOPT_URL, url.c_str());
    set(CURLOPT_PATH_AS_IS, 1L);
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_USERAGENT, "pgpublish/" PG_VERSION);
    set(CURLOPT_ERRORBUFFER, reason_);
    set(CURLOPT_CONNECTTIMEOUT, 30L);
    set(CURLOPT_LOW_SPEED_LIMIT, 1000L);
    set(CURLOPT_LOW_SPEED_TIME, 30L);
    if (!options.authorities.empty()) set(CURLOPT_CAINFO, options.authorities.c_str());
    set(CURLOPT_HEADERFUNCTION, &callback<&Running::take_header>);
    set(CURLOPT_HEADERDATA, this);
    set(CURLOPT_WRITEFUNCTION, &callback<&Running::take_body>);
    set(CURLOPT_WRITEDATA, this);
    sign(options.access);
    if (request.method == Request::Method::head) set(CURLOPT_NOBODY, 1L);
    if (request.method == Request::Method::put) prepare_upload();
    set(CURLOPT_HTTPHEADER, lines_.get());
  }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

  Reply finish(CURLcode code) {
    reply_.code = code;
    curl_easy_getinfo(easy_, CURLINFO_RESPONSE_CODE, &reply_.status);
    reply_.reason = reason_[0] != '\0' ? reason_ : curl_easy_strerror(code);
    // An answer that comes before the end of the body is one all the same.
    const bool cut_short = code == CURLE_SEND_ERROR && reply_.status >= 400;
    if (cut_short) reply_.code = CURLE_OK;
    return std::move(reply_);
  }

 private:
  template <typename Value>
  void set(CURLoption option, Value value) {
    const CURLcode code = curl_easy_setopt(easy_, option, value);
    if (code != CURLE_OK) throw bug("libcurl refuses an option: {}", curl_easy_strerror(code));
  }

  void sign(const S3Access& access) {
    set(CURLOPT_AWS_SIGV4, fmt::format("aws:amz:{}:s3", access.region).c_str());
    set(CURLOPT_USERNAME, access.key_id.c_str());
    set(CURLOPT_PASSWORD, std::string(access.secret.view()).c_str());
    const Digest sent = request_.upload != nullptr ? request_.upload->sha256 : sha256_of("");
    add_line(lines_, "x-amz-content-sha256: " + sent.hex());
    if (!access.session_token.empty()) add_line(lines_, "x-amz-security-token: " + access.session_token);
  }

  void prepare_upload() {
    const S3Upload& upload = *request_.upload;
    add_line(lines_, fmt::format("Cache-Control: {}", upload.headers.cache_control));
    add_line(lines_, fmt::format("Content-Type: {}", upload.headers.content_type));
    add_line(lines_, "x-amz-meta-sha256: " + upload.sha256.hex());
    if (request_.condition.kind == S3Condition::Kind::is_new) add_line(lines_, "If-None-Match: *");
    if (request_.condition.kind == S3Condition::Kind::has_tag)
      add_line(lines_, "If-Match: " + request_.condition.tag);
    if (!upload.file.empty()) {
      file_.reset(::open(upload.file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
      if (file_.get() < 0) throw system_error("read", upload.file);
    }
    set(CURLOPT_UPLOAD, 1L);
    set(CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(upload.length));
    set(CURLOPT_READFUNCTION, &send_more);
    set(CURLOPT_READDATA, this);
  }

  // The last bytes leave only when all of them are what was signed: the store drops an upload that breaks off
  // (C-01).
  static std::size_t send_more(char* buffer, std::size_t size, std::size_t count, void* user) noexcept {
    Running& self = *static_cast<Running*>(user);
    const S3Upload& upload = *self.request_.upload;
    const std::size_t wanted =
        static_cast<std::size_t>(std::min<std::uint64_t>(size * count, upload.length - self.sent_));
    std::size_t got = wanted;
    if (self.file_.get() < 0) {
      std::copy_n(upload.bytes.data() + self.sent_, wanted, buffer);
    } else {
      const ssize_t read = ::read(self.file_.get(), buffer, wanted);
      got = read < 0 ? 0 : static_cast<std::size_t>(read);
    }
    self.hasher_.update({buffer, got});
    self.sent_ += got;
    const bool at_end = self.sent_ == upload.length;
    if ((got == 0 && !at_end) || (at_end && wanted > 0 && self.hasher_.finish() != upload.sha256)) {
      self.reply_.other_bytes = true;
      return CURL_READFUNC_ABORT;
    }
    return got;
  }

  bool take_header(std::string_view line) {
    header_bytes_ += line.size();
    if (header_bytes_ > max_header_bytes) return false;
    if (line.starts_with("HTTP/")) {  // "100 Continue" was not the answer
      reply_.object = {};
      reply_.asked_to_wait = std::nullopt;
      is_good_ = line.find(" 200") != std::string_view::npos;
      return true;
    }
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) return true;
    std::string name(line.substr(0, colon));
    std::ranges::transform(name, name.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    line.remove_prefix(colon + 1);
    const std::size_t begin = line.find_first_not_of(" \t\r\n"), end = line.find_last_not_of(" \t\r\n");
    const std::string value(begin == std::string_view::npos ? "" : line.substr(begin, end - begin + 1));
    take_field(name, value);
    return true;
  }

  void take_field(std::string_view name, const std::string& value) {
    if (name == "etag") reply_.object.tag = value;
    if (name == "x-amz-meta-sha256") reply_.object.sha256 = value;
    if (name == "cache-control") reply_.object.cache_control = value;
    if (name == "content-type") reply_.object.content_type = value;
    if (name == "content-length") reply_.object.length = parse_number<std::uint64_t>(value).value_or(0);
    if (name == "retry-after") reply_.asked_to_wait = parse_number<std::int64_t>(value);
  }

  bool take_body(std::string_view piece) {
    if (is_good_ && request_.sink) {
      request_.sink(piece);
      return true;
    }
    if (reply_.body.size() + piece.size() > (is_good_ ? request_.max_bytes : max_error_bytes)) {
      reply_.too_long = is_good_;
      return !is_good_;  // the rest of an error page is of no use
    }
    reply_.body += piece;
    return true;
  }

  template <bool (Running::*handle)(std::string_view)>
  static std::size_t callback(char* bytes, std::size_t size, std::size_t count, void* user) noexcept {
    return (static_cast<Running*>(user)->*handle)({bytes, size * count}) ? size * count
                                                                         : CURL_WRITEFUNC_ERROR;
  }

  CURL* easy_;
  const Request& request_;
  CurlList lines_;
  Descriptor file_;
  std::uint64_t sent_ = 0;
  Hasher hasher_{HashAlgorithm::sha256};
  std::size_t header_bytes_ = 0;
  bool is_good_ = false;
  Reply reply_;
  char reason_[CURL_ERROR_SIZE] = {};
};

S3Library::S3Library() {
  if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) throw bug("libcurl does not start");
}
S3Library::~S3Library() { curl_global_cleanup(); }

S3Client::S3Client(const S3Options& options)
    : options_(options), multi_(curl_multi_init()), easy_(curl_easy_init()) {
  if (!multi_ || !easy_) throw bug("libcurl has no memory");
}

std::string S3Client::url_of(const std::string& key) const {
  const S3Address& address = options_.address;
  return fmt::format("{}/{}/{}{}{}", options_.access.endpoint, address.bucket, address.prefix,
                     address.prefix.empty() ? "" : "/", percent_encode_path(key));
}

S3Client::Reply S3Client::ask_once(const Request& request) {
  Running running(easy_.get(), request, url_of(request.key), options_);
  require(curl_multi_add_handle(multi_.get(), easy_.get()));
  const auto remove = [this](CURL* easy) { curl_multi_remove_handle(multi_.get(), easy); };
  const std::unique_ptr<CURL, decltype(remove)> added(easy_.get(), remove);
  while (true) {
    throw_if_interrupted();
    int left = 0;
    require(curl_multi_perform(multi_.get(), &left));
    if (const CURLMsg* message = curl_multi_info_read(multi_.get(), &left))
      return running.finish(message->data.result);
    require(curl_multi_poll(multi_.get(), nullptr, 0, 1000, nullptr));
  }
}

// Exponential back-off with full jitter, at least as long as the store asks for.
bool S3Client::wait_after(const Request& request, const Reply& reply, int failures) {
  const S3Patience& patience = options_.patience;
  const std::int64_t asked = reply.asked_to_wait.value_or(0);
  if (failures >= patience.retries || reply.other_bytes || reply.too_long || asked > longest_asked_wait_s ||
      asked < 0)
    return false;
  if (!may_pass(reply.code, reply.status)) return false;
  const double share = patience.random ? patience.random() : any_share();
  const double longest = std::min(first_wait_ms * std::pow(2, failures), longest_wait_ms);
  const std::chrono::milliseconds time = std::max(
      std::chrono::milliseconds(static_cast<long>(longest * share)), std::chrono::milliseconds(asked * 1000));
  if (patience.note) {
    const std::string why =
        reply.code == CURLE_OK ? fmt::format("status {}", reply.status) : escaped(reply.reason);
    patience.note(fmt::format("retrying in {:.1f} s: cannot {} {}: {}",
                              static_cast<double>(time.count()) / 1000, request.verb(),
                              escaped(url_of(request.key), 512), why));
  }
  patience.sleep ? patience.sleep(time) : sleep_unless_interrupted(time);
  return true;
}

S3Client::Reply S3Client::ask(const Request& request) {
  for (int failures = 0;; ++failures) {
    Reply reply = ask_once(request);
    if (!wait_after(request, reply, failures)) return reply;
  }
}

void S3Client::fail(const Request& request, const Reply& reply) const {
  const std::string url = escaped(url_of(request.key), 512);
  if (reply.other_bytes) {
    throw refused("{} is not the file that was published: its bytes changed before they were sent",
                  request.upload->key)
        .with_hint("nothing points at it; the same command makes it again");
  }
  if (reply.too_long)
    throw limit("{} is larger than {} bytes, the most that is read of it", url, request.max_bytes);
  if (reply.code != CURLE_OK) {
    throw network("cannot {} {}: {}", request.verb(), url, escaped(reply.reason, 512))
        .with_hint(hint_for(0, ""));
  }
  const std::string code = error_code(reply.body);
  const auto kind =
      reply.status == 401 || reply.status == 403 ? Error::Kind::forbidden : Error::Kind::network;
  throw Error(kind, fmt::format("cannot {} {}: the object store answers with status {}{}{}", request.verb(),
                                url, reply.status, code.empty() ? "" : " ", escaped(code, 64)))
      .with_hint(hint_for(reply.status, code));
}

std::optional<S3Object> S3Client::look(const std::string& key) {
  const Request request{.method = Request::Method::head, .key = key};
  Reply reply = ask(request);
  if (reply.code == CURLE_OK && reply.status == 404) return std::nullopt;
  if (reply.code != CURLE_OK || reply.status != 200) fail(request, reply);
  return std::move(reply.object);
}

std::optional<S3Client::Read> S3Client::read(const std::string& key, std::size_t max_bytes) {
  const Request request{.method = Request::Method::get, .key = key, .max_bytes = max_bytes};
  Reply reply = ask(request);
  if (reply.code == CURLE_OK && reply.status == 404) {
    if (error_code(reply.body) == "NoSuchBucket") fail(request, reply);
    return std::nullopt;
  }
  if (reply.code != CURLE_OK || reply.status != 200) fail(request, reply);
  return Read{std::move(reply.object), std::move(reply.body)};
}

std::optional<Digest> S3Client::digest_of_object(const std::string& key, std::uint64_t length) {
  Hasher hasher(HashAlgorithm::sha256);
  std::uint64_t got = 0;
  Request request{.method = Request::Method::get, .key = key};
  request.sink = [&](ByteView piece) {
    got += piece.size();
    if (got <= length) hasher.update(piece);
  };
  const Reply reply = ask_once(request);  // not retried: what came before would count twice
  if (reply.code != CURLE_OK || reply.status != 200) fail(request, reply);
  if (got != length) return std::nullopt;
  return hasher.finish();
}

bool S3Client::store(const S3Upload& upload, const S3Condition& condition) {
  Request request{
      .method = Request::Method::put, .key = upload.key, .upload = &upload, .condition = condition};
  Reply reply = ask(request);
  if (reply.code == CURLE_OK && reply.status == 501 && condition.kind != S3Condition::Kind::none) {
    request.condition = {};  // it knows no conditions; the caller has looked
    reply = ask(request);
  }
  if (reply.code == CURLE_OK && (reply.status == 412 || reply.status == 404) &&
      request.condition.kind != S3Condition::Kind::none) {
    if (reply.status == 412 || error_code(reply.body) == "NoSuchKey") return false;
  }
  if (reply.code != CURLE_OK || (reply.status != 200 && reply.status != 204)) fail(request, reply);
  return true;
}

}  // namespace tuf
