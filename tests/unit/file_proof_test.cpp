#include "client/file_proof.h"

#include <catch2/catch.hpp>

#include "tests/support/temp_dir.h"

using namespace tuf;
using namespace tuf::test;
using Verdict = FileProof::Verdict;

namespace {

FoundTarget target(const std::string& path, const std::string& content,
                   const std::vector<HashAlgorithm>& algorithms = {HashAlgorithm::sha256}) {
  TargetFile file;
  file.length = content.size();
  for (const HashAlgorithm algorithm : algorithms)
    file.hashes.emplace(algorithm, digest_of(algorithm, content));
  return {TargetPath::from_user(path), file, RoleName::of("abc.rel"), {}};
}

ProjectName project(const std::string& name) { return ProjectName::from_user(name); }

// A repository with any number of projects, which notes what it is asked.
struct Repository {
  std::map<ProjectName, std::vector<FoundTarget>> projects;
  std::set<std::string> broken;        // projects that cannot be proved
  std::map<Bytes, std::string> index;  // by content
  std::set<std::string> blocked;       // paths
  std::set<std::string> blocked_projects;
  std::vector<std::string> asked;

  void add(const std::string& path, const std::string& content) {
    projects[project(path.substr(0, path.find('/')))].push_back(target(path, content));
  }

  const ProjectView& view(const ProjectName& name) {
    asked.push_back(name.text());
    if (broken.contains(name.text())) throw expired("{}.json expired", name.text());
    ProjectView& made = views_[name];
    made.releases = releases_of(projects[name]);
    if (blocked_projects.contains(name.text())) {
      made.releases.clear();
      made.signers.insert_or_assign(RoleName::of("blocked.void"), Signers{});
    }
    return made;
  }

  FileProof prove(const std::string& name, const std::string& content,
                  const std::optional<ProjectName>& only = std::nullopt) {
    asked.clear();
    const TempDir dir;
    write_text(dir / name, content);
    KnownReleases known;
    known.of = [&](const ProjectName& wanted) -> const ProjectView& { return view(wanted); };
    for (const auto& [each, targets] : projects) known.projects.push_back(each);
    known.path_in_index = [&](const Digest& sha256) -> std::optional<ReleasePath> {
      for (const auto& [stated, path] : index) {
        if (sha256_of(stated) == sha256) return ReleasePath::parse(path);
      }
      return std::nullopt;
    };
    known.is_blocked = [&](const ReleasePath& path) { return blocked.contains(path.text()); };
    return prove_file(LocalFile(dir / name), only, known);
  }

 private:
  std::map<ProjectName, ProjectView> views_;
};

std::vector<std::string> paths(const FileProof& proof) {
  std::vector<std::string> result;
  for (const Statement& statement : proof.statements) result.push_back(statement.file->target.path.text());
  return result;
}

using Names = std::vector<std::string>;

Repository two_projects() {
  Repository repository;
  repository.add("abc/abc/1.0.0/abc-1.tgz", "one");
  repository.add("abc/abc/1.1.0/abc-2.tgz", "two");
  repository.add("xyz/xyz/1.0.0/tool", "tool");
  return repository;
}

}  // namespace

TEST_CASE("a file name gives the projects that it may belong to, the longest first", "[file_proof]") {
  const auto names = [](const std::string& file) {
    Names result;
    for (const ProjectName& name : projects_in_name(file)) result.push_back(name.text());
    return result;
  };
  CHECK(names("abc-cli_1.2.tgz") == Names{"abc-cli", "abc"});
  CHECK(names("ABC.tgz") == Names{"abc"});
  CHECK(names("abc") == Names{"abc"});
  CHECK(names("abc-1.0-x") == Names{"abc-1", "abc"});
  CHECK(names("_abc").empty());
  CHECK(names("").empty());
  CHECK(names("targets-1.tgz") == Names{"targets-1"});  // 'targets' is no project
}

TEST_CASE("a file is what has its length and every digest", "[file_proof]") {
  const TempDir dir;
  write_text(dir / "file", "content");
  const LocalFile file(dir / "file");
  CHECK(file.name() == "file");
  CHECK(file.sha256() == sha256_of("content"));
  CHECK(file.is(target("a/b", "content").file));
  CHECK(file.is(target("a/b", "content", {HashAlgorithm::sha512}).file));
  CHECK(file.is(target("a/b", "content", {HashAlgorithm::sha256, HashAlgorithm::sha512}).file));
  CHECK_FALSE(file.is(target("a/b", "contenT").file));
  CHECK_FALSE(file.is(target("a/b", "content", {}).file));  // nothing that we can check
  TargetFile longer = target("a/b", "content").file;
  longer.length += 1;
  CHECK_FALSE(file.is(longer));
  TargetFile half = target("a/b", "content", {HashAlgorithm::sha256, HashAlgorithm::sha512}).file;
  half.hashes.insert_or_assign(HashAlgorithm::sha512, digest_of(HashAlgorithm::sha512, "other"));
  CHECK_FALSE(file.is(half));
}

TEST_CASE("the name of a file leads to its project and the content decides", "[file_proof]") {
  Repository repository = two_projects();
  const FileProof proof = repository.prove("abc-1.tgz", "one");
  CHECK(proof.verdict == Verdict::release);
  CHECK(paths(proof) == Names{"abc/abc/1.0.0/abc-1.tgz"});
  CHECK(repository.asked == Names{"abc"});
}

TEST_CASE("a release under another file name is found in the projects that are few", "[file_proof]") {
  Repository repository = two_projects();
  const FileProof proof = repository.prove("whatever", "tool");
  CHECK(proof.verdict == Verdict::release);
  CHECK(paths(proof) == Names{"xyz/xyz/1.0.0/tool"});
}

TEST_CASE("every release that has the same content is named", "[file_proof]") {
  Repository repository = two_projects();
  repository.add("abc/abc/2.0.0/abc-2.tgz", "two");
  CHECK(paths(repository.prove("abc-2.tgz", "two")) ==
        Names{"abc/abc/2.0.0/abc-2.tgz", "abc/abc/1.1.0/abc-2.tgz"});
}

TEST_CASE("a file of a known name with other content is no unknown file", "[file_proof]") {
  Repository repository = two_projects();
  const FileProof proof = repository.prove("abc-1.tgz", "onE");
  CHECK(proof.verdict == Verdict::other_content);
  CHECK(paths(proof) == Names{"abc/abc/1.0.0/abc-1.tgz"});
  CHECK(repository.prove("tool", "looT").verdict == Verdict::other_content);
}

TEST_CASE("a file that nobody knows is unknown and what was searched is said", "[file_proof]") {
  Repository repository = two_projects();
  const FileProof proof = repository.prove("abc-9.tgz", "nine");
  CHECK(proof.verdict == Verdict::unknown);
  CHECK(proof.searched_all);
  CHECK(repository.asked == Names{"abc", "xyz"});
  const FileProof in_one = repository.prove("tool", "tool", project("abc"));
  CHECK(in_one.verdict == Verdict::unknown);
  CHECK_FALSE(in_one.searched_all);
  CHECK(repository.asked == Names{"abc"});
}

TEST_CASE("of a large repository only the projects that something points at are searched", "[file_proof]") {
  Repository repository = two_projects();
  for (std::size_t i = 0; i < max_projects_searched; ++i) {
    repository.add(fmt::format("p{0}/p{0}/1/p{0}.tgz", i), fmt::format("content {}", i));
  }
  CHECK(repository.prove("unknown", "nothing").verdict == Verdict::unknown);
  CHECK(repository.asked.empty());
  CHECK(repository.prove("p7-renamed.tgz", "content 7").verdict == Verdict::release);
  CHECK(repository.asked == Names{"p7"});
  CHECK(repository.prove("renamed", "content 7").verdict == Verdict::unknown);
  repository.index["content 7"] = "p7/p7/1/p7.tgz";
  CHECK(repository.prove("renamed", "content 7").verdict == Verdict::release);
  CHECK(repository.asked == Names{"p7"});
}

TEST_CASE("T-01 what the unsigned index says is never believed", "[file_proof]") {
  Repository repository = two_projects();
  repository.index["evil"] = "abc/abc/1.0.0/abc-1.tgz";
  CHECK(repository.prove("abc-1.tgz", "evil").verdict == Verdict::other_content);
  CHECK(repository.prove("evil.tgz", "evil").verdict == Verdict::unknown);
  repository.index["one"] = "xyz/xyz/1.0.0/tool";  // leads astray
  CHECK(repository.prove("abc-1.tgz", "one").verdict == Verdict::release);
  repository.index["one"] = "nothing/nothing/1/x";  // leads nowhere
  CHECK(repository.prove("abc-1.tgz", "one").verdict == Verdict::release);
}

TEST_CASE("what the administrators blocked is told apart from what nobody knows", "[file_proof]") {
  Repository repository = two_projects();
  repository.index["bad"] = "abc/abc/0.9.0/abc-0.tgz";
  CHECK(repository.prove("abc-0.tgz", "bad").verdict == Verdict::unknown);
  repository.blocked = {"abc/abc/0.9.0/abc-0.tgz"};
  const FileProof of_version = repository.prove("abc-0.tgz", "bad");
  CHECK(of_version.verdict == Verdict::blocked);
  CHECK(of_version.blocked == "abc/abc/0.9.0/abc-0.tgz");
  repository.blocked_projects = {"abc"};
  const FileProof of_project = repository.prove("abc-1.tgz", "one");
  CHECK(of_project.verdict == Verdict::blocked);
  CHECK(of_project.blocked == "project abc");
  CHECK(repository.prove("abc-1.tgz", "one", project("abc")).verdict == Verdict::blocked);
  CHECK(repository.prove("tool", "tool").verdict == Verdict::release);
  CHECK(repository.prove("other", "other").verdict == Verdict::unknown);  // its name points elsewhere
}

TEST_CASE("a project that cannot be proved does not hide the answer of another", "[file_proof]") {
  Repository repository = two_projects();
  repository.broken = {"abc"};
  CHECK(repository.prove("renamed", "tool").verdict == Verdict::release);
  const FileProof proof = repository.prove("abc-1.tgz", "one");
  CHECK(proof.verdict == Verdict::unknown);
  CHECK_FALSE(proof.searched_all);
  REQUIRE(proof.failures.size() == 1);
  CHECK(proof.failures[0].first == project("abc"));
  CHECK(std::string(proof.failures[0].second.what()) == "abc.json expired");
}
