#include "tests/support/temp_git_repository.h"

#include <git2.h>
#include <stdlib.h>

#include <stdexcept>

#include "libtufcore/git/git_store.h"
#include "libtufcore/git/ssh_signature.h"
#include "tests/support/test_keys.h"

namespace tuf::test {

namespace {

constexpr const char* author = "Alice Example <alice@example.org> 1893456000 +0000";

struct OpenOdb {
  explicit OpenOdb(const std::filesystem::path& path) {
    check_git(git_repository_open(OutParam(repository), path.c_str()), "test: open");
    check_git(git_repository_odb(OutParam(odb), repository.get()), "test: odb");
  }
  Libgit2Use library;
  GitRepositoryHandle repository;
  GitOdbHandle odb;
};

std::string signature_header(const std::string& commit, const std::string& signer) {
  const auto key = signing_key_of(SecretKey::from_seed(sha256_of(signer).bytes()));
  std::string header = "gpgsig ";
  const std::string signature = *make_ssh_signature(*key, commit, git_signature_namespace);
  for (const char letter : signature) {
    header += letter;
    if (letter == '\n') header += ' ';
  }
  header.pop_back();  // the space after the last line
  return header;
}

}  // namespace

TempGitRepository::TempGitRepository() {
  if (const char* home_now = getenv("HOME")) home_before_ = home_now;
  std::filesystem::create_directories(home());
  setenv("HOME", home().c_str(), 1);
  GitRepository::init(path());
}

TempGitRepository::~TempGitRepository() {
  if (home_before_)
    setenv("HOME", home_before_->c_str(), 1);
  else
    unsetenv("HOME");
}

CommitId TempGitRepository::commit(const std::map<std::string, std::optional<std::string>>& files,
                                   const std::string& branch) {
  GitRepository repository = open();
  GitRepository::NewCommit commit;
  commit.parent = repository.find_commit("refs/heads/" + branch);
  commit.files = files;
  commit.message = "a change\n";
  commit.author_name = "Alice Example";
  commit.author_email = "alice@example.org";
  commit.time = UtcTime::from_unix(1893456000);  // 2030-01-01
  commit.branch = branch;
  return repository.make_commit(commit);
}

ObjectId TempGitRepository::write_object(const std::string& bytes, int type) const {
  const OpenOdb open_odb(path());
  git_oid id;
  check_git(
      git_odb_write(&id, open_odb.odb.get(), bytes.data(), bytes.size(), static_cast<git_object_t>(type)),
      "test: write object");
  return hex_of(id);
}

ObjectId TempGitRepository::write_blob(const std::string& bytes) const {
  return write_object(bytes, GIT_OBJECT_BLOB);
}

ObjectId TempGitRepository::write_tree(const std::vector<RawEntry>& entries) const {
  std::string bytes;
  for (const RawEntry& entry : entries) bytes += entry.mode + " " + entry.name + '\0' + *hex_decode(entry.id);
  return write_object(bytes, GIT_OBJECT_TREE);
}

ObjectId TempGitRepository::write_tree_at(const std::string& dir, const ObjectId& tree) const {
  ObjectId inner = tree;
  std::string left = dir;
  while (!left.empty()) {
    left.pop_back();
    const std::size_t slash = left.rfind('/');
    const std::string name = slash == std::string::npos ? left : left.substr(slash + 1);
    left.resize(left.size() - name.size());
    inner = write_tree({{"40000", name, inner}});
  }
  return inner;
}

CommitId TempGitRepository::write_commit(const ObjectId& tree, const std::vector<CommitId>& parents,
                                         const std::string& signer) const {
  std::string text = "tree " + tree + "\n";
  for (const CommitId& parent : parents) text += "parent " + parent + "\n";
  text += std::string("author ") + author + "\ncommitter " + author + "\n";
  const std::string message = "\na raw commit\n";
  if (!signer.empty()) text += signature_header(text + message, signer);
  text += message;
  return write_object(text, GIT_OBJECT_COMMIT);
}

CommitId TempGitRepository::write_commit_object(const std::string& bytes) const {
  return write_object(bytes, GIT_OBJECT_COMMIT);
}

void TempGitRepository::set_branch(const std::string& name, const CommitId& id) const {
  write_text(path() / ".git/refs/heads" / name, id + "\n");
}

std::filesystem::path TempGitRepository::object_file(const ObjectId& id) const {
  return path() / ".git/objects" / id.substr(0, 2) / id.substr(2);
}

std::vector<HostileTree> hostile_trees(const TempGitRepository& repository) {
  const ObjectId blob = repository.write_blob("hello\n");
  const ObjectId folder = repository.write_tree({{"100644", "f", blob}});
  const ObjectId missing(40, 'd');
  std::vector<HostileTree> trees;
  using Entries = std::vector<TempGitRepository::RawEntry>;
  const auto add = [&](const std::string& what, const std::string& entry, const std::string& fault,
                       const Entries& entries) {
    trees.push_back({what, entry, fault, repository.write_tree(entries)});
  };
  const auto add_name = [&](const std::string& what, const std::string& name, const std::string& fault) {
    add(what, escaped(name), fault, {{"100644", name, blob}});
  };
  const std::string twice = "is there twice";
  const std::string unusual = "has an unusual file mode";
  add_name("parent folder", "..", "would leave its folder");
  add_name("git folder", ".git", "git keeps for itself");
  add_name("git folder in capitals", ".GIT", "git keeps for itself");
  add_name("short name of the git folder", "git~1", "git keeps for itself");
  add_name("path as a name", "a/../../x", "path separator");
  add("duplicate names", "a", twice,
      {{"100644", "a", blob}, {"100644", "a", repository.write_blob("other\n")}});
  add("names that differ in case", "a", "letter case", {{"100644", "A", blob}, {"100644", "a", blob}});
  add("unsorted", "a", "not in git's order", {{"100644", "b", blob}, {"100644", "a", blob}});
  add("file and folder of one name", "a", twice,
      {{"100644", "a", blob}, {"100644", "a.b", blob}, {"40000", "a", folder}});
  add("symbolic link", "link", "is a symbolic link",
      {{"120000", "link", repository.write_blob("/etc/passwd")}});
  add("submodule", "module", "is a submodule", {{"160000", "module", missing}});
  add("group-writable file", "f", unusual, {{"100664", "f", blob}});
  add("zero-padded mode", "d", unusual, {{"040000", "d", folder}});
  add("file with all bits", "f", unusual, {{"100777", "f", blob}});
  add_name("empty name", "", "has no name");
  add_name("backslash", "..\\x", "path separator");
  add_name("invalid UTF-8", "a\xff", "not valid UTF-8");
  add_name("newline", "a\nb", "control character");
  add_name("invisible character", ".g\u200cit", "invisible character");
  add("missing blob", "f", "is missing", {{"100644", "f", missing}});
  add("blob used as tree", "d", "is no folder", {{"40000", "d", blob}});
  return trees;
}

}  // namespace tuf::test
