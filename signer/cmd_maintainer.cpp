// pgsign maintainer add, remove, list - who signs releases: add, remove, list.
#include "signer/commands.h"
#include "signer/people.h"
#include "signer/people_change.h"
#include "signer/show.h"

namespace tuf {
namespace {

enum class Edit { add, remove };

std::string title_of(Edit edit, const std::vector<KeyHolder>& people, const ProjectName& project) {
  const std::string names = labels_of(people);
  return edit == Edit::add ? fmt::format("Add {} to the maintainers of {}", names, project.text())
                           : fmt::format("Remove {} from the maintainers of {}", names, project.text());
}

void run_edit(Edit edit, const Arguments& arguments, Output& out, UtcTime now) {
  const ProjectName project = ProjectName::from_user(arguments.argument("PROJECT"));
  Workspace workspace = open_workspace(out, now);
  const Standing standing = accepted_standing_of(workspace, project);
  const RepositoryState& base = *standing.base_or_null();
  const RoleFile &owners = owners_of_project(base, project), &releases = releases_of_project(base, project);
  const StoredKey key = key_of(arguments);
  refuse_without_right(key, owners.signers, owners.names, "changes of the maintainers of " + project.text());
  PeopleChange change{project};
  change.release_threshold = threshold_option(arguments);
  const std::vector<std::string>& words = arguments.arguments("PERSON");
  std::vector<KeyHolder>& people = edit == Edit::add ? change.add_maintainers : change.remove_maintainers;
  people = edit == Edit::add ? find_people(words, base, project)
                             : find_members(words, holders_of(releases.signers, releases.names),
                                            "maintainers of " + project.text());
  const PlannedChange planned = plan_people(title_of(edit, people, project), base, change, now);
  tell_next(commit_change(workspace, standing, planned, key, arguments, out, now), out);
}

void run_list(const Arguments& arguments, Output& out, UtcTime now) {
  const ProjectName project = ProjectName::from_user(arguments.argument("PROJECT"));
  const Workspace workspace = open_workspace(out, now);
  const RoleFile& releases = releases_of_project(workspace.state, project);
  show_keys("maintainers", releases.signers, releases.names, out);
}

const std::string person_help =
    "a public key file, or 8 or more digits of the id of a key that the repository knows";

}  // namespace

Command maintainer_add_command() {
  return {.name = "maintainer add",
          .summary = "let others sign releases of a project",
          .description = "The owners decide: your key must be an owner's. No administrator is needed.",
          .example = "  pgsign maintainer add abc bob.pub\n  pgsign maintainer add abc bob.pub --threshold 2",
          .arguments = {{"PROJECT", "the project"}, {"PERSON", person_help, ArgumentSpec::Count::many}},
          .options = change_options({threshold_option_spec("how many maintainers must sign a release from now on")}),
          .run = [](const Arguments& arguments, Output& out, UtcTime now) {
            run_edit(Edit::add, arguments, out, now);
          }};
}

Command maintainer_remove_command() {
  return {.name = "maintainer remove",
          .summary = "let somebody sign releases of a project no more",
          .description =
              "The owners decide. Where the releases need a signature of the one who goes, the same change "
              "brings their "
              "next version, which maintainers who stay must sign; who that is, is said.",
          .example = "  pgsign maintainer remove abc bob",
          .arguments = {{"PROJECT", "the project"},
                        {"PERSON", "a maintainer's name, key id (8 or more digits) or public key file",
                         ArgumentSpec::Count::many}},
          .options = change_options({threshold_option_spec("how many maintainers must sign a release from now on")}),
          .run = [](const Arguments& arguments, Output& out, UtcTime now) {
            run_edit(Edit::remove, arguments, out, now);
          }};
}

Command maintainer_list_command() {
  return {.name = "maintainer list",
          .summary = "show who signs releases of a project",
          .description = "Names, whole key ids, and how many of them must sign.",
          .example = "  pgsign maintainer list abc",
          .arguments = {{"PROJECT", "the project"}},
          .options = {},
          .run = run_list};
}

}  // namespace tuf
