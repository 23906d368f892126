#pragma once
// Single objects of a bucket: look, read, store. Each request is signed (AWS Signature Version 4, by libcurl)
// and covers the SHA-256 of what is sent; what may pass is tried again. For one thread. All throw network where the store does
// not answer or fails, forbidden where it refuses the credentials.

#include <curl/curl.h>

#include <filesystem>
#include <optional>

#include "libtufcore/c_handle.h"
#include "libtufcore/digest.h"
#include "libtufcore/site_headers.h"
#include "publisher/s3_options.h"

namespace tuf {

struct S3Object {   // what the store says about one
  std::string tag;  // entity tag, with its quotes
  std::uint64_t length = 0;
  std::string sha256;  // x-amz-meta-sha256: as its uploader stated it
  std::string cache_control, content_type;
};

struct S3Upload {
  std::string key;                  // below the prefix
  ByteView bytes = {};              // what is sent, or
  std::filesystem::path file = {};  // the file that holds it
  std::uint64_t length = 0;
  Digest sha256;  // of what may be sent: other bytes are not
  SiteHeaders headers;
};

// When the store may do it. Stores that do not know conditions ignore them or answer 501.
struct S3Condition {
  enum class Kind { none, is_new, has_tag } kind = Kind::none;
  std::string tag = {};
};

class S3Client {
 public:
  explicit S3Client(const S3Options& options);
  S3Client(const S3Client&) = delete;  // libcurl knows its address
  S3Client& operator=(const S3Client&) = delete;

  std::optional<S3Object> look(const std::string& key);
  struct Read {
    S3Object object;
    Bytes bytes;
  };
  std::optional<Read> read(const std::string& key, std::size_t max_bytes);  // throws limit for a larger one
  // Reads all of it, and is not tried again; empty when it has another length.
  std::optional<Digest> digest_of_object(const std::string& key, std::uint64_t length);
  // False when the condition does not hold. Throws refused when the file is not what `upload` says.
  bool store(const S3Upload& upload, const S3Condition& condition);
  std::string url_of(const std::string& key) const;

 private:
  struct Request;
  struct Reply;
  class Running;
  Reply ask(const Request& request);
  Reply ask_once(const Request& request);
  bool wait_after(const Request& request, const Reply& reply, int failures);
  [[noreturn]] void fail(const Request& request, const Reply& reply) const;

  const S3Options& options_;
  CHandle<CURLM, curl_multi_cleanup> multi_;
  CHandle<CURL, curl_easy_cleanup> easy_;
};

// libcurl starts; before the first S3Client, once for all threads.
class S3Library {
 public:
  S3Library();
  ~S3Library();
  S3Library(const S3Library&) = delete;
  S3Library& operator=(const S3Library&) = delete;
};

}  // namespace tuf
