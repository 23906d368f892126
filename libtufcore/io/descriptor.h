#pragma once
// A file descriptor that closes itself, and how failed system calls are told. For io/ only.

#include <unistd.h>

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

#include "libtufcore/error.h"

namespace tuf {

class Descriptor {
 public:
  explicit Descriptor(int descriptor = -1) noexcept : descriptor_(descriptor) {}
  Descriptor(Descriptor&& other) noexcept : descriptor_(other.release()) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    if (this != &other) reset(other.release());
    return *this;
  }
  ~Descriptor() { reset(); }
  int get() const noexcept { return descriptor_; }
  int release() noexcept { return std::exchange(descriptor_, -1); }
  void reset(int descriptor = -1) noexcept {
    if (descriptor_ >= 0) ::close(descriptor_);
    descriptor_ = descriptor;
  }

 private:
  int descriptor_;
};

std::string shown_path(const std::filesystem::path& path);                      // quoted and escaped
Error system_error(std::string_view doing, const std::filesystem::path& path);  // from errno
void sync_directory(const std::filesystem::path& path);

}  // namespace tuf
