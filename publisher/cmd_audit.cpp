// pgpublish audit - the whole history judged again from the first root on, and who held what when.
#include "libtufcore/bytes.h"
#include "libtufcore/error.h"
#include "libtufcore/io/progress.h"
#include "publisher/commands.h"
#include "publisher/key_history.h"
#include "publisher/report.h"
#include "publisher/site_audit.h"
#include "publisher/source.h"

namespace tuf {
namespace {

std::string text_of(const CommitInfo& commit) {
  return fmt::format("{} {}", short_id(commit.id), commit.committed.text());
}

// Both columns have the same width whether it ended or not.
std::string text_of(const Tenure& tenure) {
  return fmt::format("from {} {:<32}", text_of(*tenure.from),
                     tenure.to == nullptr ? "" : "to " + text_of(*tenure.to));
}

Json to_json(const CommitInfo* commit) {
  if (commit == nullptr) return {};
  return Json::Object{{"commit", commit->id}, {"committed_unverified", commit->committed.text()}};
}

Json to_json(const RoleHistory& role) {
  Json::Array holders, rules;
  for (const RoleHistory::Holder& holder : role.holders) {
    holders.push_back(Json::Object{{"key", holder.key},
                                   {"name", holder.name},
                                   {"from", to_json(holder.tenure.from)},
                                   {"to", to_json(holder.tenure.to)}});
  }
  for (const RoleHistory::Rule& rule : role.rules) {
    rules.push_back(Json::Object{{"threshold", std::uint64_t{rule.threshold}},
                                 {"keys", std::uint64_t{rule.keys}},
                                 {"from", to_json(rule.tenure.from)},
                                 {"to", to_json(rule.tenure.to)}});
  }
  return Json::Object{{"holders", std::move(holders)}, {"rules", std::move(rules)}};
}

Json to_json(const KeyHistory::Roles& roles) {
  Json::Object json;
  for (const auto& [name, role] : roles) json.emplace(name, to_json(role));
  return json;
}

void tell(const std::string& title, const RoleHistory& role, Output& out) {
  const RoleHistory::Rule& rule = role.rules.back();
  out.result(fmt::format("{}: {} of {} must sign", title, rule.threshold, rule.keys));
  for (const RoleHistory::Holder& holder : role.holders)
    out.result(fmt::format("  {}  {}  {}", text_of(holder.tenure), holder.key, escaped(holder.name)));
  if (role.rules.size() == 1) return;
  for (const RoleHistory::Rule& one : role.rules)
    out.result(fmt::format("  {}  {} of {} had to sign", text_of(one.tenure), one.threshold, one.keys));
}

void tell(const ProjectName& name, const KeyHistory::Project& project, Output& out) {
  const std::string promoted = project.promoted == nullptr ? "new, the online key vouches for it"
                                                           : "promoted from " + text_of(*project.promoted);
  out.result(fmt::format("project {}: {}", name.text(), promoted));
  for (const auto& [role, history] : project.roles)
    tell(fmt::format("project {}, {}", name.text(), role), history, out);
}

JudgedRange judge_all(const GitRepository& repository, const CommitId& tip, const Digest& root, Output& out) {
  repository.refuse_cut_history();
  JudgedRange range = judge_range(repository, std::nullopt, tip, root);
  out.json = {{"tip", tip}, {"commits_judged", static_cast<std::uint64_t>(range.commits.size())}};
  stop_if_refused(range);
  if (!range.accepted)
    throw pending("nothing is accepted yet: the repository's first commit waits for signatures");
  if (range.overall == Verdict::Kind::pending)
    out.warning(fmt::format("commit {} waits for signatures and does not count", short_id(tip)));
  return range;
}

// Everything that differs is said, then the command fails.
void compare_site(const SiteReader& reader, const GitRepository& repository, const JudgedRange& range,
                  const Digest& root, UtcTime now, Output& out) {
  const auto site = read_published_site(reader, root);
  if (!site) throw no_publication(reader.name).with_hint("give the address that 'pgclient init' takes");
  std::optional<Progress> shown;
  const auto tell = [&](std::size_t done, std::size_t all) {
    if (!shown) shown.emplace(out, "comparing roles of " + reader.name, all, Progress::Unit::things);
    shown->advance_to(done);
  };
  const SiteAudit audit = audit_site(repository, range, *site, root, now, tell);
  shown.reset();
  Json::Array differences, expired_roles;
  for (const SiteAudit::Difference& one : audit.differences) {
    differences.push_back(Json::Object{{"role", escaped(one.role)}, {"what", one.what}});
    out.result(fmt::format("{}: role {} {}", reader.name, escaped(one.role), one.what));
  }
  for (const SiteAudit::Expired& one : audit.expired) {
    expired_roles.push_back(
        Json::Object{{"role", escaped(one.role)}, {"version", one.version}, {"expires", one.expires.text()}});
    out.result(fmt::format("{}: role {} version {} expired on {}", reader.name, escaped(one.role), one.version,
                           one.expires.text()));
  }
  out.json["site"] = Json::Object{{"site", reader.name},
                                  {"commit", site->commit},
                                  {"commits_behind", std::uint64_t{audit.commits_behind}},
                                  {"timestamp_version", site->timestamp->version},
                                  {"snapshot_version", site->snapshot->version},
                                  {"roles_compared", std::uint64_t{audit.roles}},
                                  {"differences", std::move(differences)},
                                  {"expired", std::move(expired_roles)}};
  if (!audit.differences.empty())
    throw refused("{} serves what commit {} does not say: {} difference{}", reader.name, short_id(site->commit),
                  audit.differences.size(), audit.differences.size() == 1 ? "" : "s")
        .with_hint("tell the administrators; somebody else may hold the online keys");
  if (!audit.expired.empty())
    throw expired("{} serves what commit {} says, but {} of its roles {} expired", reader.name,
                  short_id(site->commit), audit.expired.size(), audit.expired.size() == 1 ? "has" : "have")
        .with_hint("clients refuse it: it is an old copy, or the job that publishes does not run any more");
  out.result(fmt::format("{} serves commit {}: {} roles compared, {} accepted commits not published yet", reader.name,
                         short_id(site->commit), audit.roles, audit.commits_behind));
}

void run(const Arguments& arguments, Output& out, UtcTime now) {
  const Digest root = pinned_root(arguments);
  const auto project = arguments.find_argument("PROJECT");
  const auto only = project ? std::optional(ProjectName::from_user(*project)) : std::nullopt;
  if (project && arguments.option("site"))
    throw usage("--site is about all projects").with_hint("leave PROJECT away");
  const GitRepository repository = GitRepository::open(arguments.argument("REPOSITORY"));
  const JudgedRange range = judge_all(
      repository, repository.resolve_branch(arguments.option("commit").value_or("main")), root, out);
  if (const auto site = arguments.option("site"))
    return compare_site(site_reader(*site), repository, range, root, now, out);
  const KeyHistory history(repository, range, root);
  if (only && !history.projects.contains(*only))
    throw not_found("there is no project {} in this history", only->text());

  out.json["commit"] = range.accepted->id();
  out.json["root_version"] = range.accepted->state().root().version;
  out.result(fmt::format("accepted: {} commits, from the pinned root to {}", history.commits,
                         short_id(range.accepted->id())));
  if (!only) {
    out.json["roles"] = to_json(history.roles);
    for (const auto& [name, role] : history.roles) tell("role " + name, role, out);
  }
  Json::Object projects;
  for (const auto& [name, one] : history.projects) {
    if (only && name != *only) continue;
    projects.emplace(name.text(),
                     Json::Object{{"promoted", to_json(one.promoted)}, {"roles", to_json(one.roles)}});
    tell(name, one, out);
  }
  out.json["projects"] = std::move(projects);
}

}  // namespace

Command audit_command() {
  std::vector<OptionSpec> options = root_options();
  options.push_back({"commit", "REV", "branch or commit up to which to look (default: branch main)"});
  options.push_back({"site", "URL|DIR", "instead: compare what this site serves with the history"});
  return {.name = "audit",
          .summary = "judge the whole history and say who held what when",
          .description =
              "Replays every commit from the pinned first root on by the rule book, believing nobody, and "
              "lists the keys of every\n"
              "role with the commits that gave and took them. A history that breaks is refused with commit, "
              "file and reason.\n"
              "Dates are what the commits say: nobody vouches for them, only the order is proved. Needs a "
              "clone with its whole\n"
              "history, and no key. With --site the metadata of a live site is verified and compared with it, "
              "role by role: exit code 10\n"
              "when it serves anything that the history does not say, or lacks a role's file; 11 when what it "
              "serves has expired.",
          .example =
              "  pgpublish audit content.git --root-sha256 HEX\n"
              "  pgpublish audit content.git --root-sha256 HEX abc --json\n"
              "  pgpublish audit content.git --root-sha256 HEX --site https://content.example.org",
          .arguments = {{"REPOSITORY", "a clone of the content repository", ArgumentSpec::Count::one},
                        {"PROJECT", "this project only", ArgumentSpec::Count::optional}},
          .options = std::move(options),
          .run = run};
}

}  // namespace tuf
