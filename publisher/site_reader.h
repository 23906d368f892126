#pragma once
// A published tree that is read back: a folder, a live site by http(s), a bucket. What it says is nobody's word until it is
// verified (published_site.h).

#include <functional>
#include <optional>
#include <string>

#include "libtufcore/io/file.h"

namespace tuf {

struct SiteReader {
  std::string name;                                                  // for messages: the folder or the address
  // A file below the root, at most max_metadata_bytes of it; empty when there is none.
  std::function<std::optional<Bytes>(const std::string& path)> read;
};
SiteReader folder_reader(const std::filesystem::path& folder);
SiteReader web_reader(const std::string& url);
bool is_site_url(std::string_view place);
SiteReader site_reader(const std::string& folder_or_url);

}  // namespace tuf
