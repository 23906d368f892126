#pragma once
// Tells when a branch of a local repository may have moved, by inotify on the files in which git keeps it.

#include <chrono>
#include <filesystem>
#include <string>

#include "libtufcore/io/descriptor.h"
#include "libtufcore/io/file.h"

namespace tuf {

class BranchWatch {
 public:
  // `git_directory` of the repository, `branch` as "main" or "release/1". Throws local_io.
  BranchWatch(const fs::path& git_directory, const std::string& branch);
  // Until the branch may have moved since the last call (or the construction), or for `time`; what git does in another way
  // (reftable, a folder that others mount) is seen then. Throws as throw_if_interrupted.
  void wait(std::chrono::milliseconds time);

 private:
  bool take_events();  // whether one of them is about the branch
  std::string file_name_;
  Descriptor events_;
};

}  // namespace tuf
