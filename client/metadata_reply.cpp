#include "client/metadata_reply.h"

#include "libtufcore/error.h"

namespace tuf {
namespace {

// A captive portal, or the page of a web host, where metadata should be (H-12).
void refuse_web_page(ByteView bytes, const std::string& what) {
  const std::size_t first = bytes.find_first_not_of(" \t\r\n");
  if (first == ByteView::npos || bytes[first] != '<') return;
  throw network("{} is a web page, not metadata", what)
      .with_hint("check the URL; a network that asks for a log-in first answers like this, too");
}

}  // namespace

ByteView needed_bytes(const FetchReply& reply, const MetaFile& meta, const std::string& what) {
  if (reply.outcome == FetchReply::Outcome::too_long && meta.length) {
    throw refused("refused {}: it has more than the {} bytes that the file naming it says", what,
                  *meta.length);
  }
  if (reply.failure) throw *reply.failure;
  if (reply.outcome != FetchReply::Outcome::received) {
    throw network("there is no {}", what)
        .with_hint("the server is incomplete or the URL is wrong; what was verified before is still there");
  }
  refuse_web_page(reply.bytes, what);
  return reply.bytes;
}

}  // namespace tuf
