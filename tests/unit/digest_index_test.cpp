#include <catch2/catch.hpp>

#include "libtufcore/site_layout.h"
#include "tests/support/history.h"
#include "tests/support/publication.h"

using namespace tuf;
using namespace tuf::test;

namespace {

const std::string same = "the same bytes";
const std::string entry_path = index_of_digest(sha256_of(same));

// Projects abc and zzz (which sorts behind it) of the same people, published.
struct TwoProjects : Publication {
  TwoProjects() {
    commit();
    content.create_project(project_of("abc"), {"olga", "mia"});
    content.create_project(project_of("zzz"), {"olga", "mia"});
    commit();
    publish(made_at);
  }
  void release(const std::string& project, const std::string& version = "1.0.0") {
    content.add_release(project, version, {{"tool.tgz", same}}, {"mia"});
    commit();
  }
  std::string entry(const std::string& site = "site") const {
    const auto text = read_file_if_there(folder / site / entry_path, 1000);
    return text ? *text : "none";
  }
  // The whole tree, rendered anew into an empty folder, says the same as the one that grew.
  void check_whole() {
    const Rendering rendered = whole(made_at);
    write_site(folder / "whole", rendered, &tree());
    CHECK(entry("whole") == entry());
    std::filesystem::remove_all(folder / "whole");
  }
};

std::string naming(const std::string& path) { return "{\"path\":\"" + path + "\"}\n"; }

}  // namespace

TEST_CASE("who releases the same bytes later does not take over the entry of their digest",
          "[digest_index]") {
  TwoProjects p;
  p.release("zzz");
  p.publish(made_at);
  CHECK(p.entry() == naming("zzz/zzz/1.0.0/tool.tgz"));
  p.release("abc");
  p.publish(made_at);
  CHECK(p.entry() == naming("zzz/zzz/1.0.0/tool.tgz"));
  p.check_whole();
  p.release("zzz", "2.0.0");
  p.publish(made_at);
  CHECK(p.entry() == naming("zzz/zzz/1.0.0/tool.tgz"));
  p.check_whole();
}

TEST_CASE("of two releases in one publication the first in history has the entry of their digest",
          "[digest_index]") {
  TwoProjects p;
  p.release("zzz");
  p.release("abc");
  p.publish(made_at);
  CHECK(p.entry() == naming("zzz/zzz/1.0.0/tool.tgz"));
  p.check_whole();
  std::filesystem::remove(p.folder / "site" / entry_path);  // an index that is lost is made from git
  const Rendering rendered = p.whole(made_at);
  write_site(p.folder / "whole", rendered, &p.tree());
  CHECK(p.entry("whole") == naming("zzz/zzz/1.0.0/tool.tgz"));
}

TEST_CASE("a first publication of a long history names the first release of each digest", "[digest_index]") {
  TwoProjects p;
  p.release("zzz");
  p.release("abc");
  std::filesystem::remove_all(p.folder / "site");
  p.publish(made_at);
  CHECK(p.entry() == naming("zzz/zzz/1.0.0/tool.tgz"));
}

TEST_CASE("a removed release keeps the entry of its digest", "[digest_index]") {
  TwoProjects p;
  p.release("abc");
  p.publish(made_at);
  p.content.apply({removal_of("leaks a key"), expiry_of("abc.rel")}, {"mia"});
  p.commit();
  p.publish(made_at);
  p.release("zzz");
  p.publish(made_at);
  CHECK(p.entry() == naming("abc/abc/1.0.0/tool.tgz"));
  p.check_whole();
}

TEST_CASE("an entry that the signed files do not bear out is written anew", "[digest_index]") {
  for (const std::string& wrong :
       {naming("zzz/zzz/1.0.0/tool.tgz"), naming("nobody/nobody/1.0.0/tool.tgz"), naming("../../x"),
        std::string("<html>not found</html>"), std::string("{\"path\": \"abc/abc/1.0.0/tool.tgz\"}"),
        std::string("{\"path\":7}\n"), std::string(":\"")}) {
    INFO(wrong);
    TwoProjects p;
    p.release("abc");
    std::filesystem::create_directories((p.folder / "site" / entry_path).parent_path());
    write_text(p.folder / "site" / entry_path, wrong);
    p.publish(made_at);
    CHECK(p.entry() == naming("abc/abc/1.0.0/tool.tgz"));
  }
}

TEST_CASE("what a merge brings to its first parent came with the merge", "[digest_index]") {
  TwoProjects p;
  const CommitId base = p.git.open().resolve("main");
  ContentRepository early = p.content, late = p.content;
  early.add_release("zzz", "1.0.0", {{"tool.tgz", same}}, {"mia"});
  late.add_release("abc", "1.0.0", {{"tool.tgz", same}}, {"mia"});
  ContentRepository both = early;
  both.take_over(late, "projects/ab/");
  History history;
  const CommitId one = history.commit(p.content, {});
  const CommitId two = history.commit(early, {one});
  const CommitId side = history.commit(late, {one});
  const auto first = [&](const CommitId& tip) {
    const GitRepository repository = history.git.open();
    FirstReleases releases(repository, std::nullopt, tip);
    return releases
        .first_of(
            {*ReleasePath::parse("abc/abc/1.0.0/tool.tgz"), *ReleasePath::parse("zzz/zzz/1.0.0/tool.tgz")})
        .text();
  };
  CHECK(first(history.commit(both, {two, side})) == "zzz/zzz/1.0.0/tool.tgz");
  CHECK(first(history.commit(both, {side, two})) == "abc/abc/1.0.0/tool.tgz");
}
