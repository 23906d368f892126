#pragma once
// The published tree in a bucket. Its whole state is what the bucket holds: the last publication is read from
// there, what is there already is not sent again, and after a kill the same command goes on. Objects that
// never change are never written with other bytes; timestamp.json comes last, and only in the place of the
// one that this run began with (C-07, C-10, C-11).

#include <mutex>

#include "publisher/render.h"
#include "publisher/s3_client.h"

namespace tuf {

inline constexpr std::uint64_t max_s3_object_bytes = 5ull << 30;  // the protocol's limit for one request
// Throws limit for a file that is larger.
void require_storable(std::string_view key, std::uint64_t length);

class S3Site {
 public:
  explicit S3Site(S3Options options);
  // Reads straight from the store. Reading timestamp.json notes which one this run begins with.
  SiteReader reader();
  // Passes over versions that publications which did not finish, or run now, have used.
  FreeVersion free_version();
  // `folder` holds the files of the rendering, as write_site left them.
  WrittenSite upload(const Rendering& rendering, const std::filesystem::path& folder);

 private:
  struct Upload;
  static Upload upload_of(const SiteFile& file, const std::filesystem::path& folder);
  using Uploads = std::vector<Upload>;
  void upload_all(const Uploads& uploads, WrittenSite& done);
  void upload_one(S3Client& client, const Upload& upload, WrittenSite& done);
  bool is_there(S3Client& client, const Upload& upload, const std::optional<S3Object>& object) const;
  void replace_timestamp(const S3Upload& upload, WrittenSite& done);

  S3Library library_;
  S3Options options_;
  S3Client client_;
  std::mutex mutex_;                      // of WrittenSite
  std::optional<std::string> first_tag_;  // of timestamp.json; empty text: there was none
};

// A folder, a live site, or a bucket, to be read; the bucket's options are among the arguments.
SiteReader place_reader(const Arguments& arguments, const std::string& place);

}  // namespace tuf
