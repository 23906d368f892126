#pragma once
// What a server's reply to a request for metadata means, before any signature is looked at.

#include <string>

#include "client/fetcher.h"
#include "libtufcore/metadata.h"

namespace tuf {

inline constexpr std::size_t max_root_bytes = 512'000;  // 5.3.3: at most so much of the next root

// The bytes of a file that the server must have: a verified file names it as `meta`, or it is timestamp.json
// or the next root. `what` is the file and where it is from. The result lives as long as `reply`.
ByteView needed_bytes(const FetchReply& reply, const MetaFile& meta, const std::string& what);

}  // namespace tuf
