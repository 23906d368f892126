#include "client/fetcher.h"

#include <utility>

namespace tuf {

std::optional<Bytes> Fetcher::fetch(const std::string& url, std::uint64_t max_bytes) {
  FetchReply reply = std::move(fetch_all({{url, max_bytes}}).front());
  if (reply.outcome == FetchReply::Outcome::absent) return std::nullopt;
  if (reply.failure) throw *reply.failure;
  return std::move(reply.bytes);
}

}  // namespace tuf
