#pragma once
// Who vouches for an https server: the user's choice, as people know it from curl, or the system's
// authorities.

#include <optional>
#include <string>

#include "client/http_options.h"

namespace tuf {

struct Authorities {
  std::optional<std::string> file, folder;  // only what is named counts
};

// --cacert, CURL_CA_BUNDLE, SSL_CERT_FILE, SSL_CERT_DIR; empty: the user says nothing.
std::optional<Authorities> chosen_authorities(const HttpOptions& options);

// The system's folder with one file a certificate, named by its hash: only the needed one is read, while the
// bundle of all takes 20 ms to parse. Empty when there is no such folder.
std::optional<Authorities> hashed_authorities(const std::string& folder = "/etc/ssl/certs");

}  // namespace tuf
