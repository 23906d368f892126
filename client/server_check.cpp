#include "client/server_check.h"

#include <algorithm>

#include "client/failure_of.h"
#include "client/http_date.h"
#include "client/metadata_reply.h"
#include "client/trusted_state.h"
#include "client/url.h"
#include "libtufcore/site_layout.h"

namespace tuf {
namespace {

constexpr std::size_t max_timestamp_bytes = 16'384;
constexpr int max_new_roots = 256;
constexpr std::int64_t tolerated_clock_error = 60;  // seconds

std::optional<Bytes> ask(ServerState& server, const std::string& name, std::size_t max_bytes,
                         Fetcher& fetcher, const std::function<UtcTime()>& clock) {
  const std::string url = join_url(join_url(server.url, site_metadata_dir), name);
  FetchReply reply = std::move(fetcher.fetch_all({{url, max_bytes, {}, true}}).front());
  server.asked = clock();
  server.date = parse_http_date(reply.date);
  if (reply.failure) throw *reply.failure;
  if (reply.outcome != FetchReply::Outcome::received) return std::nullopt;
  return std::move(reply.bytes);
}

bool is_well(const ServerState& server, std::optional<std::uint64_t> seen, UtcTime now) {
  return !server.failure && server.timestamp && server.timestamp->expires > now &&
         server.timestamp->version >= seen.value_or(0);
}

std::string subject_of(const std::vector<ServerState>& servers, const ServerState& server) {
  return fmt::format("{} {}", &server == &servers.front() ? "server" : "mirror", shown_url(server.url));
}

// What is wrong with one server, and what to do.
struct Complaint {
  std::string text, next;
  bool is_attack = false;  // what it gives is not what was signed
};

Complaint complaint_of(const Error& failure, bool is_mirror) {
  if (failure.kind() != Error::Kind::network) {
    return {failure.what(), "tell who runs this server: its files were damaged or changed", true};
  }
  return {failure.what(), is_mirror ? "check the address; 'pgclient trust add' with other mirrors replaces it"
                                    : "check the address, the network and the proxy"};
}

std::optional<Complaint> complaint_about(const ServerState& server, bool is_mirror,
                                         std::optional<std::uint64_t> seen, std::uint64_t newest_root,
                                         std::uint64_t newest_timestamp, UtcTime now) {
  if (server.failure) return complaint_of(*server.failure, is_mirror);
  const Timestamp& timestamp = *server.timestamp;
  const std::string who = is_mirror ? "tell who runs this mirror" : "tell the repository's administrators";
  if (timestamp.expires <= now) {
    return Complaint{fmt::format("timestamp version {} expired {} ago", timestamp.version,
                                 duration_text(now.unix_seconds() - timestamp.expires.unix_seconds())),
                     who + (is_mirror ? ": it does not copy any more" : ": it is not signed again any more")};
  }
  if (timestamp.version < seen.value_or(0)) {
    return Complaint{fmt::format("is behind: timestamp version {}, and this machine has seen {}",
                                 timestamp.version, *seen),
                     who};
  }
  if (server.root_version < newest_root) {
    return Complaint{
        fmt::format("is behind: root version {}, and there is {}", server.root_version, newest_root), who};
  }
  if (timestamp.version < newest_timestamp) {
    return Complaint{
        fmt::format("is behind: timestamp version {}, and there is {}", timestamp.version, newest_timestamp),
        who + "; a short while behind is normal"};
  }
  return std::nullopt;
}

void judge_clock(const ServerState& server, Findings& findings) {
  if (!server.date) return;
  const std::int64_t ahead = server.asked.unix_seconds() - server.date->unix_seconds();
  const std::string of = fmt::format("the clock of {}", shown_url(server.url));
  if (std::abs(ahead) <= tolerated_clock_error) {
    return findings.ok("clock", fmt::format("within {} of {}",
                                            duration_text(std::max<std::int64_t>(std::abs(ahead), 1)), of));
  }
  const std::string text =
      ahead < 0 ? fmt::format("{} behind {}: metadata that has expired is still believed here",
                              duration_text(ahead), of)
                : fmt::format("{} ahead of {}: metadata is refused as expired while it still is valid",
                              duration_text(ahead), of);
  findings.warning("clock", text, "set this machine's clock, or compare with another server's");
}

}  // namespace

ServerState look_at_server(const std::string& url, RootChain trusted_root, Fetcher& fetcher,
                           const std::function<UtcTime()>& clock) {
  ServerState server{.url = url, .timestamp = {}, .failure = {}, .date = {}};
  server.failure = failure_of([&] {
    for (int i = 0; i < max_new_roots; ++i) {
      const std::string name = root_file_name(trusted_root.version() + 1);
      const auto next = ask(server, name, max_root_bytes, fetcher, clock);
      if (!next) break;
      trusted_root.append(*next, name);
    }
    server.root_version = trusted_root.version();
    const std::string name(timestamp_file_name);
    const auto file = ask(server, name, max_timestamp_bytes, fetcher, clock);
    if (!file) throw network("there is no metadata/{}", name);
    const Root& root = trusted_root.last();
    server.timestamp = *Verified<Timestamp>::by(root.keys_of(Timestamp::type),
                                                parse_signed_file<Timestamp>(*file, name), root.extra);
  });
  return server;
}

void judge_servers(const std::vector<ServerState>& servers, std::optional<std::uint64_t> seen, UtcTime now,
                   Findings& findings) {
  std::uint64_t newest_root = 0;
  std::uint64_t newest_timestamp = 0;
  bool one_is_well = false;
  for (const ServerState& server : servers) {
    newest_root = std::max(newest_root, server.root_version);
    if (server.timestamp) newest_timestamp = std::max(newest_timestamp, server.timestamp->version);
    one_is_well = one_is_well || is_well(server, seen, now);
  }
  for (const ServerState& server : servers) {
    const bool is_mirror = &server != &servers.front();
    const std::string subject = subject_of(servers, server);
    auto complaint = complaint_about(server, is_mirror, seen, newest_root, newest_timestamp, now);
    if (!complaint) {
      findings.ok(subject, fmt::format("timestamp version {}, {}", server.timestamp->version,
                                       validity_text(server.timestamp->expires, now)));
    } else if (one_is_well && !complaint->is_attack) {
      findings.warning(subject, complaint->text, complaint->next);
    } else {
      findings.problem(subject, complaint->text, complaint->next);
    }
  }
  for (const ServerState& server : servers) judge_clock(server, findings);
}

}  // namespace tuf
