// pgsign project create - claim a name: who owns it, who maintains it.
#include "signer/commands.h"
#include "signer/commit_change.h"
#include "signer/people.h"

namespace tuf {
namespace {

constexpr std::int64_t max_threshold = 1024;

void refuse_taken_name(const RepositoryState& state, const ProjectName& project) {
  if (state.is_claimed(project) || state.find_claim(project)) {
    throw conflict("project {} exists already", project.text())
        .with_hint(fmt::format("pgsign status {} shows who owns it", project.text()));
  }
  const std::vector<ProjectName> alike = state.projects_like(project);
  if (alike.empty()) return;
  throw conflict("the name {} looks too much like project {}, which exists", project.text(),
                 alike.front().text())
      .with_hint(
          "names that differ only in hyphens, in o and 0, or in l, i and 1 are one name; choose another");
}

CreateProject project_of(const Arguments& arguments, const ProjectName& project, const StoredKey& key,
                         UtcTime expires, const Root& root) {
  const auto number = [&](const char* option) {
    return static_cast<std::uint32_t>(arguments.number_option(option, 1, max_threshold).value_or(1));
  };
  CreateProject change{
      .project = project,
      .owners = with_own_key(key, read_holders(arguments.options("owner"), "--owner")),
      .maintainers = with_own_key(key, read_holders(arguments.options("maintainer"), "--maintainer")),
      .owners_expire = expires,
      .releases_expire = expires,
      .repository = stated_repository(root.extra)};
  change.owner_threshold = checked_threshold(number("owner-threshold"), change.owners, "owner-threshold");
  change.release_threshold =
      checked_threshold(number("release-threshold"), change.maintainers, "release-threshold");
  return change;
}

void run_create(const Arguments& arguments, Output& out, UtcTime now) {
  const ProjectName project = ProjectName::from_user(arguments.argument("PROJECT"));
  Workspace workspace = open_workspace(out, now);
  const Standing standing = accepted_standing_of(workspace, project);
  refuse_taken_name(workspace.state, project);
  const StoredKey key = key_of(arguments);
  const UtcTime expires = now.plus_days(workspace.state.configuration().expiry_days_of("project"));
  const CreateProject change = project_of(arguments, project, key, expires, workspace.state.root());
  const PlannedChange planned = plan("Create project " + project.text(), standing.base_or_null(), {change});
  const Outcome outcome = commit_change(workspace, standing, planned, key, arguments, out, now);
  if (!outcome.commit) return;
  if (outcome.verdict.kind == Verdict::Kind::pending)
    out.note("next: pgsign push, then the others sign");
  else
    out.note(fmt::format("next: pgsign release add {} VERSION FILE..., then pgsign push", project.text()));
}

}  // namespace

Command project_create_command() {
  using Repeat = OptionSpec::Repeat;
  return {
      .name = "project create",
      .summary = "create a project that you own and maintain",
      .description =
          "Claims the name PROJECT for your key. Owners decide who maintains it, maintainers sign releases. "
          "Every owner must sign the claim once.",
      .example =
          "  pgsign project create abc\n  pgsign project create abc --maintainer bob.pub --release-threshold "
          "2",
      .arguments = {{"PROJECT", "its name: lower-case letters, digits and single hyphens"}},
      .options = change_options(
          {{"owner", "FILE", "public key of another owner; yours is always one", Repeat::yes},
           {"owner-threshold", "N", "how many owners must sign a change of people (1)"},
           {"maintainer", "FILE", "public key of another maintainer; yours is always one",
            Repeat::yes},
           {"release-threshold", "N", "how many maintainers must sign a release (1)"}}),
      .run = run_create};
}

}  // namespace tuf
