#include "libtufcore/git/git_store.h"

#include <array>

namespace tuf {
namespace {

constexpr std::size_t max_entries_remembered = 500'000;

struct StreamFree {
  void operator()(git_odb_stream* stream) const noexcept { git_odb_stream_free(stream); }
};

void check_object(int return_code, const git_oid& id, const std::string& what) {
  if (return_code >= 0) return;
  const std::string object = hex_of(id).substr(0, 8);
  if (return_code == GIT_ENOTFOUND) {
    throw refused("{}: its git object {} is missing", what, object)
        .with_hint(
            "if this is a shallow clone, fetch all of it: git fetch --unshallow; a partial one: git fetch "
            "--refetch "
            "--no-filter");
  }
  if (return_code == GIT_EMISMATCH) throw refused("{}: its git object {} is damaged", what, object);
  check_git(return_code, fmt::format("cannot read git object {} of {}", object, what));
}

const char* kind_of_object(git_object_t type) { return type == GIT_OBJECT_TREE ? "folder" : "file"; }

}  // namespace

Libgit2Use::Libgit2Use() {
  check_git(git_libgit2_init(), "cannot start libgit2");
  git_libgit2_opts(GIT_OPT_ENABLE_STRICT_HASH_VERIFICATION, 1);
  git_libgit2_opts(GIT_OPT_ENABLE_STRICT_OBJECT_CREATION, 1);
  git_libgit2_opts(GIT_OPT_ENABLE_FSYNC_GITDIR, 1);
  // Of partial and sparse clones: what they have is read as always.
  const char* extensions[] = {"partialclone", "worktreeconfig"};
  git_libgit2_opts(GIT_OPT_SET_EXTENSIONS, extensions, std::size(extensions));
}

Libgit2Use::~Libgit2Use() { git_libgit2_shutdown(); }

std::uint64_t object_size(git_odb* odb, const git_oid& id, git_object_t type, std::uint64_t max_bytes,
                          const std::string& what) {
  std::size_t size = 0;
  git_object_t found = GIT_OBJECT_INVALID;
  check_object(git_odb_read_header(&size, &found, odb, &id), id, what);
  if (found != type) {
    throw refused("{}: its git object {} is no {}", what, hex_of(id).substr(0, 8), kind_of_object(type));
  }
  if (size > max_bytes) throw limit("{} has {} bytes; at most {} are allowed", what, size, max_bytes);
  return size;
}

Bytes read_object(git_odb* odb, const git_oid& id, git_object_t type, std::uint64_t max_bytes,
                  const std::string& what) {
  object_size(odb, id, type, max_bytes, what);  // before anything is unpacked
  GitOdbObjectHandle object;
  check_object(git_odb_read(OutParam(object), odb, &id), id, what);
  if (git_odb_object_type(object.get()) != type || git_odb_object_size(object.get()) > max_bytes) {
    throw refused("{}: its git object {} is not what its header says", what, hex_of(id).substr(0, 8));
  }
  return Bytes(static_cast<const char*>(git_odb_object_data(object.get())),
               git_odb_object_size(object.get()));
}

GitStore::Tree GitStore::tree(const git_oid& id, const std::string& where) const {
  const std::string key(reinterpret_cast<const char*>(id.id), GIT_OID_RAWSZ);
  const auto known = trees_.find(key);
  if (known != trees_.end()) return known->second;
  supply({id});
  auto entries = std::make_shared<const TreeEntries>(read_checked_tree(odb.get(), id, where));
  entries_remembered_ += entries->size() + 1;
  if (entries_remembered_ > max_entries_remembered) {
    trees_.clear();
    entries_remembered_ = entries->size() + 1;
  }
  trees_[key] = entries;
  return entries;
}

Bytes GitStore::read(const git_oid& id, git_object_t type, std::uint64_t max_bytes,
                     const std::string& what) const {
  supply({id});
  return read_object(odb.get(), id, type, max_bytes, what);
}

std::uint64_t GitStore::blob_size(const git_oid& id, std::uint64_t max_bytes, const std::string& what) const {
  supply({id});
  return object_size(odb.get(), id, GIT_OBJECT_BLOB, max_bytes, what);
}

void GitStore::stream(const git_oid& id, std::uint64_t size, const std::string& what,
                      const std::function<void(ByteView)>& take) const {
  std::unique_ptr<git_odb_stream, StreamFree> stream;
  std::size_t length = 0;
  git_object_t type = GIT_OBJECT_INVALID;
  // Only loose objects can be streamed; packed ones are read whole, and so are small ones, with git's own
  // hash checked.
  constexpr std::uint64_t worth_streaming = 16u << 20;
  if (size < worth_streaming || git_odb_open_rstream(OutParam(stream), &length, &type, odb.get(), &id) < 0) {
    return take(read(id, GIT_OBJECT_BLOB, size, what));
  }
  std::array<char, 1 << 16> buffer;
  std::uint64_t total = 0;
  while (true) {
    const int count = git_odb_stream_read(stream.get(), buffer.data(), buffer.size());
    check_object(count, id, what);
    if (count == 0) break;
    total += static_cast<std::uint64_t>(count);
    take(ByteView(buffer.data(), static_cast<std::size_t>(count)));
  }
  if (total != size) throw refused("{}: its git object {} is damaged", what, hex_of(id).substr(0, 8));
}

git_oid parse_oid(const CommitId& id) {
  git_oid oid;
  if (id.size() != GIT_OID_HEXSZ || git_oid_fromstrn(&oid, id.data(), id.size()) < 0) {
    throw not_found("'{}' is not the id of a commit", escaped(id));
  }
  return oid;
}

std::string hex_of(const git_oid& id) {
  std::string hex(GIT_OID_HEXSZ, '0');
  git_oid_fmt(hex.data(), &id);
  return hex;
}

std::string short_id(const CommitId& id) { return id.substr(0, 8); }

std::string name_of_commit(const CommitId& id) { return "commit " + short_id(id); }

std::string place_in(const std::string& commit, std::string_view path) {
  return path.empty() ? commit : fmt::format("{}: {}", commit, escaped(path, 1024));
}

GitCommitHandle look_up_commit(git_repository* repository, const CommitId& id) {
  const git_oid oid = parse_oid(id);
  GitCommitHandle commit;
  const int found = git_commit_lookup(OutParam(commit), repository, &oid);
  if (found == GIT_ENOTFOUND) throw not_found("{} is not in this repository", name_of_commit(id));
  if (found == GIT_EMISMATCH) throw refused("{} is damaged", name_of_commit(id));
  check_git(found, fmt::format("cannot read {}", name_of_commit(id)));
  return commit;
}

}  // namespace tuf
