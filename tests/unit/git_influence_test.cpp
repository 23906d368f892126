// What lies around the objects of a repository has no say in what is read of them, and so none in what is
// published.
#include <catch2/catch.hpp>
#include <cstdlib>

#include "libtufcore/io/file.h"
#include "tests/support/caught.h"
#include "tests/support/publication.h"

using namespace tuf;
using namespace tuf::test;

namespace {

// Everything that a rendering writes, in one text.
std::string text_of(const Rendering& rendering) {
  std::string text;
  for (const SiteFile& file : rendering.files) {
    text += file.path + " " + (file.git ? file.git->sha256.hex() : file.content) + "\n";
  }
  return text + rendering.timestamp.content;
}

struct Released : Publication {
  CommitId first, tip;
  Released() {
    first = commit();
    content.create_project(project_of("abc"), {"olga", "mia"});
    commit();
    content.add_release("abc", "1.0.0", {{"abc.tgz", "one\n$Id$\n"}}, {"mia"});
    tip = commit();
  }
  fs::path git_folder() const { return git.path() / ".git"; }
  void append(const std::string& name, const std::string& text) {
    const fs::path path = git_folder() / name;
    fs::create_directories(path.parent_path());
    write_text(path, (fs::exists(path) ? read_text(path) : "") + text);
  }
};

void set_hostile_environment(const std::string& elsewhere, bool on) {
  for (const char* name :
       {"GIT_DIR", "GIT_WORK_TREE", "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES",
        "GIT_COMMON_DIR", "GIT_INDEX_FILE", "GIT_NAMESPACE", "GIT_REPLACE_REF_BASE", "GIT_CONFIG_GLOBAL",
        "GIT_CONFIG_SYSTEM", "GIT_GRAFT_FILE", "GIT_SHALLOW_FILE", "GIT_CONFIG_PARAMETERS",
        "GIT_QUARANTINE_PATH"}) {
    if (on)
      setenv(name, elsewhere.c_str(), 1);
    else
      unsetenv(name);
  }
}

}  // namespace

TEST_CASE("G-08 no setting and no hook of the repository changes what is published", "[git_influence]") {
  Released p;
  const std::string before = text_of(p.rendering(made_at));
  const fs::path marker = p.folder / "marker";
  const std::string run = "touch " + marker.string();
  write_text(p.folder / "included", "[core]\n\tbare = false\n\tfsmonitor = " + run + "\n");
  p.append(
      "config",
      "[core]\n\tworktree = /etc\n\tfsmonitor = " + run + "\n\tsshCommand = " + run +
          "\n\thooksPath = /tmp\n" + "\tattributesFile = /etc/passwd\n\talternateRefsCommand = " + run +
          "\n\tautocrlf = true\n\teol = crlf\n" +
          "\tprotectNTFS = false\n\tprotectHFS = false\n\tignorecase = true\n\tprecomposeunicode = true\n" +
          "\tuseReplaceRefs = true\n\tcommitGraph = true\n[include]\n\tpath = " +
          (p.folder / "included").string() + "\n[filter \"x\"]\n\tclean = " + run + "\n\tsmudge = " + run +
          "\n\tprocess = " + run + "\n\trequired = true\n" + "[uploadpack]\n\tpackObjectsHook = " + run +
          "\n[diff]\n\texternal = " + run + "\n[remote \"origin\"]\n\turl = ext::" + run +
          "\n\tpromisor = true\n\tpartialclonefilter = blob:none\n" + "[gpg]\n\tprogram = " + run +
          "\n[gpg \"ssh\"]\n\tprogram = " + run + "\n");
  p.append("info/attributes", "* text eol=crlf ident filter=x export-subst working-tree-encoding=UTF-16\n");
  for (const char* hook :
       {"post-checkout", "reference-transaction", "fsmonitor-watchman", "pre-receive", "post-index-change"}) {
    p.append(std::string("hooks/") + hook, "#!/bin/sh\n" + run + "\n");
    fs::permissions(p.git_folder() / "hooks" / hook, fs::perms::owner_all);
  }
  CHECK(text_of(p.rendering(made_at)) == before);
  CHECK_FALSE(fs::exists(marker));
  p.publish(made_at);
  CHECK(read_text(p.folder / "site/targets/abc/abc/1.0.0" / (sha256_of("one\n$Id$\n").hex() + ".abc.tgz")) ==
        "one\n$Id$\n");
}

TEST_CASE("G-08 the work tree and the index have no say", "[git_influence]") {
  Released p;
  const std::string before = text_of(p.rendering(made_at));
  fs::create_directories(p.git.path() / "projects/ab/abc/files/abc/1.0.0");
  write_text(p.git.path() / "projects/ab/abc/files/abc/1.0.0/abc.tgz", "evil");
  write_text(p.git.path() / "admin", "a file in the place of the folder");
  write_text(p.git_folder() / "index", "no index at all");
  CHECK(text_of(p.rendering(made_at)) == before);
}

TEST_CASE("G-08 the environment leads to no other repository", "[git_influence]") {
  Released p;
  const std::string before = text_of(p.rendering(made_at));
  const Released other;
  set_hostile_environment((other.git.path() / ".git").string(), true);
  const std::string with_environment = text_of(p.rendering(made_at));
  set_hostile_environment("", false);
  CHECK(with_environment == before);
}

TEST_CASE("G-05 replaced commits and folders and files change nothing that is published", "[git_influence]") {
  Released p;
  const std::string before = text_of(p.rendering(made_at));
  const ObjectId evil = p.git.write_blob("evil");
  const ObjectId real = p.git.write_blob("one\n$Id$\n");
  const CommitId evil_commit = p.git.write_commit(p.git.write_tree({{"100644", "README.md", evil}}));
  p.append("refs/replace/" + real, evil + "\n");
  p.append("refs/replace/" + p.tip, evil_commit + "\n");
  p.append("refs/replace/" + p.first, evil_commit + "\n");
  CHECK(text_of(p.rendering(made_at)) == before);
}

TEST_CASE("G-11 a tag that has the name of the branch is not taken for it", "[git_influence]") {
  Released p;
  p.append("refs/tags/main", p.first + "\n");
  p.append("refs/main", p.first + "\n");
  p.append("main", p.first + "\n");
  CHECK(p.git.open().resolve_branch("main") == p.tip);
  CHECK(p.git.open().resolve_branch(p.first) == p.first);
  CHECK(caught([&] { p.git.open().resolve_branch("nothing"); }).kind == "not-found");
}

TEST_CASE("G-12 what was judged is published although the branch moved meanwhile", "[git_influence]") {
  Released p;
  const std::string before = text_of(p.rendering(made_at));
  const GitRepository opened = p.git.open();
  const JudgedRange range = judge_range(opened, std::nullopt, opened.resolve_branch("main"), p.pin());
  REQUIRE(range.accepted);
  // Between the judgement and the rendering: an evil commit, and even HEAD leads there.
  const CommitId evil =
      p.git.write_commit(p.git.write_tree({{"100644", "README.md", p.git.write_blob("evil")}}), {p.tip});
  p.git.set_branch("main", evil);
  const auto changed = opened.changes(std::nullopt, range.accepted->id());
  FirstReleases first(opened, std::nullopt, range.accepted->id());
  const Rendering rendering = render(*range.accepted, changed, first, nullptr, online_keys(), made_at, any_version);
  CHECK(text_of(rendering) == before);
  write_site(p.folder / "site", rendering, &range.accepted->state().tree());
  CHECK(p.site()->commit == p.tip);
}

TEST_CASE("G-07 C-01 a released file is what its SHA-256 says and not what its git id says",
          "[git_influence]") {
  Released p;
  const Rendering rendering = p.rendering(made_at);
  REQUIRE_FALSE(rendering.files.empty());
  // As after a collision of SHA-1: the accepted commit and all its ids are the same, the bytes are others.
  std::map<std::string, Bytes> files = p.content.files;
  files.at("projects/ab/abc/files/abc/1.0.0/abc.tgz") = "two\n$Id$\n";
  const MemoryTree collided(files, "commit 1a2b3c4d");
  CHECK(
      caught([&] { write_site(p.folder / "site", rendering, &collided); }) ==
      Caught{"refused",
             "projects/ab/abc/files/abc/1.0.0/abc.tgz at commit 1a2b3c4d is not the file that was accepted"});
  CHECK_FALSE(fs::exists(p.folder / "site/metadata/timestamp.json"));
  CHECK_FALSE(
      fs::exists(p.folder / "site/targets/abc/abc/1.0.0" / (sha256_of("one\n$Id$\n").hex() + ".abc.tgz")));
}

TEST_CASE("G-10 a packed file that a few bytes of delta make large is refused from its header",
          "[git_influence]") {
  TempGitRepository repository;
  std::string large(4u << 20, 'x');
  const CommitId base = repository.commit({{"a", large}});
  large[large.size() / 2] = 'y';
  const CommitId tip = repository.commit({{"a", large}});
  const std::string repack =
      "git -C '" + repository.path().string() + "' repack -a -d -q --depth=50 --window=50 >/dev/null 2>&1";
  REQUIRE(std::system(repack.c_str()) == 0);
  const GitRepository opened = repository.open();
  for (const CommitId& commit : {base, tip}) {
    CHECK(caught([&] { opened.tree(commit)->read("a", 1000); }).kind == "limit");
    CHECK(caught([&] { opened.tree(commit)->digest("a", 1000); }).kind == "limit");
  }
}

TEST_CASE("a quarantine is git's own folder in the object store and nothing else", "[git_influence]") {
  Released p;
  const fs::path objects = p.git_folder() / "objects";
  fs::create_directories(objects / "tmp_objdir-incoming-abc123");
  CHECK(GitRepository::open_with_quarantine(p.git.path(), objects / "tmp_objdir-incoming-abc123")
            .find_commit("main") == p.tip);
  fs::create_directories(p.folder / "incoming-elsewhere");
  fs::create_directory_symlink(p.folder / "incoming-elsewhere", objects / "incoming-link");
  fs::create_directories(objects / "other");
  for (const fs::path& folder :
       {p.folder / "incoming-elsewhere", objects / "incoming-link", objects / "other",
        objects / "tmp_objdir-incoming-abc123/../../objects/other", fs::path("/nonexistent")}) {
    INFO(folder);
    CHECK(caught([&] { GitRepository::open_with_quarantine(p.git.path(), folder); }).kind == "refused");
  }
  fs::create_directories(objects / "tmp_objdir-incoming-abc123/info");
  write_text(objects / "tmp_objdir-incoming-abc123/info/alternates", "/somewhere/else\n");
  CHECK(caught([&] {
          GitRepository::open_with_quarantine(p.git.path(), objects / "tmp_objdir-incoming-abc123");
        }) == Caught{"refused", "what is pushed borrows objects from another repository (info/alternates)"});
}
