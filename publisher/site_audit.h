#pragma once
// What a published tree serves against what a judged history says: for auditors and mirrors who do not
// believe the publisher. The publisher's own keys sign the snapshot and role `new`; whatever of it git does
// not bear out is told, and what clients refuse because it has expired. Each role's file is asked for.

#include <functional>
#include <string>
#include <vector>

#include "libtufcore/git/commit_range.h"
#include "publisher/published_site.h"

namespace tuf {

struct SiteAudit {
  struct Difference {
    std::string role;
    std::string what;  // a sentence part: "version 7 is served; no commit has it"
  };
  std::size_t commits_behind = 0;  // accepted, and not published yet
  std::size_t roles = 0;           // compared
  std::vector<Difference> differences;
  struct Expired {
    std::string role;
    std::uint64_t version;
    UtcTime expires;
  };
  std::vector<Expired> expired;  // of the roles that everybody needs: all but the projects'
  void note_expiry(const RoleName& role, std::uint64_t version, UtcTime expires, UtcTime now);
};

using AuditProgress = std::function<void(std::size_t compared, std::size_t all)>;  // roles

// Throws refused when the commit that the site names is none of the accepted ones in `history`, which begins
// with the first.
SiteAudit audit_site(const GitRepository& repository, const JudgedRange& history, const PublishedSite& site,
                     const Digest& pinned_root, UtcTime now, const AuditProgress& progress = {});

}  // namespace tuf
