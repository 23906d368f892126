#pragma once
// The Error that an action ends with, so that a test can compare kind and whole message.

#include <catch2/catch.hpp>
#include <optional>
#include <string>

#include "libtufcore/error.h"

namespace tuf {

struct Caught {
  std::string kind;  // "refused", "rollback", ...; "nothing" when the action went through
  std::string message;
  bool operator==(const Caught&) const = default;
};

inline std::ostream& operator<<(std::ostream& out, const Caught& caught) {
  return out << caught.kind << ": " << caught.message;
}

template <typename Action>
Caught caught(Action&& action) {
  try {
    action();
  } catch (const Error& error) {
    return {kind_name(error.kind()), error.what()};
  }
  return {"nothing", ""};
}

// The kind alone; none when the action went through.
template <typename Action>
std::optional<Error::Kind> kind_of_error(Action&& action) {
  try {
    action();
  } catch (const Error& error) {
    UNSCOPED_INFO(error.what());
    return error.kind();
  }
  return std::nullopt;
}

}  // namespace tuf
