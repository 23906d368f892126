#include "publisher/key_history.h"

#include <catch2/catch.hpp>

#include "tests/support/publication.h"

namespace tuf::test {
namespace {

// Commits of one repository by the numbers of their order, from 1 on.
struct Told {
  Publication publication;
  std::vector<CommitId> commits;
  std::optional<JudgedRange> range;

  void commit() { commits.push_back(publication.commit()); }
  KeyHistory history() {
    const GitRepository git = publication.git.open();
    range.emplace(judge_range(git, std::nullopt, commits.back(), publication.pin()));
    for (const JudgedCommit& judged : range->commits) {
      INFO(text_of(judged.verdict));
      REQUIRE(judged.verdict.kind != Verdict::Kind::refused);
    }
    REQUIRE(range->accepted);
    return KeyHistory(git, *range, publication.pin());
  }
  std::string number(const CommitInfo* commit) const {
    return commit == nullptr ? ""
                             : std::to_string(std::ranges::find(commits, commit->id) - commits.begin() + 1);
  }
  // "mia 2- bob 3-4 | 1 of 1 2-"
  std::string text(const RoleHistory& role) const {
    std::string text;
    for (const auto& [key, name, tenure] : role.holders)
      text += name + " " + number(tenure.from) + "-" + number(tenure.to) + " ";
    text += "|";
    for (const auto& [threshold, keys, tenure] : role.rules)
      text += fmt::format(" {} of {} {}-{}", threshold, keys, number(tenure.from), number(tenure.to));
    return text;
  }
};

}  // namespace

TEST_CASE("a history says who held what from which commit to which", "[key_history]") {
  Told told;
  ContentRepository& content = told.publication.content;
  told.commit();
  content.create_project(project_of("abc", {"olga"}, {"mia"}), {"olga", "mia"});
  told.commit();
  content.change_maintainers("abc", {"bob"}, {}, {"olga"});
  told.commit();
  content.hand_over("abc", {"nina"}, 1, {"olga", "nina"});
  told.commit();
  content.promote({"abc"}, {"ada"});
  told.commit();

  const KeyHistory history = told.history();
  CHECK(history.commits == 5);
  CHECK(told.text(history.roles.at("root")) == "ada 1- | 1 of 1 1-");
  CHECK(told.text(history.roles.at("timestamp")) == "ci 1- | 1 of 1 1-");
  CHECK(told.text(history.roles.at("new")) == "ci 1- | 1 of 1 1-");
  CHECK(told.text(history.roles.at("claimed")) == "ada 1- | 1 of 1 1-");
  const KeyHistory::Project& abc = history.projects.at(ProjectName::from_user("abc"));
  CHECK(told.text(abc.roles.at("owners")) == "olga 2-4 nina 4- | 1 of 1 2-");
  CHECK(told.text(abc.roles.at("maintainers")) == "mia 2- bob 3- | 1 of 1 2-3 1 of 2 3-");
  CHECK(told.number(abc.promoted) == "5");
}

TEST_CASE("a commit that waits for signatures gives nobody anything before they are there", "[key_history]") {
  Told told;
  ContentRepository& content = told.publication.content;
  told.commit();
  CreateProject project = project_of("abc", {"olga", "otto"}, {"mia"});
  project.owner_threshold = 2;
  content.create_project(project, {"olga", "otto", "mia"});
  told.commit();
  content.change_maintainers("abc", {"bob"}, {}, {"olga"});
  told.commit();
  CHECK(told.text(told.history().projects.at(ProjectName::from_user("abc")).roles.at("maintainers")) ==
        "mia 2- | 1 of 1 2-");
  content.sign_also("projects/ab/abc/owners.json", "otto");
  told.commit();
  CHECK(told.text(told.history().projects.at(ProjectName::from_user("abc")).roles.at("maintainers")) ==
        "mia 2- bob 4- | 1 of 1 2-4 1 of 2 4-");
}

}  // namespace tuf::test
