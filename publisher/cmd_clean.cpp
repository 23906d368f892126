// pgpublish clean - remove what no client can need any more.
#include "libtufcore/error.h"
#include "publisher/commands.h"
#include "publisher/folder_store.h"
#include "publisher/s3_options.h"
#include "publisher/site_cleaning.h"
#include "publisher/source.h"

namespace tuf {
namespace {

void run(const Arguments& arguments, Output& out, UtcTime now) {
  const std::string to = arguments.required_option("to");
  if (is_s3_address(to)) throw usage("clean works on a folder; nothing is deleted from a bucket")
        .with_hint("bring the bucket into a folder; clean --dry-run --json names what may go from it (docs/operator.md)");
  const Digest root = pinned_root(arguments);
  if (!fs::is_directory(to)) throw no_publication(to);  // the lock would make it
  const SiteLock lock(to);
  const auto site = read_published_site(folder_reader(to), root);
  if (!site) throw no_publication(to);
  const auto days = static_cast<int>(arguments.number_option("keep-days", 1, 3650).value_or(default_grace_days));
  const std::vector<std::string> gone = files_to_remove(to, *site, now, days);
  std::uint64_t bytes = 0;
  for (const std::string& path : gone) {
    bytes += fs::file_size(fs::path(to) / path);
    if (!arguments.flag("dry-run")) fs::remove(fs::path(to) / path);
  }
  out.json = {{"files_removed", static_cast<std::uint64_t>(gone.size())}, {"bytes_removed", bytes}};
  Json::Array paths;
  for (const std::string& path : gone) paths.push_back(escaped(path, 1024));
  out.json["files"] = std::move(paths);
  const char* verb = arguments.flag("dry-run") ? "would remove" : "removed";
  out.result(fmt::format("{} {} files ({} bytes) that no publication of the last {} days needs", verb, gone.size(), bytes, days));
}

}  // namespace

Command clean_command() {
  return {.name = "clean",
          .summary = "remove old versions from the published tree",
          .description = "Each publication leaves the versions before it, for clients in flight and caches that come late. This removes the\n"
                         "metadata, and the files of removed releases, that no publication of the last days refers to. Run it every week.",
          .example = "  pgpublish clean --to site --root-sha256 HEX --keep-days 7",
          .arguments = {},
          .options = joined({root_options(),
                             {{"to", "DIR", "the folder of the published tree"},
                              {"keep-days", "N", "how long an older version stays after it was replaced (default: 7)"},
                              {"dry-run", "", "say what would go, and remove nothing"}}}),
          .run = run};
}

}  // namespace tuf
