#pragma once
// One file after the other from a web server, over one connection: no redirects, no transparent decoding, bounded in size and
// time. The publisher reads the last publication with it.

#include <memory>
#include <optional>
#include <string>

#include "libtufcore/bytes.h"

namespace tuf {

class HttpGet {
 public:
  HttpGet();
  ~HttpGet();
  // Empty for 404. Throws network; limit for more than max_bytes.
  std::optional<Bytes> get(const std::string& url, std::size_t max_bytes) const;

 private:
  struct Handle;
  std::unique_ptr<Handle> handle_;
};

}  // namespace tuf
