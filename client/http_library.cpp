#include "client/http_library.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include "client/http_authorities.h"

namespace tuf {

std::string http_library_version() { return curl_version(); }

std::string default_authorities() {
  if (const auto hashed = hashed_authorities()) return "the system's, " + *hashed->folder;
  const curl_version_info_data* info = curl_version_info(CURLVERSION_NOW);
  const char* bundle = info->age >= CURLVERSION_SEVENTH ? info->cainfo : nullptr;
  return bundle == nullptr ? "libcurl's default" : fmt::format("the system's, {}", bundle);
}

}  // namespace tuf
