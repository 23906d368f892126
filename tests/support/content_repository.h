#pragma once
// A content repository in memory, made with the real makers and signed by the tests' people. Edit it, and ask
// the rule book what it thinks of the step:
//
//   ContentRepository base = with_project();       // administrator ada, online key ci, project abc of olga
//   and mia ContentRepository next = base; next.add_release("abc", "1.0.0", {{"abc.tgz", "content"}},
//   {"mia"}); Verdict verdict = judge(&base, next);

#include <functional>

#include "libtufcore/memory_tree.h"
#include "libtufcore/transition.h"

namespace tuf::test {

using People = std::vector<std::string>;  // names of test keys

inline const UtcTime made_at = *UtcTime::parse("2030-01-01T00:00:00Z");
inline const UtcTime far_ahead = *UtcTime::parse("2035-01-01T00:00:00Z");

KeyHolder person(const std::string& name);
std::vector<KeyHolder> persons(const People& names);
std::string id_of(const std::string& name);     // the key id
std::string label_of(const std::string& name);  // "mia 0123abcd"

struct ContentRepository {
  std::map<std::string, Bytes> files;
  std::string name = "commit 1a2b3c4d";

  std::shared_ptr<const MemoryTree> tree() const { return std::make_shared<const MemoryTree>(files, name); }
  RepositoryState state() const { return RepositoryState::read(tree(), std::nullopt); }
  Digest pin() const { return sha256_of(files.at("admin/root_history/1.root.json")); }

  void put(const std::string& path, const Json& signed_part, const People& signers);
  // Changes one file's signed part as JSON, or as a role, and signs it again.
  void edit(const std::string& path, const People& signers, const std::function<void(Json::Object&)>& change);
  void edit_role(const std::string& path, const People& signers, const std::function<void(Targets&)>& change);
  void sign_also(const std::string& path, const std::string& signer);

  void create(const CreateRepository& change, const People& signers);
  void create_project(const CreateProject& change, const People& signers);  // each file by those who may
  using Contents = std::map<std::string, Bytes>;                            // file name -> content
  void add_release(const std::string& project, const std::string& version, const Contents& contents,
                   const People& signers);
  // The owners' change of people: each file signed by those of `signers` who may. The releases stay as they are.
  void change(const std::vector<Change>& changes, const People& signers);
  void change_maintainers(const std::string& project, const People& added, const People& removed,
                          const People& signers, std::optional<ThresholdChange> threshold = {});
  void hand_over(const std::string& project, const People& owners, std::uint32_t threshold, const People& signers);
  // The administrators' changes: each file signed by those of `signers` who may.
  void administer(const std::vector<Change>& changes, const People& signers);
  void take_over(const ContentRepository& other, const std::string& folder);  // as a merge does: its files below "projects/ab/"
  void promote(const std::vector<std::string>& projects, const People& signers);
  // Whatever `changes` make of this state, each file signed by `signers`. Released files come and go with their releases;
  // those that come have their own name as content.
  void apply(const std::vector<Change>& changes, const People& signers);
};

CreateRepository repository_of(const People& administrators, std::uint32_t threshold = 1);
CreateProject project_of(const std::string& project, const People& owners = {"olga"},
                         const People& maintainers = {"mia"}, std::uint32_t release_threshold = 1);
ContentRepository new_repository();  // of ada, online key ci
ContentRepository with_project();    // and project abc of olga and mia
ContentRepository with_release();    // and its release 1.0.0

// Release 1.0.0 of product abc of project abc, or another version of it.
YankRelease yank_of(const std::string& reason, const std::string& version = "1.0.0");
UnyankRelease unyank_of(const std::string& version = "1.0.0");
RemoveRelease removal_of(const std::string& reason, const std::string& version = "1.0.0");
ExtendExpiry expiry_of(const std::string& role, UtcTime expires = far_ahead);
// A file whose content is its name (see apply).
AddRelease::File named_file(const std::string& name, const std::string& platform = "");

// The exact difference of two sets of files.
std::vector<ChangedPath> differences(const std::map<std::string, Bytes>& from, const std::map<std::string, Bytes>& to);
Verdict judge(const ContentRepository* base, const ContentRepository& next);
// As the publisher asks about a merge of `first` and `second`, which grew from `base`.
Verdict judge_merge(const ContentRepository& base, const ContentRepository& first,
                    const ContentRepository& second, const ContentRepository& merge);

std::vector<std::string> in_words(const Verdict& verdict);
// "accepted", "pending: <path> needs 1 more, ..." or "refused: <file>: <reason>"
std::string text_of(const Verdict& verdict);

}  // namespace tuf::test
