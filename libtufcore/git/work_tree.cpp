// The work tree is a convenience for people: nothing is ever read from it, it only follows the commits that
// we make.
#include <sys/stat.h>

#include <system_error>

#include "libtufcore/git/git_store.h"

namespace tuf {
namespace {

namespace fs = std::filesystem;
using GitTreeEntryHandle = CHandle<git_tree_entry, git_tree_entry_free>;
using GitStatusListHandle = CHandle<git_status_list, git_status_list_free>;

struct StringArray {  // for libgit2; the texts stay the caller's
  explicit StringArray(const std::vector<std::string>& texts) {
    for (const std::string& text : texts) pointers.push_back(const_cast<char*>(text.c_str()));
  }
  git_strarray get() { return {pointers.data(), pointers.size()}; }
  std::vector<char*> pointers;
};

bool is_checked_out(git_repository* repository) {
  return git_repository_is_bare(repository) == 0 &&
         fs::exists(fs::path(git_repository_path(repository)) / "index");
}

// libgit2 would write through a symbolic link that stands for a folder.
void refuse_links_above(const fs::path& work_directory, const fs::path& path) {
  for (fs::path dir = path.parent_path(); !dir.empty(); dir = dir.parent_path()) {
    if (!fs::is_symlink(work_directory / dir)) continue;
    throw local_io("'{}' in the work tree is a symbolic link; nothing is written through it",
                   escaped(dir.string(), 1024))
        .with_hint("remove it; the commit itself is made");
  }
}

GitIndexHandle open_index(git_repository* repository) {
  GitIndexHandle index;
  const int opened = git_repository_index(OutParam(index), repository);
  const int read = opened < 0 ? opened : git_index_read(index.get(), 1);
  const git_error* last = git_error_last();
  if (read < 0 && last != nullptr && std::string_view(last->message).find("sdir") != std::string_view::npos) {
    throw local_io("the index of this clone leaves out whole folders (a sparse index), which pgsign cannot read")
        .with_hint("git sparse-checkout reapply --no-sparse-index");
  }
  check_git(read, "cannot read the index");
  return index;
}

// What sparse-checkout keeps out of the work tree stays out of it.
bool is_kept_out(git_index* index, const std::string& path) {
  const git_index_entry* entry = git_index_get_bypath(index, path.c_str(), 0);
  return entry != nullptr && (entry->flags_extended & GIT_INDEX_ENTRY_SKIP_WORKTREE) != 0;
}

// The file, and the folders that it leaves empty.
void remove_from_work_tree(const fs::path& work_directory, const fs::path& path) {
  std::error_code ignored;
  fs::remove(work_directory / path, ignored);
  for (fs::path dir = path.parent_path(); !dir.empty(); dir = dir.parent_path()) {
    if (!fs::remove(work_directory / dir, ignored) || ignored) return;
  }
}

void write_to_work_tree(git_repository* repository, const git_tree* tree,
                        const std::vector<std::string>& paths) {
  if (paths.empty()) return;
  StringArray array(paths);
  git_checkout_options options;
  check_git(git_checkout_options_init(&options, GIT_CHECKOUT_OPTIONS_VERSION), "cannot check out");
  options.checkout_strategy = GIT_CHECKOUT_FORCE | GIT_CHECKOUT_DISABLE_PATHSPEC_MATCH;
  options.disable_filters = 1;
  options.paths = array.get();
  check_git(git_checkout_tree(repository, reinterpret_cast<const git_object*>(tree), &options),
            "cannot bring the work tree to the new commit");
}

GitTreeEntryHandle find_in_tree(const git_tree* tree, const std::string& path) {
  GitTreeEntryHandle entry;
  const int found = git_tree_entry_bypath(OutParam(entry), tree, path.c_str());
  if (found != GIT_ENOTFOUND) check_git(found, "cannot read the tree of HEAD");
  return entry;
}

git_index_entry index_entry(const fs::path& file, const std::string& path, const git_tree_entry* in_tree) {
  git_index_entry entry{};
  struct stat status {};
  if (lstat(file.c_str(), &status) == 0) {
    entry.ctime = {static_cast<std::int32_t>(status.st_ctim.tv_sec),
                   static_cast<std::uint32_t>(status.st_ctim.tv_nsec)};
    entry.mtime = {static_cast<std::int32_t>(status.st_mtim.tv_sec),
                   static_cast<std::uint32_t>(status.st_mtim.tv_nsec)};
    entry.dev = static_cast<std::uint32_t>(status.st_dev);
    entry.ino = static_cast<std::uint32_t>(status.st_ino);
    entry.uid = status.st_uid;
    entry.gid = status.st_gid;
    entry.file_size = static_cast<std::uint32_t>(status.st_size);
  }
  entry.mode = GIT_FILEMODE_BLOB;
  entry.id = *git_tree_entry_id(in_tree);
  entry.path = path.c_str();
  return entry;
}

// By hand, because a checkout leaves out of the index a file that was there before with the very same bytes.
void update_index(git_repository* repository, const git_tree* tree, const std::vector<std::string>& paths) {
  const GitIndexHandle index = open_index(repository);
  for (const std::string& path : paths) {
    const GitTreeEntryHandle in_tree = find_in_tree(tree, path);
    if (in_tree == nullptr) {
      const int removed = git_index_remove(index.get(), path.c_str(), 0);
      if (removed != GIT_ENOTFOUND) check_git(removed, "cannot change the index");
      continue;
    }
    git_index_entry entry =
        index_entry(fs::path(git_repository_workdir(repository)) / path, path, in_tree.get());
    if (is_kept_out(index.get(), path)) entry.flags_extended |= GIT_INDEX_ENTRY_SKIP_WORKTREE;
    check_git(git_index_add(index.get(), &entry), "cannot change the index");
  }
  check_git(git_index_write(index.get()), "cannot write the index");
}

}  // namespace

std::vector<std::string> GitRepository::uncommitted(const std::vector<std::string>& dirs) const {
  if (!is_checked_out(impl_->repository())) return {};
  const GitIndexHandle index = open_index(impl_->repository());
  StringArray array(dirs);
  git_status_options options;
  check_git(git_status_options_init(&options, GIT_STATUS_OPTIONS_VERSION), "cannot look at the work tree");
  options.show = GIT_STATUS_SHOW_INDEX_AND_WORKDIR;
  options.flags = GIT_STATUS_OPT_INCLUDE_UNTRACKED | GIT_STATUS_OPT_RECURSE_UNTRACKED_DIRS |
                  GIT_STATUS_OPT_INCLUDE_IGNORED | GIT_STATUS_OPT_RECURSE_IGNORED_DIRS |
                  GIT_STATUS_OPT_DISABLE_PATHSPEC_MATCH | GIT_STATUS_OPT_EXCLUDE_SUBMODULES;
  options.pathspec = array.get();
  GitStatusListHandle list;
  check_git(git_status_list_new(OutParam(list), impl_->repository(), &options),
            "cannot look at the work tree");
  std::vector<std::string> paths;
  for (std::size_t i = 0; i < git_status_list_entrycount(list.get()); ++i) {
    const git_status_entry* entry = git_status_byindex(list.get(), i);
    const git_diff_delta* delta =
        entry->index_to_workdir != nullptr ? entry->index_to_workdir : entry->head_to_index;
    const bool kept_out = entry->status == GIT_STATUS_WT_DELETED && delta != nullptr &&
                          is_kept_out(index.get(), delta->old_file.path);
    if (entry->status != GIT_STATUS_CURRENT && delta != nullptr && !kept_out) paths.emplace_back(delta->new_file.path);
  }
  return paths;
}

void GitRepository::check_out(const std::vector<std::string>& paths) {
  if (!is_checked_out(impl_->repository())) return;
  for (const std::string& path : paths) refuse_links_above(work_directory(), path);
  const GitCommitHandle commit = look_up_commit(impl_->repository(), resolve("HEAD"));
  GitTreeHandle head;
  check_git(git_commit_tree(OutParam(head), commit.get()), "cannot read the tree of HEAD");
  const GitIndexHandle index = open_index(impl_->repository());
  std::vector<std::string> there;
  for (const std::string& path : paths) {
    if (is_kept_out(index.get(), path)) continue;
    if (find_in_tree(head.get(), path) != nullptr)
      there.push_back(path);
    else
      remove_from_work_tree(work_directory(), path);
  }
  write_to_work_tree(impl_->repository(), head.get(), there);
  update_index(impl_->repository(), head.get(), paths);
}

}  // namespace tuf
