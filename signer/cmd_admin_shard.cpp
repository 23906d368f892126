// signer/cmd_admin_shard.cpp - move promoted names from a list that has grown large into shards.
#include "signer/admin_change.h"
#include "signer/commands.h"

namespace tuf {
namespace {

void run(const Arguments& arguments, Output& out, UtcTime now) {
  AdminWork work = open_admin_work(out, now);
  const std::uint64_t most = work.base().configuration().shard_bytes;
  const ShardNames change = crowded_names(work.base());
  if (change.prefixes.empty()) {
    out.json["changes"] = Json::Array{};
    return out.result(
        fmt::format("nothing to shard: no role lists names in more than {} bytes (shard_bytes)", most));
  }
  commit_admin_change(work, fmt::format("Move promoted names into {} shards", change.prefixes.size()),
                      {change}, arguments, out, now);
}

}  // namespace

Command admin_shard_command() {
  return {.name = "admin shard",
          .summary = "split role claimed where it lists many names",
          .description =
              "Every client that looks for a promoted name downloads the list that it is in. Where role "
              "claimed, or a "
              "shard of it, is larger than the configuration's shard_bytes, its names move into shards by "
              "how they "
              "begin: role claimed-a for a*, and claimed-ab for ab* where there are still too many. Owners, "
              "keys and "
              "thresholds stay as they are. A shard stays for ever: snapshot never forgets a role.",
          .example = "  pgsign admin shard\n  pgsign admin shard --dry-run",
          .arguments = {},
          .options = change_options(),
          .run = run};
}

}  // namespace tuf
