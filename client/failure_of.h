#pragma once
// For commands that look at several things and go on after one that fails: each failure becomes part of the
// answer.

#include <optional>

#include "libtufcore/error.h"

namespace tuf {

template <typename Action>
std::optional<Error> failure_of(Action&& action) {
  try {
    action();
  } catch (const Error& error) {
    if (error.kind() == Error::Kind::bug) throw;
    return error;
  }
  return std::nullopt;
}

}  // namespace tuf
