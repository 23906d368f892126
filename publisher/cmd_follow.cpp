// pgpublish follow - one publication after the other, from one process.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <utility>

#include "libtufcore/error.h"
#include "libtufcore/io/interrupt.h"
#include "libtufcore/io/system_clock.h"
#include "publisher/branch_watch.h"
#include "publisher/commands.h"
#include "publisher/publish_once.h"

namespace tuf {
namespace {

constexpr std::int64_t usual_minutes = 10;
constexpr std::chrono::minutes after_a_failure(1);

// What another try does not mend: a person, or the service manager, must do something.
bool ends_following(Error::Kind kind) {
  return kind == Error::Kind::interrupted || kind == Error::Kind::terminated || kind == Error::Kind::hung_up ||
         kind == Error::Kind::forbidden;
}

void tell(const Error& error, Output& out) {
  out.warning(error.what());
  if (!error.hint().empty()) out.note("hint: " + error.hint());
}

// "main", however it is named.
std::string branch_of(const Arguments& arguments, const GitRepository& repository) {
  constexpr std::string_view prefix = "refs/heads/";
  const auto given = arguments.option("commit");
  std::string name = given.value_or("main");
  if (name.starts_with(prefix)) name.erase(0, prefix.size());
  if (given && !repository.find_reference(std::string(prefix) + name))
    throw usage("--commit must name a branch to follow, not '{}'", escaped(name));
  return name;
}

BranchWatch watch(const Arguments& arguments) {
  const GitRepository repository = GitRepository::open(arguments.option("repository").value_or("."));
  return BranchWatch(repository.git_directory(), branch_of(arguments, repository));
}

void run(const Arguments& arguments, Output& out, UtcTime now) {
  const std::chrono::minutes every(arguments.number_option("every", 1, 24 * 60).value_or(usual_minutes));
  const Digest root = pinned_root(arguments);
  BranchWatch branch = watch(arguments);
  std::optional<Source> start = open_source(arguments, root);
  OnlineKeys keys = open_online_keys(arguments);
  const InterruptsWait whole_publications;
  Verifications known = publish_once(arguments, *start, nullptr, keys, out, now);  // what is wrong from the beginning ends it
  start.reset();  // packs that git replaces are not kept open for long
  std::chrono::minutes until_next = every;
  while (true) {
    std::fflush(stdout);
    branch.wait(until_next);
    out.json.clear();
    until_next = every;
    try {
      // After a failure nothing is known: what went wrong may be that.
      known = publish_once(arguments, open_source(arguments, root), nullptr, keys, out, system_time_now(), std::exchange(known, {}));
    } catch (const Error& error) {
      if (ends_following(error.kind())) throw;
      tell(error, out);
      if (error.kind() != Error::Kind::refused) until_next = std::min(every, after_a_failure);
    } catch (const std::filesystem::filesystem_error& error) {
      tell(local_io("'{}': {}", escaped(error.path1().string(), 4096), error.code().message()), out);
      until_next = std::min(every, after_a_failure);
    }
  }
}

}  // namespace

Command follow_command() {
  return {.name = "follow",
          .summary = "publish whenever the branch moves, until it is stopped",
          .description = "As publish, from one process that stays: it publishes what there is, then again as soon as the branch of the local\n"
                         "repository moves, and renews the online roles in time. What cannot be published later on is told and tried again;\n"
                         "what is wrong at the start, or with the online key, ends it. Ctrl-C, SIGTERM: the publication at hand is finished\n"
                         "first. The first publication of all is made by publish --first. With --json: one document, at the end.",
          .example = "  pgpublish follow --repository content.git --to /srv/www --online-key online.key --root-sha256 9f1c...",
          .arguments = {},
          .options = joined({publication_options(),
                             {{"every", "MINUTES",
                               "look at least so often, for what is to be renewed or was not reached (default: 10)"}}}),
          .run = run};
}

}  // namespace tuf
