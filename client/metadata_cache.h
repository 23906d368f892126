#pragma once
// The client's trusted files of one repository, in a folder that nobody else may write:
//   metadata/root.json            the newest root that was accepted
//   metadata/timestamp.json, snapshot.json, <percent-encoded role>.json
//   last_refresh                  when the last refresh succeeded, and since when it brings the same timestamp
//   projects/<project>.json       project_memo.h
//   timestamp.tag                 the entity tag with which a server gave the timestamp.json above
//   lock                          held while somebody updates
// A metadata file comes in here only after it was accepted (D-06), as received; the others are our own notes. Beside
// them lies repository.json (repository_config.h). Apart from root, a damaged or missing
// file is no cache and heals by itself (D-07); what is read is always verified again.

#include <filesystem>
#include <functional>
#include <optional>

#include "libtufcore/client_workflow.h"
#include "libtufcore/io/file.h"

namespace tuf {

class MetadataCache {
 public:
  // flat: the metadata files lie beside the others, in the folder itself.
  enum class Layout { own_folder, flat };
  // Makes the folder (0700) when there is none. Throws refused when others can write there (P-12).
  explicit MetadataCache(std::filesystem::path folder, Layout layout = Layout::own_folder);

  // One process at a time from here on; waits for its turn (D-05).
  FileLock lock() const;

  // The root that everything hangs on. Throws no_trusted_root with the way out when it is missing or damaged.
  RootChain root_chain() const;
  bool has_sound_root() const;
  std::optional<Bytes> read(const RoleName& role) const;
  // Runs `accept` on the cached file. False when there is none, or when `accept` throws because it is not
  // good (any more).
  bool use(const RoleName& role, const std::function<void(ByteView)>& accept) const;
  // Another text for every file that was ever written under this role; empty when there is none.
  std::string identity_of(const RoleName& role) const;
  // The same as use() for another file in the folder, or in a folder of it, that can be had again.
  bool use_beside(const std::filesystem::path& path, std::size_t max_bytes,
                  const std::function<void(ByteView)>& accept) const;
  void write_beside(const std::filesystem::path& path, ByteView bytes) const;

  void write(const RoleName& role, ByteView accepted_file) const;
  std::optional<UtcTime> last_refresh() const;
  // Since when every refresh has found this version of timestamp.json; empty when the last one found another (T-04).
  std::optional<UtcTime> timestamp_since(std::uint64_t version) const;
  void note_refresh(UtcTime now, std::uint64_t timestamp_version) const;

  // The tag that `url` gave with exactly this timestamp.json; empty when there is none.
  std::string timestamp_tag(const std::string& url, ByteView cached_timestamp) const;
  void note_timestamp_tag(const std::string& url, const std::string& tag, ByteView timestamp) const;

  const std::filesystem::path& folder() const noexcept { return folder_; }

 private:
  std::optional<std::string> refresh_notes() const;
  std::optional<std::filesystem::path> path_of(const RoleName& role) const;
  std::filesystem::path folder_;
  std::filesystem::path metadata_;  // the folder of the metadata files
};

}  // namespace tuf
