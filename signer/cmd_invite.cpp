// pgsign invite, accept - ask somebody for a key (an owner), and bring one (who was asked).
#include "signer/commands.h"
#include "signer/invitations.h"
#include "signer/show.h"

namespace tuf {
namespace {

FileName invited_name(const std::string& text) {
  const auto name = FileName::parse(text);
  if (name && text.find('.') == std::string::npos && text.size() <= 64) return *name;
  throw usage("'{}' cannot be the name of an invitation", escaped(text))
      .with_hint("letters, digits and _ + ~ - (not at the start), at most 64");
}

bool as_owner(const Arguments& arguments) {
  const std::string as = arguments.required_option("as");
  if (as != "owner" && as != "maintainer") throw usage("--as is owner or maintainer, not '{}'", escaped(as));
  return as == "owner";
}

void run_invite(const Arguments& arguments, Output& out, UtcTime now) {
  const ProjectName project = ProjectName::from_user(arguments.argument("PROJECT"));
  const FileName name = invited_name(arguments.argument("NAME"));
  const bool owner = as_owner(arguments);
  Workspace workspace = open_workspace(out, now);
  const Standing standing = accepted_standing_of(workspace, project);
  const RepositoryState& base = *standing.base_or_null();
  const RoleFile& owners = owners_of_project(base, project);
  const StoredKey key = key_of(arguments);
  refuse_without_right(key, owners.signers, owners.names, "invitations to " + project.text());
  const Invitation invitation{
      project, name, owner, stated_repository(base.root().extra), root_digest(base.tree()), now};
  PlannedChange planned{
      fmt::format("Invite {} as {} of {}", name.text(), duty_of(invitation), project.text()), {}};
  planned.parts[layout::invitation(project, name)] = {to_json(invitation)};
  const Outcome outcome = commit_change(workspace, standing, planned, key, arguments, out, now);
  if (outcome.commit)
    out.note(fmt::format("next: pgsign push, then {} types: pgsign accept {} {}", name.text(), project.text(),
                         name.text()));
}

// The one invitation that is meant, not accepted yet.
Invite invitation_to_accept(const Standing& standing, const ProjectName& project,
                            const std::optional<std::string>& name) {
  const std::vector<Invite> waiting = waiting_invitations(standing, project, name);
  if (waiting.empty()) {
    throw not_found("no invitation to project {}{} waits on this branch", project.text(),
                    name ? " for " + escaped(*name) : "")
        .with_hint("git fetch && git switch the branch sign/... that you were told");
  }
  if (waiting.size() > 1) throw usage("several invitations to project {} wait; name yours", project.text());
  if (waiting.front().accepted)
    throw conflict("the invitation of {} was accepted with the key {} already", waiting.front().name.text(),
                   waiting.front().accepted->key.computed_id());
  return waiting.front();
}

void run_accept(const Arguments& arguments, Output& out, UtcTime now) {
  const ProjectName project = ProjectName::from_user(arguments.argument("PROJECT"));
  Workspace workspace = open_workspace(out, now);
  const Standing standing = standing_of(workspace);
  if (standing.refused_at) throw refusal_of(standing.verdict, "commit " + short_id(*standing.refused_at));
  const Invite invite = invitation_to_accept(standing, project, arguments.find_argument("NAME"));
  const StoredKey key = key_of(arguments);
  const std::string path = layout::invitation(project, invite.name);
  const Envelope invitation = parse_envelope(*workspace.state.tree().read(path, max_metadata_bytes), path);
  PlannedChange planned{
      fmt::format("Accept to be {} of {}", invite.as_owner ? "owner" : "maintainer", project.text()), {}};
  planned.parts[layout::acceptance(project, invite.name)] = {
      to_json(Acceptance{invitation.signed_part, key.info.public_key})};
  const Outcome outcome = commit_change(workspace, standing, planned, key, arguments, out, now);
  if (outcome.commit) {
    out.note("next: pgsign push; tell an owner your key id by another way, so that it can be compared: " +
             key.id());
  }
}

}  // namespace

Command invite_command() {
  return {
      .name = "invite",
      .summary = "ask somebody to own or maintain a project with you",
      .description =
          "Makes a proposal that NAME accepts with a key of their own ('pgsign accept'); then an owner's "
          "'pgsign sign' adds "
          "exactly that key. The invitation itself is never published.",
      .example = "  pgsign invite abc --as maintainer bob",
      .arguments = {{"PROJECT", "the project"}, {"NAME", "the person: what the project's lists will say"}},
      .options = change_options({{"as", "DUTY", "owner or maintainer"}}),
      .run = run_invite};
}

Command accept_command() {
  return {
      .name = "accept",
      .summary = "accept an invitation, with your key",
      .description =
          "Adds your public key to the invitation on this branch, signed by that key: it counts for this "
          "project, this duty "
          "and this invitation only. Nothing is yours before the owners sign.",
      .example = "  git fetch && git switch sign/abc/0123456789ab\n  pgsign accept abc bob\n  pgsign push",
      .arguments = {{"PROJECT", "the project"},
                    {"NAME", "as the invitation says; needed when there are several",
                     ArgumentSpec::Count::optional}},
      .options = change_options(),
      .run = run_accept};
}

}  // namespace tuf
