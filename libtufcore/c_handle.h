#pragma once
// Owning the objects of C libraries in one line a type: using GitTree = CHandle<git_tree, git_tree_free>;

#include <memory>

namespace tuf {

template <auto free_function>
struct FreeWith {
  template <typename T>
  void operator()(T* pointer) const noexcept {
    free_function(pointer);
  }
};
template <typename T, auto free_function>
using CHandle = std::unique_ptr<T, FreeWith<free_function>>;

// For C functions that fill a T**: f(OutParam(handle)). (std::out_ptr is C++23.)
template <typename Handle>
class OutParam {
 public:
  explicit OutParam(Handle& handle) : handle_(handle) {}
  ~OutParam() { handle_.reset(raw_); }
  operator typename Handle::pointer*() noexcept { return &raw_; }

 private:
  Handle& handle_;
  typename Handle::pointer raw_ = nullptr;
};

}  // namespace tuf
