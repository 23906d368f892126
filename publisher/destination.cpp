#include "publisher/destination.h"

#include <mutex>

#include "libtufcore/error.h"
#include "publisher/online_roles.h"

namespace tuf {

std::vector<OptionSpec> destination_options() {
  return joined({{{"to", "DIR", "the folder of the published tree, or s3://BUCKET/PREFIX"}}, s3_option_specs()});
}

FreeVersion free_version_in(const fs::path& folder) {
  return free_version_where(folder.string(), [folder](const std::string& path) {
    return fs::exists(fs::symlink_status(folder / path));
  });
}

Destination::Destination(const Arguments& arguments, Output& out) : name_(arguments.required_option("to")) {
  if (!is_s3_address(name_)) {
    // Only a first publication, or one that goes on from another place, makes the folder.
    const bool may_be_new = arguments.flag("first") || arguments.option("previous");
    if (may_be_new || fs::is_directory(name_)) lock_.emplace(name_);
    return;
  }
  S3Options options = s3_options(arguments, name_);
  name_ = options.address.text();
  options.patience.note = [&out, mutex = std::make_shared<std::mutex>()](const std::string& text) {
    const std::lock_guard lock(*mutex);
    out.note(text);
  };
  tidy_first_.emplace();
  work_folder_.emplace(fs::temp_directory_path(), "pgpublish-");
  bucket_.emplace(std::move(options));
}

std::optional<PublishedSite> Destination::previous(const Digest& pinned_root, const PublishedSite* known) {
  if (!bucket_ && !lock_) return std::nullopt;  // what somebody made since is not read without the lock
  return read_published_site(bucket_ ? bucket_->reader() : folder_reader(name_), pinned_root, known);
}

FreeVersion Destination::free_version() {
  return bucket_ ? bucket_->free_version() : free_version_in(name_);
}

WrittenSite Destination::write(const Rendering& rendering, const TreeReader* tree, const LfsStore& lfs) {
  if (!bucket_) return write_site(name_, rendering, tree, lfs);
  for (const SiteFile& file : rendering.files) {  // before any of them is sent
    if (file.git) require_storable(file.path, file.git->length);
  }
  write_site(work_folder_->path(), rendering, tree, lfs);
  return bucket_->upload(rendering, work_folder_->path());
}

}  // namespace tuf
