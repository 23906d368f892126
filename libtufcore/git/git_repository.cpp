#include "libtufcore/git/git_repository.h"

#include <git2/sys/repository.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

#include "libtufcore/git/git_store.h"

namespace tuf {
namespace {

namespace fs = std::filesystem;

struct BufferFree {
  git_buf buffer = GIT_BUF_INIT;
  BufferFree() = default;
  BufferFree(const BufferFree&) = delete;
  BufferFree& operator=(const BufferFree&) = delete;
  ~BufferFree() { git_buf_dispose(&buffer); }
  std::string text() const { return std::string(buffer.ptr, buffer.size); }
};

constexpr git_config_level_t outer_levels[] = {GIT_CONFIG_LEVEL_PROGRAMDATA, GIT_CONFIG_LEVEL_SYSTEM,
                                               GIT_CONFIG_LEVEL_XDG, GIT_CONFIG_LEVEL_GLOBAL};

// Null: where git looks. Empty: nowhere.
void set_search_paths(const char* paths) {
  for (const git_config_level_t level : outer_levels) git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, level, paths);
}

// libgit2 says "config value 'safe.directory' was not found" or "failed to stat '~/.gitconfig'" (G-09).
[[noreturn]] void throw_cannot_open(int return_code, const fs::path& path) {
  const std::string shown = escaped(path.string(), 1024);
  const git_error* last = git_error_last();
  const std::string reason = last != nullptr ? last->message : "unknown reason";
  const bool ownership = return_code == GIT_EOWNER || reason.find("safe.directory") != std::string::npos ||
                         reason.find(".gitconfig") != std::string::npos;
  if (return_code == GIT_ENOTFOUND && !ownership) {
    throw not_found("'{}' is not in a git repository", shown)
        .with_hint("'git clone' one, or 'pgsign init' to start");
  }
  if (!ownership) throw local_io("cannot open git repository '{}': {}", shown, escaped(reason));
  struct stat status {};
  const bool known = stat(path.c_str(), &status) == 0;
  throw local_io("git repository '{}' belongs to uid {}, and this is uid {}", shown,
                 known ? fmt::format("{}", status.st_uid) : "unknown", geteuid())
      .with_hint(fmt::format("if you trust it: git config --global --add safe.directory '{}'", shown));
}

fs::path common_directory_of(git_repository* repository) { return git_repository_commondir(repository); }

bool has_content(const fs::path& path) {
  std::error_code ignored;
  const auto size = fs::file_size(path, ignored);
  return !ignored && size > 0;
}

// Objects must be the repository's own: what an alternate holds can change or vanish behind our back (G-05).
void refuse_alternates(git_repository* repository) {
  const fs::path alternates = common_directory_of(repository) / "objects/info/alternates";
  if (!has_content(alternates)) return;
  throw refused("git repository '{}' borrows objects from another one ({})",
                escaped(git_repository_path(repository), 1024), "objects/info/alternates")
      .with_hint(
          "make it complete: 'git repack -a -d' and remove that file, or clone without --shared and "
          "--reference");
}

// From here on only the repository's own settings count, and none of them has a say in reading objects
// (G-08).
void use_own_configuration_only(GitStore& store) {
  GitConfigHandle own;
  check_git(git_config_new(OutParam(own)), "cannot make a git configuration");
  const fs::path file = common_directory_of(store.repository.get()) / "config";
  check_git(
      git_config_add_file_ondisk(own.get(), file.c_str(), GIT_CONFIG_LEVEL_LOCAL, store.repository.get(), 1),
      "cannot read the repository's configuration");
  check_git(git_repository_set_config(store.repository.get(), own.get()), "cannot set the configuration");
  set_search_paths("");
}

std::shared_ptr<GitStore> open_store(const fs::path& path) {
  auto store = std::make_shared<GitStore>();
  set_search_paths(nullptr);
  const int opened = git_repository_open_ext(OutParam(store->repository), path.c_str(), 0, nullptr);
  if (opened < 0) throw_cannot_open(opened, path);
  check_git(git_repository_config(OutParam(store->user_config), store->repository.get()),
            "cannot read git's configuration");
  use_own_configuration_only(*store);
  refuse_alternates(store->repository.get());
  check_git(git_repository_odb(OutParam(store->odb), store->repository.get()),
            "cannot open the object store");
  // Parents are read from commits, never from the commit-graph file beside them.
  check_git(git_odb_set_commit_graph(store->odb.get(), nullptr), "cannot open the object store");
  return store;
}

void refuse_grafts(git_repository* repository) {
  const fs::path common = common_directory_of(repository);
  if (!has_content(common / "info/grafts")) return;
  throw refused("git repository '{}' has grafts: its history is not what its commits say",
                escaped(common.string(), 1024))
      .with_hint("remove info/grafts");
}

CommitInfo info_of(const git_commit* commit) {
  CommitInfo info;
  info.id = hex_of(*git_commit_id(commit));
  for (unsigned i = 0; i < git_commit_parentcount(commit); ++i) {
    info.parents.push_back(hex_of(*git_commit_parent_id(commit, i)));
  }
  info.committed = UtcTime::from_unix(git_commit_time(commit));
  const std::string_view message = git_commit_message_raw(commit);
  info.summary = message.substr(0, message.find('\n'));
  return info;
}

}  // namespace

GitRepository::GitRepository(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
GitRepository::GitRepository(GitRepository&&) noexcept = default;
GitRepository& GitRepository::operator=(GitRepository&&) noexcept = default;
GitRepository::~GitRepository() = default;

GitRepository GitRepository::open(const fs::path& path) {
  return GitRepository(std::make_unique<Impl>(Impl{open_store(path)}));
}

// Git makes one for each push: a plain folder "tmp_objdir-incoming-XXXXXX" (once "incoming-XXXXXX") right in objects/.
GitRepository GitRepository::open_with_quarantine(const fs::path& path, const fs::path& quarantine) {
  GitRepository opened = open(path);
  const fs::path objects = fs::canonical(common_directory_of(opened.impl_->repository()) / "objects");
  const bool plain = fs::is_directory(fs::symlink_status(quarantine));
  const fs::path folder = plain ? fs::canonical(quarantine) : fs::path();
  if (folder.parent_path() != objects || folder.filename().string().find("incoming-") == std::string::npos) {
    throw refused("'{}' is no folder of git for what is being pushed to '{}'", escaped(quarantine.string(), 1024),
                  escaped(objects.string(), 1024));
  }
  if (has_content(folder / "info/alternates"))
    throw refused("what is pushed borrows objects from another repository ({})", "info/alternates");
  check_git(git_odb_add_disk_alternate(opened.impl_->store->odb.get(), folder.c_str()),
            "cannot open what is being pushed");
  return opened;
}

GitRepository GitRepository::init(const fs::path& path) {
  const Libgit2Use library;
  set_search_paths("");
  git_repository_init_options options;
  check_git(git_repository_init_options_init(&options, GIT_REPOSITORY_INIT_OPTIONS_VERSION),
            "cannot start libgit2");
  options.flags = GIT_REPOSITORY_INIT_MKPATH;
  options.initial_head = "main";
  GitRepositoryHandle made;
  check_git(git_repository_init_ext(OutParam(made), path.c_str(), &options),
            fmt::format("cannot make git repository '{}'", escaped(path.string(), 1024)));
  GitIndexHandle index;  // an empty one says: this has a work tree that follows our commits
  check_git(git_repository_index(OutParam(index), made.get()), "cannot open the index");
  check_git(git_index_write(index.get()), "cannot write the index");
  return open(path);
}

bool GitRepository::is_bare() const { return git_repository_is_bare(impl_->repository()) == 1; }

fs::path GitRepository::work_directory() const {
  const char* path = git_repository_workdir(impl_->repository());
  return path == nullptr ? fs::path() : fs::path(path);
}

fs::path GitRepository::git_directory() const { return git_repository_path(impl_->repository()); }

fs::path GitRepository::common_directory() const { return common_directory_of(impl_->repository()); }

std::optional<CommitId> GitRepository::find_commit(const std::string& revision) const {
  GitObjectHandle named, commit;
  if (git_revparse_single(OutParam(named), impl_->repository(), revision.c_str()) < 0) return std::nullopt;
  if (git_object_peel(OutParam(commit), named.get(), GIT_OBJECT_COMMIT) < 0) return std::nullopt;
  return hex_of(*git_object_id(commit.get()));
}

CommitId GitRepository::resolve(const std::string& revision) const {
  std::optional<CommitId> id = find_commit(revision);
  if (!id)
    throw not_found("'{}' is no commit of git repository '{}'", escaped(revision),
                    escaped(git_directory().string(), 1024));
  return std::move(*id);
}

CommitInfo GitRepository::commit(const CommitId& id) const {
  return info_of(look_up_commit(impl_->repository(), id).get());
}

std::string GitRepository::message(const CommitId& id, std::size_t max_bytes) const {
  const GitCommitHandle commit = look_up_commit(impl_->repository(), id);
  return std::string(std::string_view(git_commit_message_raw(commit.get())).substr(0, max_bytes));
}

Bytes GitRepository::commit_object(const CommitId& id) const {
  constexpr std::uint64_t max_bytes = 1u << 20;
  return impl_->store->read(parse_oid(id), GIT_OBJECT_COMMIT, max_bytes, {name_of_commit(id)});
}

void GitRepository::refuse_cut_history() const {
  refuse_grafts(impl_->repository());
  if (git_repository_is_shallow(impl_->repository()) != 1) return;
  throw refused("git repository '{}' is a shallow clone: what its branches contain cannot be seen",
                escaped(common_directory_of(impl_->repository()).string(), 1024))
      .with_hint("git fetch --unshallow");
}

bool GitRepository::is_ancestor(const CommitId& ancestor, const CommitId& descendant) const {
  if (ancestor == descendant) return true;
  const git_oid older = parse_oid(ancestor);
  const git_oid newer = parse_oid(descendant);
  const int found = git_graph_descendant_of(impl_->repository(), &newer, &older);
  check_git(found,
            fmt::format("cannot compare {} with {}", name_of_commit(ancestor), name_of_commit(descendant)));
  return found == 1;
}

std::optional<CommitId> GitRepository::merge_base(const CommitId& a, const CommitId& b) const {
  const git_oid first = parse_oid(a);
  const git_oid second = parse_oid(b);
  git_oid base;
  const int found = git_merge_base(&base, impl_->repository(), &first, &second);
  if (found == GIT_ENOTFOUND) return std::nullopt;
  check_git(found, fmt::format("cannot find where {} and {} part", name_of_commit(a), name_of_commit(b)));
  return hex_of(base);
}

std::vector<CommitId> GitRepository::stages(const std::optional<CommitId>& from, const CommitId& to,
                                            std::size_t step) const {
  std::vector<CommitId> stages{to};
  GitCommitHandle at = look_up_commit(impl_->repository(), to);
  for (std::size_t steps = 1; git_commit_parentcount(at.get()) > 0; ++steps) {
    const CommitId parent = hex_of(*git_commit_parent_id(at.get(), 0));
    if (from && (parent == *from || (steps % step == 0 && is_ancestor(parent, *from)))) break;
    const git_oid id = parse_oid(parent);
    if (git_commit_lookup(OutParam(at), impl_->repository(), &id) < 0) break;
    if (steps % step == 0) stages.push_back(parent);
  }
  std::ranges::reverse(stages);
  return stages;
}

std::vector<CommitInfo> GitRepository::range(const std::optional<CommitId>& from, const CommitId& to,
                                             std::size_t max_count) const {
  return range(from ? std::vector{*from} : std::vector<CommitId>(), to, max_count);
}

std::vector<CommitInfo> GitRepository::range(const std::vector<CommitId>& without, const CommitId& to,
                                             std::size_t max_count) const {
  refuse_grafts(impl_->repository());
  GitRevwalkHandle walk;
  check_git(git_revwalk_new(OutParam(walk), impl_->repository()), "cannot walk the history");
  check_git(git_revwalk_sorting(walk.get(), GIT_SORT_TOPOLOGICAL | GIT_SORT_REVERSE),
            "cannot walk the history");
  const git_oid newest = parse_oid(to);
  check_git(git_revwalk_push(walk.get(), &newest), fmt::format("cannot find {}", name_of_commit(to)));
  for (const CommitId& hidden : without) {
    const git_oid oldest = parse_oid(hidden);
    check_git(git_revwalk_hide(walk.get(), &oldest), fmt::format("cannot find {}", name_of_commit(hidden)));
  }
  std::vector<CommitInfo> commits;
  git_oid next;
  int found = 0;
  while ((found = git_revwalk_next(&next, walk.get())) == 0) {
    if (commits.size() == max_count) {
      throw limit("more than {} commits lead to {}", max_count, name_of_commit(to));
    }
    commits.push_back(commit(hex_of(next)));
  }
  if (found == GIT_ITEROVER) return commits;
  if (git_repository_is_shallow(impl_->repository()) == 1) {
    throw refused("the history of {} is cut off: this is a shallow clone", name_of_commit(to))
        .with_hint("git fetch --unshallow");
  }
  check_git(found, fmt::format("cannot walk the history of {}", name_of_commit(to)));
  return commits;
}

std::optional<std::string> GitRepository::config_text(const std::string& name) const {
  BufferFree value;
  const int found = git_config_get_string_buf(&value.buffer, impl_->store->user_config.get(), name.c_str());
  if (found == GIT_ENOTFOUND) return std::nullopt;
  check_git(found, fmt::format("cannot read setting '{}'", escaped(name)));
  return value.text();
}

}  // namespace tuf
