// Reading trees: one commit's files, and the difference of two commits. Every tree object is checked before
// an entry of it is believed; file content is taken by object id, so attributes and filters have no say.
#include <algorithm>

#include "libtufcore/git/git_store.h"

namespace tuf {
namespace {

constexpr int max_depth = 32;

class GitTreeReader : public TreeReader {
 public:
  GitTreeReader(std::shared_ptr<const GitStore> store, const git_oid& root, std::string name)
      : store_(std::move(store)), root_(root), name_(std::move(name)) {}

  std::optional<Bytes> read(const std::string& path, std::size_t max_bytes) const override {
    const std::optional<TreeEntry> entry = find(path);
    if (!entry || entry->is_folder) return std::nullopt;
    return store_->read(entry->id, GIT_OBJECT_BLOB, max_bytes, {name_, path});
  }

  std::vector<std::string> list(const std::string& dir) const override {
    const std::optional<TreeEntry> folder = find(dir);
    if (!folder || !folder->is_folder) return {};
    std::vector<std::string> names;
    for (const TreeEntry& entry : *store_->tree(folder->id, {name_, dir})) {
      names.push_back(entry.is_folder ? entry.name + "/" : entry.name);
    }
    std::sort(names.begin(), names.end());
    return names;
  }

  std::optional<FileDigest> digest(const std::string& path, std::uint64_t max_bytes) const override {
    Hasher hasher(HashAlgorithm::sha256);
    std::uint64_t size = 0;
    const auto take = [&](ByteView piece) {
      hasher.update(piece);
      size += piece.size();
    };
    if (!stream(path, max_bytes, take)) return std::nullopt;
    return FileDigest{size, hasher.finish()};
  }

  std::optional<std::uint64_t> size(const std::string& path) const override {
    const std::optional<TreeEntry> entry = find(path);
    if (!entry || entry->is_folder) return std::nullopt;
    return store_->blob_size(entry->id, UINT64_MAX, {name_, path});
  }

  bool stream(const std::string& path, std::uint64_t max_bytes,
              const std::function<void(ByteView)>& take) const override {
    const std::optional<TreeEntry> entry = find(path);
    if (!entry || entry->is_folder) return false;
    const std::uint64_t size = store_->blob_size(entry->id, max_bytes, {name_, path});
    store_->stream(entry->id, size, {name_, path}, take);
    return true;
  }

  const std::string& name() const override { return name_; }

 private:
  std::optional<TreeEntry> find(std::string_view path) const { return store_->find(root_, path, name_); }

  std::shared_ptr<const GitStore> store_;
  git_oid root_;
  std::string name_;
};

// Walks two trees side by side; equal objects are equal content and are not opened.
class Difference {
 public:
  Difference(const GitStore& store, std::string base_name, std::string next_name, std::size_t max_changes)
      : store_(store),
        base_name_(std::move(base_name)),
        next_name_(std::move(next_name)),
        max_changes_(max_changes) {}

  void walk(const git_oid* base, const git_oid* next, const std::string& dir, int depth) {
    if (depth > max_depth) throw limit("{} is deeper than {} folders", Place{next_name_, dir}.text(), max_depth);
    static const auto nothing = std::make_shared<const TreeEntries>();
    const GitStore::Tree before = base == nullptr ? nothing : open(base_name_, *base, dir);
    const GitStore::Tree after = next == nullptr ? nothing : open(next_name_, *next, dir);
    auto b = before->begin();
    auto a = after->begin();
    while (b != before->end() || a != after->end()) {
      const bool only_before = a == after->end() || (b != before->end() && comes_before(*b, *a));
      const bool only_after = b == before->end() || (a != after->end() && comes_before(*a, *b));
      const TreeEntry* old_entry = only_after ? nullptr : &*b++;
      const TreeEntry* new_entry = only_before ? nullptr : &*a++;
      compare(old_entry, new_entry, dir, depth);
    }
  }

  std::vector<ChangedPath> take() {
    std::sort(changes_.begin(), changes_.end());
    return std::move(changes_);
  }

 private:
  GitStore::Tree open(const std::string& commit, const git_oid& id, const std::string& dir) const {
    const Place place{commit, dir};
    GitStore::Tree tree = store_.tree(id, place);
    // git makes none, and a hostile pyramid of them would be walked for ever.
    if (tree->empty() && !dir.empty()) throw refused("{} is an empty folder", place.text());
    return tree;
  }

  void compare(const TreeEntry* old_entry, const TreeEntry* new_entry, const std::string& dir, int depth) {
    if (old_entry != nullptr && new_entry != nullptr && git_oid_equal(&old_entry->id, &new_entry->id)) return;
    const TreeEntry& entry = new_entry != nullptr ? *new_entry : *old_entry;
    const std::string path = dir + entry.name;
    if (entry.is_folder) {
      return walk(old_entry != nullptr ? &old_entry->id : nullptr,
                  new_entry != nullptr ? &new_entry->id : nullptr, path + "/", depth + 1);
    }
    const bool will_come = store_.supplier && new_entry != nullptr && !store_.is_here(new_entry->id);
    if (new_entry != nullptr && !will_come) {
      store_.blob_size(new_entry->id, UINT64_MAX, {next_name_, path});
    }
    using How = ChangedPath::How;
    const How how = old_entry == nullptr ? How::added : new_entry == nullptr ? How::removed : How::modified;
    if (changes_.size() == max_changes_) {
      throw limit("{} changes more than {} files at once", next_name_, max_changes_);
    }
    changes_.push_back({path, how});
  }

  const GitStore& store_;
  std::string base_name_, next_name_;
  std::size_t max_changes_;
  std::vector<ChangedPath> changes_;
};

}  // namespace

std::shared_ptr<const TreeReader> make_tree_reader(std::shared_ptr<const GitStore> store, const git_oid& root,
                                                   std::string name) {
  return std::make_shared<GitTreeReader>(std::move(store), root, std::move(name));
}

std::shared_ptr<const TreeReader> GitRepository::tree(const CommitId& id) const {
  const GitCommitHandle commit = look_up_commit(impl_->repository(), id);
  return make_tree_reader(impl_->store, *git_commit_tree_id(commit.get()), name_of_commit(id));
}

std::vector<ChangedPath> GitRepository::changes(const std::optional<CommitId>& from, const CommitId& to,
                                                std::size_t max_changes) const {
  const GitCommitHandle next = look_up_commit(impl_->repository(), to);
  GitCommitHandle base;
  if (from) base = look_up_commit(impl_->repository(), *from);
  const git_oid* base_tree = base == nullptr ? nullptr : git_commit_tree_id(base.get());
  const git_oid* next_tree = git_commit_tree_id(next.get());
  Difference difference(*impl_->store, from ? name_of_commit(*from) : "nothing", name_of_commit(to),
                        max_changes);
  if (base_tree == nullptr || !git_oid_equal(base_tree, next_tree))
    difference.walk(base_tree, next_tree, "", 0);
  return difference.take();
}

}  // namespace tuf
