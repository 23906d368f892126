// References: the names of commits. Only looking and listing, and writing those that are this program's own.
#include <algorithm>

#include "libtufcore/git/git_store.h"

namespace tuf {
namespace {

using GitReferenceIteratorHandle = CHandle<git_reference_iterator, git_reference_iterator_free>;

// Empty for one that leads to no commit: a tag of a file, a symbolic reference to nothing.
std::optional<CommitId> commit_of(const git_reference* reference) {
  GitObjectHandle commit;
  if (git_reference_peel(OutParam(commit), reference, GIT_OBJECT_COMMIT) < 0) return std::nullopt;
  return hex_of(*git_object_id(commit.get()));
}

}  // namespace

CommitId GitRepository::resolve_branch(const std::string& name) const {
  const std::optional<CommitId> branch = find_reference("refs/heads/" + name);
  return branch ? *branch : resolve(name);
}

std::optional<CommitId> GitRepository::find_reference(const std::string& full_name) const {
  GitReferenceHandle named;
  if (git_reference_lookup(OutParam(named), impl_->repository(), full_name.c_str()) < 0) return std::nullopt;
  return commit_of(named.get());
}

std::optional<std::string> GitRepository::current_branch() const {
  GitReferenceHandle head;
  check_git(git_reference_lookup(OutParam(head), impl_->repository(), "HEAD"), "cannot read HEAD");
  const char* target = git_reference_symbolic_target(head.get());
  constexpr std::string_view branches = "refs/heads/";
  if (target == nullptr || !std::string_view(target).starts_with(branches)) return std::nullopt;
  return std::string(target).substr(branches.size());
}

std::vector<Reference> GitRepository::references(const std::string& prefix, std::size_t max_count) const {
  GitReferenceIteratorHandle iterator;
  check_git(git_reference_iterator_new(OutParam(iterator), impl_->repository()), "cannot list references");
  std::vector<Reference> found;
  while (true) {
    GitReferenceHandle reference;
    const int next = git_reference_next(OutParam(reference), iterator.get());
    if (next == GIT_ITEROVER) break;
    check_git(next, "cannot list references");
    const std::string name = git_reference_name(reference.get());
    if (!name.starts_with(prefix)) continue;
    const std::optional<CommitId> commit = commit_of(reference.get());
    if (!commit) continue;
    if (found.size() == max_count) throw limit("there are more than {} references {}*", max_count, prefix);
    found.push_back({name, *commit});
  }
  std::ranges::sort(found, {}, &Reference::name);
  return found;
}

void GitRepository::set_reference(const std::string& name, const CommitId& commit) {
  const git_oid id = parse_oid(commit);
  GitReferenceHandle made;
  check_git(git_reference_create(OutParam(made), impl_->repository(), name.c_str(), &id, 1, nullptr),
            fmt::format("cannot write reference '{}'", escaped(name)));
}

void GitRepository::remove_reference(const std::string& name) {
  const int removed = git_reference_remove(impl_->repository(), name.c_str());
  if (removed == GIT_ENOTFOUND) return;
  check_git(removed, fmt::format("cannot remove reference '{}'", escaped(name)));
}

}  // namespace tuf
