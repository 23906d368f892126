#pragma once
// Tells when a branch of a local repository may have moved: by the files in which git keeps it. inotify only makes it quick.

#include <chrono>
#include <string>

#include "libtufcore/io/descriptor.h"
#include "libtufcore/io/file.h"

namespace tuf {

class BranchWatch {
 public:
  // `git_directory` of the repository, `branch` as "main" or "release/1". Throws local_io.
  BranchWatch(const fs::path& git_directory, const std::string& branch);
  // True as soon as the branch may have moved since the last call (or the construction), else false after `time`; what git does
  // in another way (reftable) is not seen. Throws as throw_if_interrupted.
  bool wait(std::chrono::milliseconds time);

 private:
  std::string look() const;
  void wait_for_events(std::chrono::milliseconds time);
  fs::path loose_, packed_;
  std::string seen_;
  Descriptor events_;
};

}  // namespace tuf
