#pragma once
// A folder of its own for a test; it goes with the object.
#include <filesystem>
#include <string>

namespace tuf::test {

class TempDir {
 public:
  TempDir();
  ~TempDir();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

void write_text(const std::filesystem::path& path, const std::string& text);  // parents are made
std::string read_text(const std::filesystem::path& path);

}  // namespace tuf::test
