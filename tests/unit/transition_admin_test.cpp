// What the administrators may change, and who must sign it.
#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <functional>

#include "tests/support/caught.h"
#include "tests/support/verdict_rows.h"

using namespace tuf;
using namespace tuf::test;

namespace {

using Edit = std::function<void(ContentRepository&)>;

const ProjectName abc = *ProjectName::parse("abc");

std::vector<Change> with_expiries(std::vector<Change> changes, const std::vector<std::string>& roles) {
  for (const std::string& role : roles) changes.push_back(expiry_of(role));
  return changes;
}

const std::vector<std::string> every_role = {"root",         "targets", "blocked",
                                             "blocked.void", "claimed", "claimed.void"};

ChangeAdministrators rotation(const People& before, const People& after, std::uint32_t threshold_before = 1,
                              std::uint32_t threshold_after = 1) {
  return {persons(before), persons(after), threshold_before, threshold_after};
}

Edit administer(const std::vector<Change>& changes, const People& signers) {
  return [=](ContentRepository& next) { next.administer(changes, signers); };
}

// Pending: which of root's signatures are missing, by name.
std::vector<std::string> missing_of_root(const ContentRepository& base, const ContentRepository& next,
                                         const People& people) {
  std::vector<std::string> names;
  for (const MissingSignatures& file : judge(&base, next).missing) {
    if (file.path != layout::root) continue;
    for (const std::string& name : people) {
      if (std::ranges::find(file.check.missing, id_of(name)) != file.check.missing.end())
        names.push_back(name);
    }
  }
  return names;
}

ContentRepository promoted() {
  ContentRepository base = with_release();
  base.promote({"abc"}, {"ada"});
  return base;
}

const UtcTime claimed_made =
    far_ahead.plus_days(-365);  // what `claimed` says of when it was signed, when it expires then

AnnounceTransfer announcement(const ContentRepository& base, UtcTime not_before) {
  const RepositoryState state = base.state();
  const RoleFile& owners = *state.find_owners(abc);
  return {abc, owners.role, owners.file.untrusted.version, persons({"dora"}),
          1,   not_before,  *Reason::parse("keys lost")};
}

}  // namespace

TEST_CASE("each of the administrators roles can be renewed and nothing else changes with it",
          "[transition_admin]") {
  const ContentRepository base = promoted();
  for (const std::string& role : every_role)
    check_rows(base, {{role, administer({expiry_of(role)}, {"ada"}), "accepted"}});
  check_rows(base, {
                       {"the configuration alone",
                        [](ContentRepository& next) { next.files["admin/config/repository.json"] += "\n"; },
                        "refused: admin/config/repository.json: is changed, but no change that this version "
                        "knows changes it so"},
                   });
  ContentRepository second = base;
  second.administer({expiry_of("root")}, {"ada"});
  check_rows(second, {{"another second root",
                       [](ContentRepository& next) {
                         next.edit("admin/root.json", {"ada"}, [](Json::Object& part) { part["x"] = 1; });
                         next.files["admin/root_history/2.root.json"] = next.files["admin/root.json"];
                       },
                       "refused: admin/root_history/2.root.json: is changed; an accepted version of the root "
                       "never changes"}});
}

TEST_CASE("T-06 a new root needs its old administrators and its new ones and each who is new",
          "[transition_admin]") {
  ContentRepository base;
  base.create(repository_of({"ada", "bea", "cai"}, 2), {"ada", "bea"});
  const auto changes =
      with_expiries({rotation({"ada", "bea", "cai"}, {"bea", "dan", "eli"}, 2, 2)}, every_role);
  const People all = {"ada", "bea", "cai", "dan", "eli"};
  struct Case {
    People signers, missing;
  };
  const std::vector<Case> cases = {
      {{}, {"ada", "bea", "cai", "dan", "eli"}}, {{"ada", "bea"}, {"dan", "eli"}},
      {{"ada", "cai"}, {"dan", "eli"}},          {{"dan", "eli"}, {"ada", "bea", "cai"}},
      {{"bea", "dan", "eli"}, {"ada", "cai"}},   {{"ada", "bea", "dan"}, {"eli"}},
      {{"ada", "bea", "dan", "eli"}, {}},        {{"ada", "cai", "dan", "eli"}, {}}};
  for (const Case& one : cases) {
    ContentRepository next = base;
    next.administer(changes, one.signers);
    INFO(Catch::Detail::stringify(one.signers) << text_of(judge(&base, next)));
    CHECK(missing_of_root(base, next, all) == one.missing);
    CHECK((judge(&base, next).kind == Verdict::Kind::accepted) == one.missing.empty());
    if (!one.missing.empty())
      CHECK(caught([&] { next.state().admin_role(RoleName::of("targets")); }).kind == "refused");
  }
  ContentRepository next = base;
  next.administer(changes, {"ada", "bea", "dan", "eli"});
  next.administer(with_expiries({rotation({"bea", "dan", "eli"}, {"dan"}, 2, 1)}, every_role),
                  {"bea", "dan"});
  CHECK(next.state().root().version == 3);
  CHECK(next.state().root_check().enough());
  CHECK(next.state().admin_role(RoleName::of("claimed"))->version == 3);
}

TEST_CASE("T-06 who takes a place among the administrators without the old ones is refused or waits",
          "[transition_admin]") {
  const ContentRepository base = promoted();
  const auto changes = with_expiries({rotation({"ada"}, {"eve"})}, every_role);
  check_rows(base, {{"only the thief signs", administer(changes, {"eve"}),
                     "pending: admin/root.json needs 1 more, admin/root_history/2.root.json needs 1 more"},
                    {"targets of others below the old root",
                     [](ContentRepository& next) {
                       next.edit_role("admin/targets.json", {"ada"}, [](Targets& role) {
                         role = next_version(role, far_ahead);
                         role.delegations[1].signers.keys = {person("eve").key};
                       });
                     },
                     "refused: admin/targets.json: contains a change that is not one of the known ones: "
                     "delegations.keys." +
                         id_of("eve")},
                    {"root is changed, and the roles below are not signed again",
                     [&](ContentRepository& next) {
                       const auto old = next.files;
                       next.administer(changes, {"ada", "eve"});
                       next.files["admin/blocked.void.json"] = old.at("admin/blocked.void.json");
                     },
                     "refused: admin/blocked.json: nothing says until when the next version of "
                     "admin/blocked.void.json stays valid"},
                    {"a version is left out",
                     [&](ContentRepository& next) {
                       next.administer({expiry_of("root")}, {"ada"});
                       next.administer({expiry_of("root")}, {"ada"});
                     },
                     "refused: admin/root_history/3.root.json: is changed, but no change that this version "
                     "knows changes it so"}});
}

TEST_CASE("what is blocked needs one administrator and a reason and stays until it is unblocked",
          "[transition_admin]") {
  ContentRepository base;
  base.create(repository_of({"ada", "bea"}, 2), {"ada", "bea"});
  base.create_project(project_of("abc"), {"olga", "mia"});
  const BlockName block{{abc}, *Reason::parse("malware")};
  check_rows(base, {{"one of two", administer({block, expiry_of("blocked")}, {"bea"}), "accepted"},
                    {"an owner",
                     [&](ContentRepository& next) {
                       next.administer({block, expiry_of("blocked")}, {});
                       next.sign_also("admin/blocked.json", "olga");
                     },
                     fmt::format("refused: admin/blocked.json: is signed by {}, which is none of the 2 keys "
                                 "that may sign role blocked",
                                 id_of("olga").substr(0, 8))}});
  base.administer({block, expiry_of("blocked")}, {"ada"});
  const RepositoryState state = base.state();
  const auto blocked = state.admin_role(RoleName::of("blocked"));
  CHECK(blocked->delegations.at(0).paths == std::vector<std::string>{"abc/*/*/*", "refs/abc/*/*"});
  CHECK(find_block(blocks_of(*blocked), {abc, *ProductName::parse("cli")})->reason.text() == "malware");
  CHECK(find_block(blocks_of(*blocked), {*ProjectName::parse("abd")}) == nullptr);
  const auto conflict_of = [&](const Change& change) {
    return caught([&] { generate(&state, {change, expiry_of("blocked")}); });
  };
  CHECK(conflict_of(block) == Caught{"conflict", "abc is blocked already: malware"});
  CHECK(conflict_of(UnblockName{{abc, *ProductName::parse("cli")}}) ==
        Caught{"conflict", "abc/cli is not blocked"});
  base.administer({UnblockName{{abc}}, expiry_of("blocked")}, {"ada"});
  CHECK(base.state().admin_role(RoleName::of("blocked"))->delegations.at(0).paths ==
        std::vector<std::string>());
}

TEST_CASE("a reserved name cannot be claimed and an existing one cannot be reserved", "[transition_admin]") {
  ContentRepository base = with_project();
  const ProjectName bank = *ProjectName::parse("bank");
  base.administer({ReserveNames{{bank}, true}, expiry_of("claimed")}, {"ada"});
  const Edit claim = [](ContentRepository& next) {
    next.create_project(project_of("bank"), {"olga", "mia"});
  };
  check_rows(base,
             {{"claimed", claim,
               "refused: projects/ba/bank/claim.json: the name bank is reserved by the administrators"}});
  const RepositoryState state = base.state();
  const auto conflict_of = [&](const ReserveNames& change) {
    return caught([&] { generate(&state, {change, expiry_of("claimed")}); });
  };
  CHECK(conflict_of({{bank}, true}) == Caught{"conflict", "the name bank is reserved already"});
  CHECK(conflict_of({{abc}, true}) == Caught{"conflict", "there is a project abc"});
  CHECK(conflict_of({{abc}, false}) == Caught{"conflict", "the name abc is free already"});
  base.administer({ReserveNames{{bank}, false}, expiry_of("claimed")}, {"ada"});
  check_rows(base, {{"free again", claim, "accepted"}});
}

TEST_CASE("a project is transferred as announced and not before and not against its owners",
          "[transition_admin]") {
  const ContentRepository base = promoted();
  const TransferProject transfer{abc, 2, persons({"dora"}), 1};
  const auto announce = [&](int days) { return announcement(base, claimed_made.plus_days(days)); };
  check_rows(base, {{"too soon", administer({announce(30), expiry_of("claimed")}, {"ada"}), "accepted"}});
  const RepositoryState state = base.state();
  CHECK(caught([&] {
          generate(&state, {announce(29), expiry_of("claimed")});
        }) ==
        Caught{"conflict", "the transfer is announced for less than 30 days after " + claimed_made.text()});
  CHECK(caught([&] {
          generate(&state, {transfer, expiry_of("claimed")});
        }) == Caught{"conflict", "no transfer of project abc is announced"});

  ContentRepository waiting = base;
  waiting.administer({announce(30), expiry_of("claimed")}, {"ada"});
  const RepositoryState announced = waiting.state();
  const UtcTime early = far_ahead.plus_days(29), late = far_ahead.plus_days(30);
  CHECK(caught([&] {
          generate(&announced, {transfer, expiry_of("claimed", early), expiry_of("abc.o2")});
        }).kind == "conflict");
  TransferProject other = transfer;
  other.owners = persons({"eve"});
  CHECK(caught([&] {
          generate(&announced, {other, expiry_of("claimed", late), expiry_of("abc.o2")});
        }) == Caught{"conflict", "the transfer of project abc is not the one that was announced"});
  const std::vector<Change> completed = {transfer, expiry_of("claimed", late), expiry_of("abc.o2")};
  check_rows(
      waiting,
      {{"the next owner has not signed", administer(completed, {"ada"}),
        "pending: projects/ab/abc/owners.2.json needs 1 more"},
       {"complete", administer(completed, {"ada", "dora"}), "accepted"},
       {"with a release",
        [&](ContentRepository& next) {
          next.administer(completed, {"ada", "dora"});
          next.add_release("abc", "2.0.0", {{"abc.tgz", "two"}}, {"mia"});
        },
        "refused: projects/ab/abc/releases.json: is changed together with the transfer of project abc"}});

  ContentRepository objected = waiting;
  objected.apply({expiry_of("abc")}, {"olga"});
  CHECK(text_of(judge(&waiting, objected)) == "accepted");
  const RepositoryState after = objected.state();
  CHECK(caught([&] { generate(&after, completed); }) ==
        Caught{"conflict",
               "the owners of project abc object: they signed version 2 of role abc after the announcement"});

  ContentRepository done = waiting;
  done.administer(completed, {"ada", "dora"});
  CHECK(done.state().find_owners(abc)->role.text() == "abc.o2");
  CHECK(done.state().releases(abc)->targets.size() == 1);
  ContentRepository released = done;
  released.add_release("abc", "2.0.0", {{"abc.tgz", "two"}}, {"mia"});
  CHECK(text_of(judge(&done, released)) == "accepted");
  ContentRepository by_old = done;
  by_old.edit_role("projects/ab/abc/owners.json", {"olga"},
                   [](Targets& role) { role = next_version(role, far_ahead); });
  CHECK(text_of(judge(&done, by_old)) ==
        "refused: projects/ab/abc/owners.json: is changed; it is frozen since its owners handed project abc "
        "over to role abc.o2");
}
