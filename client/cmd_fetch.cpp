// pgclient fetch - the files of a release, proved before they get their names.
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "client/commands.h"
#include "client/failure_of.h"
#include "client/locked_releases.h"
#include "client/mirrored_download.h"
#include "client/network_options.h"
#include "client/release_choice.h"
#include "client/url_fetcher.h"
#include "libtufcore/error.h"
#include "libtufcore/io/descriptor.h"
#include "libtufcore/io/file.h"
#include "libtufcore/io/progress.h"

namespace tuf {
namespace {

// One release to fetch, and from where.
struct Selection {
  RepositoryConfig repository;
  TargetNaming naming;
  std::vector<std::size_t> mirrors;  // the order in which to ask
  Release release;
};

struct PlannedFile {
  const ReleaseFile* file;
  fs::path output;
  OutputNow now;
};

struct Plan {
  const Selection* selection;
  std::vector<PlannedFile> files;
};

Selection select_by_name(const Arguments& arguments, Fetcher& fetcher, UtcTime now, Output& out) {
  const auto project = arguments.find_argument("PROJECT");
  const std::vector<std::string>& versions = arguments.arguments("VERSION");
  if (!project) {
    throw usage("PROJECT is missing: a project, or PROJECT/PRODUCT")
        .with_hint("pgclient fetch PROJECT, or pgclient fetch --locked for all that pg.lock has");
  }
  if (versions.size() > 1) {
    throw usage("argument '{}' is one too many", escaped(versions[1]))
        .with_hint("one project at a time; with --locked as many as pg.lock has");
  }
  const auto wanted = WantedProduct::from_user(*project);
  const auto request =
      VersionRequest::from_user(versions.empty() ? std::nullopt : std::optional(versions.front()));
  const RepositoryConfig repository = select_repository(arguments.option("repository"));
  const ProjectView view =
      look_up_project(repository, fetcher, wanted.project, now, out, asked_of(arguments));
  return {repository, view.naming, view.mirrors, choose_release(view, wanted, request, out)};
}

std::optional<Platform> platform_of(const Arguments& arguments) {
  const auto typed = arguments.option("platform");
  return typed ? std::optional(Platform::from_user(*typed)) : std::nullopt;
}

std::vector<WantedProduct> locked_names(const Arguments& arguments) {
  std::vector<std::string> typed = arguments.arguments("VERSION");
  if (const auto project = arguments.find_argument("PROJECT")) typed.insert(typed.begin(), *project);
  std::vector<WantedProduct> wanted;
  for (const std::string& text : typed) wanted.push_back(WantedProduct::from_user(text));
  return wanted;
}

// All of it is held against the lock before the first byte is fetched.
std::vector<Selection> select_by_lock(const Arguments& arguments, Fetcher& fetcher, UtcTime now,
                                      Output& out) {
  const std::vector<WantedProduct> wanted = locked_names(arguments);
  const fs::path path = arguments.option("lock-file").value_or(default_lock_file);
  const std::string what = shown_path(path);
  const LockFile lock = read_lock_file(path);
  std::vector<Selection> selections;
  for (const LockedPart& part : parts_of(lock, wanted, arguments.option("repository"), what)) {
    std::set<ProjectName> projects;
    for (const auto& [product, release] : part.locked.releases) projects.insert(product.project);
    const ProjectViews views =
        look_up_projects(part.repository, fetcher, projects, now, out, asked_of(arguments));
    require_same_root(part, views.begin()->second, what);
    for (const auto& [product, locked] : part.locked.releases) {
      const ProjectView& view = views.at(product.project);
      selections.push_back(
          {part.repository, view.naming, view.mirrors, release_as_locked(product, locked, view, what, out)});
    }
  }
  out.json["lock_file"] = path.string();
  return selections;
}

// --output names one file.
void require_one_file(const std::vector<Selection>& selections) {
  if (selections.size() > 1) {
    throw usage("{} releases are to be fetched, and --output names one file", selections.size())
        .with_hint("--dir DIR takes all of them");
  }
  const Release& release = selections.front().release;
  if (release.files.size() > 1) {
    throw usage("{} has {} files, and --output names one", release_title(release), release.files.size())
        .with_hint("--dir DIR takes all of them");
  }
}

// Names come from verified target paths only (P-06). Everything is looked at before anything is written.
std::vector<Plan> plan(const std::vector<Selection>& selections, const Arguments& arguments) {
  const auto output = arguments.option("output");
  const auto dir = arguments.option("dir");
  if (output && dir) throw usage("--output and --dir contradict each other");
  refuse_standard_output(output);
  if (output) require_one_file(selections);
  std::map<fs::path, const Release*> taken;
  std::vector<Plan> plans;
  for (const Selection& selection : selections) {
    Plan& planned = plans.emplace_back(Plan{&selection, {}});
    for (const ReleaseFile& file : selection.release.files) {
      const fs::path path = output ? fs::path(*output) : fs::path(dir.value_or(".")) / file.name.text();
      planned.files.push_back({&file, path.lexically_normal(), look_at_output(path, file.target.file)});
      const auto [other, is_free] = taken.emplace(planned.files.back().output, &selection.release);
      if (!is_free) {
        throw conflict("{} and {} both have a file {}", release_title(*other->second),
                       release_title(selection.release), file.name.text())
            .with_hint("fetch them one after the other, each with an own --dir DIR");
      }
      const bool in_the_way =
          planned.files.back().now == OutputNow::other_content && !arguments.flag("force");
      if (in_the_way && asked_of(arguments) == Ask::server) {
        throw conflict("{} is there already, with other content", shown_path(planned.files.back().output))
            .with_hint("--force replaces it; -o FILE or --dir DIR writes elsewhere");
      }
    }
  }
  return plans;
}

void fetch_file(const PlannedFile& planned, const Selection& from, Fetcher& fetcher,
                const Arguments& arguments, Output& out) {
  const FoundTarget& target = planned.file->target;
  std::vector<std::string> urls;
  for (const std::size_t mirror : from.mirrors)
    urls.push_back(target_url(from.repository.targets_urls().at(mirror), target, from.naming));
  if (planned.output.has_parent_path()) make_directories(planned.output.parent_path());
  Progress progress(out, planned.file->name.text(), target.file.length);
  download_from_any(
      fetcher, urls, target, planned.output, arguments.flag("force") ? Existing::replace : Existing::refuse,
      [&](std::uint64_t bytes) { progress.advance_to(bytes); },
      [&](const std::string& text) { out.warning(text); });
}

// What is there by now of one release.
struct Outcome {
  const Selection* selection;
  Json::Array files;
};

Json::Object facts_of(Outcome& outcome) {
  const Selection& selection = *outcome.selection;
  return {{"repository", selection.repository.name.text()},
          {"project", selection.release.project.text()},
          {"product", selection.release.product.text()},
          {"version", selection.release.version.text()},
          {"files", std::move(outcome.files)}};
}

// Fetches what is not there. Offline nothing is written, and what is not there as it should be is collected
// in `missing`.
void carry_out(const Plan& planned, Fetcher& fetcher, const Arguments& arguments, Output& out,
               std::vector<Outcome>& outcomes, std::vector<std::string>& missing) {
  Outcome& outcome = outcomes.emplace_back(Outcome{planned.selection, {}});
  for (const PlannedFile& file : planned.files) {
    const bool is_there = file.now == OutputNow::same_content;
    if (!is_there && asked_of(arguments) == Ask::nobody) {
      missing.push_back(file.output.string() +
                        (file.now == OutputNow::other_content ? " (with other content)" : ""));
      continue;
    }
    if (!is_there) fetch_file(file, *planned.selection, fetcher, arguments, out);
    out.result(fmt::format("{} {}: {} ({})", is_there ? "already there," : "fetched",
                           release_title(planned.selection->release), file.output.string(),
                           bytes_text(file.file->target.file.length)));
    Json::Object facts = *file_facts(*file.file).as_object();
    facts["output"] = file.output.string();
    facts["fetched"] = !is_there;
    outcome.files.emplace_back(std::move(facts));
  }
}

void require_nothing_missing(const std::vector<std::string>& missing) {
  if (missing.empty()) return;
  throw network("not all of it is here, and --offline fetches nothing; missing: {}", listed(missing, 5))
      .with_hint("run it without --offline");
}

void run(const Arguments& arguments, Output& out, UtcTime now) {
  const bool locked = arguments.flag("locked");
  if (!locked && arguments.option("lock-file")) throw usage("--lock-file says something with --locked only");
  UrlFetcher fetcher(network_options(arguments, out));
  const std::optional<Platform> platform = platform_of(arguments);
  std::vector<Selection> selections;
  if (locked)
    selections = select_by_lock(arguments, fetcher, now, out);
  else
    selections.push_back(select_by_name(arguments, fetcher, now, out));
  if (arguments.flag("require-claimed")) {
    for (const Selection& selection : selections) require_claimed(selection.release);
  }
  for (Selection& selection : selections) choose_platform(selection.release, platform);
  std::vector<std::string> missing;
  std::vector<Outcome> outcomes;
  const auto failure = failure_of([&] {
    for (const Plan& planned : plan(selections, arguments))
      carry_out(planned, fetcher, arguments, out, outcomes, missing);
    require_nothing_missing(missing);
  });
  // What is there stands in the JSON document beside an error, too.
  Json::Array releases;
  for (Outcome& outcome : outcomes) releases.emplace_back(facts_of(outcome));
  if (locked) {
    out.json["releases"] = std::move(releases);
  } else if (!releases.empty()) {
    out.json = *releases.front().as_object();
  }
  if (failure) throw *failure;
}

}  // namespace

Command fetch_command() {
  return {
      .name = "fetch",
      .summary = "fetch the files of a release",
      .description =
          "Asks the repository for its newest state, proves it from the trusted root, and downloads the "
          "files of the release. A file appears under its name only after its length and digest were "
          "checked. 'latest' is the highest version that is neither yanked nor a pre-release.\n\n"
          "A range takes the highest version in it that is not yanked: '^1.2' (from 1.2 to below 2), "
          "'~1.2.3' (to below 1.3), '>=1.2,<2', '1.x', '1.0.0 - 1.4', '1.2.0 || 1.4.x', as npm means them. "
          "'1.2' alone is version 1.2 and '1.2.x' the newest of 1.2. A pre-release is taken only when the "
          "range names one of the same numbers.\n\n"
          "With --locked exactly what pg.lock says ('pgclient lock' writes it): all of it, or the named "
          "PROJECTs. Before anything is fetched, each file must have the length and digests that "
          "the lock and the repository's present state say; a blocked or removed release is refused, a "
          "yanked one is fetched with a warning.\n\n"
          "With --offline no server is asked: what is here with the right content is said, and anything "
          "else is an error (exit code 5). --offline --locked checks that all that is locked is here.",
      .example =
          "  pgclient fetch abc latest\n  pgclient fetch abc '^1.2'\n"
          "  pgclient fetch abc/cli 1.2.0 --dir dist\n"
          "  pgclient fetch abc --platform linux-amd64\n"
          "  pgclient fetch --locked --dir vendor",
      .arguments = {{"PROJECT", "a project, or PROJECT/PRODUCT; with --locked none for all of the lock",
                     ArgumentSpec::Count::optional},
                    {"VERSION", "a version, a range, or 'latest' (the default); with --locked more PROJECTs",
                     ArgumentSpec::Count::any}},
      .options = {{"o,output", "FILE", "where to write the file of a release that has one"},
                  {"dir", "DIR", "the folder to write the files to (default: this one)"},
                  {"platform", "NAME", "only the files for this platform, and those that are for all"},
                  {"force", "", "replace files that are there with other content"},
                  {"require-claimed", "", "refuse projects for which no administrator of the repository vouches"},
                  {"locked", "", "fetch what the lock file says, and refuse any difference"},
                  lock_file_option(),
                  offline_option(),
                  repository_option()},
      .run = run,
      .forms = "PROJECT [VERSION] | --locked [PROJECT...]",
      .elsewhere = {"install", "download", "get", "pull", "add"}};
}

}  // namespace tuf
