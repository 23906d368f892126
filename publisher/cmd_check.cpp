// pgpublish check - what the commits since the last published one change, in words, and the verdict on each.
#include "libtufcore/error.h"
#include "libtufcore/io/file.h"
#include "publisher/commands.h"
#include "publisher/lfs_contents.h"
#include "publisher/name_quota.h"
#include "publisher/pre_receive.h"
#include "publisher/report.h"
#include "publisher/s3_options.h"
#include "publisher/source.h"

namespace tuf {
namespace {

Json to_json(const std::vector<std::string>& paths) {
  Json::Array all;
  for (const std::string& path : paths) all.push_back(escaped(path, 1024));
  return all;
}

void run(const Arguments& arguments, Output& out, UtcTime now) {
  if (arguments.flag("pre-receive")) return check_push(arguments, out, now);
  const Source source = open_source(arguments);
  const std::optional<PublishedSite> previous = previous_site(arguments, source.pinned_root);
  const auto last = previous ? std::optional(previous->commit) : std::nullopt;
  JudgedRange range = judge_range(source.repository, last, source.tip, source.pinned_root, {.now = now});
  if (range.overall == Verdict::Kind::accepted) check_freshness(range.accepted->state(), now);
  if (const auto name = find_name_too_many(range, previous ? &*previous : nullptr, now)) refuse_name(range, *name);
  // What is missing is no word about the commits, so there is no report that calls them accepted.
  std::optional<std::size_t> contents;
  if (range.overall == Verdict::Kind::accepted && !arguments.options("lfs").empty())
    contents = require_contents(source.repository, range, lfs_store(arguments, source.repository));
  const std::vector<std::string> not_signed = unsigned_files(source.repository, range);
  out.json = *report_json(range).as_object();
  if (contents) out.json["contents"] = std::uint64_t{*contents};
  out.json["unsigned_files"] = to_json(not_signed);
  for (const std::string& line : report_text(range, Detail::changes)) out.result(line);
  for (const std::string& line : unsigned_lines(not_signed)) out.result(line);
  if (const auto file = arguments.option("markdown")) write_file_atomically(*file, report_markdown(range, not_signed));
  stop_if_refused(range);
  stop_if_pending(range, "waits for signatures", "the people named above run 'pgsign sign'");
}

}  // namespace

Command check_command() {
  return {.name = "check",
          .summary = "judge the commits since the last published one",
          .description = "Puts every commit since the last published one (without --previous: since the first) through the rule book and says\n"
                         "in words what it changes, and which files beside it nobody signs. Whether new names are too many for this day is judged\n"
                         "with --previous only. Reads only git objects; needs no key. Exit codes: 0 accepted, 10 refused, 20 signatures\n"
                         "are missing. With --pre-receive it is git's hook of a bare repository: 'pgpublish hook install' sets it up.",
          .example = "  pgpublish check --repository content.git --root-sha256 HEX --previous site --markdown report.md",
          .arguments = {},
          .options = joined(
              {source_options(),
               {{"markdown", "FILE", "write the report as Markdown too, for a pull request's comment"},
                lfs_option("require the contents of new large files: in this folder or the repository's lfs/objects")},
               s3_option_specs(),
               pre_receive_options()}),
          .run = run};
}

}  // namespace tuf
