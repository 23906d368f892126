#pragma once
// Where a tree is published: a folder, or a bucket by way of a folder that is there as long as the command
// runs.

#include "libtufcore/io/file.h"
#include "libtufcore/io/interrupt.h"
#include "libtufcore/io/temporary_folder.h"
#include "publisher/folder_store.h"
#include "publisher/s3_site.h"
#include "publisher/site_writer.h"

namespace tuf {

std::vector<OptionSpec> destination_options();  // --to, --s3-endpoint, --s3-region

// Passes over what a killed run left in the folder of a tree.
FreeVersion free_version_in(const fs::path& folder);

class Destination {
 public:
  Destination(const Arguments& arguments, Output& out);  // one publisher at a time in a folder: conflict

  const std::string& name() const { return name_; }
  bool is_bucket() const { return bucket_.has_value(); }
  std::optional<PublishedSite> previous(const Digest& pinned_root, const PublishedSite* known = nullptr);  // published_site.h
  FreeVersion free_version();
  // As write_site; what a bucket has already does not count.
  WrittenSite write(const Rendering& rendering, const TreeReader* tree, const LfsStore& lfs = LfsStore({}));

 private:
  std::string name_;
  std::optional<InterruptsWait> tidy_first_;  // Ctrl-C removes the work folder
  std::optional<TemporaryFolder> work_folder_;
  std::optional<SiteLock> lock_;   // empty: there is no such folder
  std::optional<S3Site> bucket_;
};

}  // namespace tuf
