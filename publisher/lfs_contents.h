#pragma once
// What publishing will ask of git-lfs, asked before: a merged pointer whose content nobody has holds up every
// publication after it.

#include "libtufcore/git/commit_range.h"
#include "libtufcore/io/command_line.h"
#include "publisher/lfs_store.h"

namespace tuf {

OptionSpec lfs_option(std::string help);  // --lfs DIR, may be repeated
// The repository's own lfs/objects, and the folders of --lfs.
LfsStore lfs_store(const Arguments& arguments, const GitRepository& repository,
                   std::string hint = std::string(LfsStore::fetch_hint));
struct MissingContent {
  ReleasePath file;
  std::string text;  // "projects/.../big.bin at commit 1a2b3c4d: its LFS object 4d7a... is missing in ..."
};
// Of the files to publish that are new in the range: those that are pointers to contents that are not there, by
// their length. Reads no content.
std::vector<MissingContent> missing_contents(const GitRepository& repository, const JudgedRange& range, const LfsStore& store);
// Every released file to publish that is new in the range can be had, with its length and digest; throws refused, naming
// the first that cannot. How many there were.
std::size_t require_contents(const GitRepository& repository, const JudgedRange& range,
                             const LfsStore& store);

}  // namespace tuf
