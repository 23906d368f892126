#pragma once
// How each server of a repository is doing: what it can prove, how new that is, and what time it believes it
// is. Nothing is kept: the trusted state of this machine stays as it was.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "client/fetcher.h"
#include "client/finding.h"
#include "libtufcore/client_workflow.h"

namespace tuf {

struct ServerState {
  std::string url;                     // of the published tree
  std::uint64_t root_version = 0;      // the newest that it can prove from the trusted one
  std::optional<Timestamp> timestamp;  // signed as that root asks; perhaps old or expired
  std::optional<Error> failure;
  std::optional<UtcTime> date;  // as it states it
  UtcTime asked = UtcTime::from_unix(0);
};

// `clock`: this machine's time, now.
ServerState look_at_server(const std::string& url, RootChain trusted_root, Fetcher& fetcher,
                           const std::function<UtcTime()>& clock);

// `urls`: the repository's own first, then the mirrors. `seen`: the timestamp version trusted here. One
// server that is well makes of the others' failures warnings, because a client does with that one.
void judge_servers(const std::vector<ServerState>& servers, std::optional<std::uint64_t> seen, UtcTime now,
                   Findings& findings);

}  // namespace tuf
