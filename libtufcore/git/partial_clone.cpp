// Partial clones: libgit2 does not know that objects may be missing, and this module uses no network. Whoever
// opened the repository says who brings them.
#include <set>

#include "libtufcore/git/git_store.h"

namespace tuf {
namespace {

using ConfigIteratorHandle = CHandle<git_config_iterator, git_config_iterator_free>;

const TreeEntries* entries_at(const GitStore& store, const git_oid& root, const std::string& folder,
                              GitStore::Tree& tree, const std::string& commit) {
  tree = store.tree(root, commit);
  for (std::size_t start = 0; start < folder.size();) {
    const std::size_t end = std::min(folder.find('/', start), folder.size());
    const TreeEntry* entry = find_entry(*tree, std::string_view(folder).substr(start, end - start));
    if (entry == nullptr || !entry->is_folder) return nullptr;
    tree = store.tree(git_oid(entry->id), place_in(commit, folder.substr(0, end)));
    start = end + 1;
  }
  return tree.get();
}

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
    GitStore::Tree tree;
    const TreeEntries* entries = entries_at(store, *git_commit_tree_id(commit.get()), folder.path, tree,
                                            name_of_commit(folder.commit));
    if (entries == nullptr) continue;
    for (const TreeEntry& entry : *entries) {
      if (!entry.is_folder) files.push_back(entry.id);
    }
  }
  store.supply(files);
}

bool GitRepository::is_here(const CommitId& id, const std::string& path) const {
  const GitCommitHandle commit = look_up_commit(impl_->repository(), id);
  const std::size_t slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "" : path.substr(0, slash);
  GitStore::Tree tree;
  const TreeEntries* entries =
      entries_at(*impl_->store, *git_commit_tree_id(commit.get()), folder, tree, name_of_commit(id));
  const TreeEntry* entry =
      entries == nullptr ? nullptr : find_entry(*entries, std::string_view(path).substr(slash + 1));
  return entry != nullptr && !entry->is_folder && impl_->store->is_here(entry->id);
}

}  // namespace tuf
