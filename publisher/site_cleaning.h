#pragma once
// Which files of a published tree nobody can need any more. No list is kept for it: a snapshot was needed until the next one was
// made, which that one says (x-pg-made), and versions only grow. So everything that neither the current snapshot nor one that
// was replaced less than the grace period ago refers to can go.

#include "publisher/published_site.h"

namespace tuf {

inline constexpr int default_grace_days = 7;

// In the order of removal: a kill at any moment leaves what the next run needs to go on. Roots always stay.
std::vector<std::string> files_to_remove(const fs::path& folder, const PublishedSite& site, UtcTime now, int grace_days);

}  // namespace tuf
