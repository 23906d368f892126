#pragma once
// A target from the first of several servers that gives the right bytes (H-06, H-07): each one's go through
// the same check, and one that fails is reported and never stops the next.

#include "client/download.h"

namespace tuf {

// `urls` of the same target, in the order in which to ask. Throws what the first of them did when all fail.
void download_from_any(Fetcher& fetcher, const std::vector<std::string>& urls, const FoundTarget& target,
                       const std::filesystem::path& output, Existing existing,
                       const std::function<void(std::uint64_t)>& progress,
                       const std::function<void(const std::string&)>& warn);

}  // namespace tuf
