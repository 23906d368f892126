#pragma once
// Which failures a server brings about: another mirror may do better, so the next one is asked. Any other is
// of this machine, this program or the command line, and no mirror helps.

#include "libtufcore/error.h"

namespace tuf {

inline bool is_fault_of_mirror(const Error& error) {
  using Kind = Error::Kind;
  switch (error.kind()) {
    case Kind::network:
    case Kind::refused:
    case Kind::expired:
    case Kind::rollback:
    case Kind::limit:
      return true;
    default:
      return false;
  }
}

}  // namespace tuf
