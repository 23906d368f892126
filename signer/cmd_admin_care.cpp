// pgsign admin renew, admin status - renew what runs out; show everything that administrators answer for.
#include "libtufcore/io/progress.h"
#include "signer/admin_change.h"
#include "signer/commands.h"
#include "signer/show.h"
#include "signer/show_project.h"

namespace tuf {
namespace {

constexpr std::int64_t most_days = 36500, default_days = 90;
// A role in snapshot beside its name: ".json", version and what is around them, its digest; the rest of the file with its
// signature and the administrators' roles.
constexpr std::uint64_t bytes_of_a_role = 26, bytes_with_digest = 109, bytes_of_the_rest = 1107;

UtcTime expiry_of(const RepositoryState& base, const std::string& role) {
  return role == "root" ? base.root().expires : admin_role_of(base, role).file.untrusted.expires;
}

std::vector<std::string> all_roles(const RepositoryState& base) {
  std::vector<std::string> roles{"root"};
  for (const RoleName& role : base.admin_roles()) roles.push_back(role.text());
  return roles;
}

void run_renew(const Arguments& arguments, Output& out, UtcTime now) {
  const std::int64_t days = arguments.number_option("within", 1, most_days).value_or(default_days);
  AdminWork work = open_admin_work(out, now);
  const Configuration& configuration = work.base().configuration();
  std::vector<Change> changes;
  for (const std::string& role : all_roles(work.base())) {
    if (now.plus_days(static_cast<int>(days)) < expiry_of(work.base(), role)) continue;
    const int valid = configuration.expiry_days_of(layout::expiry_kind(role));
    changes.push_back(ExtendExpiry{RoleName::of(role), now.plus_days(valid)});
  }
  if (changes.empty()) {
    out.json["changes"] = Json::Array{};
    return out.result(fmt::format(
        "nothing to renew: every role of the administrators stays valid for more than {} days", days));
  }
  commit_admin_change(work, "Renew the administrators' roles", std::move(changes), arguments, out, now);
}

void show_keys_of(const RepositoryState& state, Output& out) {
  const Root& root = state.root();
  Json::Object keys;
  const auto tell = [&](const std::string& who, const RoleKeys& signers, const Json::Object& names) {
    out.result(fmt::format("{:<15}{} of {} must sign: {}", who, signers.threshold, signers.keys.size(),
                           labels_of(signers, names)));
    keys[who] = to_json(signers, names);
  };
  tell("administrators", root.keys_of("root"), root.extra);
  tell("timestamp", root.keys_of("timestamp"), root.extra);
  tell("snapshot", root.keys_of("snapshot"), root.extra);
  const Targets& targets = admin_role_of(state, "targets").file.untrusted;
  if (const Delegation* registrar = find_delegation(targets, RoleName::of("new")))
    tell("new", registrar->signers, targets.delegations_extra);
  out.json["keys"] = std::move(keys);
}

void show_roles(const RepositoryState& state, UtcTime now, Output& out) {
  Json::Array roles;
  out.result(fmt::format("root           version {}, {}, {}", state.root().version,
                         in_words(state.root_check(), state.root_names()),
                         expiry_text(state.root().expires, now)));
  for (const RoleName& name : state.admin_roles()) {
    const RoleFile& role = admin_role_of(state, name.text());
    tell_role(role, now, out);
    roles.push_back(role_json(role, now));
  }
  out.json["root_version"] = state.root().version;
  out.json["root_expires"] = state.root().expires.text();
  out.json["roles"] = std::move(roles);
}

void show_reserved(const RepositoryState& state, Output& out) {
  const auto names = reserved_names(admin_role_of(state, "claimed").file.untrusted);
  if (!names.empty()) out.result("reserved: " + comma_list(names, &ProjectName::text));
  Json::Array reserved;
  for (const ProjectName& name : names) reserved.push_back(name.text());
  out.json["reserved"] = std::move(reserved);
}

// What every client downloads after every change.
void show_weight(const RepositoryState& state, Output& out) {
  const std::vector<ProjectName> projects = state.projects();
  std::uint64_t waiting = 0, roles = state.admin_roles().size() + 1, bytes = bytes_of_the_rest;
  for (const ProjectName& project : projects) {
    if (!state.is_claimed(project)) ++waiting;
    for (const std::string& name : state.tree().list(layout::project_dir(project))) {
      const bool owners = name.starts_with("owners.") && name.ends_with(".json");
      if (!owners && name != "releases.json") continue;
      ++roles;
      bytes += project.text().size() + (owners ? bytes_with_digest : bytes_of_a_role);
    }
  }
  out.result(fmt::format("projects: {}, of which {} wait to be promoted", projects.size(), waiting));
  out.result(fmt::format("snapshot: {} roles, about {}", roles, bytes_text(bytes)));
  out.json["projects"] = std::uint64_t{projects.size()};
  out.json["waiting"] = waiting;
  out.json["snapshot_roles"] = roles;
  out.json["snapshot_bytes"] = bytes;
}

void show_crowded(const RepositoryState& state, Output& out) {
  if (!state.root_check().enough()) return;  // the configuration is not vouched for before
  const std::size_t shards = crowded_names(state).prefixes.size();
  if (shards != 0) {
    out.result(fmt::format("promoted names would be in {} more shards: a list is above {} bytes (pgsign admin shard)",
                           shards, state.configuration().shard_bytes));
  }
  out.json["shards_wanted"] = std::uint64_t{shards};
}

void run_status(const Arguments&, Output& out, UtcTime now) {
  Workspace workspace = open_workspace(out, now);
  show_roles(workspace.state, now, out);
  show_keys_of(workspace.state, out);
  show_decisions(workspace.state, std::nullopt, out);
  show_reserved(workspace.state, out);
  show_weight(workspace.state, out);
  show_crowded(workspace.state, out);
  const Standing standing = standing_of(workspace);
  put_verdict(out, standing.verdict);
  if (!standing.verdict.missing.empty()) out.result("waits for signatures:");
  for (const std::string& line : shortages(standing.verdict)) out.result("  " + line);
  out.note("what others propose: pgsign inbox");
}

}  // namespace

Command admin_renew_command() {
  return {
      .name = "admin renew",
      .summary = "sign again what expires soon, in one go",
      .description =
          "Makes a next version, otherwise equal, of each of the administrators' roles that expires soon.",
      .example = "  pgsign admin renew\n  pgsign admin renew --within 365",
      .arguments = {},
      .options = change_options({{"within", "DAYS", "what expires in so many days (90)"}}),
      .run = run_renew};
}

Command admin_status_command() {
  return {.name = "admin status",
          .summary = "show roles, keys, blocks, reserved names and what waits",
          .description =
              "What the administrators answer for: each role with its version, signatures and expiry; who "
              "holds which "
              "key and how many must sign; what is blocked and why; reserved names; announced transfers; how "
              "much "
              "every client downloads with snapshot; what still waits for signatures.",
          .example = "  pgsign admin status",
          .arguments = {},
          .options = {},
          .run = run_status};
}

}  // namespace tuf
