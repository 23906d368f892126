#include "publisher/s3_site.h"

#include <atomic>
#include <future>
#include <map>

#include "libtufcore/bytes.h"
#include "libtufcore/error.h"
#include "libtufcore/site_layout.h"
#include "publisher/online_roles.h"

namespace tuf {
namespace {

Error somebody_else(const S3Address& address) {
  return conflict("somebody else published to {} at the same time", address.text())
      .with_hint("run the same command again: it starts from what is published now");
}

// What is sent side by side, in the order of the batches.
enum class Batch { targets, roots, roles, rest };
Batch batch_of(std::string_view path) {
  if (is_below(site_targets_dir, path)) return Batch::targets;
  if (!is_below(site_metadata_dir, path)) return Batch::rest;
  return path.ends_with(".root.json") ? Batch::roots : Batch::roles;
}

// Calls work(client, index) for each index below `count`, several at once; the first failure ends all of them
// and is thrown.
template <typename Work>
void side_by_side(const S3Options& options, std::size_t count, const Work& work) {
  std::atomic<std::size_t> next = 0;
  const auto worker = [&] {
    struct StopOthers {
      std::atomic<std::size_t>& next;
      std::size_t end;
      ~StopOthers() { next = end; }
    } const when_done{next, count};
    S3Client client(options);
    for (std::size_t i; (i = next++) < count;) work(client, i);
  };
  std::vector<std::future<void>> workers;
  for (std::size_t i = 0; i < std::min<std::size_t>(count, options.at_once); ++i) {
    workers.push_back(std::async(std::launch::async, worker));
  }
  for (std::future<void>& one : workers) one.wait();
  for (std::future<void>& one : workers) one.get();
}

}  // namespace

void require_storable(std::string_view key, std::uint64_t length) {
  if (length <= max_s3_object_bytes) return;
  throw limit("{} has {} bytes; an object store takes at most {} in one piece", escaped(key, 1024), length,
              max_s3_object_bytes)
      .with_hint("publish to a folder, or let its maintainers remove the release; 'pgsign admin config set "
                 "max_file_bytes 5368709120' keeps such releases out");
}

struct S3Site::Upload : S3Upload {
  bool made_now = false;  // a version that this run signed
  bool never_changes = cache_rule(key) == CacheRule::immutable;
};

S3Site::Upload S3Site::upload_of(const SiteFile& file, const std::filesystem::path& folder) {
  if (file.git) {
    return {{.key = file.path,
             .file = folder / file.path,
             .length = file.git->length,
             .sha256 = file.git->sha256,
             .headers = site_headers(file.path)}};
  }
  return {{.key = file.path,
           .bytes = file.content,
           .length = file.content.size(),
           .sha256 = sha256_of(file.content),
           .headers = site_headers(file.path)},
          true};
}

S3Site::S3Site(S3Options options) : options_(std::move(options)), client_(options_) {}

SiteReader S3Site::reader() {
  return {options_.address.text(), [this](const std::string& path) -> std::optional<Bytes> {
            auto found = client_.read(path, max_metadata_bytes);
            if (path == timestamp_path) first_tag_ = found ? found->object.tag : "";
            if (!found) return std::nullopt;
            return std::move(found->bytes);
          }};
}

FreeVersion S3Site::free_version() {
  return free_version_where(options_.address.text(),
                            [this](const std::string& path) { return client_.look(path).has_value(); });
}

// The same bytes, said in the same way: nothing is to be done. An object that another program stored states
// no digest, and is read.
bool S3Site::is_there(S3Client& client, const Upload& upload, const std::optional<S3Object>& object) const {
  if (!object) return false;
  bool same = object->length == upload.length;
  if (same && object->sha256.empty()) {
    same = client.digest_of_object(upload.key, upload.length) == upload.sha256;
  } else {
    same = same && object->sha256 == upload.sha256.hex();
  }
  if (!same && upload.never_changes && upload.made_now) throw somebody_else(options_.address);
  if (!same && upload.never_changes) {
    throw refused("{} is there with other contents; what was published never changes",
                  client.url_of(upload.key))
        .with_hint("find out who wrote to the bucket, and restore the object");
  }
  return same && object->cache_control == upload.headers.cache_control &&
         object->content_type == upload.headers.content_type;
}

void S3Site::upload_one(S3Client& client, const Upload& upload, WrittenSite& done) {
  // One turn, unless somebody else writes the same object at this moment.
  for (int turn = 0; turn < 3; ++turn) {
    const auto object = client.look(upload.key);
    if (is_there(client, upload, object)) return;
    const S3Condition condition = object ? S3Condition{S3Condition::Kind::has_tag, object->tag}
                                         : S3Condition{S3Condition::Kind::is_new};
    if (!client.store(upload, condition)) continue;
    const std::lock_guard lock(mutex_);
    ++done.files;
    done.bytes += upload.length;
    return;
  }
  throw conflict("{} is written by somebody else at this moment", client.url_of(upload.key))
      .with_hint("run the same command again");
}

void S3Site::upload_all(const Uploads& uploads, WrittenSite& done) {
  side_by_side(options_, uploads.size(),
               [&](S3Client& client, std::size_t i) { upload_one(client, uploads[i], done); });
}

void S3Site::replace_timestamp(const S3Upload& upload, WrittenSite& done) {
  if (!first_tag_) throw bug("the publication in {} was not read", options_.address.text());
  const auto object = client_.look(upload.key);
  const bool as_before = (object ? object->tag : "") == *first_tag_;
  const S3Condition condition =
      object ? S3Condition{S3Condition::Kind::has_tag, object->tag} : S3Condition{S3Condition::Kind::is_new};
  // When the answer to a first try was lost, a second one finds our own file there.
  const auto stored_before = [&] {
    const auto now = client_.look(upload.key);
    return now && now->sha256 == upload.sha256.hex();
  };
  if (!as_before || (!client_.store(upload, condition) && !stored_before())) {
    throw somebody_else(options_.address);
  }
  ++done.files;
  done.bytes += upload.length;
}

WrittenSite S3Site::upload(const Rendering& rendering, const std::filesystem::path& folder) {
  WrittenSite done;
  std::map<Batch, Uploads> batches;
  for (const SiteFile& file : rendering.files) batches[batch_of(file.path)].push_back(upload_of(file, folder));
  for (const auto& [batch, uploads] : batches) {
    if (batch != Batch::roots) {
      upload_all(uploads, done);
      continue;
    }
    for (const Upload& root : uploads) upload_one(client_, root, done);  // ascending, as clients read them
  }
  replace_timestamp(upload_of(rendering.timestamp, folder), done);
  return done;
}

SiteReader place_reader(const Arguments& arguments, const std::string& place) {
  if (!is_s3_address(place)) return site_reader(place);
  const auto site = std::make_shared<S3Site>(s3_options(arguments, place));
  SiteReader reader = site->reader();
  return {reader.name, [site, read = std::move(reader.read)](const std::string& path) { return read(path); }};
}

}  // namespace tuf
