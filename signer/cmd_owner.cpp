// pgsign owner add, remove, list, renew, threshold set - who owns a project: add, remove, list; and how many
// of each must sign. Owners change by a hop.
#include "signer/commands.h"
#include "signer/people.h"
#include "signer/people_change.h"
#include "signer/show.h"

namespace tuf {
namespace {

// One owner's command: `edit` fills the change from the base and gives the title.
using Edit = std::function<std::string(PeopleChange&, const RepositoryState&)>;
void run_as_owner(const Arguments& arguments, Output& out, UtcTime now, const Edit& edit) {
  PeopleChange change{ProjectName::from_user(arguments.argument("PROJECT"))};
  Workspace workspace = open_workspace(out, now);
  const Standing standing = accepted_standing_of(workspace, change.project);
  const RepositoryState& base = *standing.base_or_null();
  const RoleFile& owners = owners_of_project(base, change.project);
  const StoredKey key = key_of(arguments);
  refuse_without_right(key, owners.signers, owners.names,
                       "changes of the people of " + change.project.text());
  const std::string title = edit(change, base);
  const PlannedChange planned = plan_people(title, base, change, now);
  tell_next(commit_change(workspace, standing, planned, key, arguments, out, now), out);
}

void run_add(const Arguments& arguments, Output& out, UtcTime now) {
  run_as_owner(arguments, out, now, [&](PeopleChange& change, const RepositoryState& base) {
    change.owner_threshold = threshold_option(arguments);
    change.add_owners = find_people(arguments.arguments("PERSON"), base, change.project);
    return fmt::format("Add {} to the owners of {}", labels_of(change.add_owners), change.project.text());
  });
}

void run_remove(const Arguments& arguments, Output& out, UtcTime now) {
  run_as_owner(arguments, out, now, [&](PeopleChange& change, const RepositoryState& base) {
    const RoleFile& owners = owners_of_project(base, change.project);
    change.owner_threshold = threshold_option(arguments);
    change.remove_owners =
        find_members(arguments.arguments("PERSON"), holders_of(owners.signers, owners.names),
                     "owners of " + change.project.text());
    return fmt::format("Remove {} from the owners of {}", labels_of(change.remove_owners),
                       change.project.text());
  });
}

void run_list(const Arguments& arguments, Output& out, UtcTime now) {
  const ProjectName project = ProjectName::from_user(arguments.argument("PROJECT"));
  const Workspace workspace = open_workspace(out, now);
  const RoleFile& owners = owners_of_project(workspace.state, project);
  show_keys("owners", owners.signers, owners.names, out);
  out.json["role"] = owners.role.text();
}

void run_threshold(const Arguments& arguments, Output& out, UtcTime now) {
  const std::string& whose = arguments.argument("WHOSE");
  const std::uint32_t number = threshold_of_user(arguments.argument("N"));
  run_as_owner(arguments, out, now, [&](PeopleChange& change, const RepositoryState&) {
    if (whose == "owners")
      change.owner_threshold = number;
    else if (whose == "releases")
      change.release_threshold = number;
    else if (whose == "references")
      change.reference_threshold = number;
    else
      throw usage("'{}' is none of owners, releases, references", escaped(whose));
    return fmt::format("Let {} sign {} of {}", number, whose == "owners" ? "changes of the people" : whose,
                       change.project.text());
  });
}

void run_renew(const Arguments& arguments, Output& out, UtcTime now) {
  const ProjectName project = ProjectName::from_user(arguments.argument("PROJECT"));
  Workspace workspace = open_workspace(out, now);
  const Standing standing = accepted_standing_of(workspace);
  const RepositoryState& base = *standing.base_or_null();
  const RoleFile& owners = owners_of_project(base, project);
  const StoredKey key = key_of(arguments);
  refuse_without_right(key, owners.signers, owners.names, "for the owners of " + project.text());
  const UtcTime expires = now.plus_days(base.configuration().expiry_days_of("project"));
  const PlannedChange planned = plan("Renew the owners of " + project.text(), &base, {ExtendExpiry{owners.role, expires}});
  tell_next(commit_change(workspace, standing, planned, key, arguments, out, now), out);
}

const std::string number_help = "how many owners must sign from now on";

}  // namespace

Command owner_add_command() {
  return {
      .name = "owner add",
      .summary = "let others own a project, too",
      .description =
          "Hands the project over to a new role with the new owners (a hop): you sign the last file of the "
          "old role, and "
          "each new owner signs the first one of the new role. No administrator is needed.",
      .example = "  pgsign owner add abc bob.pub --threshold 2",
      .arguments = {{"PROJECT", "the project"},
                    {"PERSON",
                     "a public key file, or 8 or more digits of the id of a key that the repository knows",
                     ArgumentSpec::Count::many}},
      .options = change_options({threshold_option_spec(number_help)}),
      .run = run_add};
}

Command owner_remove_command() {
  return {
      .name = "owner remove",
      .summary = "take a project out of somebody's hands",
      .description =
          "Hands the project over to a new role without them (a hop); they can sign nothing for it any more.",
      .example = "  pgsign owner remove abc bob",
      .arguments = {{"PROJECT", "the project"},
                    {"PERSON", "an owner's name, key id (8 or more digits) or public key file",
                     ArgumentSpec::Count::many}},
      .options = change_options({threshold_option_spec(number_help)}),
      .run = run_remove};
}

Command owner_list_command() {
  return {.name = "owner list",
          .summary = "show who owns a project",
          .description = "Names, whole key ids, and how many of them must sign.",
          .example = "  pgsign owner list abc",
          .arguments = {{"PROJECT", "the project"}},
          .options = {},
          .run = run_list};
}

Command owner_renew_command() {
  return {.name = "owner renew",
          .summary = "sign a project's owners again, as they are",
          .description = "Makes the next version of the owners' file, valid for the whole time again. It also shows that you "
                         "have your keys: an announced transfer of the project to others cannot be completed any more.",
          .example = "  pgsign owner renew abc",
          .arguments = {{"PROJECT", "the project"}},
          .options = change_options(),
          .run = run_renew};
}

Command threshold_set_command() {
  return {.name = "threshold set",
          .summary = "set how many must sign",
          .description =
              "WHOSE is owners (changes of people), releases (the maintainers) or references (who may attach "
              "them). That of "
              "the owners changes by a hop, as the owners do.",
          .example = "  pgsign threshold set abc releases 2",
          .arguments = {{"PROJECT", "the project"},
                        {"WHOSE", "owners, releases or references"},
                        {"N", "from now on"}},
          .options = change_options(),
          .run = run_threshold};
}

}  // namespace tuf
