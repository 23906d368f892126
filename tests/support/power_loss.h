#pragma once
// What the power going off at any moment may leave of a folder (D-04). The unit tests' own definitions of
// open, write, fsync, renameat ... (power_loss_calls.cpp) go to the kernel as always; while a recording runs they
// also note what this thread changes below its folder. From these notes every state is computed that a disk
// may be in afterwards:
//
//   PowerLossRecording recording(folder);
//   write_file_atomically(folder / "f", "new");
//   for (const PowerLoss& loss : recording.power_losses()) { write_disk_state(loss.disk, fresh); ... look ...
//   }
//
// The model is what POSIX promises and nothing more: the bytes of a file are safe after fsync of the file, a
// name (made, removed or renamed) after fsync of its folder, anything else may be there, in any order, or
// not.

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace tuf::test {

// Path below the recorded folder -> bytes of the file; none for a folder.
using DiskState = std::map<std::string, std::optional<std::string>>;
DiskState read_disk_state(const std::filesystem::path& folder);
void write_disk_state(const DiskState& disk, const std::filesystem::path& new_folder);

struct PowerLoss {
  DiskState disk;
  std::size_t promises;  // how many promise() calls were made before
  std::string when;      // for messages: the last thing done, and what of the unsafe things survived
};

// While it lives, fsync in this thread does nothing: what goes on after a simulated power failure loses no
// power, and hundreds of real ones take minutes.
class QuickSync {
 public:
  QuickSync();
  ~QuickSync();
  QuickSync(const QuickSync&) = delete;
  QuickSync& operator=(const QuickSync&) = delete;
};

class PowerLossRecording {
 public:
  explicit PowerLossRecording(const std::filesystem::path& folder);
  ~PowerLossRecording();
  PowerLossRecording(const PowerLossRecording&) = delete;
  PowerLossRecording& operator=(const PowerLossRecording&) = delete;

  // From here on the caller has told somebody that something is safe.
  void promise();
  // Ends the recording. What was noted gives, when everything survives, exactly what is in the folder now: a
  // change that went past the definitions would show. Then every state, each once.
  std::vector<PowerLoss> power_losses();
  // "make f.tmp", "write 3 bytes to f.tmp", "sync f.tmp", "rename f.tmp to f", "sync folder .", ...
  const std::vector<std::string>& steps() const { return steps_; }

  struct Node;  // a file or folder as it is and as it is safe on disk

 private:
  friend struct Recorder;
  struct Change {
    enum class Kind { make_file, make_folder, write, truncate, sync, rename, link, remove, promise } kind;
    std::size_t node = 0, folder = 0, to_folder = 0;
    std::string name = {}, to_name = {}, bytes = {};
    std::uint64_t offset = 0;
  };
  void note(Change change, std::string step);
  static void apply(const Change& change, std::vector<Node>& nodes);
  std::size_t look_at(const std::filesystem::path& path, const std::string& shown_name);
  using Inode = std::pair<std::uint64_t, std::uint64_t>;  // device, number

  static constinit thread_local PowerLossRecording* active_;
  std::filesystem::path folder_;
  std::vector<Node> at_start_;
  std::map<Inode, std::size_t> nodes_by_inode_;
  std::vector<std::string> shown_names_;  // by node
  std::vector<Change> changes_;
  std::vector<std::string> steps_;
};

}  // namespace tuf::test
