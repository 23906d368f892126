// pgsign sign - add your signature to a change that waits for it.
#include <algorithm>
#include <set>

#include "signer/commands.h"
#include "signer/commit_change.h"
#include "signer/invitations.h"
#include "signer/people.h"
#include "signer/show.h"
#include "signer/sign_proposal.h"

namespace tuf {
namespace {

bool holds(const std::vector<KeyId>& ids, const KeyId& id) {
  return std::find(ids.begin(), ids.end(), id) != ids.end();
}

// The file as it is, with the signatures that it has.
PartToSign part_at(const TreeReader& tree, const std::string& path) {
  const std::optional<Bytes> file = tree.read(path, max_metadata_bytes);
  if (!file) throw not_found("{} is not in {}", path, tree.name());
  const Json json = parse_json(*file, path);
  const JsonReader reader(json, path);
  PartToSign part{reader["signed"].json()};
  for (const JsonReader& signature : reader["signatures"].elements(max_signatures)) {
    std::optional<Bytes> bytes = hex_decode(signature["sig"].text());
    if (bytes && !bytes->empty()) part.signatures.by_key[signature["keyid"].text()] = std::move(*bytes);
  }
  return part;
}

PlannedChange planned_signatures(const RepositoryState& state, const std::vector<MissingSignatures>& mine) {
  PlannedChange planned;
  std::set<std::string> named;
  for (const MissingSignatures& one : mine) {
    planned.parts[one.path] = part_at(state.tree(), one.path);  // a root is missing it in both its places
    const std::string label =
        one.path.ends_with("/claim.json") ? one.role.text() + " (claim)" : one.role.text();
    if (named.insert(label).second) planned.title += (planned.title.empty() ? "Sign " : ", ") + label;
  }
  return planned;
}

// Why there is nothing for this key to do: it did its part (said, and all is well), or it has no right
// (forbidden).
void explain(const std::vector<MissingSignatures>& missing, const StoredKey& key, Output& out) {
  const MissingSignatures& first = missing.front();
  for (const MissingSignatures& one : missing) {
    if (!holds(one.check.valid, key.id())) continue;
    out.result(fmt::format("{} has signed already; others must still sign:", key.label()));
    for (const std::string& line : shortages(missing)) out.result("  " + line);
    return;
  }
  throw forbidden("the key {} may sign nothing that waits: {}", key.label(),
                  signature_shortage(first.path, first.check, first.names))
      .with_hint("--key NAME takes another key of yours ('pgsign key list')");
}

void refuse_options_of_proposals(const Arguments& arguments) {
  const bool lists = !arguments.options("expect").empty() || !arguments.options("from").empty();
  if (!lists && !arguments.flag("no-push") && !arguments.flag("no-fetch") && !arguments.option("to")) return;
  throw usage("--expect, --from, --to, --no-push and --no-fetch belong to a proposal")
      .with_hint("pgsign sign ID ...; 'pgsign inbox' lists the ids");
}

bool is_project_here(const GitRepository& git, const std::string& name) {
  const std::optional<CommitId> head = git.find_commit("HEAD");
  if (!head) return false;
  return RepositoryState::read(git.tree(*head), std::nullopt).find_owners(*ProjectName::parse(name)) !=
         nullptr;
}

// Nothing waits for a signature, but an invitation may wait for its acceptance, or for an owner.
void run_accepted(Workspace& workspace, const Standing& standing, const std::optional<ProjectName>& project,
                  const Arguments& arguments, Output& out, UtcTime now) {
  const std::vector<Invite> waiting = waiting_invitations(standing, project, std::nullopt);
  for (const Invite& invite : waiting) {
    if (!invite.accepted) continue;
    const RepositoryState& base = *standing.base_or_null();
    const RoleFile& owners = owners_of_project(base, invite.project);
    const StoredKey key = key_of(arguments);
    refuse_without_right(key, owners.signers, owners.names, "changes of the people of " + invite.project.text());
    out.note(fmt::format("compare this key with what {} tells you by another way: {}", invite.name.text(),
                         invite.accepted->key.computed_id()));
    return tell_next(commit_change(workspace, standing, plan_accepted(base, invite, now), key, arguments, out, now), out);
  }
  out.result(fmt::format("nothing {}waits for a signature on branch {}", project ? "of " + project->text() + " " : "",
                         escaped(workspace.branch)));
  if (!waiting.empty()) {
    for (const std::string& line : standing.verdict.waits) out.result("  waits until " + line);
  }
}

// What the branch that is checked out holds.
void sign_branch(const std::optional<ProjectName>& project, const Arguments& arguments, Output& out,
                 UtcTime now) {
  Workspace workspace = open_workspace(out, now);
  const Standing standing = standing_of(workspace);
  if (standing.refused_at) throw refusal_of(standing.verdict, "commit " + short_id(*standing.refused_at));
  put_verdict(out, standing.verdict);
  const std::vector<MissingSignatures> missing = missing_of(standing.verdict.missing, project);
  if (missing.empty()) return run_accepted(workspace, standing, project, arguments, out, now);
  const StoredKey key = key_of(arguments);
  std::vector<MissingSignatures> mine = missing;
  std::erase_if(mine, [&](const MissingSignatures& one) { return !holds(one.check.missing, key.id()); });
  if (mine.empty()) return explain(missing, key, out);
  const Outcome outcome =
      commit_change(workspace, standing, planned_signatures(workspace.state, mine), key, arguments, out, now);
  if (!outcome.commit) return;
  const bool signed_root =
      std::any_of(mine.begin(), mine.end(), [](const auto& one) { return one.role.text() == "root"; });
  if (signed_root) tell_root(*outcome.tree, out);
  out.note("next: pgsign push");
}

// A word of hex digits may be both: a proposal's id comes first.
void run(const Arguments& arguments, Output& out, UtcTime now) {
  const std::optional<std::string> typed = arguments.find_argument("ID|PROJECT");
  if (typed && may_be_proposal_id(*typed)) {
    GitRepository git = open_clone();
    if (sign_proposal(git, *typed, arguments, out, now)) return;
    if (!ProjectName::parse(*typed) || !is_project_here(git, *typed)) {
      throw not_found("no proposal begins with {}", *typed)
          .with_hint("'pgsign inbox --all' lists what waits; --from URL|BUNDLE looks elsewhere, too");
    }
  }
  refuse_options_of_proposals(arguments);
  sign_branch(typed ? std::optional(ProjectName::from_user(*typed)) : std::nullopt, arguments, out, now);
}

}  // namespace

Command sign_command() {
  return {.name = "sign",
          .summary = "add your signature to a change that waits for it",
          .description =
              "With a proposal's ID: shows it in words, computed here from what was found, adds your "
              "signature to those "
              "of all places where it was found, and pushes one commit on top of the main branch: to main "
              "when it is "
              "complete, else to its branch. Needs no checkout. Otherwise: the change on the branch that is "
              "checked out.",
          .example = "  pgsign sign 0123456789ab --expect dist/abc-1.0.0.tgz\n  pgsign sign abc",
          .arguments = {{"ID|PROJECT", "a proposal; or only what belongs to this project, on this branch",
                         ArgumentSpec::Count::optional}},
          .options = joined({change_options(), sign_proposal_options()}),
          .run = run};
}

}  // namespace tuf
