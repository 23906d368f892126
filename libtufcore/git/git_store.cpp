#include "libtufcore/git/git_store.h"

#include <array>

namespace tuf {
namespace {

constexpr std::size_t max_entries_remembered = 30'000;

struct StreamFree {
  void operator()(git_odb_stream* stream) const noexcept { git_odb_stream_free(stream); }
};

void check_object(int return_code, const git_oid& id, const Place& place) {
  if (return_code >= 0) return;
  const std::string object = hex_of(id).substr(0, 8);
  if (return_code == GIT_ENOTFOUND) {
    throw refused("{}: its git object {} is missing", place.text(), object)
        .with_hint(
            "if this is a shallow clone, fetch all of it: git fetch --unshallow; a partial one: git fetch "
            "--refetch "
            "--no-filter");
  }
  if (return_code == GIT_EMISMATCH) throw refused("{}: its git object {} is damaged", place.text(), object);
  check_git(return_code, fmt::format("cannot read git object {} of {}", object, place.text()));
}

const char* kind_of_object(git_object_t type) { return type == GIT_OBJECT_TREE ? "folder" : "file"; }

}  // namespace

// Debian's libgit2 reads all certificates of the machine when it starts, 4 ms of each command, for connections that it never
// makes here: git itself fetches and pushes, and libcurl comes with another TLS library. It finds this function before the one of mbed TLS, is told that there are none,
// and goes on; another TLS library under it never asks.
extern "C" [[gnu::visibility("default")]] int mbedtls_x509_crt_parse_file(void*, const char*);
int mbedtls_x509_crt_parse_file(void*, const char*) { return -1; }

Libgit2Use::Libgit2Use() {
  check_git(git_libgit2_init(), "cannot start libgit2");
  git_libgit2_opts(GIT_OPT_ENABLE_STRICT_HASH_VERIFICATION, 1);
  git_libgit2_opts(GIT_OPT_ENABLE_STRICT_OBJECT_CREATION, 1);
  git_libgit2_opts(GIT_OPT_ENABLE_FSYNC_GITDIR, 1);
  // However long a history is that is read: trees are remembered here, in their checked form.
  constexpr std::size_t window_bytes = 1u << 20, most_mapped_bytes = 8u << 20, most_cached_bytes = 2u << 20;
  git_libgit2_opts(GIT_OPT_SET_MWINDOW_SIZE, window_bytes);
  git_libgit2_opts(GIT_OPT_SET_MWINDOW_MAPPED_LIMIT, most_mapped_bytes);
  git_libgit2_opts(GIT_OPT_SET_CACHE_MAX_SIZE, static_cast<ssize_t>(most_cached_bytes));
  git_libgit2_opts(GIT_OPT_SET_CACHE_OBJECT_LIMIT, GIT_OBJECT_TREE, std::size_t{0});
  // Of partial and sparse clones: what they have is read as always.
  const char* extensions[] = {"partialclone", "worktreeconfig"};
  git_libgit2_opts(GIT_OPT_SET_EXTENSIONS, extensions, std::size(extensions));
}

Libgit2Use::~Libgit2Use() { git_libgit2_shutdown(); }

std::uint64_t object_size(git_odb* odb, const git_oid& id, git_object_t type, std::uint64_t max_bytes,
                          const Place& place) {
  std::size_t size = 0;
  git_object_t found = GIT_OBJECT_INVALID;
  check_object(git_odb_read_header(&size, &found, odb, &id), id, place);
  if (found != type) {
    throw refused("{}: its git object {} is no {}", place.text(), hex_of(id).substr(0, 8), kind_of_object(type));
  }
  if (size > max_bytes) throw limit("{} has {} bytes; at most {} are allowed", place.text(), size, max_bytes);
  return size;
}

Bytes read_object(git_odb* odb, const git_oid& id, git_object_t type, std::uint64_t max_bytes,
                  const Place& place) {
  object_size(odb, id, type, max_bytes, place);  // before anything is unpacked
  GitOdbObjectHandle object;
  check_object(git_odb_read(OutParam(object), odb, &id), id, place);
  if (git_odb_object_type(object.get()) != type || git_odb_object_size(object.get()) > max_bytes) {
    throw refused("{}: its git object {} is not what its header says", place.text(), hex_of(id).substr(0, 8));
  }
  return Bytes(static_cast<const char*>(git_odb_object_data(object.get())),
               git_odb_object_size(object.get()));
}

GitStore::Tree GitStore::tree(const git_oid& id, const Place& place) const {
  const std::string key(reinterpret_cast<const char*>(id.id), GIT_OID_RAWSZ);
  const auto known = trees_.find(key);
  if (known != trees_.end()) return known->second;
  supply({id});
  auto entries = std::make_shared<const TreeEntries>(read_checked_tree(odb.get(), id, place));
  entries_remembered_ += entries->size() + 1;
  if (entries_remembered_ > max_entries_remembered) {
    trees_.clear();
    entries_remembered_ = entries->size() + 1;
  }
  trees_[key] = entries;
  return entries;
}

std::optional<TreeEntry> GitStore::find(const git_oid& root, std::string_view path, std::string_view commit) const {
  TreeEntry at{"", true, root};
  for (std::size_t start = 0; start < path.size();) {
    if (!at.is_folder) return std::nullopt;
    const std::size_t end = std::min(path.find('/', start), path.size());
    const Tree entries = tree(at.id, {commit, path.substr(0, start)});
    const TreeEntry* entry = find_entry(*entries, path.substr(start, end - start));
    if (entry == nullptr) return std::nullopt;
    at = *entry;
    start = end + 1;
  }
  if (path.ends_with('/') && !at.is_folder) return std::nullopt;
  return at;
}

Bytes GitStore::read(const git_oid& id, git_object_t type, std::uint64_t max_bytes,
                     const Place& place) const {
  supply({id});
  return read_object(odb.get(), id, type, max_bytes, place);
}

std::uint64_t GitStore::blob_size(const git_oid& id, std::uint64_t max_bytes, const Place& place) const {
  supply({id});
  return object_size(odb.get(), id, GIT_OBJECT_BLOB, max_bytes, place);
}

void GitStore::stream(const git_oid& id, std::uint64_t size, const Place& place,
                      const std::function<void(ByteView)>& take) const {
  std::unique_ptr<git_odb_stream, StreamFree> stream;
  std::size_t length = 0;
  git_object_t type = GIT_OBJECT_INVALID;
  // Only loose objects can be streamed; packed ones are read whole, and so are small ones, with git's own
  // hash checked.
  constexpr std::uint64_t worth_streaming = 16u << 20;
  if (size < worth_streaming || git_odb_open_rstream(OutParam(stream), &length, &type, odb.get(), &id) < 0) {
    return take(read(id, GIT_OBJECT_BLOB, size, place));
  }
  std::array<char, 1 << 16> buffer;
  std::uint64_t total = 0;
  while (true) {
    const int count = git_odb_stream_read(stream.get(), buffer.data(), buffer.size());
    check_object(count, id, place);
    if (count == 0) break;
    total += static_cast<std::uint64_t>(count);
    take(ByteView(buffer.data(), static_cast<std::size_t>(count)));
  }
  if (total != size) throw refused("{}: its git object {} is damaged", place.text(), hex_of(id).substr(0, 8));
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

std::string Place::text() const {
  return path.empty() ? std::string(commit) : fmt::format("{}: {}", commit, escaped(path, 1024));
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
