// signer/cmd_sign.cpp - add your signature to a change that waits for it.
#include <algorithm>
#include <set>

#include "signer/commands.h"
#include "signer/commit_change.h"
#include "signer/people.h"
#include "signer/show.h"

namespace tuf {
namespace {

bool holds(const std::vector<KeyId>& ids, const KeyId& id) {
  return std::find(ids.begin(), ids.end(), id) != ids.end();
}

std::vector<MissingSignatures> of_project(const std::vector<MissingSignatures>& missing,
                                          const std::optional<ProjectName>& project) {
  if (!project) return missing;
  std::vector<MissingSignatures> chosen;
  for (const MissingSignatures& one : missing) {
    if (layout::project_of(one.path) == project) chosen.push_back(one);
  }
  return chosen;
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

void run(const Arguments& arguments, Output& out, UtcTime now) {
  const std::optional<std::string> typed = arguments.find_argument("PROJECT");
  const std::optional<ProjectName> project =
      typed ? std::optional(ProjectName::from_user(*typed)) : std::nullopt;
  Workspace workspace = open_workspace(out, now);
  const Standing standing = standing_of(workspace);
  if (standing.refused_at) throw refusal_of(standing.verdict, "commit " + short_id(*standing.refused_at));
  put_verdict(out, standing.verdict);
  const std::vector<MissingSignatures> missing = of_project(standing.verdict.missing, project);
  if (missing.empty()) {
    out.result(fmt::format("nothing {}waits for a signature on branch {}",
                           project ? "of " + project->text() + " " : "", escaped(workspace.branch)));
    return;
  }
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

}  // namespace

Command sign_command() {
  return {
      .name = "sign",
      .summary = "add your signature to a change that waits for it",
      .description =
          "Shows in words what the commits since the last accepted one change, computed here from the files, "
          "and adds your signature to every role file of it that still needs yours.",
      .example = "  git fetch && git switch sign/abc/0123456789ab\n  pgsign sign abc\n  pgsign push",
      .arguments = {{"PROJECT", "only what belongs to this project", ArgumentSpec::Count::optional}},
      .options = change_options(),
      .run = run};
}

}  // namespace tuf
