// pgpublish refresh - a new timestamp for the commit that is published; needs no git.
#include "libtufcore/error.h"
#include "publisher/commands.h"
#include "publisher/destination.h"
#include "publisher/online_roles.h"
#include "publisher/source.h"

namespace tuf {
namespace {

void run(const Arguments& arguments, Output& out, UtcTime now) {
  const Digest root = pinned_root(arguments);
  const OnlineKeys keys = open_online_keys(arguments);
  Destination to(arguments, out);
  const auto previous = to.previous(root);
  if (!previous) throw no_publication(to.name()).with_hint("pgpublish publish --first makes the first one");
  const Rendering rendering = render_refresh(*previous, keys, now, to.free_version());
  const WrittenSite written = to.write(rendering, nullptr);
  out.json = {{"commit", previous->commit},
              {"timestamp_version", rendering.timestamp_version},
              {"snapshot_version", rendering.snapshot_version},
              {"files_written", static_cast<std::uint64_t>(written.files)}};
  out.result(fmt::format("refreshed {}: timestamp {}, snapshot {}", to.name(), rendering.timestamp_version, rendering.snapshot_version));
}

}  // namespace

Command refresh_command() {
  return {.name = "refresh",
          .summary = "renew the timestamp of the published tree",
          .description = "Signs a new timestamp for the commit that is published, and a new snapshot and role new where less than a third of\n"
                         "their time is left. Works from the tree alone. Run it every day.",
          .example = "  pgpublish refresh --to site --root-sha256 HEX --online-key online.key",
          .arguments = {},
          .options = joined({root_options(), destination_options(), online_key_options()}),
          .run = run};
}

}  // namespace tuf
