// pgsign admin block, unblock - block and unblock what nobody should get any more.
#include <algorithm>

#include "libtufcore/blocked.h"
#include "libtufcore/release.h"
#include "signer/admin_change.h"
#include "signer/commands.h"

namespace tuf {
namespace {

// A typing error would block nothing and say that it did.
void require_known(const RepositoryState& base, const BlockedName& name) {
  const RoleFile* releases = base.find_releases(name.project);
  if (releases == nullptr) {
    throw not_found("there is no project {} in this repository", name.project.text())
        .with_hint("a name that nobody should ever have: pgsign admin reserve " + name.project.text());
  }
  if (!name.product) return;
  const bool known = std::ranges::any_of(releases->file.untrusted.targets, [&](const auto& target) {
    const auto release = ReleasePath::parse(target.first.text());
    return release && release->product == *name.product &&
           (!name.version || release->version == *name.version);
  });
  if (!known)
    throw not_found("project {} has no release {}", name.project.text(), name.text())
        .with_hint("pgsign status " + name.project.text());
}

std::vector<BlockedName> names_typed(const Arguments& arguments) {
  std::vector<BlockedName> names;
  for (const std::string& typed : arguments.arguments("NAME")) names.push_back(BlockedName::from_user(typed));
  return names;
}

std::string title_of(std::string title, const std::vector<BlockedName>& names) {
  for (const BlockedName& name : names) title += (&name == &names.front() ? " " : ", ") + name.text();
  return title;
}

// Neither waits for anything: not for other administrators, and not for other changes of this one.
void run_block(const Arguments& arguments, Output& out, UtcTime now) {
  const std::vector<BlockedName> names = names_typed(arguments);
  const Reason reason = Reason::from_user(arguments.required_option("reason"));
  AdminWork work = open_admin_work(out, now, Urgent::yes);
  std::vector<Change> changes;
  for (const BlockedName& name : names) {
    require_known(work.base(), name);
    changes.emplace_back(BlockName{name, reason});
  }
  commit_admin_change(work, title_of("Block", names), std::move(changes), arguments, out, now);
}

void run_unblock(const Arguments& arguments, Output& out, UtcTime now) {
  const std::vector<BlockedName> names = names_typed(arguments);
  AdminWork work = open_admin_work(out, now, Urgent::yes);
  std::vector<Change> changes;
  for (const BlockedName& name : names) {
    for (const Block& block : blocks_of(admin_role_of(work.base(), "blocked").file.untrusted)) {
      const bool goes = std::ranges::find(names, block.name) != names.end();
      if (goes || !(name.covers(block.name) || block.name.covers(name))) continue;
      out.warning(fmt::format("{} stays blocked: {}", block.name.text(), escaped(block.reason.text())));
    }
    changes.emplace_back(UnblockName{name});
  }
  commit_admin_change(work, title_of("Unblock", names), std::move(changes), arguments, out, now);
}

const ArgumentSpec name_argument{"NAME", "PROJECT, PROJECT/PRODUCT or PROJECT/PRODUCT/VERSION",
                                 ArgumentSpec::Count::many};

}  // namespace

Command admin_block_command() {
  return {.name = "admin block",
          .summary = "keep everybody from getting a project, a product or a release",
          .description =
              "Takes effect with the next publication, for every TUF client; no key but an administrator's "
              "can undo it. One "
              "administrator is enough, and it starts from main, whatever else of yours waits for signatures. A project's references are blocked with it; files and metadata stay "
              "where they are.",
          .example = "  pgsign admin block abc/abc/1.2.0 --reason 'steals passwords'",
          .arguments = {name_argument},
          .options = change_options({{"reason", "TEXT", "why, one line; everybody who asks for it is told"}}),
          .run = run_block};
}

Command admin_unblock_command() {
  return {.name = "admin unblock",
          .summary = "let people get again what was blocked",
          .description =
              "The name as it was blocked ('pgsign admin status' lists them). One administrator is enough.",
          .example = "  pgsign admin unblock abc/abc/1.2.0",
          .arguments = {name_argument},
          .options = change_options(),
          .run = run_unblock};
}

}  // namespace tuf
