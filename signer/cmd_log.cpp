// pgsign log - who did what to a project, or as an administrator: every commit of that, judged again by the rule book, in
// words.
#include <algorithm>
#include <set>

#include "libtufcore/git/commit_range.h"
#include "signer/commands.h"
#include "signer/show.h"
#include "signer/workspace.h"

namespace tuf {
namespace {

// Which changes of a commit are about the project: it may change others, too.
bool concerns(const Change& change, const ProjectName& project) {
  return std::visit(
      [&](const auto& one) {
        if constexpr (requires { one.project; }) return one.project == project;
        if constexpr (requires { one.projects; })
          return std::ranges::find(one.projects, project) != one.projects.end();
        if constexpr (requires { one.name.project; }) return one.name.project == project;  // a block
        if constexpr (requires { one.role.text(); }) {
          const std::string& role = one.role.text();
          return role == project.text() || role.starts_with(project.text() + ".");
        }
        return false;
      },
      change);
}

bool is_of_administrators(const Change& change) {
  const auto* renewed = std::get_if<ExtendExpiry>(&change);
  if (renewed != nullptr)
    return renewed->role.text() == Root::type || layout::is_admin_role(renewed->role.text());
  return std::holds_alternative<CreateRepository>(change) || std::holds_alternative<ChangeConfiguration>(change) ||
         std::holds_alternative<BlockName>(change) || std::holds_alternative<UnblockName>(change) ||
         std::holds_alternative<ReserveNames>(change) || std::holds_alternative<PromoteProjects>(change) ||
         std::holds_alternative<AnnounceTransfer>(change) || std::holds_alternative<CancelTransfer>(change) ||
         std::holds_alternative<TransferProject>(change) || std::holds_alternative<ChangeAdministrators>(change) ||
         std::holds_alternative<ChangeOnlineKeys>(change) || std::holds_alternative<ShardNames>(change);
}

// Whose history it is: a project's, or the administrators'.
using Subject = std::optional<ProjectName>;

std::vector<Change> changes_of(const Verdict& verdict, const Subject& subject) {
  std::vector<Change> changes = verdict.changes;
  std::erase_if(changes, [&](const Change& change) {
    return subject ? !concerns(change, *subject) : !is_of_administrators(change);
  });
  return changes;
}

// One role file as a commit made it.
struct SignedVersion {
  std::string role;
  std::uint64_t version;
  SignatureCheck check;
  Json::Object names;
};

struct Touched {
  std::set<std::string> paths;     // of the project
  std::vector<RoleName> of_admin;  // root among them
};

Touched touched(const GitRepository& git, const CommitInfo& commit, const Subject& subject) {
  const auto parent = commit.parents.empty() ? std::nullopt : std::optional(commit.parents.front());
  Touched touched;
  for (const ChangedPath& change : git.changes(parent, commit.id)) {
    const auto kind = layout::kind_of(change.path);
    if (const auto* admin = std::get_if<layout::AdminRole>(&kind)) touched.of_admin.push_back(admin->role);
    if (std::holds_alternative<layout::CurrentRoot>(kind)) touched.of_admin.push_back(RoleName::of(Root::type));
    if (subject && layout::project_of(change.path) == subject) touched.paths.insert(change.path);
  }
  return touched;
}

// Who signed that.
std::vector<SignedVersion> signed_by_people(const RepositoryState& state, const ProjectName& project,
                                            const std::set<std::string>& paths) {
  std::vector<SignedVersion> versions;
  if (paths.contains(layout::claim(project))) {
    if (const auto claim = state.find_claim(project))
      versions.push_back({project.text() + " (claim)", 1, claim->check, claim->file.untrusted.extra});
  }
  std::vector<const RoleFile*> roles;  // at a hop the one that ends and the one that begins
  for (const RoleFile& owners : state.owners_chain(project)) roles.push_back(&owners);
  roles.push_back(state.find_releases(project));
  for (const RoleFile* role : roles) {
    if (role == nullptr || !paths.contains(role->path)) continue;
    versions.push_back({role->role.text(), role->file.untrusted.version, role->check, role->names});
  }
  return versions;
}

void add_signed_by_administrators(const RepositoryState& state, const std::vector<RoleName>& roles,
                                  std::vector<SignedVersion>& versions) {
  for (const RoleName& name : roles) {
    if (name.text() == Root::type) {
      versions.push_back({name.text(), state.root().version, state.root_check(), state.root_names()});
    } else if (const RoleFile* role = state.find_admin_role(name)) {
      versions.push_back({name.text(), role->file.untrusted.version, role->check, role->names});
    }
  }
}

struct Entry {
  const JudgedCommit* judged;
  std::vector<Change> changes;
  std::vector<SignedVersion> versions;
};

std::string signers_of(const SignedVersion& version) {
  const auto label = [&](const KeyId& id) { return key_label(name_of_key(version.names, id), id); };
  return version.check.valid.empty() ? "nobody yet" : comma_list(version.check.valid, label);
}

Json to_json(const Entry& entry) {
  Json::Array changes, words, signed_versions;
  for (const Change& change : entry.changes) changes.push_back(to_json(change));
  for (const std::string& line : in_words(entry.changes)) words.emplace_back(line);
  for (const SignedVersion& version : entry.versions) {
    signed_versions.emplace_back(Json::Object{{"role", version.role},
                                              {"version", version.version},
                                              {"signatures", to_json(version.check, version.names)}});
  }
  return Json::Object{{"commit", entry.judged->commit.id},
                      {"committed_unverified", entry.judged->commit.committed.text()},
                      {"verdict", name_of(entry.judged->verdict.kind)},
                      {"changes", std::move(changes)},
                      {"words", std::move(words)},
                      {"signed", std::move(signed_versions)}};
}

void tell(const Entry& entry, Output& out) {
  const CommitInfo& commit = entry.judged->commit;
  const bool pending = entry.judged->verdict.kind == Verdict::Kind::pending;
  out.result(fmt::format("{}  {}{}{}", short_id(commit.id), commit.committed.text(),
                         commit.parents.size() > 1 ? "  merges two lines of work" : "",
                         pending ? "  waits for signatures" : ""));
  for (const std::string& line : in_words(entry.changes)) out.result("  " + line);
  for (const SignedVersion& version : entry.versions) {
    out.result(fmt::format(
        "  {} version {}, signed by {}{}", version.role, version.version, signers_of(version),
        version.check.enough() ? "" : fmt::format(" ({} more needed)", version.check.still_needed())));
  }
}

std::vector<Entry> entries_of(const JudgedRange& range, const Workspace& workspace, const Subject& subject) {
  std::vector<Entry> entries;
  for (const JudgedCommit& judged : range.commits) {
    if (judged.verdict.kind == Verdict::Kind::refused) continue;
    const Touched what = touched(workspace.git, judged.commit, subject);
    std::vector<Change> changes = changes_of(judged.verdict, subject);
    const bool by_admin = std::ranges::any_of(changes, is_of_administrators) || (!subject && !what.of_admin.empty());
    if (what.paths.empty() && !by_admin) continue;
    const RepositoryState state =
        RepositoryState::read(workspace.git.tree(judged.commit.id), workspace.pinned_root());
    std::vector<SignedVersion> versions;
    if (subject && !what.paths.empty()) versions = signed_by_people(state, *subject, what.paths);
    if (by_admin) add_signed_by_administrators(state, what.of_admin, versions);
    entries.push_back({&judged, std::move(changes), std::move(versions)});
  }
  std::ranges::reverse(entries);
  return entries;
}

// Everything from the first commit on, whatever was verified before. Nothing is accepted under a root that still
// lacks signatures.
JudgedRange judged_history(const Workspace& workspace) {
  const std::optional<Digest> pinned = workspace.pinned_root();
  if (!pinned) return {};
  const Artifacts artifacts = workspace.git.promisor_remote() ? Artifacts::as_stated : Artifacts::read;
  return judge_range(workspace.git, std::nullopt, workspace.head, *pinned, {.artifacts = artifacts});
}

void run(const Arguments& arguments, Output& out, UtcTime now) {
  const auto typed = arguments.find_argument("PROJECT");
  const Subject subject = typed ? Subject(ProjectName::from_user(*typed)) : std::nullopt;
  const Workspace workspace = open_workspace(out, now);
  verified_main_of(workspace, find_main(workspace.git, workspace.branch));  // or refuses it
  const JudgedRange range = judged_history(workspace);
  const std::vector<Entry> entries = entries_of(range, workspace, subject);
  Json::Array listed;
  for (const Entry& entry : entries) {
    tell(entry, out);
    listed.push_back(to_json(entry));
  }
  out.json["project"] = subject ? Json(subject->text()) : Json();
  out.json["commits"] = std::move(listed);
  if (range.overall == Verdict::Kind::refused) {
    const JudgedCommit& last = range.commits.back();
    throw refusal_of(last.verdict, "commit " + short_id(last.commit.id));
  }
  if (entries.empty() && subject) {
    throw not_found("there is no project {} in the history of branch {}", subject->text(),
                    escaped(workspace.branch))
        .with_hint("'git pull' fetches what others added");
  }
}

}  // namespace

Command log_command() {
  return {.name = "log",
          .summary = "show who did what to a project, or as an administrator",
          .description =
              "Every commit that touched the project, newest first, what the administrators decided about it among them; without "
              "PROJECT every change of the administrators. What it changed is said in words computed here from the files, "
              "and whose keys signed that. The whole history is judged again on the way, as the publisher "
              "did; a commit "
              "that it refuses ends the log with an error. Times are what the machine that made the commit "
              "said; nobody "
              "signed them. Names and messages of commits are not shown: anybody can write them.",
          .example = "  pgsign log abc\n  pgsign log",
          .arguments = {{"PROJECT", "the project (default: what the administrators did)", ArgumentSpec::Count::optional}},
          .options = {},
          .run = run};
}

}  // namespace tuf
