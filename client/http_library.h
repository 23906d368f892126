#pragma once
// What libcurl says about itself, for people.

#include <string>

namespace tuf {

std::string http_library_version();  // "libcurl/7.88.1 OpenSSL/3.0.11 ...", as loaded
// Who vouches for https servers when the user does not say.
std::string default_authorities();

}  // namespace tuf
