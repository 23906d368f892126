// pgsign admin root rotate, admin online-key rotate - other administrators, other keys of the publisher.
#include <algorithm>

#include "signer/admin_change.h"
#include "signer/commands.h"
#include "signer/people.h"
#include "signer/people_change.h"

namespace tuf {
namespace {

constexpr std::int64_t max_threshold = 1024;

void refuse_known(const std::vector<KeyHolder>& before, const std::vector<KeyHolder>& added) {
  for (const KeyHolder& holder : added) {
    if (find_holder(before, holder.key))
      throw conflict("{} is one of the administrators already",
                     key_label(holder.name, holder.key.computed_id()));
  }
}

void run_root_rotate(const Arguments& arguments, Output& out, UtcTime now) {
  if (arguments.options("add").empty() && arguments.options("remove").empty() && !arguments.option("threshold")) {
    throw usage("nothing is to change")
        .with_hint("--add FILE, --remove WHO or --threshold N; 'pgsign admin status' says who the administrators are");
  }
  AdminWork work = open_admin_work(out, now);
  const Root& root = work.base().root();
  ChangeAdministrators change;
  change.before = holders_of(root.keys_of("root"), root.extra);
  change.threshold_before = root.keys_of("root").threshold;
  const auto added = read_holders(arguments.options("add"), "--add");
  const auto removed = find_members(arguments.options("remove"), change.before, "administrators");
  refuse_known(change.before, added);
  change.after = members_after(change.before, added, removed);
  change.threshold_after = threshold_option(arguments).value_or(change.threshold_before);
  if (change.threshold_after > change.after.size()) {
    throw usage("{} administrators must sign, but there would be only {}", change.threshold_after,
                change.after.size())
        .with_hint(
            fmt::format("--threshold {}, or --add somebody", std::max<std::size_t>(change.after.size(), 1)));
  }
  commit_admin_change(work, "Change the administrators", {change}, arguments, out, now);
}

struct OnlineRole {
  const char* role;
  const char* option;
  const char* threshold;
};
constexpr OnlineRole online_roles[] = {{"timestamp", "timestamp-key", "timestamp-threshold"},
                                       {"snapshot", "snapshot-key", "snapshot-threshold"},
                                       {"new", "registrar-key", "registrar-threshold"}};

struct Signers {
  RoleKeys keys;
  Json::Object names;
};

Signers signers_of(const RepositoryState& base, const std::string& role) {
  if (role != "new") return {base.root().keys_of(role), base.root().extra};
  const Targets& targets = admin_role_of(base, "targets").file.untrusted;
  if (const Delegation* found = find_delegation(targets, RoleName::of(role)))
    return {found->signers, targets.delegations_extra};
  throw refused("role targets has no delegation to role new");
}

std::optional<ChangeOnlineKeys> change_of(const RepositoryState& base, const OnlineRole& online,
                                          const Arguments& arguments) {
  const auto& online_files = arguments.options("online");
  const auto& own_files = arguments.options(online.option);
  if (!own_files.empty() && !online_files.empty())
    throw usage("--online already says who has the {}: give one of the two", online.option);
  const auto threshold = arguments.number_option(online.threshold, 1, max_threshold);
  const auto& files = own_files.empty() ? online_files : own_files;
  if (files.empty() && !threshold) return std::nullopt;
  const Signers now = signers_of(base, online.role);
  ChangeOnlineKeys change{online.role, holders_of(now.keys, now.names), {}};
  change.after = files.empty() ? change.before : read_holders(files, std::string("--") + online.option);
  change.threshold_before = now.keys.threshold;
  change.threshold_after = threshold ? static_cast<std::uint32_t>(*threshold)
                                     : std::min<std::uint32_t>(now.keys.threshold, change.after.size());
  checked_threshold(change.threshold_after, change.after, online.threshold);
  return change;
}

void run_online_key_rotate(const Arguments& arguments, Output& out, UtcTime now) {
  AdminWork work = open_admin_work(out, now);
  std::vector<Change> changes;
  for (const OnlineRole& online : online_roles) {
    if (auto change = change_of(work.base(), online, arguments)) changes.push_back(*std::move(change));
  }
  if (changes.empty())
    throw usage("no key is named: --online FILE, or --timestamp-key, --snapshot-key, --registrar-key");
  commit_admin_change(work, "Change the online keys", std::move(changes), arguments, out, now);
}

}  // namespace

Command admin_root_rotate_command() {
  return {
      .name = "admin root rotate",
      .summary = "add, remove or replace administrators, or change how many must sign",
      .description =
          "Makes the next version of root and signs every role of the administrators again. It needs enough "
          "signatures of "
          "those who were administrators before, enough of those who are afterwards, and one of each who is "
          "new. Clients "
          "follow from any older root.",
      .example =
          "  pgsign admin root rotate --add dora.pub --remove ben\n  pgsign admin root rotate --threshold 2",
      .arguments = {},
      .options = change_options(
          {{"add", "FILE", "public key of a new administrator", OptionSpec::Repeat::yes},
           {"remove", "WHO",
            "an administrator: name, public key file, or 8 or more digits of the key id",
            OptionSpec::Repeat::yes},
           {"threshold", "N", "how many administrators must sign from now on"}}),
      .run = run_root_rotate};
}

Command admin_online_key_rotate_command() {
  using Repeat = OptionSpec::Repeat;
  return {
      .name = "admin online-key rotate",
      .summary = "give the publisher other keys",
      .description =
          "The keys that are named replace all that the role had. After a theft replace all three, and "
          "publish at once: the "
          "thief's signatures end with it, clients forget what a fast-forward made them believe, and "
          "snapshot is made "
          "anew, without the roles that nobody delegates to any more.",
      .example = "  pgsign admin online-key rotate --online new-publisher.pub",
      .arguments = {},
      .options = change_options(
          {{"online", "FILE",
            "public key of the publisher, for timestamp, snapshot and new names", Repeat::yes},
           {"timestamp-key", "FILE", "public key for timestamp", Repeat::yes},
           {"snapshot-key", "FILE", "public key for snapshot", Repeat::yes},
           {"registrar-key", "FILE", "public key for new names", Repeat::yes},
           {"timestamp-threshold", "N", "how many timestamp keys must sign"},
           {"snapshot-threshold", "N", "how many snapshot keys must sign"},
           {"registrar-threshold", "N", "how many registrar keys must sign"}}),
      .run = run_online_key_rotate};
}

}  // namespace tuf
