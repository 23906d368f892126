// The rule book on merges: unions of folders, each checked again in the merge's own context.
#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "tests/support/content_repository.h"

using namespace tuf;
using namespace tuf::test;

namespace {

const std::string releases = "projects/ab/abc/releases.json";
const std::string file_2 = "projects/ab/abc/files/abc/2.0.0/abc.tgz";

// Projects abc (mia) and def (dan).
ContentRepository two_projects() {
  ContentRepository base = with_release();
  base.create_project(project_of("def", {"dora"}, {"dan"}), {"dora", "dan"});
  return base;
}

ContentRepository with_abc(ContentRepository repository, const std::string& version, const Bytes& content) {
  repository.add_release("abc", version, {{"abc.tgz", content}}, {"mia"});
  return repository;
}

ContentRepository with_def(ContentRepository repository, const std::string& version) {
  repository.add_release("def", version, {{"def.tgz", "def " + version}}, {"dan"});
  return repository;
}

// `to` with everything below `folder` as `from` has it.
ContentRepository taken(ContentRepository to, const ContentRepository& from, const std::string& folder) {
  std::erase_if(to.files, [&](const auto& file) { return file.first.starts_with(folder); });
  for (const auto& [path, bytes] : from.files) {
    if (path.starts_with(folder)) to.files[path] = bytes;
  }
  return to;
}

}  // namespace

TEST_CASE("a merge takes over a project that the other side changed", "[transition]") {
  const ContentRepository base = two_projects(), first = with_abc(base, "2.0.0", "two");
  const ContentRepository second = with_def(with_def(base, "1.0.0"), "1.1.0");
  const ContentRepository merge = taken(first, second, "projects/de/def/");
  const Verdict verdict = judge_merge(base, first, second, merge);
  CHECK(text_of(verdict) == "accepted");
  const auto lines = in_words(verdict);
  REQUIRE(lines.size() == 3);
  CHECK(lines[0].starts_with("adds release 1.0.0 of product def"));
  CHECK(lines[1].starts_with("adds release 1.1.0 of product def"));
  CHECK(lines[2] == "role def.rel stays valid until 2035-01-01T00:00:00Z");
}

TEST_CASE("a merge takes over a new project and a promotion", "[transition]") {
  const ContentRepository base = two_projects(), first = with_abc(base, "2.0.0", "two");
  ContentRepository second = base;
  second.create_project(project_of("kit", {"olga"}, {"mia"}), {"olga", "mia"});
  second.add_release("kit", "0.1", {{"kit", "kit"}}, {"mia"});
  second.promote({"kit", "def"}, {"ada"});
  ContentRepository merge = taken(taken(first, second, "projects/ki/kit/"), second, "admin/");
  const Verdict verdict = judge_merge(base, first, second, merge);
  CHECK(text_of(verdict) == "accepted");
  CHECK(in_words(verdict).front() == "promotes def, kit: from now on no online key can touch these names");
}

TEST_CASE("G-15 a merge holds nothing that neither side has", "[transition]") {
  const ContentRepository base = two_projects(), first = with_abc(base, "2.0.0", "two");
  const ContentRepository second = with_def(base, "1.0.0");
  const ContentRepository good = taken(first, second, "projects/de/def/");
  struct Row {
    std::string name;
    std::function<void(ContentRepository&)> edit;
    std::string expected;
  };
  const std::vector<Row> rows = {
      {"nothing more", [](ContentRepository&) {}, "accepted"},
      {"another byte in a file of the other side",
       [](ContentRepository& merge) { merge.files["projects/de/def/files/def/1.0.0/def.tgz"] = "evil"; },
       "refused: projects/de/def/files/def/1.0.0/def.tgz: the merge does not take projects/de/def/ over as "
       "the side that "
       "changed it has it"},
      {"another byte in a file of the own side",
       [](ContentRepository& merge) { merge.files[file_2] = "evil"; },
       "refused: " + file_2 +
           ": the merge does not take projects/ab/abc/ over as the side that changed it has it"},
      {"a file of the other side left out",
       [](ContentRepository& merge) { merge.files.erase("projects/de/def/files/def/1.0.0/def.tgz"); },
       "refused: projects/de/def/files/def/1.0.0/def.tgz: the merge does not take projects/de/def/ over as "
       "the side that "
       "changed it has it"},
      {"a project that only the merge has",
       [](ContentRepository& merge) {
         merge.create_project(project_of("kit"), {"olga", "mia"});
       },
       "refused: projects/ki/kit/claim.json: the merge changes projects/ki/kit/, which neither of its sides "
       "changed"},
      {"a role of admin that only the merge has",
       [](ContentRepository& merge) { merge.promote({"abc"}, {"ada"}); },
       "refused: admin/claimed.json: the merge changes admin/, which neither of its sides changed"},
      {"a stray file", [](ContentRepository& merge) { merge.files["admin/timestamp.json"] = "{}"; },
       "refused: admin/timestamp.json: is role timestamp, which only the publisher makes; it has no place in "
       "the content "
       "repository"},
      {"a removed file", [](ContentRepository& merge) { merge.files.erase(file_2); },
       "refused: " + file_2 +
           ": the merge does not take projects/ab/abc/ over as the side that changed it has it"},
      {"an unpublished file", [](ContentRepository& merge) { merge.files["README.md"] = "hello"; },
       "accepted"},
  };
  for (const Row& row : rows) {
    INFO(row.name);
    ContentRepository merge = good;
    row.edit(merge);
    CHECK(text_of(judge_merge(base, first, second, merge)) == row.expected);
  }
}

TEST_CASE("a merge that drops the other side is refused", "[transition]") {
  const ContentRepository base = two_projects(), first = with_abc(base, "2.0.0", "two");
  const ContentRepository second = with_def(base, "1.0.0");
  CHECK(text_of(judge_merge(base, first, second, first)) ==
        "refused: projects/de/def/files/def/1.0.0/def.tgz: the merge does not take projects/de/def/ over as "
        "the side that "
        "changed it has it");
}

TEST_CASE("where both sides changed a project one change must be made again", "[transition]") {
  const ContentRepository base = two_projects();
  const ContentRepository first = with_abc(base, "2.0.0", "two"), second = with_abc(base, "3.0.0", "three");
  ContentRepository mixed = taken(first, second, releases);
  mixed.files["projects/ab/abc/files/abc/3.0.0/abc.tgz"] = "three";
  for (const ContentRepository& merge : {first, second, mixed}) {
    const Verdict verdict = judge_merge(base, first, second, merge);
    CHECK(verdict.kind == Verdict::Kind::refused);
    CHECK(verdict.reason ==
          "both sides of the merge changed projects/ab/abc/; a merge may take a folder over from one side only");
  }
  CHECK(text_of(judge_merge(base, first, first, first)) == "accepted");
}

TEST_CASE("a merge is checked in its own context", "[transition]") {
  const ContentRepository base = two_projects();
  SECTION("a project of the other side looks like one of the own side") {
    ContentRepository first = base, second = base;
    first.create_project(project_of("kit"), {"olga", "mia"});
    second.create_project(project_of("k1t", {"eve"}, {"eve"}), {"eve"});
    const ContentRepository merge = taken(first, second, "projects/k1/k1t/");
    CHECK(text_of(judge_merge(base, first, second, merge)) ==
          "refused: projects/k1/k1t/claim.json: the name k1t looks like the existing project kit");
  }
  SECTION("the other side is pending") {
    ContentRepository second = base;
    second.add_release("def", "1.0.0", {{"def.tgz", "x"}}, {});
    const ContentRepository first = with_abc(base, "2.0.0", "two");
    const ContentRepository merge = taken(first, second, "projects/de/def/");
    CHECK(text_of(judge_merge(base, first, second, merge)) ==
          "pending: projects/de/def/releases.json needs 1 more");
  }
  SECTION("the other side changed a released file and nobody looked") {
    ContentRepository second = base;
    second.files["projects/ab/abc/files/abc/1.0.0/abc.tgz"] = "evil";
    const ContentRepository first = with_def(base, "1.0.0");
    const ContentRepository merge = taken(first, second, "projects/ab/abc/");
    CHECK(text_of(judge_merge(base, first, second, merge)) ==
          "refused: projects/ab/abc/files/abc/1.0.0/abc.tgz: is changed; a released file never changes, add "
          "a new version");
  }
  SECTION("the other side has a release without its file and nobody looked") {
    ContentRepository second = with_abc(base, "2.0.0", "two");
    second.files.erase(file_2);
    const ContentRepository first = with_def(base, "1.0.0");
    const ContentRepository merge = taken(first, second, "projects/ab/abc/");
    CHECK(text_of(judge_merge(base, first, second, merge)) ==
          "refused: " + file_2 + ": is stated in releases.json, but is not there");
  }
  SECTION("the other side changed maintainers and nobody looked") {
    ContentRepository second = base;
    second.edit_role("projects/ab/abc/owners.json", {"olga"}, [](Targets& role) {
      role = next_version(role, far_ahead);
      role.delegations[0].signers.keys = {person("eve").key};
    });
    const ContentRepository first = with_def(base, "1.0.0");
    const ContentRepository merge = taken(first, second, "projects/ab/abc/");
    CHECK(text_of(judge_merge(base, first, second, merge)) ==
          "refused: projects/ab/abc/releases.json: would stay as it is, but others must sign now: it is "
          "signed by 0 of the 1 key it needs (missing: " +
              key_label("", id_of("eve")) + ")");
  }
  SECTION("the other side has a pending promotion") {
    ContentRepository second = base;
    second.promote({"abc"}, {});
    const ContentRepository first = with_def(base, "1.0.0");
    const ContentRepository merge = taken(first, second, "admin/");
    CHECK(text_of(judge_merge(base, first, second, merge)) == "pending: admin/claimed.json needs 1 more");
  }
  SECTION("the other side changed the configuration and nobody looked") {
    ContentRepository second = base;
    second.files["admin/config/repository.json"] += "\n";
    const ContentRepository first = with_def(base, "1.0.0");
    const ContentRepository merge = taken(first, second, "admin/");
    CHECK(text_of(judge_merge(base, first, second, merge)) ==
          fmt::format("refused: admin/config/repository.json: admin/config/repository.json at commit 1a2b3c4d is not the "
                      "file that role targets states (its SHA-256 is {})",
                      sha256_of(merge.files.at("admin/config/repository.json")).hex()));
  }
  SECTION("the other side promoted a project to other keys and nobody looked") {
    ContentRepository second = base;
    second.promote({"abc"}, {"ada"});
    second.edit_role("admin/claimed.json", {"ada"},
                     [](Targets& role) { role.delegations[1].signers.keys = {person("eve").key}; });
    const ContentRepository first = with_def(base, "1.0.0");
    const ContentRepository merge = taken(first, second, "admin/");
    CHECK(text_of(judge_merge(base, first, second, merge)) ==
          "refused: admin/claimed.json: does not delegate project abc to owners that its claim lists or that owners handed it over to");
  }
}
