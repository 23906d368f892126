#include "libtufcore/error.h"

namespace tuf {

const char* kind_name(Error::Kind kind) noexcept {
  switch (kind) {
    case Error::Kind::other: return "other";
    case Error::Kind::usage: return "usage";
    case Error::Kind::not_found: return "not-found";
    case Error::Kind::forbidden: return "forbidden";
    case Error::Kind::network: return "network";
    case Error::Kind::local_io: return "local-io";
    case Error::Kind::configuration: return "configuration";
    case Error::Kind::conflict: return "conflict";
    case Error::Kind::refused: return "refused";
    case Error::Kind::expired: return "expired";
    case Error::Kind::rollback: return "rollback";
    case Error::Kind::limit: return "limit";
    case Error::Kind::no_trusted_root: return "no-trusted-root";
    case Error::Kind::pending: return "pending";
    case Error::Kind::bug: return "bug";
    case Error::Kind::hung_up:
    case Error::Kind::interrupted:
    case Error::Kind::terminated: return "interrupted";
  }
  return "bug";
}

}  // namespace tuf
