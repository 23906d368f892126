#pragma once
// Where proposals are looked for: our own branches, the remotes' branches sign/*, pull requests of the common
// forges, forks by URL, bundle files. The git program fetches into places that belong to this program alone
// (refs/pg/found/...) or that are refreshed by every fetch (refs/remotes/<remote>/sign/...); nothing that is
// checked out is touched. Number and size are bounded; a source that fails is told and does not stop the
// others.

#include <string>
#include <vector>

#include "libtufcore/io/command_line.h"
#include "signer/proposal.h"

namespace tuf {

inline constexpr std::size_t max_branches_of_a_source = 500;
inline constexpr std::size_t max_pull_requests_of_a_source = 200;  // the newest

struct RemoteReference {
  std::string name;  // "refs/pull/12/head"
  CommitId commit;
};
struct ChosenReferences {
  std::vector<RemoteReference> references;
  std::vector<std::string> refused;  // names that are not fetched, escaped
  std::size_t left_out = 0;          // more than are looked at
};
// What to take of `git ls-remote`'s output. Of a bundle every branch and private reference, else proposals
// only.
enum class SourceKind { repository, bundle };
ChosenReferences choose_references(const std::string& ls_remote, SourceKind kind);
// "branch sign/abc/0123 of origin", "pull request 12 of origin", escaped.
std::string shown_reference(const std::string& reference);
// The end of a URL or path, and the first digits of a hash: of the URL, of the bundle's content. What came on
// one stick stays when another file of the same name is read.
std::string source_name(const std::string& url_or_path, const std::string& hash);
// Where the references of a URL or folder lie.
std::string prefix_of_source(const std::string& url);

struct SourceOptions {
  std::vector<std::string> from;  // URLs, folders, bundles
  bool fetch = true;              // the remotes
};
std::vector<OptionSpec> source_options();  // --from, --no-fetch
SourceOptions source_options_of(const Arguments& arguments);

struct Found {
  ProposalBase base;
  ProposalBook book;
  std::vector<std::string>
      not_asked;  // remotes that were not reached, and why, escaped: what is known of them is older
};
// Fetches (a named source that fails throws, a remote is warned about), verifies main, and reads what lies
// here then.
Found look(GitRepository& git, const SourceOptions& options, Output& out, UtcTime now);
inline const SourceOptions here_only{{}, false};
std::vector<Candidate> found_candidates(const GitRepository& git);  // what lies here now

// Only that one: what `pgsign import` does. Returns the prefix of its references here.
std::string fetch_source(GitRepository& git, const std::string& url_or_path, Output& out);
// The main branch as it is there now. Throws network; nothing when it is not there yet.
void fetch_main(const GitRepository& git, const Remote& remote);

// Of this program alone: what was signed here and may be nowhere else, what was rejected, what was found.
inline constexpr std::string_view signed_here_prefix = "refs/pg/signed/";
inline constexpr std::string_view rejected_here_prefix = "refs/pg/rejected/";
inline constexpr std::string_view found_prefix = "refs/pg/found/";
// Drops what main has from refs/pg/, and what nobody can complete any more unless it would be fetched again.
void forget_finished(GitRepository& git, const ProposalBook& book);

}  // namespace tuf
