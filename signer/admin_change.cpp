#include "signer/admin_change.h"

#include <algorithm>
#include <set>

#include "signer/people.h"
#include "signer/people_change.h"

namespace tuf {
namespace {

// The roles of which a change makes a next version.
class Touched {
 public:
  std::set<std::string> roles;

  void add(const ChangeConfiguration&) { roles.insert("targets"); }
  void add(const BlockName&) { roles.insert("blocked"); }
  void add(const UnblockName&) { roles.insert("blocked"); }
  void add(const ReserveNames&) { roles.insert("claimed"); }
  void add(const PromoteProjects&) { roles.insert("claimed"); }
  void add(const AnnounceTransfer&) { roles.insert("claimed"); }
  void add(const CancelTransfer&) { roles.insert("claimed"); }
  void add(const TransferProject& change) {
    roles.insert("claimed");
    roles.insert(layout::owners_role(change.project, change.hop).text());
  }
  void add(const ChangeAdministrators&) {
    roles.insert("root");
    for (const std::string_view role : layout::admin_roles) roles.insert(std::string(role));
  }
  void add(const ChangeOnlineKeys& change) { roles.insert(change.role == "new" ? "targets" : "root"); }
  void add(const ExtendExpiry& change) { stated.insert(change.role.text()); }
  template <typename Other>
  void add(const Other&) {
    throw bug("this is no change of the administrators");
  }

  std::set<std::string> stated;  // by the change itself
};

std::string expiry_kind(const std::string& role) {
  const std::string kind = role.substr(0, role.find('.'));
  const bool is_admins = kind == "root" || kind == "targets" || kind == "blocked" || kind == "claimed";
  return is_admins ? kind : "project";
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

AdminWork open_admin_work(Output& out, UtcTime now) {
  Workspace workspace = open_workspace(out, now);
  Standing standing = accepted_standing_of(workspace);
  return {std::move(workspace), std::move(standing)};
}

const RoleFile& admin_role_of(const RepositoryState& base, std::string_view role) {
  const RoleFile* file = base.find_admin_role(RoleName::of(role));
  if (file == nullptr) throw refused("{} is missing", layout::admin_role(RoleName::of(role)));
  return *file;
}

void commit_admin_change(AdminWork& work, const std::string& title, std::vector<Change> changes,
                         const Arguments& arguments, Output& out, UtcTime now) {
  const RepositoryState& base = work.base();
  const StoredKey key = key_of(arguments);
  refuse_without_right(key, administrators(base, changes), base.root().extra, "for the administrators");
  Touched touched;
  for (const Change& change : changes) std::visit([&](const auto& one) { touched.add(one); }, change);
  for (const std::string& role : touched.roles) {
    if (touched.stated.contains(role)) continue;
    changes.push_back(ExtendExpiry{RoleName::of(role),
                                   now.plus_days(base.configuration().expiry_days_of(expiry_kind(role)))});
  }
  const PlannedChange planned = plan(title, &base, changes);
  tell_next(commit_change(work.workspace, work.standing, planned, key, arguments, out, now), out);
}

}  // namespace tuf
