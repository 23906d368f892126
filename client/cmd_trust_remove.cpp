// pgclient trust remove - forget a repository, with the protection against old versions of it.
#include "client/commands.h"
#include "client/repository_config.h"
#include "libtufcore/error.h"
#include "libtufcore/io/descriptor.h"
#include "libtufcore/io/file.h"

namespace tuf {
namespace {

Error not_set_up(const FileName& name) {
  const std::string there = listed(configured_repositories());
  return not_found("no repository {} is set up; there is: {}", name.text(), there.empty() ? "none" : there)
      .with_hint("pgclient trust show");
}

void run(const Arguments& arguments, Output& out, UtcTime) {
  const FileName name = repository_name_from_user(arguments.argument("NAME"));
  const fs::path folder = repository_folder(name);
  if (!fs::exists(fs::symlink_status(folder)) && !fs::exists(removed_folder(name))) throw not_set_up(name);
  const std::string question = fmt::format(
      "{} and everything trusted in it will be forgotten, also which versions were seen: an old "
      "state of the repository could then pass for the newest",
      shown_path(folder));
  if (!arguments.flag("yes") && !confirm_by_name(question, name.text())) {
    throw other("nothing was removed: the name typed was not '{}'", name.text());
  }
  if (!remove_repository(name)) throw not_set_up(name);
  out.json = {{"name", name.text()}, {"folder", folder.string()}};
  out.result(fmt::format("removed repository {}", name.text()));
}

}  // namespace

Command trust_remove_command() {
  return {.name = "trust remove",
          .summary = "forget a repository",
          .description =
              "Removes the trusted state of one repository from this machine; files that were fetched stay. "
              "Asks for the name to be typed in, unless --yes. To set it up again you need the root or its "
              "digest from somewhere you trust.",
          .example = "  pgclient trust remove playground",
          .arguments = {{"NAME", "the repository's name on this machine"}},
          .options = {{"yes", "", "do not ask"}},
          .run = run};
}

}  // namespace tuf
