#include "publisher/site_reader.h"

#include "libtufcore/error.h"
#include "libtufcore/repository_state.h"
#include "publisher/http_get.h"

namespace tuf {

SiteReader folder_reader(const std::filesystem::path& folder) {
  return {folder.string(), [folder](const std::string& path) { return read_file_if_there(folder / path, max_metadata_bytes); }};
}

SiteReader web_reader(const std::string& url) {
  const std::string root = url.ends_with('/') ? url.substr(0, url.size() - 1) : url;
  // The paths that are asked for hold nothing that would have to be encoded.
  return {escaped(root, 1024), [root, http = std::make_shared<HttpGet>()](const std::string& path) {
            return http->get(fmt::format("{}/{}", root, path), max_metadata_bytes);
          }};
}

bool is_site_url(std::string_view place) { return place.starts_with("http://") || place.starts_with("https://"); }

SiteReader site_reader(const std::string& place) { return is_site_url(place) ? web_reader(place) : folder_reader(place); }

}  // namespace tuf
