#pragma once
// Inside the rule book (transition*.cpp only): one judgement in progress. A rule that is broken throws
// refused; the judgement's `file` says which file was being looked at. transition.cpp turns that into a
// refused Verdict.

#include <map>
#include <set>

#include "libtufcore/transition.h"

namespace tuf::rules {

struct Judgement {
  const RepositoryState* base;  // null for the first commit
  std::optional<RepositoryState> next;
  std::string file;  // being looked at: what a refusal names
  Verdict verdict;
  std::set<ProjectName> transferred = {};  // by the administrators, in this change
};

// Paths of known kinds; only released files may be among the removed.
struct ChangedPaths {
  std::vector<ChangedPath> admin;
  std::map<ProjectName, std::vector<ChangedPath>> projects;
  std::vector<std::string> unpublished;
};

void judge_new_repository(Judgement& judgement, const ChangedPaths& paths);
void judge_admin(Judgement& judgement, const std::vector<ChangedPath>& paths);
void judge_project(Judgement& judgement, const ProjectName& project, const std::vector<ChangedPath>& paths);

// The same for a merge, which takes a folder over from a parent where each step was judged on its own: any
// number of versions may lie between, everything else must hold in the merge's own context too.
void judge_merged_admin(Judgement& judgement, const std::vector<ChangedPath>& paths);
void judge_merged_project(Judgement& judgement, const ProjectName& project,
                          const std::vector<ChangedPath>& paths);

// Invitations among `paths`: they wait, whoever signs. True when there is one.
bool judge_invitations(Judgement& judgement, const ProjectName& project, const std::vector<ChangedPath>& paths);
// The owners' files among `paths`. True when the owners changed who signs for the project.
bool judge_people(Judgement& judgement, const ProjectName& project, const std::vector<ChangedPath>& paths);
bool judge_merged_people(Judgement& judgement, const ProjectName& project, const std::vector<ChangedPath>& paths);

// `path` must be exactly what this project's tools write for `expected`: equal canonical bytes, and an equal
// file.
void require_generated(Judgement& judgement, const std::string& path, const Json& expected, const Json& signed_part,
                       ByteView signed_bytes, const SignatureSet& signatures);
template <typename Role>
void require_generated(Judgement& judgement, const std::string& path, const Json& expected, const SignedFile<Role>& file) {
  require_generated(judgement, path, expected, file.signed_part, file.signed_bytes, file.signatures);
}
void require_next_version(const SignedFile<Targets>& next, const Targets& base);
void require_later_version(const SignedFile<Targets>& next, const Targets& base);

void add_changes(Judgement& judgement, const std::vector<Change>& changes);  // to those of the verdict

// Notes what is missing; refuses a signature that does not count.
void judge_signatures(Judgement& judgement, const MissingSignatures& file, const SignatureSet& signatures);
void judge_signatures(Judgement& judgement, const RoleFile& file);

}  // namespace tuf::rules
