// Making a commit: objects first, bottom-up, then one compare-and-swap of the branch. No index, no work tree,
// and no filter between the bytes given and the bytes stored.
#include <algorithm>
#include <array>
#include <fstream>

#include "libtufcore/git/git_store.h"

namespace tuf {
namespace {

namespace fs = std::filesystem;
using NewCommit = GitRepository::NewCommit;

constexpr std::string_view name_of_preview = "the new commit";

struct StreamFree {
  void operator()(git_odb_stream* stream) const noexcept { git_odb_stream_free(stream); }
};

// What becomes of one folder: its changed files (empty: removed) and the folders that hold changed files.
struct FolderEdit {
  std::map<std::string, std::optional<git_oid>> files;
  std::map<std::string, FolderEdit> folders;
};

git_oid write_object(const GitStore& store, ByteView bytes, git_object_t type) {
  git_oid id;
  check_git(git_odb_write(&id, store.odb.get(), bytes.data(), bytes.size(), type),
            "cannot write into the git repository");
  return id;
}

// Not git_blob_create_from_disk: that one applies the filters of .gitattributes.
git_oid write_large_file(const GitStore& store, const fs::path& file) {
  const std::string shown = escaped(file.string(), 1024);
  git_oid expected, written;
  check_git(git_odb_hashfile(&expected, file.c_str(), GIT_OBJECT_BLOB),
            fmt::format("cannot read '{}'", shown));
  if (git_odb_exists(store.odb.get(), &expected) == 1) return expected;
  std::ifstream input(file, std::ios::binary);
  const std::uint64_t size = fs::file_size(file);
  const std::string doing = fmt::format("cannot store '{}' in the git repository", shown);
  std::unique_ptr<git_odb_stream, StreamFree> output;
  check_git(git_odb_open_wstream(OutParam(output), store.odb.get(), size, GIT_OBJECT_BLOB), doing);
  std::array<char, 1 << 16> buffer;
  while (input.read(buffer.data(), buffer.size()), input.gcount() > 0) {
    check_git(git_odb_stream_write(output.get(), buffer.data(), static_cast<std::size_t>(input.gcount())),
              doing);
  }
  if (input.bad()) throw local_io("cannot read '{}'", shown);
  check_git(git_odb_stream_finalize_write(&written, output.get()), doing);
  if (!git_oid_equal(&written, &expected)) throw conflict("'{}' changed while it was read", shown);
  return written;
}

void add_edit(FolderEdit& root, const std::string& path, std::optional<git_oid> blob) {
  FolderEdit* folder = &root;
  std::size_t start = 0;
  for (std::size_t end; (end = path.find('/', start)) != std::string::npos; start = end + 1) {
    folder = &folder->folders[path.substr(start, end - start)];
  }
  folder->files[path.substr(start)] = blob;
}

// Takes the place of whatever has that name; without an id it is removed.
void put_entry(TreeEntries& entries, const std::string& name, bool is_folder,
               const std::optional<git_oid>& id) {
  std::erase_if(entries, [&](const TreeEntry& entry) { return entry.name == name; });
  if (!id) return;
  const TreeEntry entry{name, is_folder, *id};
  entries.insert(std::upper_bound(entries.begin(), entries.end(), entry, comes_before), entry);
}

std::string tree_bytes(const TreeEntries& entries) {
  std::string bytes;
  for (const TreeEntry& entry : entries) {
    bytes += entry.is_folder ? "40000 " : "100644 ";
    bytes += entry.name;
    bytes += '\0';
    bytes.append(reinterpret_cast<const char*>(entry.id.id), GIT_OID_RAWSZ);
  }
  return bytes;
}

// Empty when nothing is left in the folder. What is written is what read_checked_tree lets pass.
std::optional<git_oid> write_folder(const GitStore& store, const git_oid* base, const FolderEdit& edit,
                                    const std::string& dir) {
  const Place place{name_of_preview, dir};
  TreeEntries entries = base == nullptr ? TreeEntries() : *store.tree(*base, place);
  for (const auto& [name, folder_edit] : edit.folders) {
    const TreeEntry* before = find_entry(entries, name);
    const bool was_folder = before != nullptr && before->is_folder;
    const git_oid old_id = was_folder ? before->id : git_oid{};
    const std::optional<git_oid> made =
        write_folder(store, was_folder ? &old_id : nullptr, folder_edit, dir + name + "/");
    if (made || was_folder) put_entry(entries, name, true, made);
  }
  for (const auto& [name, blob] : edit.files) {
    const TreeEntry* before = find_entry(entries, name);
    const bool is_file = before != nullptr && !before->is_folder;
    if (blob || is_file) put_entry(entries, name, false, blob);
  }
  if (entries.empty()) return std::nullopt;
  const git_oid id = write_object(store, tree_bytes(entries), GIT_OBJECT_TREE);
  store.tree(id, place);
  return id;
}

// By its id, which stands in a tree that was checked; the content is neither read nor copied.
git_oid file_in_commit(const GitStore& store, const CommitId& commit, const std::string& path) {
  const GitCommitHandle from = look_up_commit(store.repository.get(), commit);
  const std::string name = name_of_commit(commit);
  const auto entry = store.find(*git_commit_tree_id(from.get()), path, name);
  if (!entry || entry->is_folder) throw refused("{} has no file {}", name, escaped(path));
  return entry->id;
}

git_oid write_tree(const GitStore& store, const NewCommit& commit) {
  FolderEdit edits;
  for (const auto& [path, bytes] : commit.files) {
    add_edit(edits, path, bytes ? std::optional(write_object(store, *bytes, GIT_OBJECT_BLOB)) : std::nullopt);
  }
  for (const auto& [path, file] : commit.large_files) add_edit(edits, path, write_large_file(store, file));
  for (const auto& [path, from] : commit.taken_over) add_edit(edits, path, file_in_commit(store, from, path));
  GitCommitHandle parent;
  if (commit.parent) parent = look_up_commit(store.repository.get(), *commit.parent);
  const git_oid* base = parent == nullptr ? nullptr : git_commit_tree_id(parent.get());
  const std::optional<git_oid> root = write_folder(store, base, edits, "");
  return root ? *root : write_object(store, "", GIT_OBJECT_TREE);
}

git_oid write_commit(const GitStore& store, const NewCommit& commit, const git_oid& tree_id) {
  GitTreeHandle tree;
  check_git(git_tree_lookup(OutParam(tree), store.repository.get(), &tree_id), "cannot read the new tree");
  GitSignatureHandle author;
  check_git(git_signature_new(OutParam(author), commit.author_name.c_str(), commit.author_email.c_str(),
                              commit.time.unix_seconds(), 0),
            fmt::format("cannot use the author '{} <{}>'", escaped(commit.author_name),
                        escaped(commit.author_email)));
  GitCommitHandle parent;
  if (commit.parent) parent = look_up_commit(store.repository.get(), *commit.parent);
  const git_commit* parents[] = {parent.get()};
  GitBuffer text;
  check_git(git_commit_create_buffer(&text.buffer, store.repository.get(), author.get(), author.get(), "UTF-8",
                                     commit.message.c_str(), tree.get(), parent == nullptr ? 0 : 1, parents),
            "cannot make the commit");
  const std::optional<std::string> signature = commit.sign ? commit.sign(text.view()) : std::nullopt;
  if (!signature) return write_object(store, text.view(), GIT_OBJECT_COMMIT);
  git_oid id;
  const std::string content(text.view());
  const std::string lines = signature->substr(0, signature->find_last_not_of('\n') + 1);  // no empty line in the header
  check_git(git_commit_create_with_signature(&id, store.repository.get(), content.c_str(), lines.c_str(), nullptr),
            "cannot write the signed commit");
  return id;
}

// From the parent to the new commit, if the branch is still where the parent is; a branch that is not there
// is made.
void move_branch(const GitStore& store, const NewCommit& commit, const git_oid& id) {
  const std::string name = "refs/heads/" + commit.branch;
  const std::string log = "commit: " + commit.message.substr(0, commit.message.find('\n'));
  git_oid current;
  const bool exists = git_reference_name_to_id(&current, store.repository.get(), name.c_str()) == 0;
  GitReferenceHandle made;
  int moved = 0;
  if (commit.parent && exists) {
    const git_oid parent = parse_oid(*commit.parent);
    moved = git_reference_create_matching(OutParam(made), store.repository.get(), name.c_str(), &id, 1,
                                          &parent, log.c_str());
  } else {
    moved = git_reference_create(OutParam(made), store.repository.get(), name.c_str(), &id, 0, log.c_str());
  }
  if (moved == GIT_EMODIFIED || moved == GIT_EEXISTS || moved == GIT_ELOCKED) {
    throw conflict("branch '{}' was moved by somebody else in the meantime", escaped(commit.branch))
        .with_hint("look at what they did, then run the command again");
  }
  check_git(moved, fmt::format("cannot move branch '{}'", escaped(commit.branch)));
}

}  // namespace

CommitId GitRepository::make_commit(const NewCommit& commit) {
  const git_oid tree = write_tree(*impl_->store, commit);
  const git_oid id = write_commit(*impl_->store, commit, tree);
  if (!commit.branch.empty()) move_branch(*impl_->store, commit, id);
  return hex_of(id);
}

std::shared_ptr<const TreeReader> GitRepository::preview(const NewCommit& commit) const {
  return make_tree_reader(impl_->store, write_tree(*impl_->store, commit), std::string(name_of_preview));
}

}  // namespace tuf
