// pgsign admin transfer - give a project whose owners lost their keys to others, after a waiting period.
#include "signer/admin_change.h"
#include "signer/commands.h"
#include "signer/people.h"
#include "signer/people_change.h"

namespace tuf {
namespace {

AnnounceTransfer announcement(const RepositoryState& base, const ProjectName& project,
                              const Arguments& arguments, UtcTime now) {
  const RoleFile& current = owners_of_project(base, project);
  const std::vector<KeyHolder> owners = read_holders(arguments.options("owner"), "--owner");
  if (owners.empty())
    throw usage("nobody is named as the next owner")
        .with_hint("--owner FILE, a public key file (repeatable)");
  const std::uint32_t threshold =
      checked_threshold(threshold_option(arguments).value_or(1), owners, "threshold");
  return {project,
          current.role,
          current.file.untrusted.version,
          owners,
          threshold,
          now.plus_days(base.configuration().transfer_days),
          Reason::from_user(arguments.required_option("reason"))};
}

TransferProject completion(const RepositoryState& base, const ProjectName& project) {
  for (const AnnounceTransfer& one : transfers_of(admin_role_of(base, "claimed").file.untrusted)) {
    if (one.project != project) continue;
    return {project, layout::parse_owners_role(one.owners_role.text())->hop + 1, one.owners, one.threshold};
  }
  throw not_found("no transfer of project {} is announced", project.text())
      .with_hint(fmt::format("pgsign admin transfer {} --owner FILE --reason TEXT", project.text()));
}

void run(const Arguments& arguments, Output& out, UtcTime now) {
  const ProjectName project = ProjectName::from_user(arguments.argument("PROJECT"));
  const bool complete = arguments.flag("complete"), cancel = arguments.flag("cancel");
  if (complete && cancel) throw usage("--complete and --cancel exclude each other");
  if ((complete || cancel) && !arguments.options("owner").empty())
    throw usage("--owner announces a transfer; it does not go with --{}", complete ? "complete" : "cancel");
  AdminWork work = open_admin_work(out, now);
  if (cancel)
    return commit_admin_change(work, "Cancel the transfer of " + project.text(), {CancelTransfer{project}},
                               arguments, out, now);
  if (complete)
    return commit_admin_change(work, "Transfer " + project.text(), {completion(work.base(), project)},
                               arguments, out, now);
  commit_admin_change(work, "Announce the transfer of " + project.text(),
                      {announcement(work.base(), project, arguments, now)}, arguments, out, now);
}

}  // namespace

Command admin_transfer_command() {
  return {.name = "admin transfer",
          .summary = "give a project whose owners lost their keys to others",
          .description =
              "In two steps. The announcement names the next owners and says from when on, at the earliest "
              "after the days of the "
              "configuration (transfer_days); it stands in role claimed, where everybody sees it. Until then "
              "the owners object "
              "by signing any new version of their file ('pgsign owner renew PROJECT'), and the transfer is "
              "refused. Then "
              "--complete does it; the next owners sign, too. The maintainers stay, until the next owners "
              "change them.",
          .example =
              "  pgsign admin transfer abc --owner dora.pub --reason 'all owners lost their keys'\n"
              "  pgsign admin transfer abc --complete\n  pgsign admin transfer abc --cancel",
          .arguments = {{"PROJECT", "a promoted project"}},
          .options = change_options(
              {{"owner", "FILE", "public key of a next owner", OptionSpec::Repeat::yes},
               {"threshold", "N", "how many of the next owners must sign (1)"},
               {"reason", "TEXT", "why, one line"},
               {"complete", "", "do it, as it was announced, when the time has come"},
               {"cancel", "", "the owners stay; the announcement goes"}}),
          .run = run};
}

}  // namespace tuf
