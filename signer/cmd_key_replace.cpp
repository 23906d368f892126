// pgsign key replace - the same person with another key: a new device, or a lost one.
#include <algorithm>

#include "signer/commands.h"
#include "signer/people.h"
#include "signer/people_change.h"

namespace tuf {
namespace {

// Everything that the old key is in this project.
struct Duties {
  std::vector<KeyHolder> owner, maintainer;  // the old key, or nothing
};

Duties duties_of(const std::string& word, const std::optional<StoredKey>& stored, const RoleFile& owners,
                 const RoleFile& releases) {
  const auto find_in = [&](const RoleFile& file) {
    std::vector<KeyHolder> found;
    for (const KeyHolder& holder : holders_of(file.signers, file.names)) {
      const bool same = stored ? holder.key.identity() == stored->info.public_key.identity()
                               : holder.key.computed_id().starts_with(word);
      if (same) found.push_back(holder);
    }
    return found;
  };
  Duties duties{find_in(owners), find_in(releases)};
  if (duties.owner.empty() && duties.maintainer.empty())
    throw not_found("the key {} is neither an owner's nor a maintainer's of this project",
                    stored ? stored->label() : escaped(word));
  if (duties.owner.size() > 1 || duties.maintainer.size() > 1)
    throw usage("'{}' can be more than one key", escaped(word)).with_hint("give more digits of the key id");
  return duties;
}

// Mine, when its secret half is here; of a lost one the digits of its id are enough.
std::optional<StoredKey> old_key(const std::string& word) {
  const KeyStore store = KeyStore::of_user();
  const std::vector<std::string> names = store.names();
  if (std::ranges::find(names, word) != names.end()) return store.find(word);
  if (may_be_key_id(word)) return std::nullopt;
  throw not_found("'{}' is neither a key of yours nor the first 8 digits of a key id", escaped(word))
      .with_hint("pgsign key list");
}

PeopleChange replacement(const ProjectName& project, const Duties& duties, const StoredKey& key) {
  PeopleChange change{project};
  const auto swapped = [&](const std::vector<KeyHolder>& old, std::vector<KeyHolder>& added,
                           std::vector<KeyHolder>& removed) {
    if (old.empty()) return;
    removed = old;
    const std::string name = old.front().name.empty() ? key.info.name : old.front().name;  // the same person
    added = {{name, key.info.public_key}};
  };
  swapped(duties.owner, change.add_owners, change.remove_owners);
  swapped(duties.maintainer, change.add_maintainers, change.remove_maintainers);
  return change;
}

void run(const Arguments& arguments, Output& out, UtcTime now) {
  const ProjectName project = ProjectName::from_user(arguments.required_option("project"));
  const std::string& old_word = arguments.argument("OLD");
  const StoredKey fresh = KeyStore::of_user().find(arguments.argument("NEW"));
  const std::optional<StoredKey> old = old_key(old_word);
  if (old && old->id() == fresh.id()) throw usage("both are the key {}", fresh.label());
  Workspace workspace = open_workspace(out, now);
  const Standing standing = accepted_standing_of(workspace, project);
  const RepositoryState& base = *standing.base_or_null();
  const Duties duties =
      duties_of(old_word, old, owners_of_project(base, project), releases_of_project(base, project));
  const KeyHolder& was = duties.owner.empty() ? duties.maintainer.front() : duties.owner.front();
  const std::string title =
      fmt::format("Replace key {} by {} in {}", key_label(was.name, was.key.computed_id()),
                  short_id(fresh.id()), project.text());
  PlannedChange planned = plan_people(title, base, replacement(project, duties, fresh), now);
  if (old) planned.also_signed_by = {*old};
  tell_next(commit_change(workspace, standing, planned, fresh, arguments, out, now), out);
}

}  // namespace

Command key_replace_command() {
  std::vector<OptionSpec> options = change_options({{"project", "PROJECT", "where to replace it"}});
  std::erase_if(options, [](const OptionSpec& option) { return option.name == "key"; });
  return {
      .name = "key replace",
      .summary = "put your new key in the place of your old one, in a project",
      .description =
          "As owner and as maintainer, whatever the old key is there. Where the old one is an owner's and "
          "still yours, it "
          "signs; else this makes a proposal that the other owners sign. OLD is a key of yours, or 8 or more "
          "digits of the "
          "id of a lost one.",
      .example = "  pgsign key new alice-2\n  pgsign key replace alice alice-2 --project abc",
      .arguments = {{"OLD", "a key of yours, or 8 or more digits of a key id"}, {"NEW", "a key of yours"}},
      .options = options,
      .run = run};
}

}  // namespace tuf
