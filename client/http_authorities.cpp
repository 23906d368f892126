#include "client/http_authorities.h"

#include <dirent.h>

#include <cstdlib>
#include <memory>
#include <string_view>

namespace tuf {
namespace {

std::optional<std::string> environment(const char* name) {
  const char* value = std::getenv(name);
  if (value == nullptr || *value == '\0') return std::nullopt;
  return value;
}

// "4042bcee.0"
bool is_hash_name(std::string_view name) {
  constexpr std::string_view digits = "0123456789abcdef";
  return name.size() >= 10 && name[8] == '.' &&
         name.substr(0, 8).find_first_not_of(digits) == std::string_view::npos &&
         name.substr(9).find_first_not_of("0123456789") == std::string_view::npos;
}

}  // namespace

std::optional<Authorities> chosen_authorities(const HttpOptions& options) {
  if (options.authorities) return Authorities{options.authorities, std::nullopt};
  if (auto bundle = environment("CURL_CA_BUNDLE")) return Authorities{std::move(bundle), std::nullopt};
  Authorities named{environment("SSL_CERT_FILE"), environment("SSL_CERT_DIR")};
  if (!named.file && !named.folder) return std::nullopt;
  return named;
}

std::optional<Authorities> hashed_authorities(const std::string& folder) {
  const std::unique_ptr<DIR, int (*)(DIR*)> entries(opendir(folder.c_str()), &closedir);
  while (entries) {
    const dirent* entry = readdir(entries.get());
    if (entry == nullptr) break;
    if (is_hash_name(entry->d_name)) return Authorities{std::nullopt, folder};
  }
  return std::nullopt;
}

}  // namespace tuf
