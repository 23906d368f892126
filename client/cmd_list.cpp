// pgclient list - the releases of a project, for people.
#include "client/commands.h"
#include "client/network_options.h"
#include "client/release_choice.h"
#include "client/url_fetcher.h"
#include "libtufcore/error.h"
#include "libtufcore/io/progress.h"

namespace tuf {
namespace {

std::uint64_t size_of(const Release& release) {
  std::uint64_t size = 0;
  for (const ReleaseFile& file : release.files) size += file.target.file.length;
  return size;
}

Json facts(const Release& release, const Latest& latest) {
  Json::Array files;
  for (const ReleaseFile& file : release.files) files.emplace_back(file_facts(file));
  Json::Object json{{"product", release.product.text()},
                    {"version", release.version.text()},
                    {"files", std::move(files)},
                    {"latest", latest.release == &release},
                    {"prerelease", release.version.is_prerelease()}};
  if (release.yanked) json["yanked"] = *release.yanked;
  return json;
}

void run(const Arguments& arguments, Output& out, UtcTime now) {
  const std::string& typed = arguments.argument("PROJECT");
  const auto wanted = WantedProduct::from_user(typed);
  const bool one_product = typed.find('/') != std::string::npos;
  const RepositoryConfig repository = select_repository(arguments.option("repository"));
  UrlFetcher fetcher(network_options(arguments, out));
  const ProjectView view =
      look_up_project(repository, fetcher, wanted.project, now, out, asked_of(arguments));
  if (one_product) require_product(view, wanted);
  require_project(view, wanted.project);
  for (const Block& block : view.blocks) {
    if (!one_product || block.name.product == wanted.product)
      out.warning(fmt::format("{} is blocked by the administrators: {}", block.name.text(), escaped(block.reason.text())));
  }
  Json::Array releases;
  for (const Release& release : view.releases) {
    if (one_product && release.product != wanted.product) continue;
    const Latest latest = latest_of(view.releases, release.product);
    const std::size_t count = release.files.size();
    out.result(fmt::format("{:<24}  {:>3} {:<5}  {:>10}{}", release_title(release), count,
                           count == 1 ? "file" : "files", bytes_text(size_of(release)),
                           marks_of(release, latest.release == &release)));
    releases.emplace_back(facts(release, latest));
  }
  out.json = {{"repository", repository.name.text()},
              {"project", wanted.project.text()},
              {"releases", std::move(releases)}};
}

}  // namespace

Command list_command() {
  return {.name = "list",
          .summary = "show the releases of a project with files, sizes and marks",
          .description =
              "Every release of every product that 'pgclient fetch' would fetch, newest first, proved in "
              "the same way, for people to read. 'pgclient versions' prints the bare versions of one "
              "product, for scripts.",
          .example = "  pgclient list abc\n  pgclient list abc/cli --offline",
          .arguments = {{"PROJECT", "a project, or PROJECT/PRODUCT"}},
          .options = {offline_option(), repository_option()},
          .run = run,
          .elsewhere = {"search", "ls", "find"}};
}

}  // namespace tuf
