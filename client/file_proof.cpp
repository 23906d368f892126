#include "client/file_proof.h"

#include <algorithm>
#include <cctype>
#include <limits>
#include <set>

#include "client/failure_of.h"
#include "client/release_choice.h"
#include "libtufcore/io/file.h"

namespace tuf {
namespace {

constexpr auto any_size = std::numeric_limits<std::uint64_t>::max();

// One search: each project is looked at once.
class Search {
 public:
  Search(const LocalFile& file, const KnownReleases& known) : file_(file), known_(known) {}

  // True when this content was found; goes on to the next project only while it was not.
  bool find_in(const std::vector<ProjectName>& projects) {
    for (const ProjectName& project : projects) {
      if (!seen_.insert(project).second) continue;
      auto failure = failure_of([&] { look_at(project, known_.of(project)); });
      if (failure) {
        result_.failures.emplace_back(project, std::move(*failure));
      } else {
        result_.searched.push_back(project);
      }
      if (!same_content_.empty()) return true;
    }
    return false;
  }
  // The same for projects that something points at: that they are blocked is then an answer, too.
  bool find_in_likely(const std::vector<ProjectName>& projects) {
    if (find_in(projects)) return true;
    for (const ProjectName& project : projects) {
      const auto view = views_.find(project);
      if (!result_.blocked && view != views_.end() && is_blocked(*view->second)) {
        result_.blocked = "project " + project.text();
      }
    }
    return false;
  }
  void note_blocked(const ReleasePath& path) {
    if (!result_.blocked && known_.is_blocked(path)) result_.blocked = path.text();
  }
  bool knows_the_name() const { return !same_name_.empty() || result_.blocked; }

  FileProof finish() {
    result_.searched_all = std::all_of(known_.projects.begin(), known_.projects.end(),
                                       [&](const ProjectName& project) { return views_.contains(project); });
    if (!same_content_.empty()) {
      result_.verdict = FileProof::Verdict::release;
      result_.statements = std::move(same_content_);
      result_.blocked.reset();
    } else if (result_.blocked) {
      result_.verdict = FileProof::Verdict::blocked;
    } else if (!same_name_.empty()) {
      result_.verdict = FileProof::Verdict::other_content;
      result_.statements = std::move(same_name_);
    }
    return std::move(result_);
  }

 private:
  void look_at(const ProjectName& project, const ProjectView& view) {
    views_.emplace(project, &view);
    for (const Release& release : view.releases) {
      for (const ReleaseFile& stated : release.files) {
        if (file_.is(stated.target.file)) {
          same_content_.push_back({&view, &release, &stated});
        } else if (stated.name.text() == file_.name()) {
          same_name_.push_back({&view, &release, &stated});
        }
      }
    }
  }

  const LocalFile& file_;
  const KnownReleases& known_;
  std::set<ProjectName> seen_;
  std::map<ProjectName, const ProjectView*> views_;
  std::vector<Statement> same_content_, same_name_;
  FileProof result_;
};

}  // namespace

LocalFile::LocalFile(fs::path path) : path_(std::move(path)) {
  FileSummary summary = summarise_file(path_, HashAlgorithm::sha256, any_size);
  length_ = summary.length;
  digests_.emplace(HashAlgorithm::sha256, std::move(summary.digest));
}

const Digest& LocalFile::digest(HashAlgorithm algorithm) const {
  auto known = digests_.find(algorithm);
  if (known == digests_.end()) {
    known = digests_.emplace(algorithm, summarise_file(path_, algorithm, any_size).digest).first;
  }
  return known->second;
}

bool LocalFile::is(const TargetFile& target) const {
  if (target.length != length_ || target.hashes.empty()) return false;
  return std::all_of(target.hashes.begin(), target.hashes.end(),
                     [&](const auto& hash) { return digest(hash.first) == hash.second; });
}

std::vector<ProjectName> projects_in_name(std::string file_name) {
  for (char& letter : file_name) letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
  std::vector<ProjectName> names;
  for (std::size_t length = file_name.size(); length > 0; --length) {
    const bool ends_here =
        length == file_name.size() || !std::isalnum(static_cast<unsigned char>(file_name[length]));
    if (!ends_here) continue;
    if (auto name = ProjectName::parse(std::string_view(file_name).substr(0, length))) {
      names.push_back(std::move(*name));
    }
  }
  return names;
}

FileProof prove_file(const LocalFile& file, const std::optional<ProjectName>& only,
                     const KnownReleases& known) {
  Search search(file, known);
  if (only) {
    search.find_in_likely({*only});
    FileProof proof = search.finish();
    proof.searched_all = false;  // the lists of the others may not even have been read
    return proof;
  }
  if (const auto hint = known.path_in_index(file.sha256())) {
    if (search.find_in_likely({hint->project})) return search.finish();
    search.note_blocked(*hint);
  }
  std::vector<ProjectName> guesses;
  for (ProjectName& guess : projects_in_name(file.name())) {
    const bool listed = std::count(known.projects.begin(), known.projects.end(), guess) != 0;
    if (listed) guesses.push_back(std::move(guess));
  }
  if (search.find_in_likely(guesses)) return search.finish();
  if (!search.knows_the_name() && known.projects.size() <= max_projects_searched) {
    search.find_in(known.projects);
  }
  return search.finish();
}

}  // namespace tuf
