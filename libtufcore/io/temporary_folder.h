#pragma once
// A folder that is there as long as this object.

#include <filesystem>
#include <string_view>

namespace tuf {

class TemporaryFolder {
 public:
  // <parent>/<begin>XXXXXX, for nobody else to read. Throws local_io.
  TemporaryFolder(const std::filesystem::path& parent, std::string_view begin);
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace tuf
