#include "tests/support/power_loss.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <set>
#include <stdexcept>
#include <tuple>
#include <utility>

#include "tests/support/temp_dir.h"

namespace tuf::test {

namespace fs = std::filesystem;

struct PowerLossRecording::Node {
  bool is_folder = false;
  std::string bytes_now = {}, bytes_safe = {};
  std::map<std::string, std::size_t> names_now = {}, names_safe = {};
};

namespace {

using Nodes = std::vector<PowerLossRecording::Node>;
using Name = std::pair<std::size_t, std::string>;  // in which folder
enum class Unsafe { lost, cut, zeroed, kept };     // what becomes of bytes that were not fsynced

thread_local PowerLossRecording* active = nullptr;
thread_local bool sync_does_nothing = false;

std::string bytes_after(const PowerLossRecording::Node& node, Unsafe unsafe) {
  if (unsafe == Unsafe::kept || node.bytes_now == node.bytes_safe) return node.bytes_now;
  if (unsafe == Unsafe::lost) return node.bytes_safe;
  if (unsafe == Unsafe::cut) return node.bytes_now.substr(0, node.bytes_now.size() / 2);
  return std::string(node.bytes_now.size(), '\0');
}

// The folder's names as they are safe, but those in `kept` as they were meant to be.
void add_to(DiskState& disk, const Nodes& nodes, std::size_t folder, const std::string& prefix,
            const std::set<Name>& kept, Unsafe unsafe) {
  std::map<std::string, std::size_t> names = nodes[folder].names_safe;
  for (const auto& [in, name] : kept) {
    if (in != folder) continue;
    const auto now = nodes[folder].names_now.find(name);
    if (now == nodes[folder].names_now.end())
      names.erase(name);
    else
      names[name] = now->second;
  }
  for (const auto& [name, node] : names) {
    const bool is_folder = nodes[node].is_folder;
    disk[prefix + name] = is_folder ? std::nullopt : std::optional(bytes_after(nodes[node], unsafe));
    if (is_folder) add_to(disk, nodes, node, prefix + name + "/", kept, unsafe);
  }
}

DiskState disk_of(const Nodes& nodes, const std::set<Name>& kept, Unsafe unsafe) {
  DiskState disk;
  add_to(disk, nodes, 0, "", kept, unsafe);
  return disk;
}

std::set<Name> unsafe_names(const Nodes& nodes) {
  std::set<Name> found;
  for (std::size_t folder = 0; folder < nodes.size(); ++folder) {
    const auto& [now, safe] = std::tie(nodes[folder].names_now, nodes[folder].names_safe);
    for (const auto& [name, node] : now) {
      if (const auto same = safe.find(name); same == safe.end() || same->second != node)
        found.insert({folder, name});
    }
    for (const auto& [name, node] : safe) {
      if (now.count(name) == 0) found.insert({folder, name});
    }
  }
  return found;
}

struct Survival {
  std::set<Name> names;  // of the unsafe ones
  Unsafe bytes;
  auto operator<=>(const Survival&) const = default;
};

// None of the unsafe names survives, or all, or just one, or all but one ("the later rename first" is among
// them); and of the bytes all, none, half, or zeros in their place ("renamed before the data is there").
std::set<Survival> survivals(const Nodes& nodes) {
  const std::set<Name> all = unsafe_names(nodes);
  std::set<Survival> choices;
  for (const Unsafe bytes : {Unsafe::lost, Unsafe::cut, Unsafe::zeroed, Unsafe::kept}) {
    choices.insert({{}, bytes});
    choices.insert({all, bytes});
  }
  for (const Name& one : all) {
    std::set<Name> others = all;
    others.erase(one);
    for (const Unsafe bytes : {Unsafe::lost, Unsafe::kept}) {
      choices.insert({{one}, bytes});
      choices.insert({others, bytes});
    }
  }
  return choices;
}

std::string description(const std::set<Name>& kept, Unsafe unsafe) {
  std::string text;
  for (const auto& [folder, name] : kept) text += (text.empty() ? "" : ", ") + name;
  static constexpr const char* fates[] = {"lost", "cut in half", "zeros", "there"};
  return fmt::format("unsafe names that survived: {}; unsafe bytes: {}", text.empty() ? "none" : text,
                     fates[static_cast<std::size_t>(unsafe)]);
}

}  // namespace

DiskState read_disk_state(const fs::path& folder) {
  DiskState disk;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    const std::string name = entry.path().lexically_relative(folder).string();
    if (entry.is_directory())
      disk[name] = std::nullopt;
    else if (entry.is_regular_file())
      disk[name] = read_text(entry.path());
  }
  return disk;
}

void write_disk_state(const DiskState& disk, const fs::path& new_folder) {
  fs::create_directories(new_folder);
  for (const auto& [name, bytes] : disk) {
    if (bytes)
      write_text(new_folder / name, *bytes);
    else
      fs::create_directories(new_folder / name);
  }
}

QuickSync::QuickSync() { sync_does_nothing = true; }
QuickSync::~QuickSync() { sync_does_nothing = false; }

// --- What is noted -----------------------------------------------------------------------------------------

struct Recorder {
  using Change = PowerLossRecording::Change;
  using Kind = Change::Kind;

  static std::optional<std::size_t> known(const struct stat& status) {
    const auto found = active->nodes_by_inode_.find({status.st_dev, status.st_ino});
    if (found == active->nodes_by_inode_.end()) return std::nullopt;
    return found->second;
  }
  static std::optional<std::size_t> node_of(int descriptor) {
    struct stat status {};
    return fstat(descriptor, &status) == 0 ? known(status) : std::nullopt;
  }
  static std::optional<std::size_t> node_at(int directory, const char* path) {
    struct stat status {};
    return fstatat(directory, path, &status, AT_SYMLINK_NOFOLLOW) == 0 ? known(status) : std::nullopt;
  }

  struct Place {
    std::size_t folder;
    std::string name;
  };
  // Nothing for a path that is not in the recorded folder.
  static std::optional<Place> place_of(int directory, std::string path) {
    while (path.size() > 1 && path.back() == '/') path.pop_back();
    const std::size_t slash = path.rfind('/');
    const std::string parent = slash == std::string::npos ? "" : path.substr(0, slash + 1);
    const auto folder = parent.empty() && directory != AT_FDCWD
                            ? node_of(directory)
                            : node_at(directory, parent.empty() ? "." : parent.c_str());
    if (!folder) return std::nullopt;
    return Place{*folder, slash == std::string::npos ? path : path.substr(slash + 1)};
  }

  static const std::string& shown(std::size_t node) { return active->shown_names_[node]; }

  static void made(Kind kind, int directory, const char* path) {
    const auto place = place_of(directory, path);
    struct stat status {};
    if (!place || fstatat(directory, path, &status, AT_SYMLINK_NOFOLLOW) != 0) return;
    const std::size_t node = active->shown_names_.size();
    active->shown_names_.push_back(place->name);
    active->nodes_by_inode_[{status.st_dev, status.st_ino}] = node;
    active->note({.kind = kind, .node = node, .folder = place->folder, .name = place->name},
                 (kind == Kind::make_file ? "make " : "make folder ") + place->name);
  }
  static void wrote(int descriptor, std::uint64_t offset, const void* bytes, std::size_t count) {
    const auto node = node_of(descriptor);
    if (!node) return;
    active->note({.kind = Kind::write,
                  .node = *node,
                  .bytes = {static_cast<const char*>(bytes), count},
                  .offset = offset},
                 fmt::format("write {} bytes to {}", count, shown(*node)));
  }
  static void truncated(int descriptor, std::uint64_t length) {
    if (const auto node = node_of(descriptor))
      active->note({.kind = Kind::truncate, .node = *node, .offset = length}, "truncate " + shown(*node));
  }
  static void synced(int descriptor) {
    if (const auto node = node_of(descriptor))
      active->note({.kind = Kind::sync, .node = *node}, "sync " + shown(*node));
  }
  static void moved(Kind kind, std::optional<Place> from, int to_directory, const char* to) {
    const auto place = place_of(to_directory, to);
    if (!from || !place) return;
    active->note(
        {.kind = kind,
         .folder = from->folder,
         .to_folder = place->folder,
         .name = from->name,
         .to_name = place->name},
        fmt::format("{} {} to {}", kind == Kind::rename ? "rename" : "link", from->name, place->name));
    if (const auto node = node_at(to_directory, to); node && kind == Kind::rename)
      active->shown_names_[*node] = place->name;
  }
  static void removed(const std::optional<Place>& place) {
    if (place)
      active->note({.kind = Kind::remove, .folder = place->folder, .name = place->name},
                   "remove " + place->name);
  }

  static void apply(const Change& change, Nodes& nodes) {
    const auto resized = [&](std::size_t node, std::uint64_t size) { nodes[node].bytes_now.resize(size); };
    switch (change.kind) {
      case Kind::make_file:
      case Kind::make_folder:
        nodes.push_back({.is_folder = change.kind == Kind::make_folder});
        nodes[change.folder].names_now[change.name] = change.node;
        return;
      case Kind::write: {
        std::string& bytes = nodes[change.node].bytes_now;
        if (bytes.size() < change.offset + change.bytes.size())
          resized(change.node, change.offset + change.bytes.size());
        bytes.replace(change.offset, change.bytes.size(), change.bytes);
        return;
      }
      case Kind::truncate:
        return resized(change.node, change.offset);
      case Kind::sync:
        nodes[change.node].bytes_safe = nodes[change.node].bytes_now;
        nodes[change.node].names_safe = nodes[change.node].names_now;
        return;
      case Kind::rename:
      case Kind::link: {
        const std::size_t node = nodes[change.folder].names_now.at(change.name);
        if (change.kind == Kind::rename) nodes[change.folder].names_now.erase(change.name);
        nodes[change.to_folder].names_now[change.to_name] = node;
        return;
      }
      case Kind::remove:
        nodes[change.folder].names_now.erase(change.name);
        return;
      case Kind::promise:
        return;
    }
  }
};

PowerLossRecording::PowerLossRecording(const fs::path& folder) : folder_(folder) {
  look_at(folder, "folder .");
  active = this;
}

PowerLossRecording::~PowerLossRecording() {
  if (active == this) active = nullptr;
}

// What is there when the recording starts is safe.
std::size_t PowerLossRecording::look_at(const fs::path& path, const std::string& shown_name) {
  struct stat status {};
  if (stat(path.c_str(), &status) != 0) throw std::runtime_error("cannot look at " + path.string());
  const std::size_t node = at_start_.size();
  nodes_by_inode_[{status.st_dev, status.st_ino}] = node;
  shown_names_.push_back(shown_name);
  at_start_.push_back({.is_folder = S_ISDIR(status.st_mode)});
  if (!S_ISDIR(status.st_mode)) {
    at_start_[node].bytes_now = at_start_[node].bytes_safe = read_text(path);
    return node;
  }
  for (const auto& entry : fs::directory_iterator(path)) {
    const std::string name = entry.path().filename().string();
    const std::size_t inside = look_at(entry.path(), name);
    at_start_[node].names_now[name] = at_start_[node].names_safe[name] = inside;
  }
  return node;
}

void PowerLossRecording::note(Change change, std::string step) {
  changes_.push_back(std::move(change));
  steps_.push_back(std::move(step));
}

void PowerLossRecording::promise() { note({.kind = Change::Kind::promise}, "promise"); }

std::vector<PowerLoss> PowerLossRecording::power_losses() {
  active = nullptr;
  Nodes nodes = at_start_;
  std::vector<PowerLoss> losses;
  std::set<std::pair<std::size_t, DiskState>> seen;
  std::size_t promises = 0;
  for (std::size_t done = 0; done <= changes_.size(); ++done) {
    if (done > 0) {
      Recorder::apply(changes_[done - 1], nodes);
      if (changes_[done - 1].kind == Change::Kind::promise) ++promises;
    }
    for (const auto& [kept, unsafe] : survivals(nodes)) {
      DiskState disk = disk_of(nodes, kept, unsafe);
      if (!seen.emplace(promises, disk).second) continue;
      const std::string last = done == 0 ? "nothing" : steps_[done - 1];
      losses.push_back({std::move(disk), promises,
                        fmt::format("power lost after {} of {} steps ({}); {}", done, changes_.size(), last,
                                    description(kept, unsafe))});
    }
  }
  if (disk_of(nodes, unsafe_names(nodes), Unsafe::kept) != read_disk_state(folder_))
    throw std::logic_error("something changed " + folder_.string() + " in a way that was not recorded");
  return losses;
}

// --- The definitions that come before the C library's
// --------------------------------------------------------

namespace {

int open_and_note(int directory, const char* path, int flags, mode_t mode) {
  struct stat before {};
  const bool was_there = active != nullptr && fstatat(directory, path, &before, 0) == 0;
  const int descriptor = static_cast<int>(syscall(SYS_openat, directory, path, flags, mode));
  if (active == nullptr || descriptor < 0) return descriptor;
  if ((flags & O_CREAT) != 0 && !was_there)
    Recorder::made(Recorder::Kind::make_file, directory, path);
  else if ((flags & O_TRUNC) != 0)
    Recorder::truncated(descriptor, 0);
  return descriptor;
}

int rename_and_note(int directory, const char* from, int to_directory, const char* to, unsigned flags) {
  const auto place = active != nullptr ? Recorder::place_of(directory, from) : std::nullopt;
  const int result = static_cast<int>(syscall(SYS_renameat2, directory, from, to_directory, to, flags));
  if (active != nullptr && result == 0) Recorder::moved(Recorder::Kind::rename, place, to_directory, to);
  return result;
}

int link_and_note(int directory, const char* from, int to_directory, const char* to, int flags) {
  const auto place = active != nullptr ? Recorder::place_of(directory, from) : std::nullopt;
  const int result = static_cast<int>(syscall(SYS_linkat, directory, from, to_directory, to, flags));
  if (active != nullptr && result == 0) Recorder::moved(Recorder::Kind::link, place, to_directory, to);
  return result;
}

int unlink_and_note(int directory, const char* path, int flags) {
  const auto place = active != nullptr ? Recorder::place_of(directory, path) : std::nullopt;
  const int result = static_cast<int>(syscall(SYS_unlinkat, directory, path, flags));
  if (active != nullptr && result == 0) Recorder::removed(place);
  return result;
}

int mkdir_and_note(int directory, const char* path, mode_t mode) {
  const int result = static_cast<int>(syscall(SYS_mkdirat, directory, path, mode));
  if (active != nullptr && result == 0) Recorder::made(Recorder::Kind::make_folder, directory, path);
  return result;
}

ssize_t write_and_note(int descriptor, const void* bytes, std::size_t size) {
  if (active == nullptr) return syscall(SYS_write, descriptor, bytes, size);
  const bool appends = (fcntl(descriptor, F_GETFL) & O_APPEND) != 0;
  const off_t offset = lseek(descriptor, 0, appends ? SEEK_END : SEEK_CUR);
  const ssize_t count = syscall(SYS_write, descriptor, bytes, size);
  if (count > 0 && offset >= 0)
    Recorder::wrote(descriptor, static_cast<std::uint64_t>(offset), bytes, static_cast<std::size_t>(count));
  return count;
}

int truncate_and_note(int descriptor, off_t length) {
  const int result = static_cast<int>(syscall(SYS_ftruncate, descriptor, length));
  if (active != nullptr && result == 0) Recorder::truncated(descriptor, static_cast<std::uint64_t>(length));
  return result;
}

int sync_and_note(int descriptor, long call) {
  const int result = sync_does_nothing ? 0 : static_cast<int>(syscall(call, descriptor));
  if (active != nullptr && result == 0) Recorder::synced(descriptor);
  return result;
}

}  // namespace
}  // namespace tuf::test

// The names are given as labels: the headers' own declarations (inline ones, with checks, in optimised
// builds) stay out of it. `mode` stands in the register of a third argument whether the caller gave one or
// not; without O_CREAT the kernel does not look at it.
using namespace tuf::test;
#define PG_INSTEAD_OF(name, result, ...)           \
  result noted_##name(__VA_ARGS__) __asm__(#name); \
  result noted_##name(__VA_ARGS__)
extern "C" {
PG_INSTEAD_OF(open, int, const char* path, int flags, mode_t mode) {
  return open_and_note(AT_FDCWD, path, flags, mode);
}
PG_INSTEAD_OF(open64, int, const char* path, int flags, mode_t mode) {
  return open_and_note(AT_FDCWD, path, flags, mode);
}
PG_INSTEAD_OF(openat, int, int directory, const char* path, int flags, mode_t mode) {
  return open_and_note(directory, path, flags, mode);
}
PG_INSTEAD_OF(openat64, int, int directory, const char* path, int flags, mode_t mode) {
  return open_and_note(directory, path, flags, mode);
}
PG_INSTEAD_OF(rename, int, const char* from, const char* to) {
  return rename_and_note(AT_FDCWD, from, AT_FDCWD, to, 0);
}
PG_INSTEAD_OF(renameat, int, int directory, const char* from, int to_directory, const char* to) {
  return rename_and_note(directory, from, to_directory, to, 0);
}
PG_INSTEAD_OF(renameat2, int, int directory, const char* from, int to_directory, const char* to,
              unsigned flags) {
  return rename_and_note(directory, from, to_directory, to, flags);
}
PG_INSTEAD_OF(link, int, const char* from, const char* to) {
  return link_and_note(AT_FDCWD, from, AT_FDCWD, to, 0);
}
PG_INSTEAD_OF(linkat, int, int directory, const char* from, int to_directory, const char* to, int flags) {
  return link_and_note(directory, from, to_directory, to, flags);
}
PG_INSTEAD_OF(unlink, int, const char* path) { return unlink_and_note(AT_FDCWD, path, 0); }
PG_INSTEAD_OF(rmdir, int, const char* path) { return unlink_and_note(AT_FDCWD, path, AT_REMOVEDIR); }
PG_INSTEAD_OF(unlinkat, int, int directory, const char* path, int flags) {
  return unlink_and_note(directory, path, flags);
}
PG_INSTEAD_OF(mkdir, int, const char* path, mode_t mode) { return mkdir_and_note(AT_FDCWD, path, mode); }
PG_INSTEAD_OF(mkdirat, int, int directory, const char* path, mode_t mode) {
  return mkdir_and_note(directory, path, mode);
}
PG_INSTEAD_OF(write, ssize_t, int descriptor, const void* bytes, std::size_t size) {
  return write_and_note(descriptor, bytes, size);
}
PG_INSTEAD_OF(ftruncate, int, int descriptor, off_t length) { return truncate_and_note(descriptor, length); }
PG_INSTEAD_OF(fsync, int, int descriptor) { return sync_and_note(descriptor, SYS_fsync); }
PG_INSTEAD_OF(fdatasync, int, int descriptor) { return sync_and_note(descriptor, SYS_fdatasync); }
}
