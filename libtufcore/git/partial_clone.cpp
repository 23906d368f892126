// Partial clones: libgit2 does not know that objects may be missing, and this module uses no network. Whoever
// opened the repository says who brings them.
#include <set>

#include "libtufcore/git/git_store.h"

namespace tuf {
namespace {

using ConfigIteratorHandle = CHandle<git_config_iterator, git_config_iterator_free>;

}  // namespace

void GitStore::supply(const std::vector<git_oid>& ids) const {
  if (!supplier) return;
  std::set<std::string> missing;
  for (const git_oid& id : ids) {
    if (!is_here(id)) missing.insert(hex_of(id));
  }
  if (missing.empty()) return;
  supplier({missing.begin(), missing.end()});
  check_git(git_odb_refresh(odb.get()), "cannot look at the object store again");
}

std::optional<std::string> GitRepository::promisor_remote() const {
  ConfigIteratorHandle iterator;
  check_git(git_config_iterator_glob_new(OutParam(iterator), impl_->store->user_config.get(),
                                         "^remote\\..*\\.promisor$"),
            "cannot read git's configuration");
  git_config_entry* entry = nullptr;
  while (git_config_next(&entry, iterator.get()) == 0) {
    const std::string_view name = entry->name;
    int is_set = 0;
    if (git_config_parse_bool(&is_set, entry->value) != 0 || is_set == 0) continue;
    constexpr std::string_view before = "remote.", after = ".promisor";
    return std::string(name.substr(before.size(), name.size() - before.size() - after.size()));
  }
  return std::nullopt;
}

void GitRepository::set_supplier(Supplier supplier) { impl_->store->supplier = std::move(supplier); }

void GitRepository::bring_files(const std::vector<Folder>& folders) const {
  const GitStore& store = *impl_->store;
  if (!store.supplier) return;
  std::vector<git_oid> files;
  for (const Folder& folder : folders) {
    const GitCommitHandle commit = look_up_commit(impl_->repository(), folder.commit);
    const std::string name = name_of_commit(folder.commit);
    const auto found = store.find(*git_commit_tree_id(commit.get()), folder.path, name);
    if (!found || !found->is_folder) continue;
    for (const TreeEntry& entry : *store.tree(found->id, {name, folder.path})) {
      if (!entry.is_folder) files.push_back(entry.id);
    }
  }
  store.supply(files);
}

bool GitRepository::is_here(const CommitId& id, const std::string& path) const {
  const GitCommitHandle commit = look_up_commit(impl_->repository(), id);
  const auto entry = impl_->store->find(*git_commit_tree_id(commit.get()), path, name_of_commit(id));
  return entry && !entry->is_folder && impl_->store->is_here(entry->id);
}

}  // namespace tuf
