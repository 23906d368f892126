// The rule book on what is created once: the repository, and each project; and on promotion.
#include <catch2/catch.hpp>

#include "tests/support/caught.h"
#include "tests/support/test_keys.h"
#include "tests/support/verdict_rows.h"

using namespace tuf;
using namespace tuf::test;

namespace {

const std::string claim = "projects/ab/abc/claim.json";
const std::string owners = "projects/ab/abc/owners.json";
const std::string releases = "projects/ab/abc/releases.json";
const std::string unknown = ": contains a change that is not one of the known ones: ";
const std::string rewritten =
    ": is not written as pgsign writes it: one line, members and signatures sorted, nothing else";

void check_first_commit(const std::vector<VerdictRow>& rows) {
  for (const VerdictRow& row : rows) {
    INFO(row.name);
    ContentRepository next = new_repository();
    row.edit(next);
    CHECK(text_of(judge(nullptr, next)) == row.expected);
  }
}

std::function<void(ContentRepository&)> edited(const std::string& path, const People& signers,
                                               const std::function<void(Json::Object&)>& change) {
  return [=](ContentRepository& next) { next.edit(path, signers, change); };
}

// Changes a member of a member.
void change_in(Json::Object& part, const std::string& name,
               const std::function<void(Json::Object&)>& change) {
  Json::Object inner = *part.at(name).as_object();
  change(inner);
  part[name] = std::move(inner);
}

// Gives the key `id` of a keys object another id.
void rename_key(Json::Object& keys, const std::string& id, const std::string& other) {
  auto node = keys.extract(id);
  node.key() = other;
  keys.insert(std::move(node));
}

}  // namespace

TEST_CASE("the first commit creates the repository", "[transition]") {
  ContentRepository next = new_repository();
  const Verdict verdict = judge(nullptr, next);
  CHECK(text_of(verdict) == "accepted");
  REQUIRE(verdict.changes.size() == 1);
  CHECK(std::get<CreateRepository>(verdict.changes[0]).name == "playground");
  next.files["README.md"] = "hello";
  CHECK(text_of(judge(nullptr, next)) == "accepted");
  CHECK(judge(nullptr, next).changes.size() == 2);
}

TEST_CASE("G-14 the first root must be the pinned one", "[transition]") {
  const ContentRepository next = new_repository();
  const auto with_pin = [&](const Digest& pin) {
    return check_transition(nullptr, next.tree(), pin, differences({}, next.files));
  };
  CHECK(text_of(with_pin(next.pin())) == "accepted");
  const Verdict refused = with_pin(sha256_of("another"));
  CHECK(text_of(refused) == fmt::format("refused: admin/root.json: admin/root_history/1.root.json at commit "
                                        "1a2b3c4d has the SHA-256 {}, but "
                                        "the pinned root has {}",
                                        next.pin().hex(), sha256_of("another").hex()));
}

TEST_CASE("a repository of two administrators is pending until both have signed", "[transition]") {
  ContentRepository next;
  next.create(repository_of({"ada", "bea"}, 2), {"ada"});
  const Digest complete = [&] {
    ContentRepository both;
    both.create(repository_of({"ada", "bea"}, 2), {"ada", "bea"});
    return both.pin();
  }();
  const auto verdict = [&] {
    return check_transition(nullptr, next.tree(), complete, differences({}, next.files));
  };
  CHECK(text_of(verdict()) ==
        "pending: admin/claimed.json needs 1 more, admin/claimed.void.json needs 1 more, admin/root.json "
        "needs 1 more, "
        "admin/root_history/1.root.json needs 1 more, admin/targets.json needs 1 more");
  for (const MissingSignatures& file : verdict().missing) next.sign_also(file.path, "bea");
  CHECK(text_of(verdict()) == "accepted");
}

TEST_CASE("the first commit holds nothing but what pgsign init makes", "[transition]") {
  check_first_commit({
      {"an extra member of root",
       [](ContentRepository& next) {
         next.edit("admin/root.json", {"ada"}, [](Json::Object& part) { part["x-more"] = 1; });
         next.files["admin/root_history/1.root.json"] = next.files["admin/root.json"];
       },
       "refused: admin/root.json" + unknown + "x-more"},
      {"a root of another name",
       [](ContentRepository& next) {
         next.edit("admin/root.json", {"ada"}, [](Json::Object& part) { part["x-pg-repository"] = "other"; });
         next.files["admin/root_history/1.root.json"] = next.files["admin/root.json"];
       },
       "refused: admin/root.json" + unknown + "x-pg-repository"},
      {"a root that differs from its history",
       edited("admin/root.json", {"ada"}, [](Json::Object& part) { part["x-more"] = 1; }),
       "refused: admin/root.json: admin/root.json at commit 1a2b3c4d is not the same file as "
       "admin/root_history/1.root.json"},
      {"a key that may claim and is no administrator",
       [](ContentRepository& next) {
         next.edit_role("admin/targets.json", {"ada"},
                        [](Targets& role) { role.delegations[1].signers.keys = {person("eve").key}; });
       },
       "refused: admin/targets.json" + unknown + "delegations.keys." + id_of("eve")},
      {"a claimed role that searches on",
       [](ContentRepository& next) {
         next.edit_role("admin/claimed.json", {"ada"},
                        [](Targets& role) { role.delegations[0].terminating = false; });
       },
       "refused: admin/claimed.json" + unknown + "delegations.roles[0].terminating"},
      {"a project in claimed from the start",
       [](ContentRepository& next) {
         next.edit_role("admin/claimed.json", {"ada"}, [](Targets& role) {
           role.delegations.push_back(
               delegation_to_project(*ProjectName::parse("abc"), RoleKeys{{person("eve").key}, {}, 1}));
         });
       },
       "refused: admin/claimed.json" + unknown + "delegations.keys." + id_of("eve")},
      {"a target in a void role",
       [](ContentRepository& next) {
         next.edit_role("admin/claimed.void.json", {"ada"}, [](Targets& role) {
           TargetFile file;
           file.length = 1;
           file.hashes.emplace(HashAlgorithm::sha256, sha256_of("x"));
           role.targets.emplace(*TargetPath::parse("abc/abc/1/x"), file);
         });
       },
       "refused: admin/claimed.void.json" + unknown + "targets.abc/abc/1/x"},
      {"a version that is not the first",
       [](ContentRepository& next) {
         next.edit_role("admin/blocked.json", {"ada"}, [](Targets& role) { role.version = 2; });
       },
       "refused: admin/blocked.json" + unknown + "version"},
      {"a role file that is missing",
       [](ContentRepository& next) { next.files.erase("admin/blocked.void.json"); },
       "refused: admin/blocked.void.json: is missing"},
      {"a configuration with more",
       [](ContentRepository& next) { next.files["admin/config/repository.json"].replace(0, 1, "{\"a\":1,"); },
       "refused: admin/config/repository.json: states something that no change explains: a"},
      {"a configuration with a space more",
       [](ContentRepository& next) { next.files["admin/config/repository.json"] += " "; },
       "refused: admin/config/repository.json: is not written as pgsign writes it: one line, members sorted, "
       "nothing else"},
      {"a configuration that targets does not state",
       [](ContentRepository& next) {
         Configuration configuration;
         configuration.name = "playground";
         configuration.max_file_bytes = 1001;
         next.files["admin/config/repository.json"] = json_text(to_json(configuration)) + "\n";
       },
       "refused: admin/targets.json" + unknown + "targets.config/repository.json.hashes.sha256"},
      {"white space", [](ContentRepository& next) { next.files["admin/targets.json"] += " "; },
       "refused: admin/targets.json" + rewritten},
      {"a project",
       [](ContentRepository& next) {
         next.create_project(project_of("abc"), {"olga", "mia"});
       },
       "refused: " + claim + ": is in the first commit, which creates the repository and no project"},
      {"a signature of a stranger",
       [](ContentRepository& next) { next.sign_also("admin/blocked.json", "eve"); },
       "refused: admin/blocked.json: carries a signature by " + id_of("eve").substr(0, 8) +
           ", which may not sign role blocked"},
      {"a root that nobody signed that may",
       [](ContentRepository& next) {
         next.edit("admin/root.json", {"eve"}, [](Json::Object&) {});
         next.files["admin/root_history/1.root.json"] = next.files["admin/root.json"];
       },
       "refused: admin/root.json: is signed by " + id_of("eve").substr(0, 8) +
           ", which is none of the 1 key that may sign role root"},
      {"a second root at once",
       [](ContentRepository& next) {
         Root root = parse_signed_file<Root>(next.files.at("admin/root.json"), "root").untrusted;
         root.version = 2;
         next.put("admin/root_history/2.root.json", to_json(root), {"ada"});
         next.files["admin/root.json"] = next.files["admin/root_history/2.root.json"];
       },
       "refused: admin/root_history/2.root.json: is none of the files of a new repository"},
      {"no repository at all",
       [](ContentRepository& next) {
         next.files = {{"README.md", "hello"}};
       },
       "refused: admin/root.json: commit 1a2b3c4d is not a content repository (it has no "
       "admin/root_history/1.root.json)"},
  });
}

TEST_CASE("a project is created by three files that pgsign makes", "[transition]") {
  const ContentRepository base = new_repository();
  ContentRepository next = base;
  next.create_project(project_of("abc"), {"olga", "mia"});
  const Verdict verdict = judge(&base, next);
  CHECK(text_of(verdict) == "accepted");
  CHECK(in_words(verdict) == describe(project_of("abc")));
}

TEST_CASE("a project is pending until owners and maintainers have signed", "[transition]") {
  const ContentRepository base = new_repository();
  ContentRepository next = base;
  CreateProject change = project_of("abc", {"olga", "otto"}, {"mia", "max"});
  change.owner_threshold = 1;
  next.create_project(change, {"olga"});
  CHECK(text_of(judge(&base, next)) == "pending: " + claim + " needs 1 more, " + releases + " needs 1 more");
  next.sign_also(claim, "otto");
  CHECK(text_of(judge(&base, next)) == "pending: " + releases + " needs 1 more");
  next.sign_also(releases, "max");
  CHECK(text_of(judge(&base, next)) == "accepted");
}

TEST_CASE("a claim alone does not sign the owners file", "[transition]") {
  const ContentRepository base = new_repository();
  ContentRepository next = base;
  next.create_project(project_of("abc"), {"olga", "mia"});
  next.edit(owners, {}, [](Json::Object&) {});
  CHECK(text_of(judge(&base, next)) == "pending: " + owners + " needs 1 more");
}

TEST_CASE("what else comes with a new project is refused", "[transition]") {
  const ContentRepository base = new_repository();
  const auto created = [](const std::function<void(ContentRepository&)>& then) {
    return [then](ContentRepository& next) {
      next.create_project(project_of("abc"), {"olga", "mia"});
      then(next);
    };
  };
  const std::string missing = ": is missing; a project has claim.json, owners.json and releases.json";
  check_rows(base, {
                       {"no claim", created([](ContentRepository& next) { next.files.erase(claim); }),
                        "refused: " + claim + missing},
                       {"no owners", created([](ContentRepository& next) { next.files.erase(owners); }),
                        "refused: " + owners + missing},
                       {"no releases", created([](ContentRepository& next) { next.files.erase(releases); }),
                        "refused: " + releases + missing},
                       {"a release at once", created([](ContentRepository& next) {
                          next.add_release("abc", "1", {{"a", "a"}}, {"mia"});
                        }),
                        "refused: projects/ab/abc/files/abc/1/a: comes with the creation of its project; "
                        "create project abc first, then "
                        "add releases"},
                       {"a file alone", created([](ContentRepository& next) {
                          next.edit_role(releases, {"mia"}, [](Targets& role) { role.version = 2; });
                        }),
                        "refused: " + releases + unknown + "version"},
                       {"an extra member of the claim",
                        created(edited(claim, {"olga"}, [](Json::Object& part) { part["x"] = 1; })),
                        "refused: " + claim + unknown + "x"},
                       {"wider paths than the project's", created([](ContentRepository& next) {
                          next.edit_role(owners, {"olga"},
                                         [](Targets& role) { role.delegations[0].paths = {"*/*/*/*"}; });
                        }),
                        "refused: " + owners + unknown + "delegations.roles[0].paths[0]"},
                       {"a second delegation", created([](ContentRepository& next) {
                          next.edit_role(owners, {"olga"}, [](Targets& role) {
                            role.delegations.push_back(role.delegations[0]);
                            role.delegations[1].role = RoleName::of("abc.other");
                          });
                        }),
                        "refused: " + owners + ": has 2 delegations; a project has exactly one"},
                       {"a target in the owners file", created([](ContentRepository& next) {
                          next.edit_role(owners, {"olga"}, [](Targets& role) {
                            TargetFile file;
                            file.length = 1;
                            file.hashes.emplace(HashAlgorithm::sha256, sha256_of("x"));
                            role.targets.emplace(*TargetPath::parse("abc/abc/1/x"), file);
                          });
                        }),
                        "refused: " + owners + unknown + "targets.abc/abc/1/x"},
                       {"a name of a key that is not there", created([](ContentRepository& next) {
                          next.edit_role(owners, {"olga"}, [](Targets& role) {
                            set_name_of_key(role.delegations_extra, id_of("eve"), "mia");
                          });
                        }),
                        "refused: " + owners + unknown + "delegations.x-pg-names." + id_of("eve")},
                       {"a claim of another name in the folder", created([](ContentRepository& next) {
                          next.edit(claim, {"olga"}, [](Json::Object& part) { part["project"] = "abd"; });
                        }),
                        "refused: " + claim + ": " + claim +
                            " at commit 1a2b3c4d claims the name abd, but its folder is projects/ab/abc"},
                       {"a claim signed by another", created(edited(claim, {"eve"}, [](Json::Object&) {})),
                        "refused: " + claim + ": is signed by " + id_of("eve").substr(0, 8) +
                            ", which is none of the 1 key that may sign role abc"},
                   });
}

TEST_CASE("S-03 a key under an id that is not its hash is refused", "[transition]") {
  const ContentRepository base = new_repository();
  const std::string fake(64, 'f');
  ContentRepository in_claim = base;
  in_claim.create_project(project_of("abc"), {"olga", "mia"});
  in_claim.edit(claim, {"olga"}, [&](Json::Object& part) {
    change_in(part, "owners", [&](Json::Object& keys) { rename_key(keys, id_of("olga"), fake); });
  });
  CHECK(text_of(judge(&base, in_claim)) ==
        fmt::format("refused: {}: names a key '{}', but the hash of that key is {}", claim, fake,
                    id_of("olga")));

  ContentRepository in_owners = base;
  in_owners.create_project(project_of("abc"), {"olga", "mia"});
  in_owners.edit(owners, {"olga"}, [&](Json::Object& part) {
    change_in(part, "delegations", [&](Json::Object& delegations) {
      change_in(delegations, "keys", [&](Json::Object& keys) { rename_key(keys, id_of("mia"), fake); });
      Json::Object role = *delegations.at("roles").as_array()->front().as_object();
      role["keyids"] = Json::Array{fake};
      delegations["roles"] = Json::Array{role};
    });
  });
  CHECK(text_of(judge(&base, in_owners)) ==
        fmt::format("refused: {}: names a key '{}', but the hash of that key is {}", owners, fake,
                    id_of("mia")));
}

TEST_CASE("a name that looks like another or is reserved is refused", "[transition]") {
  ContentRepository base = with_project();
  base.create_project(project_of("foo-1"), {"olga", "mia"});
  base.edit_role("admin/claimed.json", {"ada"}, [](Targets& role) {
    role.delegations[0].paths = {"bank/*/*/*", "pay*/*/*/*"};
  });
  const auto create = [](const std::string& name) {
    return
        [name](ContentRepository& next) { next.create_project(project_of(name, {"eve"}, {"eve"}), {"eve"}); };
  };
  check_rows(
      base,
      {
          {"hyphens", create("a-b-c"),
           "refused: projects/a-/a-b-c/claim.json: the name a-b-c looks like the existing project abc"},
          {"letters and digits", create("f0ol"),
           "refused: projects/f0/f0ol/claim.json: the name f0ol looks like the existing project foo-1"},
          {"reserved", create("bank"),
           "refused: projects/ba/bank/claim.json: the name bank is reserved by the administrators"},
          {"reserved by pattern", create("payment"),
           "refused: projects/pa/payment/claim.json: the name payment is reserved by the administrators"},
          {"like a reserved one", create("b-ank"),
           "refused: projects/b-/b-ank/claim.json: the name b-ank looks like bank, which is reserved by the administrators"},
          {"free", create("abd"), "accepted"},
          {"two that look alike in one commit",
           [&](ContentRepository& next) {
             create("kit")(next);
             create("klt")(next);
           },
           "refused: projects/ki/kit/claim.json: the name kit looks like the existing project klt"},
      });
}

TEST_CASE("administrators promote names", "[transition]") {
  ContentRepository base = with_release();
  base.create_project(project_of("def", {"dora"}, {"dan"}), {"dora", "dan"});
  ContentRepository next = base;
  next.promote({"def", "abc"}, {"ada"});
  const Verdict verdict = judge(&base, next);
  CHECK(text_of(verdict) == "accepted");
  CHECK(in_words(verdict) ==
        std::vector<std::string>{"promotes abc, def: from now on no online key can touch these names",
                                 "role claimed stays valid until 2035-01-01T00:00:00Z"});
  ContentRepository after = next;
  after.add_release("abc", "2.0.0", {{"abc.tgz", "two"}}, {"mia"});
  CHECK(text_of(judge(&next, after)) == "accepted");
}

TEST_CASE("a promotion states exactly the owners that the project has", "[transition]") {
  const ContentRepository base = with_release();
  const std::string file = "admin/claimed.json";
  const auto promoted = [file](const std::function<void(Targets&)>& change, const People& signers = {"ada"}) {
    return [=](ContentRepository& next) {
      next.promote({"abc"}, {"ada"});
      next.edit_role(file, signers, change);
    };
  };
  const auto none = [](Targets&) {};
  check_rows(
      base,
      {
          {"nobody signed yet", promoted(none, {}), "pending: " + file + " needs 1 more"},
          {"signed by the owner", promoted(none, {"olga"}),
           "refused: " + file + ": is signed by " + label_of("olga").substr(5) +
               ", which is none of the 1 key that may sign role claimed"},
          {"other keys",
           promoted([](Targets& role) { role.delegations[1].signers.keys = {person("eve").key}; }),
           "refused: " + file + unknown + "delegations.keys." + id_of("olga")},
          {"wider paths", promoted([](Targets& role) { role.delegations[1].paths->push_back("*/*/*/*"); }),
           "refused: " + file + unknown + "delegations.roles[1].paths[2]"},
          {"not terminating", promoted([](Targets& role) { role.delegations[1].terminating = false; }),
           "refused: " + file + unknown + "delegations.roles[1].terminating"},
          {"the void role last",
           promoted([](Targets& role) { std::swap(role.delegations[0], role.delegations[1]); }),
           "refused: " + file + ": does not begin with the delegation to claimed.void"},
          {"a name that is no project",
           promoted([](Targets& role) { role.delegations[1].role = RoleName::of("claimed.other"); }),
           "refused: " + file + ": delegates to 'claimed.other', which is no project"},
          {"a project that does not exist",
           promoted([](Targets& role) { role.delegations[1].role = RoleName::of("ghost"); }),
           "refused: " + file + ": commit 1a2b3c4d has no project ghost"},
          {"a jump", promoted([](Targets& role) { role.version = 9; }),
           "refused: " + file + ": goes from version 1 to version 9; the next version is 2"},
          {"nobody promoted",
           [file](ContentRepository& next) {
             next.edit_role(file, {"ada"}, [](Targets& role) { role = next_version(role, far_ahead); });
           },
           "accepted"},
      });
}
