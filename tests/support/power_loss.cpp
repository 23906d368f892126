#include "tests/support/power_loss.h"

#include <fmt/format.h>
#include <sys/stat.h>

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

constinit thread_local PowerLossRecording* PowerLossRecording::active_ = nullptr;

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

void PowerLossRecording::apply(const Change& change, Nodes& nodes) {
  using Kind = Change::Kind;
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

PowerLossRecording::PowerLossRecording(const fs::path& folder) : folder_(folder) {
  look_at(folder, "folder .");
  active_ = this;
}

PowerLossRecording::~PowerLossRecording() {
  if (active_ == this) active_ = nullptr;
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
  active_ = nullptr;
  Nodes nodes = at_start_;
  std::vector<PowerLoss> losses;
  std::set<std::pair<std::size_t, DiskState>> seen;
  std::size_t promises = 0;
  for (std::size_t done = 0; done <= changes_.size(); ++done) {
    if (done > 0) {
      apply(changes_[done - 1], nodes);
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

}  // namespace tuf::test
