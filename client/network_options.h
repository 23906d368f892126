#pragma once
// The options of every command that asks a server, and what they mean to the fetcher.

#include "client/http_options.h"
#include "libtufcore/io/command_line.h"

namespace tuf {

// The command with --retries, --timeout, --proxy and --cacert besides its own options.
Command with_network_options(Command command);
// As given, else PG_RETRIES and PG_TIMEOUT. `out`, which outlives the fetcher, is told what is tried again.
HttpOptions network_options(const Arguments& arguments, Output& out);

}  // namespace tuf
