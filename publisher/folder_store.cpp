#include "publisher/folder_store.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <future>

#include "libtufcore/error.h"

namespace tuf {
namespace {

constexpr std::string_view staging = ".publish";
constexpr std::string_view unsettled = "unsettled";  // there while files are moved into place and not yet synced
constexpr std::size_t most_single_syncs = 64;   // from there on the whole file system is synced instead
constexpr std::size_t most_staged = 4096;

[[noreturn]] void refuse_other_bytes(const fs::path& path) {
  throw refused("'{}' is there with other contents; what was published never changes", path.string())
      .with_hint("find out who changed the tree; restore it from the last publication");
}

// A link in the tree, by whoever may write there, would lead our writing and our tidying up to another place.
void refuse_link(const fs::path& folder) {
  if (!fs::is_symlink(fs::symlink_status(folder))) return;
  throw refused("{} is a symbolic link; the folders of the published tree are folders", shown_path(folder))
      .with_hint("find out who made it; to publish to another place, name that with --to");
}

struct ToSync {
  int descriptor;
  fs::path path;
};

// The disk takes them together. What gets no thread is done where it is waited for.
void sync_at_once(const std::vector<ToSync>& files) {
  const auto how = files.size() == 1 ? std::launch::deferred : std::launch::async | std::launch::deferred;
  std::vector<std::future<int>> problems;
  for (const ToSync& file : files)
    problems.push_back(std::async(how, [&file] { return fsync(file.descriptor) == 0 ? 0 : errno; }));
  for (std::size_t i = 0; i < files.size(); ++i) {
    errno = problems[i].get();
    if (errno != 0) throw system_error("write", files[i].path);
  }
}

void write_all(int file, ByteView bytes, const fs::path& path) {
  while (!bytes.empty()) {
    const ssize_t count = write(file, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw system_error("write", path);
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
}

// What it moved into place is found there, and perhaps not on the disk.
void finish_killed_run(const fs::path& folder) {
  const fs::path place = folder / staging;
  refuse_link(place);
  if (!fs::is_directory(place) || fs::is_empty(place)) return;
  const Descriptor root(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (root.get() < 0 || syncfs(root.get()) != 0) throw system_error("write", folder);
  for (const fs::directory_entry& left : fs::directory_iterator(place)) fs::remove(left.path());
}

}  // namespace

FolderStore::FolderStore(fs::path folder) : folder_(std::move(folder)), staging_(folder_ / staging) {
  make_directories(folder_);
  refuse_link(staging_);
  make_directories(staging_);
  root_.reset(open(folder_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (root_.get() < 0) throw system_error("open", folder_);
}

FolderStore::~FolderStore() {
  for (const Staged& file : staged_) unlink(file.temporary.c_str());
}

bool FolderStore::put_new(const std::string& path, ByteView bytes) {
  if (is_there(path)) {
    if (!has_content(path, bytes)) refuse_other_bytes(folder_ / path);
    return false;
  }
  stage(path, bytes, Existing::refuse);
  return true;
}

void FolderStore::put_new_pieces(const std::string& path, const std::function<void(const TakePiece&)>& produce) {
  stage_pieces(path, produce, Existing::refuse);
}

bool FolderStore::holds(const std::string& path, std::uint64_t length, const Digest& sha256) const {
  if (!is_there(path)) return false;
  if (summarise_file(folder_ / path, HashAlgorithm::sha256, length).digest != sha256) refuse_other_bytes(folder_ / path);
  return true;
}

bool FolderStore::replace(const std::string& path, ByteView bytes) {
  if (is_there(path) && has_content(path, bytes)) return false;
  stage(path, bytes, Existing::replace);
  return true;
}

bool FolderStore::replace_last(const std::string& path, ByteView bytes) {
  if (!replace(path, bytes)) return false;
  staged_.back().is_last = true;
  return true;
}

void FolderStore::settle() {
  if (staged_.empty()) return;
  sync_contents();
  const Descriptor mark(open((staging_ / unsettled).c_str(), O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0644));
  if (mark.get() < 0) throw system_error("write", staging_ / unsettled);
  const auto last = std::ranges::stable_partition(staged_, [](const Staged& file) { return !file.is_last; });
  move_into_place({staged_.begin(), last.begin()});
  move_into_place(last);
  staged_.clear();
  fs::remove(staging_ / unsettled);
}

bool FolderStore::is_there(const std::string& path) const {
  struct stat status {};
  if (lstat((folder_ / path).c_str(), &status) == 0) return true;
  if (errno != ENOENT && errno != ENOTDIR) throw system_error("look at", folder_ / path);
  return false;
}

bool FolderStore::has_content(const std::string& path, ByteView bytes) const {
  struct stat status {};
  if (lstat((folder_ / path).c_str(), &status) != 0 || static_cast<std::size_t>(status.st_size) != bytes.size()) return false;
  return read_file_if_there(folder_ / path, bytes.size(), Links::refuse) == bytes;
}

void FolderStore::stage(const std::string& path, ByteView bytes, Existing existing) {
  stage_pieces(path, [bytes](const TakePiece& take) { take(bytes); }, existing);
}

void FolderStore::stage_pieces(const std::string& path, const std::function<void(const TakePiece&)>& produce, Existing existing) {
  if (staged_.size() == most_staged) settle();
  Staged file{path, staging_ / fmt::format("{}.{}", getpid(), staged_.size()), existing, Descriptor()};
  file.content.reset(open(file.temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644));
  if (file.content.get() < 0) throw system_error("write", file.temporary);
  staged_.push_back(std::move(file));
  Staged& kept = staged_.back();
  if (fchmod(kept.content.get(), 0644) != 0) throw system_error("write", kept.temporary);  // whatever the umask says
  produce([&](ByteView piece) { write_all(kept.content.get(), piece, folder_ / path); });
  if (staged_.size() <= most_single_syncs) return;
  if (close(kept.content.release()) != 0) throw system_error("write", kept.temporary);
}

void FolderStore::sync_contents() {
  if (staged_.size() > most_single_syncs) return sync_everything();
  std::vector<ToSync> files;
  for (const Staged& file : staged_) {
    sync_file_range(file.content.get(), 0, 0, SYNC_FILE_RANGE_WRITE);  // all of them start on their way at once
    files.push_back({file.content.get(), folder_ / file.path});
  }
  sync_at_once(files);
}

void FolderStore::move_into_place(std::span<Staged> files) {
  std::set<fs::path> touched;
  for (Staged& file : files) {
    refuse_links(file.path);
    make_parents(folder_ / file.path, touched);
    move_into_place(file);
    file.content.reset();
  }
  if (touched.size() > most_single_syncs) return sync_everything();
  std::vector<Descriptor> open_ones;
  std::vector<ToSync> folders;
  for (const fs::path& folder : touched) {
    open_ones.emplace_back(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (open_ones.back().get() < 0) throw system_error("open", folder);
    folders.push_back({open_ones.back().get(), folder});
  }
  sync_at_once(folders);
}

void FolderStore::sync_everything() {
  if (syncfs(root_.get()) != 0) throw system_error("write", folder_);
}

void FolderStore::refuse_links(const fs::path& path) const {
  fs::path at = folder_;
  for (const fs::path& part : path.parent_path()) {
    at /= part;
    if (!known_.contains(at)) refuse_link(at);
  }
}

// Each folder that gets a new entry is noted in `touched`.
void FolderStore::make_parents(const fs::path& path, std::set<fs::path>& touched) {
  const fs::path parent = path.parent_path();
  touched.insert(parent);
  if (known_.contains(parent) || fs::is_directory(parent)) {
    known_.insert(parent);
    return;
  }
  make_parents(parent, touched);
  if (mkdir(parent.c_str(), 0755) != 0 && errno != EEXIST) throw system_error("make folder", parent);
  if (chmod(parent.c_str(), 0755) != 0) throw system_error("make folder", parent);
  known_.insert(parent);
}

void FolderStore::move_into_place(const Staged& file) {
  const fs::path path = folder_ / file.path;
  const unsigned how = file.existing == Existing::refuse ? RENAME_NOREPLACE : 0;
  int moved = renameat2(AT_FDCWD, file.temporary.c_str(), AT_FDCWD, path.c_str(), how);
  if (moved != 0 && (errno == EINVAL || errno == ENOSYS)) moved = move_by_link(file, path);
  if (moved == 0) return;
  if (errno != EEXIST) throw system_error("write", path);
  throw conflict("'{}' was written by somebody else at this moment", path.string())
      .with_hint("two publishers are at work; let one of them run again");
}

// File systems that know no exclusive renaming: a second name, then the first one goes.
int FolderStore::move_by_link(const Staged& file, const fs::path& path) {
  if (file.existing == Existing::replace) return std::rename(file.temporary.c_str(), path.c_str());
  if (link(file.temporary.c_str(), path.c_str()) != 0) return -1;
  return unlink(file.temporary.c_str());
}

SiteLock::SiteLock(const fs::path& folder)
    : lock_((make_directories(folder), folder / ".publish.lock"), FileLock::Wait::no) {
  finish_killed_run(folder);
}

}  // namespace tuf
