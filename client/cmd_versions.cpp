// pgclient versions - the versions of one product and nothing else, for scripts.
#include "client/commands.h"
#include "client/network_options.h"
#include "client/release_choice.h"
#include "client/url_fetcher.h"

namespace tuf {
namespace {

void run(const Arguments& arguments, Output& out, UtcTime now) {
  const auto wanted = WantedProduct::from_user(arguments.argument("PROJECT"));
  const auto range = arguments.find_argument("RANGE");
  const auto request = range ? std::optional(VersionRequest::from_user(range)) : std::nullopt;
  const Yanked yanked = arguments.flag("all") ? Yanked::include : Yanked::leave_out;
  const RepositoryConfig repository = select_repository(arguments.option("repository"));
  UrlFetcher fetcher(network_options(arguments, out));
  const ProjectView view =
      look_up_project(repository, fetcher, wanted.project, now, out, asked_of(arguments));
  const Release* latest = latest_of(view.releases, wanted.product).release;
  Json::Array versions;
  const auto matching = matching_releases(view, wanted, request, yanked, out);
  for (const Release* release : matching) {
    const std::string& version = release->version.text();
    out.result(arguments.flag("long") ? fmt::format("{}{}", version, marks_of(*release, release == latest))
                                      : version);
    Json::Object facts{{"version", version},
                       {"latest", release == latest},
                       {"prerelease", release->version.is_prerelease()}};
    if (release->yanked) facts["yanked"] = *release->yanked;
    versions.emplace_back(std::move(facts));
  }
  if (versions.empty())
    out.note(fmt::format("every version of {} is yanked; --all shows them", wanted.text()));
  const bool may_mislead = !range && !arguments.flag("long") && latest != nullptr && !matching.empty();
  if (may_mislead && matching.front() != latest)
    out.note(fmt::format("'latest' is {}; --long says what the others are", latest->version.text()));
  out.json["repository"] = repository.name.text();
  out.json["project"] = wanted.project.text();
  out.json["product"] = wanted.product.text();
  if (range) out.json["range"] = *range;
  out.json["versions"] = std::move(versions);
}

}  // namespace

Command versions_command() {
  return {
      .name = "versions",
      .summary = "print the bare versions of one product, for scripts",
      .description =
          "One version a line and nothing else, newest first, of one product: what 'pgclient fetch' "
          "accepts. 'pgclient list' is for reading: all products of a project, with files and sizes.\n\n"
          "With RANGE only the versions in it ('^1.2', '~1.2.3', '>=1.2,<2', '1.x', '1.2.0 || 1.4.x'); the "
          "first line is then what 'fetch PROJECT RANGE' fetches. A pre-release is in a range only when the "
          "range names one of the same numbers. Nothing in the range: exit code 3.\n\n"
          "Without RANGE the first line may be a pre-release, which 'latest' is not: what 'latest' is, is "
          "then "
          "said on stderr; 'pgclient versions PROJECT latest' prints it alone.",
      .example = "  pgclient versions abc\n  pgclient versions abc/cli '^1.2' --long",
      .arguments = {{"PROJECT", "a project, or PROJECT/PRODUCT"},
                    {"RANGE", "a range, a version, or 'latest'", ArgumentSpec::Count::optional}},
      .options = {{"long", "", "say beside a version that it is the latest, a pre-release or yanked"},
                  {"all", "", "yanked versions, too"},
                  offline_option(),
                  repository_option()},
      .run = run};
}

}  // namespace tuf
