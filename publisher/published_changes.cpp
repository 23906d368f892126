#include "publisher/published_changes.h"

#include <algorithm>
#include <set>

namespace tuf {
namespace {

using Blocks = std::vector<Block>;

bool is_blocked(const Blocks& blocks, const ReleasePath& file) {
  return find_block(blocks, {file.project, file.product, file.version}) != nullptr;
}

const RoleName& blocked_role() {
  static const RoleName role = RoleName::of("blocked");
  return role;
}

Blocks blocks_at(const GitRepository& repository, const CommitId& published) {
  const std::string path = layout::admin_role(blocked_role());
  const auto bytes = repository.tree(published)->read(path, max_metadata_bytes);
  return bytes ? blocks_of(parse_signed_file<Targets>(*bytes, path).untrusted) : Blocks();
}

// The released files that only `before` blocks.
void add_unblocked(const RepositoryState& state, const Blocks& before, const Blocks& now,
                   std::vector<ChangedPath>& changes) {
  std::set<ProjectName> projects;
  for (const Block& block : before) {
    if (find_block(now, block.name) == nullptr) projects.insert(block.name.project);
  }
  for (const ProjectName& project : projects) {
    if (state.find_releases(project) == nullptr) continue;
    for (const auto& [path, target] : state.releases(project)->targets) {
      const auto file = ReleasePath::parse(path.text());
      if (file && is_blocked(before, *file) && !is_blocked(now, *file))
        changes.push_back({layout::release_file(*file), ChangedPath::How::added});
    }
  }
}

}  // namespace

std::vector<ChangedPath> published_changes(const GitRepository& repository, const std::optional<CommitId>& from,
                                           const AcceptedCommit& commit) {
  const RepositoryState& state = commit.state();
  std::vector<ChangedPath> changes = repository.changes(from, commit.id());
  const Blocks now = blocks_of(*state.admin_role(blocked_role()));
  const std::string blocked_path = layout::admin_role(blocked_role());
  const bool other_blocks = std::ranges::binary_search(changes, blocked_path, {}, &ChangedPath::path);
  const Blocks before = from && other_blocks ? blocks_at(repository, *from) : Blocks();
  if (now.empty() && before.empty()) return changes;
  std::erase_if(changes, [&](const ChangedPath& change) {
    const auto kind = layout::kind_of(change.path);
    const auto* file = std::get_if<layout::ProjectFile>(&kind);
    return file != nullptr && (is_blocked(now, file->path) || is_blocked(before, file->path));
  });
  add_unblocked(state, before, now, changes);
  return changes;
}

}  // namespace tuf
