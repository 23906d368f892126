// sign_history REPOSITORY: writes the commits of branch main once more, each signed as `git commit -S` with an SSH key
// would, by the key of its committer (make_repository --signed).
#include <git2.h>

#include <cstdio>
#include <map>

#include "libtufcore/git/git_store.h"
#include "libtufcore/git/ssh_signature.h"
#include "libtufcore/signing_key.h"
#include "tests/bench/bench_world.h"

namespace tuf {
namespace {

// A header of several lines: each next one begins with a space.
std::string signature_header(const std::string& signature) {
  std::string header = "gpgsig ";
  for (const char letter : signature) header += letter == '\n' ? std::string("\n ") : std::string(1, letter);
  while (header.ends_with("\n ")) header.resize(header.size() - 2);
  return header + "\n";
}

class SignedHistory {
 public:
  explicit SignedHistory(const std::string& path) : repository_(GitRepository::open(path)) {
    check_git(git_repository_open(OutParam(handle_), path.c_str()), "open");
    check_git(git_repository_odb(OutParam(odb_), handle_.get()), "open the objects");
  }

  void make() {
    const CommitId tip = repository_.resolve("main");
    for (const CommitInfo& commit : repository_.range(std::vector<CommitId>{}, tip, 10'000'000)) sign(commit);
    GitReferenceHandle moved;
    const git_oid made = parse_oid(made_.at(tip));
    check_git(git_reference_create(OutParam(moved), handle_.get(), "refs/heads/main", &made, 1, "signed"), "move main");
  }

 private:
  void sign(const CommitInfo& commit) {
    GitOdbObjectHandle object;
    const git_oid id = parse_oid(commit.id);
    check_git(git_odb_read(OutParam(object), odb_.get(), &id), "read " + commit.id);
    std::string text(static_cast<const char*>(git_odb_object_data(object.get())), git_odb_object_size(object.get()));
    for (const CommitId& parent : commit.parents) text.replace(text.find("parent " + parent) + 7, parent.size(), made_.at(parent));
    const std::size_t committer = text.find("\ncommitter ") + 11;
    const auto key = signing_key_of(bench::key_of(text.substr(committer, text.find(" <", committer) - committer)));
    text.insert(text.find("\n\n") + 1, signature_header(*make_ssh_signature(*key, text, git_signature_namespace)));
    git_oid made;
    check_git(git_odb_write(&made, odb_.get(), text.data(), text.size(), GIT_OBJECT_COMMIT), "write a commit");
    made_[commit.id] = hex_of(made);
  }

  GitRepository repository_;
  GitRepositoryHandle handle_;
  GitOdbHandle odb_;
  std::map<CommitId, CommitId> made_;
};

}  // namespace
}  // namespace tuf

int main(int argc, char** argv) {
  try {
    tuf::initialise_crypto();
    if (argc != 2) throw tuf::usage("sign_history REPOSITORY");
    tuf::SignedHistory(argv[1]).make();
    return 0;
  } catch (const std::exception& error) {
    fmt::print(stderr, "sign_history: {}\n", error.what());
    return 1;
  }
}
