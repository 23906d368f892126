#pragma once
// What several commands take from the command line: the repository, the pinned root, the previous publication.

#include "libtufcore/io/command_line.h"
#include "libtufcore/git/commit_range.h"
#include "publisher/published_site.h"

namespace tuf {

std::vector<OptionSpec> root_options();         // --root-sha256, --root
std::vector<OptionSpec> branch_options();       // these, and --repository, --commit
OptionSpec previous_option();                   // --previous
std::vector<OptionSpec> source_options();       // all of these
Digest pinned_root(const Arguments& arguments);

struct Source {
  GitRepository repository;
  Digest pinned_root;
  CommitId tip;                                 // fixed here, once
};

// The tree of --previous, and the commit in its timestamp; empty without that option. Throws not_found when there is no publication.
std::optional<PublishedSite> previous_site(const Arguments& arguments, const Digest& root);
std::optional<CommitId> last_published(const Arguments& arguments, const Digest& root);
Source open_source(const Arguments& arguments);
Source open_source(const Arguments& arguments, const Digest& pinned_root);

}  // namespace tuf
