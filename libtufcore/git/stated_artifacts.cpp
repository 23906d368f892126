#include "libtufcore/git/stated_artifacts.h"

#include <map>

#include "libtufcore/complete_state.h"

namespace tuf {
namespace {

class StatedArtifacts : public TreeReader {
 public:
  StatedArtifacts(const GitRepository& repository, CommitId id)
      : repository_(repository), id_(std::move(id)), tree_(repository.tree(id_)) {}
  std::optional<Bytes> read(const std::string& path, std::size_t max_bytes) const override {
    return tree_->read(path, max_bytes);
  }
  std::vector<std::string> list(const std::string& dir) const override { return tree_->list(dir); }
  const std::string& name() const override { return tree_->name(); }
  std::optional<FileDigest> digest(const std::string& path, std::uint64_t max_bytes) const override {
    const layout::PathKind kind = layout::kind_of(path);
    const auto* file = std::get_if<layout::ProjectFile>(&kind);
    if (file == nullptr || repository_.is_here(id_, path)) return tree_->digest(path, max_bytes);
    const Targets* releases = releases_of(file->path.project);
    const auto target = TargetPath::parse(file->path.text());
    if (releases == nullptr || !target) return std::nullopt;
    const auto stated = releases->targets.find(*target);
    if (stated == releases->targets.end()) return std::nullopt;
    const auto hash = stated->second.hashes.find(HashAlgorithm::sha256);
    if (hash == stated->second.hashes.end()) return std::nullopt;
    return FileDigest{stated->second.length, hash->second};
  }

 private:
  const Targets* releases_of(const ProjectName& project) const {
    const auto known = releases_.find(project);
    if (known != releases_.end()) return &known->second;
    const std::string path = layout::releases(project);
    const std::optional<Bytes> file = tree_->read(path, max_metadata_bytes);
    if (!file) return nullptr;
    return &releases_.emplace(project, parse_signed_file<Targets>(*file, path).untrusted).first->second;
  }
  const GitRepository& repository_;
  CommitId id_;
  std::shared_ptr<const TreeReader> tree_;
  mutable std::map<ProjectName, Targets> releases_;
};

void add_folders(std::vector<GitRepository::Folder>& folders, const CommitId& commit, const std::vector<ProjectName>& projects) {
  for (const char* folder : {"admin", "admin/root_history", "admin/config"}) folders.push_back({commit, folder});
  for (const ProjectName& project : projects) folders.push_back({commit, layout::project_dir(project)});
}

}  // namespace

std::shared_ptr<const TreeReader> tree_with_stated_artifacts(const GitRepository& repository, const CommitId& id) {
  return std::make_shared<StatedArtifacts>(repository, id);
}

void bring_metadata(const GitRepository& repository, const std::vector<CommitInfo>& commits) {
  std::vector<GitRepository::Folder> folders;
  for (const CommitInfo& commit : commits) {
    const auto parent = commit.parents.empty() ? std::nullopt : std::optional(commit.parents.front());
    const std::vector<ProjectName> projects = projects_in(repository.changes(parent, commit.id));
    add_folders(folders, commit.id, projects);
    for (const ProjectName& project : projects) {
      if (parent) folders.push_back({*parent, layout::project_dir(project)});
    }
  }
  repository.bring_files(folders);
}

void bring_metadata(const GitRepository& repository, const CommitId& commit, const std::vector<ProjectName>& projects) {
  std::vector<GitRepository::Folder> folders;
  add_folders(folders, commit, projects);
  repository.bring_files(folders);
}

}  // namespace tuf
