// Who signs for a project changes: teams by the owners, owners by a hop.
#include <catch2/catch.hpp>

#include "tests/support/caught.h"
#include "tests/support/test_keys.h"
#include "tests/support/verdict_rows.h"

using namespace tuf;
using namespace tuf::test;

namespace {

const ProjectName abc = *ProjectName::parse("abc");
const std::string releases = "projects/ab/abc/releases.json";
const std::string owners = "projects/ab/abc/owners.json";
const std::string owners_2 = "projects/ab/abc/owners.2.json";

ContentRepository after_hop() {
  ContentRepository repository = with_release();
  repository.hand_over("abc", {"oscar"}, 1, {"olga", "oscar"});
  return repository;
}

void edit_owners(ContentRepository& next, const std::string& path, const People& signers,
                 const std::function<void(Targets&)>& change) {
  next.edit_role(path, signers, [&](Targets& role) {
    role = next_version(role, far_ahead);
    change(role);
  });
}

std::string full(const std::string& name) { return name + " key " + id_of(name); }

}  // namespace

TEST_CASE("owners add a maintainer alone and the words name the whole key", "[transition_people]") {
  const ContentRepository base = with_release();
  ContentRepository next = base;
  next.change_maintainers("abc", {"max"}, {}, {"olga"});
  const Verdict verdict = judge(&base, next);
  CHECK(text_of(verdict) == "accepted");
  CHECK(in_words(verdict) ==
        std::vector<std::string>{"adds to the maintainers of project abc: " + full("max"),
                                 "role abc stays valid until 2035-01-01T00:00:00Z"});
  CHECK(canonical_json(
            generate(std::make_unique<RepositoryState>(base.state()).get(), verdict.changes).at(owners)) ==
        parse_envelope(next.files.at(owners), "").signed_bytes);

  ContentRepository released = next;
  released.add_release("abc", "2.0.0", {{"abc.tgz", "two"}}, {"max"});
  CHECK(text_of(judge(&next, released)) == "accepted");
}

TEST_CASE(
    "a maintainer who is removed signs nothing any more and releases are signed again when they need it",
    "[transition_people]") {
  const ContentRepository base = with_release();
  const std::string expired = "role abc.rel stays valid until 2035-01-01T00:00:00Z";
  check_rows(
      base,
      {{"mia goes whose signature the releases need",
        [](ContentRepository& next) { next.change_maintainers("abc", {"max"}, {"mia"}, {"olga"}); },
        "refused: " + releases +
            ": would stay as it is, but others must sign now: it is signed by 0 of the 1 key it needs "
            "(missing: " +
            label_of("max") + ")"},
       {"the next version of the releases comes with it, unsigned",
        [](ContentRepository& next) {
          next.change({ChangeTeam{abc, Team::maintainers, persons({"max"}), persons({"mia"}), {}},
                       ExtendExpiry{RoleName::of("abc"), far_ahead},
                       ExtendExpiry{RoleName::of("abc.rel"), far_ahead}},
                      {"olga"});
        },
        "pending: " + releases + " needs 1 more"},
       {"and signed by the one who stays",
        [](ContentRepository& next) {
          next.change({ChangeTeam{abc, Team::maintainers, persons({"max"}), persons({"mia"}), {}},
                       ExtendExpiry{RoleName::of("abc"), far_ahead},
                       ExtendExpiry{RoleName::of("abc.rel"), far_ahead}},
                      {"olga", "max"});
        },
        "accepted"},
       {"and signed by the one who goes",
        [](ContentRepository& next) {
          next.change({ChangeTeam{abc, Team::maintainers, persons({"max"}), persons({"mia"}), {}},
                       ExtendExpiry{RoleName::of("abc"), far_ahead},
                       ExtendExpiry{RoleName::of("abc.rel"), far_ahead}},
                      {"olga"});
          next.sign_also(releases, "mia");
        },
        "refused: " + releases + ": is signed by " + key_label("", id_of("mia")) +
            ", which is none of the 1 key that may sign role abc.rel"}});
}

TEST_CASE("only owners change a team and only in the way that the words say", "[transition_people]") {
  const auto add_max = [](Targets& role) {
    auto& keys = role.delegations[0].signers.keys;
    keys.push_back(person("max").key);
    set_name_of_key(role.delegations_extra, id_of("max"), "max");
    std::ranges::sort(keys, {}, &PublicKey::id);
  };
  const std::string unknown =
      "refused: " + owners + ": contains a change that is not one of the known ones: ";
  check_rows(
      with_release(),
      {{"as it should be", [&](ContentRepository& n) { edit_owners(n, owners, {"olga"}, add_max); },
        "accepted"},
       {"not signed", [&](ContentRepository& n) { edit_owners(n, owners, {}, add_max); },
        "pending: " + owners + " needs 1 more"},
       {"signed by the maintainer", [&](ContentRepository& n) { edit_owners(n, owners, {"mia"}, add_max); },
        "refused: " + owners + ": is signed by " + key_label("", id_of("mia")) +
            ", which is none of the 1 key that may sign role abc"},
       {"signed by the new maintainer",
        [&](ContentRepository& n) { edit_owners(n, owners, {"max"}, add_max); },
        "refused: " + owners + ": is signed by " + key_label("", id_of("max")) +
            ", which is none of the 1 key that may sign role abc"},
       {"the version after next",
        [&](ContentRepository& n) {
          edit_owners(n, owners, {"olga"}, [&](Targets& role) { add_max(role), ++role.version; });
        },
        "refused: " + owners + ": goes from version 1 to version 3; the next version is 2"},
       {"a file of the owners' own",
        [&](ContentRepository& n) {
          edit_owners(n, owners, {"olga"}, [&](Targets& role) {
            role.targets.emplace(*TargetPath::parse("abc/abc/1.0.0/evil"),
                                 TargetFile{1, {{HashAlgorithm::sha256, sha256_of("x")}}, {}, {}});
          });
        },
        unknown + "targets.abc/abc/1.0.0/evil"},
       {"a second delegation that looks like a hop",
        [&](ContentRepository& n) {
          edit_owners(n, owners, {"olga"}, [&](Targets& role) {
            role.delegations.push_back(delegation_to_project(abc, role.delegations[0].signers, 2));
          });
        },
        unknown + "delegations.roles[1]"},
       {"wider paths",
        [&](ContentRepository& n) {
          edit_owners(n, owners, {"olga"}, [&](Targets& role) { role.delegations[0].paths = {{"*/*/*/*"}}; });
        },
        unknown + "delegations.roles[0].paths[0]"},
       {"no longer terminating",
        [&](ContentRepository& n) {
          edit_owners(n, owners, {"olga"}, [&](Targets& role) { role.delegations[0].terminating = false; });
        },
        unknown + "delegations.roles[0].terminating"},
       {"another name for a key by the way",
        [&](ContentRepository& n) {
          edit_owners(n, owners, {"olga"},
                      [&](Targets& role) { set_name_of_key(role.delegations_extra, id_of("mia"), "max"); });
        },
        "refused: " + owners + ": gives the key " + label_of("mia") + " another name in x-pg-names, 'max'"},
       {"a name for nobody's key",
        [&](ContentRepository& n) {
          edit_owners(n, owners, {"olga"},
                      [&](Targets& role) { set_name_of_key(role.delegations_extra, id_of("eve"), "eve"); });
        },
        unknown + "delegations.x-pg-names." + id_of("eve")},
       {"an unknown member beside",
        [&](ContentRepository& n) {
          edit_owners(n, owners, {"olga"}, [&](Targets& role) { role.extra["x-pg-note"] = "hello"; });
        },
        unknown + "x-pg-note"},
       {"another role's name",
        [&](ContentRepository& n) {
          edit_owners(n, owners, {"olga"}, [&](Targets& role) { role.extra["x-pg-role"] = "abd"; });
        },
        unknown + "x-pg-role"},
       {"the maintainers gone",
        [&](ContentRepository& n) {
          edit_owners(n, owners, {"olga"}, [&](Targets& role) { role.delegations.clear(); });
        },
        "refused: " + owners + ": has no delegation to role abc.rel any more"},
       {"the hop's file without the hop",
        [&](ContentRepository& n) {
          edit_owners(n, owners, {"olga"}, add_max);
          n.files[owners_2] = n.files[owners];
        },
        "refused: " + owners_2 + ": has no delegation in projects/ab/abc/owners.json that hands project abc over to it"},
       {"only the expiry",
        [&](ContentRepository& n) {
          edit_owners(n, owners, {"olga"}, [](Targets& role) { role.expires = far_ahead.plus_days(9); });
        },
        "accepted"}});
}

TEST_CASE("a threshold above the number of keys and people named twice are no change",
          "[transition_people]") {
  const ContentRepository base = with_release();
  const RepositoryState state = base.state();
  const auto made = [&](const ChangeTeam& change) {
    return caught([&] { generate(&state, {change, ExtendExpiry{RoleName::of("abc"), far_ahead}}); });
  };
  CHECK(made({abc, Team::maintainers, {}, {}, ThresholdChange{1, 2}}).message ==
        "2 of the 1 maintainers must sign: choose a number from 1 to 1");
  CHECK(made({abc, Team::maintainers, persons({"mia"}), {}, {}}).message ==
        label_of("mia") + " is one of the maintainers of project abc already");
  CHECK(made({abc, Team::maintainers, persons({"max", "max"}), {}, {}}).message ==
        label_of("max") + " is one of the maintainers of project abc already");
  CHECK(made({abc, Team::maintainers, {}, persons({"max"}), {}}).message ==
        label_of("max") + " is none of the maintainers of project abc");
  CHECK(made({abc, Team::maintainers, {}, persons({"mia"}), {}}).message ==
        "no maintainers are named: name at least one");
  CHECK(made({abc, Team::maintainers, {}, {}, {}}).message ==
        "this changes nothing about the maintainers of project abc");
  CHECK(made({abc, Team::maintainers, persons({"max"}), {}, ThresholdChange{2, 1}}).message ==
        "1 of the maintainers of project abc must sign, not 2");
  CHECK(made({abc, Team::references, persons({"max"}), {}, {}}).message ==
        "project abc has no references yet (role abc.refs does not exist)");
}

TEST_CASE("owners hand a project over by a hop that both sign", "[transition_people]") {
  const ContentRepository base = with_release();
  ContentRepository next = base;
  next.hand_over("abc", {"olga", "oscar"}, 2, {"olga", "oscar"});
  const Verdict verdict = judge(&base, next);
  CHECK(text_of(verdict) == "accepted");
  const std::string first = id_of("olga") < id_of("oscar") ? "olga" : "oscar",
                    second = first == "olga" ? "oscar" : "olga";
  CHECK(in_words(verdict) ==
        std::vector<std::string>{"adds to the owners of project abc: " + full("oscar"),
                                 "2 of the owners of project abc must sign from now on, not 1",
                                 "hands project abc over to role abc.o2; owners (2 of 2 must sign): " +
                                     full(first) + ", " + full(second),
                                 "role abc stays valid until 2062-05-19T00:00:00Z",
                                 "role abc.o2 stays valid until 2035-01-01T00:00:00Z"});
  const RepositoryState state = next.state();
  CHECK(state.find_owners(abc)->path == owners_2);
  CHECK(state.find_owners(abc)->signers.threshold == 2);
  CHECK(state.owners_chain(abc).size() == 2);
  CHECK(state.owners(abc)->delegations.front().role.text() == "abc.rel");

  ContentRepository released = next;
  released.add_release("abc", "2.0.0", {{"abc.tgz", "two"}}, {"mia"});
  CHECK(text_of(judge(&next, released)) == "accepted");
  ContentRepository team = next;
  team.change_maintainers("abc", {"max"}, {}, {"olga", "oscar"});
  CHECK(text_of(judge(&next, team)) == "accepted");
  CHECK(team.files.at(owners) == next.files.at(owners));
}

TEST_CASE("a hop waits for its old owners and for each new key", "[transition_people]") {
  const auto signed_by = [](const People& signers) {
    return [signers](ContentRepository& next) {
      next.hand_over("abc", {"olga", "oscar", "otto"}, 1, signers);
    };
  };
  check_rows(
      with_release(),
      {{"nobody", signed_by({}), "pending: " + owners + " needs 1 more, " + owners_2 + " needs 2 more"},
       {"the old owner", signed_by({"olga"}), "pending: " + owners_2 + " needs 2 more"},
       {"one of the new ones", signed_by({"olga", "otto"}), "pending: " + owners_2 + " needs 1 more"},
       {"the new ones only", signed_by({"oscar", "otto"}), "pending: " + owners + " needs 1 more"},
       {"all", signed_by({"olga", "oscar", "otto"}), "accepted"},
       {"the new owner signs the old file",
        [&](ContentRepository& next) {
          signed_by({"oscar", "otto"})(next);
          next.sign_also(owners, "oscar");
        },
        "refused: " + owners + ": is signed by " + key_label("", id_of("oscar")) +
            ", which is none of the 1 key that may sign role abc"}});
  ContentRepository pending = with_release();
  pending.hand_over("abc", {"oscar", "otto"}, 1, {"olga", "otto"});
  CHECK(caught([&] { pending.state().owners(abc); }).message ==
        "projects/ab/abc/owners.2.json at commit 1a2b3c4d is signed by 1 of the 2 keys it needs (missing: " +
            label_of("oscar") + ")");
}

TEST_CASE("what owners handed over is frozen for them and for everybody", "[transition_people]") {
  const ContentRepository base = after_hop();
  const std::string frozen =
      "refused: " + owners +
      ": is changed; it is frozen since its owners handed project abc over to role abc.o2";
  check_rows(
      base,
      {{"the old owner takes it back",
        [&](ContentRepository& n) { n.files[owners] = with_release().files.at(owners); }, frozen},
       {"in a later version",
        [&](ContentRepository& n) {
          edit_owners(n, owners, {"olga"}, [](Targets& role) {
            role.delegations[0] =
                parse_signed_file<Targets>(with_release().files.at(owners), "").untrusted.delegations[0];
          });
        },
        frozen},
       {"the old owner hands it to somebody else",
        [&](ContentRepository& n) {
          edit_owners(n, owners, {"olga"},
                      [](Targets& role) { role.delegations[0].signers.keys = {person("eve").key}; });
        },
        frozen},
       {"only a longer life",
        [&](ContentRepository& n) { edit_owners(n, owners, {"olga"}, [](Targets&) {}); }, frozen},
       {"one more signature", [&](ContentRepository& n) { n.sign_also(owners, "oscar"); }, frozen},
       {"the old owner changes the team of the new ones",
        [&](ContentRepository& n) {
          n.edit_role(owners_2, {"olga"}, [](Targets& role) { role = next_version(role, far_ahead); });
        },
        "refused: " + owners_2 + ": is signed by " + key_label("", id_of("olga")) +
            ", which is none of the 1 key that may sign role abc.o2"}});
}

TEST_CASE("a hop holds nothing but the delegation of all of the project and the teams of before",
          "[transition_people]") {
  const auto edited = [](const std::string& path, const std::function<void(Targets&)>& change) {
    return [=](ContentRepository& next) {
      next.hand_over("abc", {"oscar"}, 1, {"olga", "oscar"});
      next.edit_role(path, {path == owners ? "olga" : "oscar"}, change);
    };
  };
  const std::string unknown = "contains a change that is not one of the known ones: ";
  check_rows(
      with_release(),
      {{"not terminating", edited(owners, [](Targets& r) { r.delegations[0].terminating = false; }),
        "refused: " + owners + ": " + unknown + "delegations.roles[0].terminating"},
       {"fewer paths", edited(owners, [](Targets& r) { r.delegations[0].paths->pop_back(); }),
        "refused: " + owners + ": " + unknown + "delegations.roles[0].paths[1]"},
       {"a name besides",
        edited(owners, [](Targets& r) { set_name_of_key(r.delegations_extra, id_of("olga"), "olga"); }),
        "refused: " + owners + ": " + unknown + "delegations.x-pg-names." + id_of("olga")},
       {"a file in the new role",
        edited(owners_2,
               [](Targets& r) {
                 r.targets.emplace(*TargetPath::parse("abc/abc/1.0.0/x"),
                                   TargetFile{1, {{HashAlgorithm::sha256, sha256_of("x")}}, {}, {}});
               }),
        "refused: " + owners_2 + ": " + unknown + "targets.abc/abc/1.0.0/x"},
       {"the new role starts at version 2", edited(owners_2, [](Targets& r) { r.version = 2; }),
        "refused: " + owners_2 + ": " + unknown + "version"},
       {"the new role says that it is the old one",
        edited(owners_2, [](Targets& r) { r.extra["x-pg-role"] = "abc"; }),
        "refused: " + owners_2 + ": " + unknown + "x-pg-role"},
       {"a role is left out",
        [](ContentRepository& next) {
          next.hand_over("abc", {"oscar"}, 1, {"olga", "oscar"});
          next.edit_role(owners, {"olga"},
                         [](Targets& r) { r.delegations[0].role = RoleName::of("abc.o3"); });
        },
        "refused: " + owners_2 + ": has no delegation in projects/ab/abc/owners.json that hands project abc over to it"},
       {"the new file is missing",
        [](ContentRepository& next) {
          next.hand_over("abc", {"oscar"}, 1, {"olga", "oscar"});
          next.files.erase(owners_2);
        },
        "refused: " + owners +
            ": projects/ab/abc/owners.json at commit 1a2b3c4d hands over to role abc.o2, but there is no " +
            owners_2},
       {"twice in one change",
        [](ContentRepository& next) {
          next.hand_over("abc", {"oscar"}, 1, {"olga", "oscar"});
          next.hand_over("abc", {"otto"}, 1, {"oscar", "otto"});
        },
        "refused: " + owners + ": hands project abc over more than once in one change"},
       {"to the same people in the same number",
        [](ContentRepository& next) {
          next.hand_over("abc", {"oscar"}, 1, {"olga", "oscar"});
          next.edit_role(owners, {"olga"}, [](Targets& r) {
            r.delegations[0].signers.keys = {person("olga").key};
            r.delegations_extra.clear();
            set_name_of_key(r.delegations_extra, id_of("olga"), "olga");
          });
        },
        "refused: " + owners_2 + ": this changes nothing about the owners of project abc"}});
}

TEST_CASE("a hop may change the maintainers as well", "[transition_people]") {
  const ContentRepository base = with_release();
  ContentRepository next = base;
  next.change({ChangeTeam{abc, Team::maintainers, persons({"max"}), {}, {}},
               RotateOwners{abc, 2, persons({"olga"}), persons({"oscar"}), 1, 1},
               ExtendExpiry{RoleName::of("abc"), far_ahead}, ExtendExpiry{RoleName::of("abc.o2"), far_ahead}},
              {"olga", "oscar"});
  const Verdict verdict = judge(&base, next);
  CHECK(text_of(verdict) == "accepted");
  CHECK(verdict.changes.size() == 4);
  CHECK(next.state().find_releases(abc)->signers.keys.size() == 2);
}

TEST_CASE("eight hops are followed and the ninth is refused until the administrators delegate to the newest",
          "[transition_people]") {
  ContentRepository base = with_release();
  const auto hop = [](ContentRepository& next, int number) {
    const auto owner = [](int n) { return n == 1 ? std::string("olga") : "owner" + std::to_string(n); };
    next.hand_over("abc", {owner(number)}, 1, {owner(number - 1), owner(number)});
  };
  for (int number = 2; number <= 9; ++number) {
    ContentRepository next = base;
    hop(next, number);
    REQUIRE(text_of(judge(&base, next)) == "accepted");
    base = next;
  }
  CHECK(base.state().find_owners(abc)->role.text() == "abc.o9");
  ContentRepository ninth = base;
  CHECK(caught([&] {
          hop(ninth, 10);
        }).message.starts_with("projects/ab/abc/owners.9.json at commit 1a2b3c4d is hop 9"));
  CHECK(text_of(judge(&base, ninth)) ==
        "refused: projects/ab/abc/owners.9.json: projects/ab/abc/owners.9.json at commit 1a2b3c4d is hop 9 "
        "of project abc "
        "after the one that the administrators delegate to; 8 are followed");

  ContentRepository promoted = base;
  promoted.promote({"abc"}, {"ada"});
  CHECK(text_of(judge(&base, promoted)) == "accepted");
  CHECK(promoted.state().authority_of(abc)->hop == 9);
  CHECK(promoted.state().owners_chain(abc).size() == 1);
  ContentRepository tenth = promoted;
  hop(tenth, 10);
  CHECK(text_of(judge(&promoted, tenth)) == "accepted");
}

TEST_CASE("administrators delegate a promoted project to its newest owners and to nobody else",
          "[transition_people]") {
  ContentRepository base = with_release();
  base.promote({"abc"}, {"ada"});
  CHECK(caught([&] { base.promote({"abc"}, {"ada"}); }).message == "project abc is promoted already");
  base.hand_over("abc", {"oscar"}, 1, {"olga", "oscar"});
  ContentRepository next = base;
  next.promote({"abc"}, {"ada"});
  CHECK(text_of(judge(&base, next)) == "accepted");
  const RepositoryState after = next.state();
  const auto& delegations = after.find_admin_role(RoleName::of("claimed"))->file.untrusted.delegations;
  REQUIRE(delegations.size() == 2);
  CHECK(delegations[1].role.text() == "abc.o2");
  CHECK(delegations[1].signers.keys.front().id() == id_of("oscar"));
  CHECK(next.state().owners(abc)->version == 1);

  const std::string claimed = "admin/claimed.json";
  ContentRepository evil = next;
  evil.edit_role(claimed, {"ada"},
                 [](Targets& role) { role.delegations[1].signers.keys = {person("eve").key}; });
  CHECK(text_of(judge(&base, evil))
            .starts_with("refused: admin/claimed.json: contains a change that is not one of"));
}

TEST_CASE("a merge takes over changes of people and compacts only to owners on the way",
          "[transition_people]") {
  const ContentRepository base = with_release();
  ContentRepository ours = base;
  ours.create_project(project_of("xyz"), {"olga", "mia"});
  ContentRepository theirs = base;
  theirs.hand_over("abc", {"oscar"}, 1, {"olga", "oscar"});
  theirs.hand_over("abc", {"otto"}, 1, {"oscar", "otto"});
  ContentRepository merge = ours;
  for (const auto& [path, bytes] : theirs.files) merge.files[path] = bytes;
  CHECK(text_of(judge_merge(base, ours, theirs, merge)) == "accepted");

  ContentRepository promoted = theirs;
  promoted.promote({"abc"}, {"ada"});
  ContentRepository both = ours;
  for (const auto& [path, bytes] : promoted.files) both.files[path] = bytes;
  CHECK(text_of(judge_merge(base, ours, promoted, both)) == "accepted");
  ContentRepository wrong = both;
  wrong.edit_role("admin/claimed.json", {"ada"}, [](Targets& role) {
    role.delegations[1].signers.threshold = 1;
    role.delegations[1].signers.keys = {person("eve").key};
  });
  ContentRepository wrong_side = promoted;
  wrong_side.files["admin/claimed.json"] = wrong.files["admin/claimed.json"];
  CHECK(text_of(judge_merge(base, ours, wrong_side, wrong)) ==
        "refused: admin/claimed.json: does not delegate project abc to owners that its claim lists or that "
        "owners handed "
        "it over to");
}
