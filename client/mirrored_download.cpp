#include "client/mirrored_download.h"

#include <optional>

#include "client/mirror_fault.h"

namespace tuf {

void download_from_any(Fetcher& fetcher, const std::vector<std::string>& urls, const FoundTarget& target,
                       const std::filesystem::path& output, Existing existing,
                       const std::function<void(std::uint64_t)>& progress,
                       const std::function<void(const std::string&)>& warn) {
  std::optional<Error> first_fault;
  for (const std::string& url : urls) {
    try {
      return download_target(fetcher, url, target, output, existing, progress);
    } catch (const Error& fault) {
      if (!is_fault_of_mirror(fault)) throw;
      if (urls.size() > 1) warn(fault.what());
      if (!first_fault) first_fault = fault;
    }
  }
  if (!first_fault) throw bug("a download without a URL");
  throw *first_fault;
}

}  // namespace tuf
