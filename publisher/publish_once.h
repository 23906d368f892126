#pragma once
// One publication (cmd_publish.cpp), which publish makes once and follow as often as the branch moves.

#include "publisher/online_key.h"
#include "publisher/source.h"

namespace tuf {

std::vector<OptionSpec> publication_options();  // from where, with what, to where
// Says what was published, what waits and why. Throws what publish ends with.
void publish_once(const Arguments& arguments, const Source& source, OnlineKeys& keys, Output& out, UtcTime now);

}  // namespace tuf
