#pragma once
// Role `new` and its shards as a site serves them, against what the publisher itself makes of the same
// commit.

#include "publisher/site_audit.h"

namespace tuf {

// Adds to `result` what differs, and what has expired. Free is only what depends on the site and its days:
// versions, expiry, the day's count of names, whether there are shards; and people's names for keys, which
// nobody trusts.
void audit_new_projects(const PublishedSite& site, const RepositoryState& state, UtcTime now,
                        SiteAudit& result);

}  // namespace tuf
