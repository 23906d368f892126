// pgclient fetch - the files of a release, proved before they get their names.
#include "client/commands.h"
#include "client/network_options.h"
#include "client/project_view.h"
#include "client/url_fetcher.h"
#include "libtufcore/error.h"
#include "libtufcore/io/descriptor.h"
#include "libtufcore/io/file.h"
#include "libtufcore/io/progress.h"

namespace tuf {
namespace {

struct PlannedFile {
  const ReleaseFile* file;
  fs::path output;
  OutputNow now;
};

// Names come from verified target paths only (P-06). Everything is looked at before anything is written.
std::vector<PlannedFile> plan(const Release& release, const Arguments& arguments) {
  const auto output = arguments.option("output");
  const auto dir = arguments.option("dir");
  if (output && dir) throw usage("--output and --dir contradict each other");
  if (output && release.files.size() > 1) {
    throw usage("{} has {} files, and --output names one", release_title(release), release.files.size())
        .with_hint("--dir DIR takes all of them");
  }
  std::vector<PlannedFile> planned;
  for (const ReleaseFile& file : release.files) {
    const fs::path path = output ? fs::path(*output) : fs::path(dir.value_or(".")) / file.name.text();
    planned.push_back({&file, path.lexically_normal(), look_at_output(path, file.target.file)});
    if (planned.back().now == OutputNow::other_content && !arguments.flag("force")) {
      throw conflict("{} is there already, with other content", shown_path(planned.back().output))
          .with_hint("--force replaces it; -o FILE or --dir DIR writes elsewhere");
    }
  }
  return planned;
}

void fetch_file(const PlannedFile& planned, const std::string& url, Fetcher& fetcher,
                const Arguments& arguments, Output& out) {
  const FoundTarget& target = planned.file->target;
  if (planned.output.has_parent_path()) make_directories(planned.output.parent_path());
  Progress progress(out, planned.file->name.text(), target.file.length);
  download_target(fetcher, url, target, planned.output,
                  arguments.flag("force") ? Existing::replace : Existing::refuse,
                  [&](std::uint64_t bytes) { progress.advance_to(bytes); });
}

void run(const Arguments& arguments, Output& out, UtcTime now) {
  const auto wanted = WantedProduct::from_user(arguments.argument("PROJECT"));
  const RepositoryConfig repository = select_repository(arguments.option("repository"));
  UrlFetcher fetcher(network_options(arguments, out));
  const ProjectView view = look_up_project(repository, fetcher, wanted.project, now, out);
  const Release& release = choose_release(view, wanted, arguments.find_argument("VERSION"), out);
  out.json = {{"repository", repository.name.text()},
              {"project", release.project.text()},
              {"product", release.product.text()},
              {"version", release.version.text()}};
  Json::Array files;
  for (const PlannedFile& planned : plan(release, arguments)) {
    const bool is_there = planned.now == OutputNow::same_content;
    if (!is_there) {
      const std::string url = target_url(repository.targets_url(), planned.file->target, view.naming);
      fetch_file(planned, url, fetcher, arguments, out);
    }
    out.result(fmt::format("{} {}: {} ({})", is_there ? "already there," : "fetched", release_title(release),
                           planned.output.string(), bytes_text(planned.file->target.file.length)));
    Json::Object facts = *file_facts(*planned.file).as_object();
    facts["output"] = planned.output.string();
    facts["fetched"] = !is_there;
    files.emplace_back(std::move(facts));
    out.json["files"] = files;  // also beside an error: what is there by now
  }
}

}  // namespace

Command fetch_command() {
  return {.name = "fetch",
          .summary = "fetch the files of a release",
          .description =
              "Asks the repository for its newest state, proves it from the trusted root, and downloads the "
              "files of the "
              "release. A file appears under its name only after its length and digest were checked. "
              "'latest' is the "
              "highest version that is neither yanked nor a pre-release.",
          .example = "  pgclient fetch abc latest\n  pgclient fetch abc/cli 1.2.0 --dir dist",
          .arguments = {{"PROJECT", "a project, or PROJECT/PRODUCT"},
                        {"VERSION", "a version, or 'latest' (the default)", ArgumentSpec::Count::optional}},
          .options = {{"o,output", "FILE", "where to write the file of a release that has one"},
                      {"dir", "DIR", "the folder to write the files to (default: this one)"},
                      {"force", "", "replace files that are there with other content"},
                      repository_option()},
          .run = run};
}

}  // namespace tuf
