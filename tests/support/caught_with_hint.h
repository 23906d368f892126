#pragma once
// As caught(), with what the error advises to do.

#include "tests/support/caught.h"

namespace tuf {

struct CaughtWithHint {
  Caught error;
  std::string hint;
};

template <typename Action>
CaughtWithHint caught_with_hint(Action&& action) {
  try {
    action();
  } catch (const Error& error) {
    return {{kind_name(error.kind()), error.what()}, error.hint()};
  }
  return {{"nothing", ""}, ""};
}

}  // namespace tuf
