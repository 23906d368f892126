#pragma once
// How HTTP is to be spoken: patience, proxy, certificate authorities.

#include <chrono>
#include <functional>
#include <optional>
#include <string>

namespace tuf {

struct HttpPatience {
  std::chrono::seconds to_connect{30};
  std::chrono::seconds to_stall{30};      // with less than 1000 bytes a second for so long a transfer ends
  int retries = 3;                        // of what may pass: a lost connection, a server that is too busy
  std::chrono::seconds longest_wait{60};  // when a server asks for more, it is asked no more
  // What waiting needs from the world.
  std::function<void(std::chrono::milliseconds)> sleep = {};  // empty: really
  std::function<double()> random = {};                        // in [0, 1); empty: the system's
  std::function<void(const std::string&)> note = {};          // "retrying in 0.7 s: cannot fetch ..."
};

struct HttpOptions {
  HttpPatience patience = {};
  std::optional<std::string> proxy = {};        // else http_proxy, https_proxy, all_proxy; no_proxy counts
  std::optional<std::string> authorities = {};  // a file of PEM certificates; else CURL_CA_BUNDLE,
                                                // SSL_CERT_FILE, SSL_CERT_DIR, the system's
};

}  // namespace tuf
