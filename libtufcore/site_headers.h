#pragma once
// What a web host says about each file of the published tree: one table, for `pgpublish serve`, for uploads
// to object storage, and for the configurations in examples/web (a test compares them).

#include <string_view>

namespace tuf {

struct SiteHeaders {
  std::string_view cache_control, content_type;
  bool operator==(const SiteHeaders&) const = default;
};

// `site_path` is relative to the tree's root, as on the disk.
SiteHeaders site_headers(std::string_view site_path);

// A cache that keeps a 404 for the next root hides that root from every client behind it.
inline constexpr std::string_view cache_control_of_404 = "no-store";

}  // namespace tuf
