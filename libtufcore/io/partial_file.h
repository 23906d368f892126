#pragma once
// A file that may grow over several runs. It has a hidden name until it is complete: ".<name>.<tag>.part",
// for the owner only and locked while in use; a second writer takes another name. What an earlier run left is
// a guess: the caller checks the whole content before commit().

#include <functional>
#include <string>

#include "libtufcore/io/file.h"

namespace tuf {

class PartialFile {
 public:
  // What is there is continued when it is an own plain file of at most `max_bytes`, else dropped.
  PartialFile(fs::path path, Existing existing, const std::string& tag, std::uint64_t max_bytes);
  ~PartialFile();  // removes it, unless keep() or commit() was called
  PartialFile(const PartialFile&) = delete;
  PartialFile& operator=(const PartialFile&) = delete;

  std::uint64_t size() const { return size_; }
  fs::path path() const;                                       // of the hidden file
  void read(const std::function<void(ByteView)>& sink) const;  // all of it
  void append(ByteView bytes);
  void clear();
  void keep() { kept_ = true; }
  void commit(FileMode mode);

 private:
  bool open_as(const std::string& name, std::uint64_t max_bytes);

  fs::path path_;
  Existing existing_;
  Descriptor directory_;
  Descriptor file_;
  std::string name_;  // the hidden one
  std::uint64_t size_ = 0;
  bool kept_ = false;
};

}  // namespace tuf
