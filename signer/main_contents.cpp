#include "signer/main_contents.h"


#include "signer/proposal.h"

namespace tuf {
namespace {

constexpr std::size_t max_commits = 1'000;  // older ones are of no proposal that anybody waits for
constexpr std::uint64_t max_file_bytes = std::uint64_t{1} << 40;

std::string entry(const std::string& path, ByteView signed_bytes) {
  return path + " " + sha256_of(signed_bytes).hex();
}

}  // namespace

void MainContents::add(const std::optional<CommitId>& parent, const CommitId& commit) const {
  const std::shared_ptr<const TreeReader> tree = git_.tree(commit);
  for (const ChangedPath& change : git_.changes(parent, commit)) {
    const bool is_wanted = change.how != ChangedPath::How::removed && layout::is_signed_file(change.path);
    // A partial clone brings nothing for this.
    if (!is_wanted || !git_.is_here(commit, change.path)) continue;
    const Bytes file = tree->read(change.path, max_metadata_bytes).value_or(Bytes());
    contents_.insert(entry(change.path, parse_envelope(file, change.path).signed_bytes));
  }
}

void MainContents::look() const {
  if (looked_) return;
  looked_ = true;
  std::optional<CommitId> commit = tip_;
  for (std::size_t count = 0; commit && count < max_commits; ++count) {
    const std::vector<CommitId> parents = git_.commit(*commit).parents;
    const std::optional<CommitId> parent = parents.empty() ? std::nullopt : std::optional(parents.front());
    add(parent, *commit);
    commit = parent;
  }
}

bool MainContents::had(const std::string& path, ByteView signed_bytes) const {
  look();
  return contents_.contains(entry(path, signed_bytes));
}

bool MainContents::had_changes(const std::optional<CommitId>& from, const CommitId& to) const {
  if (!tip_) return false;
  const std::shared_ptr<const TreeReader> mine = git_.tree(to), main = git_.tree(*tip_);
  bool any_signed = false;
  for (const ChangedPath& change : git_.changes(from, to)) {
    const bool removed = change.how == ChangedPath::How::removed;
    if (layout::is_signed_file(change.path) && !removed) {
      const Bytes file = mine->read(change.path, max_metadata_bytes).value_or(Bytes());
      if (!had(change.path, parse_envelope(file, change.path).signed_bytes)) return false;
      any_signed = true;
      continue;
    }
    const auto here = mine->digest(change.path, max_file_bytes),
               there = main->digest(change.path, max_file_bytes);
    const bool is_released = std::holds_alternative<layout::ProjectFile>(layout::kind_of(change.path));
    // A released file that main has no more was taken back there.
    if (!there && is_released) continue;
    if (here.has_value() != there.has_value() || (here && here->sha256 != there->sha256)) return false;
  }
  return any_signed;
}

}  // namespace tuf
