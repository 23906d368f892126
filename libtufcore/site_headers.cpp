#include "libtufcore/site_headers.h"

#include "libtufcore/site_layout.h"

namespace tuf {
namespace {

constexpr std::string_view any_bytes = "application/octet-stream";

std::string_view content_type(std::string_view path) {
  // Whatever a maintainer calls a file, no browser may take it for a page of this site.
  if (path.starts_with("targets/")) return any_bytes;
  if (path.ends_with(".json")) return "application/json";
  if (path.ends_with(".html") || path.empty()) return "text/html; charset=utf-8";
  if (path.ends_with(".css")) return "text/css; charset=utf-8";
  if (path.ends_with(".js")) return "text/javascript; charset=utf-8";
  if (path.ends_with(".svg")) return "image/svg+xml";
  if (path.ends_with(".xml")) return "application/xml";
  return any_bytes;
}

}  // namespace

SiteHeaders site_headers(std::string_view path) {
  const bool immutable = cache_rule(path) == CacheRule::immutable;
  return {immutable ? "public, max-age=31536000, immutable" : "no-cache", content_type(path)};
}

}  // namespace tuf
