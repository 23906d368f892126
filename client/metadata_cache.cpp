#include "client/metadata_cache.h"

#include <sys/stat.h>

#include "libtufcore/error.h"
#include "libtufcore/io/descriptor.h"

namespace tuf {
namespace {

constexpr std::size_t max_cached_bytes = 64u << 20;
constexpr std::size_t max_file_name =
    200;  // role names may be longer than a file system's names; those are not kept

RoleName root_role() { return RoleName::of(Root::type); }

// What `attempt` gives, or nothing when a cached file is not what it should be.
template <typename Attempt>
auto unless_damaged(Attempt attempt) -> std::optional<decltype(attempt())> {
  try {
    return attempt();
  } catch (const Error& error) {
    if (error.kind() == Error::Kind::bug) throw;
    return std::nullopt;
  }
}

std::optional<Bytes> read_plain(const fs::path& path, std::size_t max_bytes) {
  return read_file_if_there(path, max_bytes, Links::refuse);
}

bool is_folder(const fs::path& path) {
  std::error_code none;
  return fs::is_directory(fs::symlink_status(path, none));
}

// Whatever stands where a file of ours belongs goes: a folder, a link, a pipe (D-07). What cannot be removed
// is told by the write that comes.
void make_way_for_file(const fs::path& path) {
  std::error_code none;
  const fs::file_status there = fs::symlink_status(path, none);
  if (fs::exists(there) && !fs::is_regular_file(there)) fs::remove_all(path, none);
}

void make_way_for_folder(const fs::path& path) {
  std::error_code none;
  const fs::file_status there = fs::symlink_status(path, none);
  if (fs::exists(there) && !fs::is_directory(there)) fs::remove(path, none);
}

// A tag means something only to the server that gave it, and together with the content that came with it.
std::string tag_start(const std::string& url, ByteView timestamp) {
  return fmt::format("{}\n{}\n", url, sha256_of(timestamp).hex());
}

}  // namespace

MetadataCache::MetadataCache(fs::path folder, Layout layout)
    : folder_(std::move(folder)), metadata_(layout == Layout::flat ? folder_ : folder_ / "metadata") {
  make_directories(metadata_, 0700);
  refuse_if_others_can_write_above(folder_);
  refuse_if_others_can_write(folder_);
  refuse_if_others_can_write(metadata_);
  if (layout == Layout::flat) return;
  make_way_for_folder(folder_ / "projects");
  if (is_folder(folder_ / "projects")) refuse_if_others_can_write(folder_ / "projects");
}

FileLock MetadataCache::lock() const {
  const fs::path path = folder_ / "lock";
  make_way_for_file(path);
  std::error_code none;  // no lock yet, or nothing wrong with it
  const fs::perms mode = fs::status(path, none).permissions();
  constexpr fs::perms needed = fs::perms::owner_read | fs::perms::owner_write;
  if (!none && (mode & needed) != needed) fs::permissions(path, needed, fs::perm_options::add, none);
  return FileLock(path, FileLock::Wait::yes);
}

// The same spelling as in URLs: no name leads out of the folder (P-01).
std::optional<fs::path> MetadataCache::path_of(const RoleName& role) const {
  const std::string name = percent_encode(role.text()) + ".json";
  if (name.size() > max_file_name) return std::nullopt;
  return metadata_ / name;
}

RootChain MetadataCache::root_chain() const {
  const fs::path path = *path_of(root_role());
  const std::string way_out =
      "set the repository up again with 'pgclient init', with the root digest from where you had it";
  std::string reason;
  try {
    const auto bytes = read_plain(path, max_cached_bytes);
    if (bytes) return RootChain(*bytes, "the trusted root");
  } catch (const Error& error) {
    if (error.kind() == Error::Kind::bug) throw;
    reason = error.what();
  }
  if (reason.empty())
    throw no_trusted_root("there is no trusted root in {}", shown_path(path)).with_hint(way_out);
  throw no_trusted_root("the trusted root in {} is damaged: {}", shown_path(path), reason).with_hint(way_out);
}

bool MetadataCache::has_sound_root() const {
  return unless_damaged([&] { return root_chain().version(); }).has_value();
}

std::optional<Bytes> MetadataCache::read(const RoleName& role) const {
  const auto path = path_of(role);
  if (!path) return std::nullopt;
  return unless_damaged([&] { return read_plain(*path, max_cached_bytes); }).value_or(std::nullopt);
}

bool MetadataCache::use(const RoleName& role, const std::function<void(ByteView)>& accept) const {
  const auto path = path_of(role);
  return path && use_beside(*path, max_cached_bytes, accept);
}

// A file is never written again in place: a new one has another number or other times.
std::string MetadataCache::identity_of(const RoleName& role) const {
  const auto path = path_of(role);
  struct stat file;
  if (!path || lstat(path->c_str(), &file) != 0 || !S_ISREG(file.st_mode)) return {};
  return fmt::format("{} {} {}.{:09} {}.{:09}", file.st_ino, file.st_size, file.st_mtim.tv_sec,
                     file.st_mtim.tv_nsec, file.st_ctim.tv_sec, file.st_ctim.tv_nsec);
}

bool MetadataCache::use_beside(const fs::path& path, std::size_t max_bytes,
                               const std::function<void(ByteView)>& accept) const {
  const auto used = unless_damaged([&] {
    const auto bytes = read_plain(path, max_bytes);
    if (bytes) accept(*bytes);
    return bytes.has_value();
  });
  return used.value_or(false);
}

void MetadataCache::write(const RoleName& role, ByteView accepted_file) const {
  const auto path = path_of(role);
  if (!path) return;
  // Root is what everything hangs on; timestamp and snapshot are the floor of the next refresh. A file of
  // targets that a power failure tears is fetched again.
  AfterPowerLoss then = AfterPowerLoss::anything;
  if (role == root_role()) then = AfterPowerLoss::new_file;
  if (role.text() == Timestamp::type || role.text() == Snapshot::type) then = AfterPowerLoss::old_or_new_file;
  make_way_for_file(*path);
  write_file_atomically(*path, accepted_file, FileMode::secret, Existing::replace, then);
}

void MetadataCache::write_beside(const fs::path& path, ByteView bytes) const {
  make_way_for_folder(path.parent_path());
  make_directories(path.parent_path(), 0700);
  make_way_for_file(path);
  write_file_atomically(path, bytes, FileMode::secret, Existing::replace, AfterPowerLoss::anything);
}

// "<time of the last refresh>\n<version of the timestamp> <time at which it was new>\n"
std::optional<std::string> MetadataCache::refresh_notes() const {
  return unless_damaged([&] { return read_plain(folder_ / "last_refresh", 128); }).value_or(std::nullopt);
}

std::optional<UtcTime> MetadataCache::last_refresh() const {
  const auto notes = refresh_notes();
  if (!notes) return std::nullopt;
  return UtcTime::parse(std::string_view(*notes).substr(0, notes->find('\n')));
}

std::optional<UtcTime> MetadataCache::timestamp_since(std::uint64_t version) const {
  const auto notes = refresh_notes();
  const std::string start = fmt::format("\n{} ", version);
  const std::size_t at = notes ? notes->find(start) : std::string::npos;
  if (at == std::string::npos || !notes->ends_with('\n')) return std::nullopt;
  const std::size_t from = at + start.size();
  return UtcTime::parse(std::string_view(*notes).substr(from, notes->size() - 1 - from));
}

void MetadataCache::note_refresh(UtcTime now, std::uint64_t timestamp_version) const {
  const UtcTime since = timestamp_since(timestamp_version).value_or(now);
  const fs::path path = folder_ / "last_refresh";
  const std::string note = fmt::format("{}\n{} {}\n", now.text(), timestamp_version, since.text());
  if (!overwrite_note(path, note)) write_beside(path, note);
}

std::string MetadataCache::timestamp_tag(const std::string& url, ByteView cached_timestamp) const {
  const auto text = unless_damaged([&] {
                      return read_plain(folder_ / "timestamp.tag", 4096);
                    }).value_or(std::nullopt);
  const std::string start = tag_start(url, cached_timestamp);
  if (!text || !text->starts_with(start) || !text->ends_with('\n')) return {};
  return text->substr(start.size(), text->size() - start.size() - 1);
}

void MetadataCache::note_timestamp_tag(const std::string& url, const std::string& tag,
                                       ByteView timestamp) const {
  if (tag.empty() || tag == timestamp_tag(url, timestamp)) return;
  write_beside(folder_ / "timestamp.tag", tag_start(url, timestamp) + tag + "\n");
}

}  // namespace tuf
