// Invitations and acceptances: they wait, and nothing else.
#include <catch2/catch.hpp>

#include "libtufcore/invitation.h"
#include "tests/support/content_repository.h"
#include "tests/support/test_keys.h"

using namespace tuf;
using namespace tuf::test;

namespace {

const ProjectName abc = *ProjectName::parse("abc");
const FileName bob = *FileName::parse("bob");
const std::string invited = "projects/ab/abc/invitations/bob.json";
const std::string accepted = "projects/ab/abc/invitations/bob.accepted.json";

Invitation invitation_of(const ContentRepository& repository, bool as_owner = false) {
  return {abc, bob, as_owner, "playground", root_digest(*repository.tree()), made_at};
}

ContentRepository invite(const ContentRepository& base, const People& signers = {"olga"}) {
  ContentRepository next = base;
  next.put(invited, to_json(invitation_of(base)), signers);
  return next;
}

ContentRepository accept(const ContentRepository& base, const People& signers = {"bob"}) {
  ContentRepository next = invite(base);
  next.put(accepted, to_json(Acceptance{to_json(invitation_of(base)), person("bob").key}), signers);
  return next;
}

struct Row {
  std::string name;
  std::function<void(ContentRepository&)> edit;
  std::string expected;
};

void check_rows(const std::vector<Row>& rows, const ContentRepository& base, const ContentRepository& start) {
  for (const Row& row : rows) {
    INFO(row.name);
    ContentRepository next = start;
    row.edit(next);
    CHECK(text_of(judge(&base, next)) == row.expected);
  }
}

}  // namespace

TEST_CASE("an invitation waits whoever signs it", "[transition_invitation]") {
  const ContentRepository base = with_release();
  const Verdict verdict = judge(&base, invite(base));
  CHECK(verdict.kind == Verdict::Kind::pending);
  CHECK(verdict.missing.empty());
  CHECK(verdict.waits ==
        std::vector<std::string>{"bob as maintainer of project abc accepts: pgsign accept abc bob"});
  CHECK(in_words(verdict) == std::vector<std::string>{"invites bob as maintainer of project abc (at 2030-01-01T00:00:00Z)"});

  const Verdict after = judge(&base, accept(base));
  CHECK(after.kind == Verdict::Kind::pending);
  CHECK(after.missing.empty());
  CHECK(after.waits ==
        std::vector<std::string>{"an owner adds bob as maintainer of project abc: pgsign sign abc"});
  CHECK(in_words(after) ==
        std::vector<std::string>{"bob accepts to be maintainer of project abc: key " + id_of("bob")});
  CHECK(generate(std::make_unique<RepositoryState>(base.state()).get(), after.changes).empty());
}

TEST_CASE("an invitation is an owner's and of its own project and repository", "[transition_invitation]") {
  const ContentRepository base = with_release();
  const auto edited = [](const char* member, const std::string& value) {
    return [=](ContentRepository& next) {
      next.edit(invited, {"olga"}, [&](Json::Object& part) { part[member] = value; });
    };
  };
  check_rows(
      {{"not signed",
        [](ContentRepository& n) { n.put(invited, parse_envelope(n.files.at(invited), "").signed_part, {}); },
        "pending: " + invited + " needs 1 more"},
       {"by a maintainer",
        [](ContentRepository& n) {
          n.put(invited, parse_envelope(n.files.at(invited), "").signed_part, {"mia"});
        },
        "refused: " + invited + ": is signed by " + key_label("", id_of("mia")) +
            ", which is none of the 1 key that may sign role abc"},
       {"to another project", edited("project", "abd"),
        "refused: " + invited + ": is an invitation by the name bob to project abd"},
       {"of another person", edited("name", "rob"), "refused: " + invited + ": is an invitation by the name rob to project abc"},
       {"of another repository", edited("repository", "elsewhere"),
        "refused: " + invited + ": is an invitation of another repository, elsewhere"},
       {"of another root", edited("root", "00"),
        "refused: " + invited + ": is an invitation of a repository with another root, 00"},
       {"with a member besides", edited("note", "hello"),
        "refused: " + invited +
            ": projects/ab/abc/invitations/bob.json at commit 1a2b3c4d differs from every invitation: note"},
       {"as something else", edited("as", "administrator"),
        "refused: " + invited +
            ": projects/ab/abc/invitations/bob.json at commit 1a2b3c4d: as must be \"owner\" or "
            "\"maintainer\""},
       {"with a release",
        [](ContentRepository& n) {
          n.add_release("abc", "2.0.0", {{"abc.tgz", "two"}}, {"mia"});
        },
        "refused: projects/ab/abc/files/abc/2.0.0/abc.tgz: is changed together with an invitation, which comes alone"},
       {"with one more space", [](ContentRepository& n) { n.files[invited] += " "; },
        "refused: " + invited +
            ": is not written as pgsign writes it: one line, members and signatures sorted, nothing else"}},
      base, invite(base));
}

TEST_CASE("an acceptance counts for one invitation and for nothing else", "[transition_invitation]") {
  const ContentRepository base = with_release();
  check_rows({{"not signed", [&](ContentRepository& n) { n = accept(base, {}); },
               "pending: " + accepted + " needs 1 more"},
              {"signed by another key", [&](ContentRepository& n) { n = accept(base, {"eve"}); },
               "refused: " + accepted + ": is signed by " + key_label("", id_of("eve")) +
                   ", which is none of the 1 key that may sign role abc"},
              {"another key under its signature",
               [](ContentRepository& n) {
                 const auto signatures = parse_envelope(n.files.at(accepted), "").signatures;
                 const Json part = to_json(
                     Acceptance{parse_envelope(n.files.at(invited), "").signed_part, person("eve").key});
                 n.files[accepted] = signed_file_text(part, signatures);
               },
               "refused: " + accepted + ": is signed by " + key_label("", id_of("bob")) +
                   ", which is none of the 1 key that may sign role abc"},
              {"of an invitation with less rights",
               [](ContentRepository& n) {
                 n.edit(invited, {"olga"}, [](Json::Object& part) { part["as"] = "owner"; });
               },
               "refused: " + accepted + ": accepts another invitation than the one that stands beside it: as"},
              {"without the invitation", [](ContentRepository& n) { n.files.erase(invited); },
               "refused: " + accepted + ": accepts an invitation that is not there"},
              {"in a project that is just created",
               [](ContentRepository& n) {
                 n.create_project(project_of("xyz"), {"olga", "mia"});
                 n.files["projects/xy/xyz/invitations/bob.json"] = n.files.at(invited);
               },
               "refused: projects/xy/xyz/invitations/bob.json: comes with the creation of its project; "
               "create project xyz "
               "first, then invite others"}},
             base, accept(base));
}

TEST_CASE("the owners' change that follows an acceptance leaves no invitation", "[transition_invitation]") {
  const ContentRepository base = with_release();
  ContentRepository next = base;
  next.change_maintainers("abc", {"bob"}, {}, {"olga"});
  CHECK(text_of(judge(&base, next)) == "accepted");
  ContentRepository left = accept(base);
  left.change_maintainers("abc", {"bob"}, {}, {"olga"});
  CHECK(text_of(judge(&base, left)) ==
        "refused: projects/ab/abc/owners.json: is changed together with an invitation, which comes alone");
}
