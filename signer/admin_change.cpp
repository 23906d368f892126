#include "signer/admin_change.h"

#include <algorithm>

#include "libtufcore/shards.h"
#include "signer/people.h"
#include "signer/people_change.h"

namespace tuf {
namespace {

std::vector<std::string> crowded_in(const Targets& list, const RoleName& role, const RepositoryState& base) {
  return crowded_prefixes(list, layout::parse_shard_role(role.text()).value_or(""), base.configuration().shard_bytes);
}

void tell_crowded(const PlannedChange& planned, const RepositoryState& base, Output& out) {
  for (const auto& [path, part] : planned.parts) {
    const layout::PathKind kind = layout::kind_of(path);
    const auto* admin = std::get_if<layout::AdminRole>(&kind);
    if (admin == nullptr || layout::expiry_kind(admin->role.text()) != "claimed") continue;
    if (!crowded_in(parse_role<Targets>(part.signed_part, path), admin->role, base).empty()) {
      out.note(fmt::format("role {} lists names in more than {} bytes; when this is accepted, split it: pgsign admin shard",
                           admin->role.text(), base.configuration().shard_bytes));
    }
  }
}

// Whoever signs the new root takes part, too: those who come, and those who go.
RoleKeys administrators(const RepositoryState& base, const std::vector<Change>& changes) {
  RoleKeys keys = base.root().keys_of("root");
  for (const Change& change : changes) {
    const auto* rotation = std::get_if<ChangeAdministrators>(&change);
    if (rotation == nullptr) continue;
    for (const KeyHolder& holder : rotation->after) keys.keys.push_back(holder.key);
  }
  return keys;
}

}  // namespace

AdminWork open_admin_work(Output& out, UtcTime now, Urgent urgent) {
  Workspace workspace = open_workspace(out, now);
  Standing standing = accepted_standing_of(workspace, std::nullopt, urgent);
  return {std::move(workspace), std::move(standing)};
}

const RoleFile& admin_role_of(const RepositoryState& base, std::string_view role) {
  const RoleFile* file = base.find_admin_role(RoleName::of(role));
  if (file == nullptr) throw refused("{} is missing", layout::admin_role(RoleName::of(role)));
  return *file;
}

ShardNames crowded_names(const RepositoryState& state) {
  ShardNames change;
  for (const RoleName& role : state.admin_roles()) {
    if (layout::expiry_kind(role.text()) != "claimed") continue;
    const auto crowded = crowded_in(admin_role_of(state, role.text()).file.untrusted, role, state);
    change.prefixes.insert(change.prefixes.end(), crowded.begin(), crowded.end());
  }
  std::ranges::sort(change.prefixes);
  return change;
}

void commit_admin_change(AdminWork& work, const std::string& title, std::vector<Change> changes,
                         const Arguments& arguments, Output& out, UtcTime now) {
  const RepositoryState& base = work.base();
  const StoredKey key = key_of(arguments);
  refuse_without_right(key, administrators(base, changes), base.root().extra, "for the administrators");
  for (const RoleName& role : roles_without_expiry(base, changes)) {
    const int days = base.configuration().expiry_days_of(layout::expiry_kind(role.text()));
    changes.push_back(ExtendExpiry{role, now.plus_days(days)});
  }
  const PlannedChange planned = plan(title, &base, changes);
  tell_next(commit_change(work.workspace, work.standing, planned, key, arguments, out, now), out);
  tell_crowded(planned, base, out);
}

}  // namespace tuf
