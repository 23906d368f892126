#pragma once
// Is this local file a release of a repository? The file's name and the repository's unsigned index only say
// where to look first; what is believed was found by the search through the delegations (project_view.h).

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "client/project_view.h"

namespace tuf {

// What counts of a file: its length and digests, its name only as a hint. Read once for each algorithm that
// is asked for.
class LocalFile {
 public:
  explicit LocalFile(std::filesystem::path path);  // reads it; throws local_io
  std::string name() const { return path_.filename().string(); }
  std::uint64_t length() const noexcept { return length_; }
  const Digest& digest(HashAlgorithm algorithm) const;
  const Digest& sha256() const { return digest(HashAlgorithm::sha256); }
  // Length and every digest that we know how to make, and at least one.
  bool is(const TargetFile& target) const;

 private:
  std::filesystem::path path_;
  std::uint64_t length_ = 0;
  mutable std::map<HashAlgorithm, Digest> digests_;
};

// The projects that a file name may belong to, the most likely first: "abc-cli_1.2.tgz" gives abc-cli, abc.
std::vector<ProjectName> projects_in_name(std::string file_name);

// What the verified lists of a repository answer; injected, because it asks a server.
struct KnownReleases {
  std::function<const ProjectView&(const ProjectName&)> of;  // throws when it cannot be proved
  std::vector<ProjectName> projects;                         // all that snapshot lists
  // The path that the unsigned index gives to a digest.
  std::function<std::optional<ReleasePath>(const Digest& sha256)> path_in_index;
  std::function<bool(const ReleasePath&)> is_blocked;  // asked only about such a path
};

struct Statement {
  const ProjectView* view;
  const Release* release;
  const ReleaseFile* file;
};

struct FileProof {
  enum class Verdict {
    release,        // `statements` state this very content
    other_content,  // `statements` state other content for a file of this name
    blocked,        // the administrators took `blocked` back
    unknown,        // nothing in the projects searched is this file
  };
  Verdict verdict = Verdict::unknown;
  std::vector<Statement> statements;
  std::optional<std::string> blocked;  // "abc/abc/1.0.0/abc.tgz" or "project abc"
  std::vector<ProjectName> searched;
  std::vector<std::pair<ProjectName, Error>> failures;  // projects that could not be searched
  bool searched_all = false;                            // every project of the repository
};

// More projects than this are searched only when the name, the index or `only` point at them.
inline constexpr std::size_t max_projects_searched = 64;

FileProof prove_file(const LocalFile& file, const std::optional<ProjectName>& only,
                     const KnownReleases& known);

}  // namespace tuf
