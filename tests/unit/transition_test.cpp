#include "libtufcore/transition.h"

#include <catch2/catch.hpp>

#include "tests/support/caught.h"
#include "tests/support/test_keys.h"
#include "tests/support/verdict_rows.h"

using namespace tuf;
using namespace tuf::test;

namespace {

const std::string releases = "projects/ab/abc/releases.json";
const std::string owners = "projects/ab/abc/owners.json";
const std::string claim = "projects/ab/abc/claim.json";
const std::string file_1 = "projects/ab/abc/files/abc/1.0.0/abc.tgz";
const std::string file_2 = "projects/ab/abc/files/abc/2.0.0/abc.tgz";

TargetPath target(const std::string& path) { return *TargetPath::parse(path); }

void release_2(ContentRepository& next) { next.add_release("abc", "2.0.0", {{"abc.tgz", "two"}}, {"mia"}); }

void edit_next_releases(ContentRepository& next, const std::function<void(Targets&)>& change,
                        const People& signers = {"mia"}) {
  next.edit_role(releases, signers, [&](Targets& role) {
    role = next_version(role, far_ahead);
    change(role);
  });
}

}  // namespace

TEST_CASE("a release signed by its maintainer is accepted and told", "[transition]") {
  const ContentRepository base = with_release();
  ContentRepository next = base;
  next.add_release("abc", "2.0.0", {{"abc.tgz", "two"}, {"abc.txt", "notes"}}, {"mia"});
  const Verdict verdict = judge(&base, next);
  CHECK(text_of(verdict) == "accepted");
  CHECK(
      in_words(verdict) ==
      std::vector<std::string>{
          fmt::format(
              "adds release 2.0.0 of product abc of project abc with 2 files: abc.tgz (3 bytes, sha256 {}), "
              "abc.txt (5 bytes, sha256 {})",
              sha256_of("two").hex(), sha256_of("notes").hex()),
          "role abc.rel stays valid until 2035-01-01T00:00:00Z"});
}

TEST_CASE("two releases in one commit and a longer expiry alone are accepted", "[transition]") {
  const ContentRepository base = with_release();
  ContentRepository next = base;
  release_2(next);
  next.add_release("abc", "3.0.0", {{"abc.tgz", "three"}}, {});
  next.edit_role(releases, {"mia"}, [](Targets& role) { --role.version; });
  CHECK(text_of(judge(&base, next)) == "accepted");
  CHECK(judge(&base, next).changes.size() == 3);

  ContentRepository renewed = base;
  edit_next_releases(renewed, [](Targets& role) { role.expires = far_ahead.plus_days(1); });
  CHECK(text_of(judge(&base, renewed)) == "accepted");
  CHECK(in_words(judge(&base, renewed)) ==
        std::vector<std::string>{"role abc.rel stays valid until 2035-01-02T00:00:00Z"});
}

TEST_CASE("a released version never changes", "[transition]") {
  check_rows(
      with_release(),
      {
          {"another content of a released file in the metadata",
           [](ContentRepository& next) {
             next.files[file_1] = "evil";
             edit_next_releases(next, [](Targets& role) {
               TargetFile& stated = role.targets.at(target("abc/abc/1.0.0/abc.tgz"));
               stated.length = 4;
               stated.hashes.insert_or_assign(HashAlgorithm::sha256, sha256_of("evil"));
             });
           },
           "refused: " + releases +
               ": changes the released file abc/abc/1.0.0/abc.tgz; a released version never changes, add a "
               "new version"},
          {"another content of a released file alone",
           [](ContentRepository& next) { next.files[file_1] = "evil"; },
           "refused: " + file_1 + ": is changed; a released file never changes, add a new version"},
          {"another content of a released file beside a sound release",
           [](ContentRepository& next) {
             release_2(next);
             next.files[file_1] = "evil";
           },
           "refused: " + file_1 + ": is changed; a released file never changes, add a new version"},
          {"a custom member on a released file",
           [](ContentRepository& next) {
             edit_next_releases(next, [](Targets& role) {
               role.targets.at(target("abc/abc/1.0.0/abc.tgz")).custom = Json::Object{{"note", "why"}};
             });
           },
           "refused: " + releases +
               ": changes the released file abc/abc/1.0.0/abc.tgz; a released version never changes, add a "
               "new version"},
          {"a released file taken out of the metadata",
           [](ContentRepository& next) {
             edit_next_releases(next, [](Targets& role) { role.targets.clear(); });
           },
           "refused: " + releases +
               ": removes the released file abc/abc/1.0.0/abc.tgz; a released version never changes, add a "
               "new version"},
          {"one more file in a released version",
           [](ContentRepository& next) {
             next.files["projects/ab/abc/files/abc/1.0.0/more.tgz"] = "more";
             edit_next_releases(next, [](Targets& role) {
               TargetFile stated = role.targets.begin()->second;
               role.targets.emplace(target("abc/abc/1.0.0/more.tgz"), stated);
             });
           },
           "refused: " + releases +
               ": adds files to version 1.0.0 of product abc, which was released before; add a new version"},
      });
}

TEST_CASE("G-17 files and metadata of a release say the same", "[transition]") {
  check_rows(
      with_release(),
      {
          {"a file that no metadata states",
           [](ContentRepository& next) { next.files["projects/ab/abc/files/abc/9.0.0/x.tgz"] = "x"; },
           "refused: projects/ab/abc/files/abc/9.0.0/x.tgz: is not stated in releases.json"},
          {"one file more than the release states",
           [](ContentRepository& next) {
             release_2(next);
             next.files["projects/ab/abc/files/abc/2.0.0/x.tgz"] = "x";
           },
           "refused: projects/ab/abc/files/abc/2.0.0/x.tgz: is not stated in releases.json"},
          {"a file that is stated and not there",
           [](ContentRepository& next) {
             release_2(next);
             next.files.erase(file_2);
           },
           "refused: " + file_2 + ": is stated in releases.json, but is not there"},
          {"a file of another length",
           [](ContentRepository& next) {
             release_2(next);
             next.files[file_2] = "longer";
           },
           "refused: " + file_2 + ": has 6 bytes; releases.json states 3"},
          {"a file of the same length and another content",
           [](ContentRepository& next) {
             release_2(next);
             next.files[file_2] = "owt";
           },
           fmt::format("refused: {}: has the SHA-256 {}; releases.json states {}", file_2,
                       sha256_of("owt").hex(), sha256_of("two").hex())},
          {"a file above the limit",
           [](ContentRepository& next) {
             next.add_release("abc", "2.0.0", {{"abc.tgz", Bytes(1001, 'x')}}, {"mia"});
           },
           "refused: " + file_2 + ": has 1001 bytes; a file of this repository may have up to 1000"},
          {"a file just at the limit",
           [](ContentRepository& next) {
             next.add_release("abc", "2.0.0", {{"abc.tgz", Bytes(1000, 'x')}}, {"mia"});
           },
           "accepted"},
          {"a file above the limit that is stated as small",
           [](ContentRepository& next) {
             release_2(next);
             next.files[file_2] = Bytes(1001, 'x');
           },
           "refused: " + file_2 + ": commit 1a2b3c4d: " + file_2 + " has 1001 bytes, allowed are 1000"},
          {"an empty file",
           [](ContentRepository& next) {
             next.files[file_2] = "";
             edit_next_releases(next, [](Targets& role) {
               TargetFile stated;
               stated.hashes.emplace(HashAlgorithm::sha256, sha256_of(""));
               role.targets.emplace(target("abc/abc/2.0.0/abc.tgz"), stated);
             });
           },
           "refused: " + releases +
               ": adds the empty file abc/abc/2.0.0/abc.tgz; a released file has at least one byte"},
          {"a target without SHA-256",
           [](ContentRepository& next) {
             next.files[file_2] = "two";
             edit_next_releases(next, [](Targets& role) {
               TargetFile stated;
               stated.length = 3;
               stated.hashes.emplace(HashAlgorithm::sha512, digest_of(HashAlgorithm::sha512, "two"));
               role.targets.emplace(target("abc/abc/2.0.0/abc.tgz"), stated);
             });
           },
           "refused: " + releases + ": states no SHA-256 for abc/abc/2.0.0/abc.tgz"},
          {"a target of another project",
           [](ContentRepository& next) {
             edit_next_releases(next, [](Targets& role) {
               role.targets.emplace(target("other/other/1.0.0/abc.tgz"), role.targets.begin()->second);
             });
           },
           "refused: " + releases +
               ": states 'other/other/1.0.0/abc.tgz', which is no release file of project abc"},
          {"a target that is no release file",
           [](ContentRepository& next) {
             edit_next_releases(next, [](Targets& role) {
               role.targets.emplace(target("abc/../../etc/passwd"), role.targets.begin()->second);
             });
           },
           "refused: " + releases +
               ": states 'abc/../../etc/passwd', which is no release file of project abc"},
      });
}

TEST_CASE("what the vocabulary does not explain is refused with its place", "[transition]") {
  const std::string unknown =
      "refused: " + releases + ": contains a change that is not one of the known ones: ";
  const std::string rewritten =
      "refused: " + releases +
      ": is not written as pgsign writes it: one line, members and signatures sorted, nothing else";
  const auto edit = [](const std::function<void(Json::Object&)>& change) {
    return [change](ContentRepository& next) {
      release_2(next);
      next.edit(releases, {"mia"}, change);
    };
  };
  check_rows(
      with_release(),
      {
          {"an extra member", edit([](Json::Object& part) { part["x-extra"] = 1; }), unknown + "x-extra"},
          {"another specification", edit([](Json::Object& part) { part["spec_version"] = "1.0.0"; }),
           unknown + "spec_version"},
          {"a delegation by the maintainers",
           [](ContentRepository& next) {
             edit_next_releases(next, [](Targets& role) {
               role.has_delegations = true;
               role.delegations.push_back({RoleName::of("mine"),
                                           RoleKeys{{person("eve").key}, {}, 1},
                                           false,
                                           std::vector<std::string>{"abc/*/*/*"},
                                           std::nullopt,
                                           {}});
             });
           },
           unknown + "delegations"},
          {"an empty delegations member",
           [](ContentRepository& next) {
             edit_next_releases(next, [](Targets& role) { role.has_delegations = true; });
           },
           unknown + "delegations"},
          {"a second hash",
           [](ContentRepository& next) {
             release_2(next);
             next.edit_role(releases, {"mia"}, [](Targets& role) {
               role.targets.at(target("abc/abc/2.0.0/abc.tgz"))
                   .hashes.emplace(HashAlgorithm::sha512, digest_of(HashAlgorithm::sha512, "two"));
             });
           },
           unknown + "targets.abc/abc/2.0.0/abc.tgz.hashes.sha512"},
          {"a custom member on a new file",
           [](ContentRepository& next) {
             release_2(next);
             next.edit_role(releases, {"mia"}, [](Targets& role) {
               role.targets.at(target("abc/abc/2.0.0/abc.tgz")).custom = Json::Object{{"a", 1}};
             });
           },
           unknown + "targets.abc/abc/2.0.0/abc.tgz.custom"},
          {"white space outside the signed part",
           [](ContentRepository& next) {
             release_2(next);
             next.files[releases] += "\n";
           },
           rewritten},
          {"a member beside signed and signatures",
           [](ContentRepository& next) {
             release_2(next);
             next.files[releases].replace(0, 1, "{\"note\":\"hidden\",");
           },
           rewritten},
          {"an undecodable signature",
           [](ContentRepository& next) {
             release_2(next);
             std::string& text = next.files[releases];
             text.replace(text.find("[{"), 1, "[{\"keyid\":\"00\",\"sig\":\"\"},");
           },
           rewritten},
      });
}

TEST_CASE("versions of a role go up by one", "[transition]") {
  const auto at_version = [](std::uint64_t version) {
    return [version](ContentRepository& next) {
      release_2(next);
      next.edit_role(releases, {"mia"}, [version](Targets& role) { role.version = version; });
    };
  };
  check_rows(
      with_release(),
      {
          {"the next", at_version(3), "accepted"},
          {"G-20 a jump", at_version(4),
           "refused: " + releases + ": goes from version 2 to version 4; the next version is 3"},
          {"back", at_version(1), "refused: " + releases + ": goes back from version 2 to version 1"},
          {"the same with other contents", at_version(2),
           "refused: " + releases + ": is changed, but is still version 2; a change needs the next version"},
          {"the same with one signature more",
           [](ContentRepository& next) { next.sign_also(releases, "max"); },
           "refused: " + releases +
               ": is changed, but is still version 2; the signatures of an accepted version are final"},
      });
}

TEST_CASE("a release needs the signatures of enough maintainers", "[transition]") {
  ContentRepository base = new_repository();
  base.create_project(project_of("abc", {"olga"}, {"mia", "max", "mo"}, 2), {"olga", "mia", "max"});
  const auto signed_by = [](const People& people) {
    return [people](ContentRepository& next) {
      next.add_release("abc", "2.0.0", {{"abc.tgz", "two"}}, people);
    };
  };
  check_rows(
      base,
      {
          {"two of three", signed_by({"mia", "mo"}), "accepted"},
          {"all", signed_by({"mia", "max", "mo"}), "accepted"},
          {"one of three", signed_by({"max"}), "pending: " + releases + " needs 1 more"},
          {"nobody yet", signed_by({}), "pending: " + releases + " needs 2 more"},
          {"a stranger", signed_by({"eve"}),
           "refused: " + releases + ": is signed by " + id_of("eve").substr(0, 8) +
               ", which is none of the 3 keys that may sign role abc.rel"},
          {"the owner is no maintainer", signed_by({"olga"}),
           "refused: " + releases + ": is signed by " + id_of("olga").substr(0, 8) +
               ", which is none of the 3 keys that may sign role abc.rel"},
          {"S-07 a stranger beside a maintainer", signed_by({"mia", "eve"}),
           "refused: " + releases + ": carries a signature by " + id_of("eve").substr(0, 8) +
               ", which may not sign role abc.rel"},
          {"a signature over something else",
           [&](ContentRepository& next) {
             signed_by({"mia"})(next);
             Envelope file = parse_envelope(next.files[releases], releases);
             file.signatures.by_key[id_of("max")] = test_key("max").sign("something else");
             next.files[releases] = signed_file_text(file.signed_part, file.signatures);
           },
           "refused: " + releases + ": carries a signature by " + label_of("max") +
               " that is not valid for its contents"},
      });
}

TEST_CASE("a pending release is accepted when the second signature comes", "[transition]") {
  ContentRepository base = new_repository();
  base.create_project(project_of("abc", {"olga"}, {"mia", "max"}, 2), {"olga", "mia", "max"});
  ContentRepository next = base;
  next.add_release("abc", "1.0.0", {{"abc.tgz", "one"}}, {"mia"});
  const Verdict pending = judge(&base, next);
  REQUIRE(pending.missing.size() == 1);
  CHECK(pending.missing[0].role.text() == "abc.rel");
  CHECK(pending.missing[0].check.missing == std::vector<KeyId>{id_of("max")});
  CHECK(name_of_key(pending.missing[0].names, id_of("max")) == "max");
  CHECK(pending.changes.size() == 2);
  next.sign_also(releases, "max");
  CHECK(text_of(judge(&base, next)) == "accepted");
}

TEST_CASE("the claim of a name never changes", "[transition]") {
  check_rows(
      with_release(),
      {
          {"another claim",
           [](ContentRepository& next) {
             next.edit(claim, {"eve"}, [](Json::Object& part) {
               part["owners"] = Json::Object{{id_of("eve"), person("eve").key.json()}};
             });
           },
           "refused: " + claim +
               ": is changed; the claim of a name never changes after the project's creation"},
      });
}

TEST_CASE("G-18 nothing that was published is removed without its release", "[transition]") {
  const ContentRepository base = with_release();
  for (const auto& [path, bytes] : base.files) {
    INFO(path);
    ContentRepository next = base;
    next.files.erase(path);
    CHECK(text_of(judge(&base, next)) ==
          "refused: " + path + ": is removed" +
              (path == file_1 ? ", but releases.json still states it; the files of a release go with the release"
                              : "; what was accepted once stays in the repository"));
  }
}

TEST_CASE("G-19 files of the publisher and other strays are refused", "[transition]") {
  const auto add = [](const std::string& path) {
    return [path](ContentRepository& next) { next.files[path] = "{}"; };
  };
  const std::string online = ", which only the publisher makes; it has no place in the content repository";
  const std::string of_project =
      ": is none of the files that a project may have: claim.json, owners.json, releases.json, "
      "owners.<number>.json, invitations/<name>.json and files/<product>/<version>/<file> in projects/<first two letters>/<project>/";
  check_rows(
      with_release(),
      {
          {"timestamp", add("admin/timestamp.json"),
           "refused: admin/timestamp.json: is role timestamp" + online},
          {"snapshot", add("admin/snapshot.json"), "refused: admin/snapshot.json: is role snapshot" + online},
          {"new", add("admin/new.json"), "refused: admin/new.json: is role new" + online},
          {"a snapshot in a project", add("projects/ab/abc/snapshot.json"),
           "refused: projects/ab/abc/snapshot.json: is role snapshot" + online},
          {"an unknown role", add("admin/other.json"),
           "refused: admin/other.json: is none of the files that admin/ may hold"},
          {"a read-me in a project", add("projects/ab/abc/README.md"),
           "refused: projects/ab/abc/README.md" + of_project},
          {"a project in the wrong folder", add("projects/xx/abc/claim.json"),
           "refused: projects/xx/abc/claim.json" + of_project},
          {"a second root nobody announced", add("admin/root_history/2.root.json"),
           "refused: admin/root.json: admin/root.json at commit 1a2b3c4d is not the same file as admin/root_history/2.root.json"},
      });
}

TEST_CASE("files outside the published folders are free", "[transition]") {
  const ContentRepository base = with_release();
  ContentRepository next = base;
  next.files["README.md"] = "hello";
  next.files[".github/workflows/ci.yml"] = "on: push";
  const Verdict verdict = judge(&base, next);
  CHECK(text_of(verdict) == "accepted");
  CHECK(in_words(verdict) ==
        std::vector<std::string>{
            "changes 2 files that are not published: .github/workflows/ci.yml, README.md"});
  const Verdict removed = judge(&next, base);
  CHECK(text_of(removed) == "accepted");
  CHECK(text_of(judge(&base, base)) == "accepted");
  CHECK(judge(&base, base).changes.empty());
}

TEST_CASE("G-15 one commit does not change published files and workflow files", "[transition]") {
  const ContentRepository base = with_release();
  ContentRepository next = base;
  release_2(next);
  next.files[".github/workflows/ci.yml"] = "on: push";
  const Verdict verdict = judge(&base, next);
  CHECK(text_of(verdict) ==
        "refused: .github/workflows/ci.yml: is not published, but is changed together with published files");
  CHECK(verdict.hint == "make two commits of it");
}

TEST_CASE("a note for readers may follow a release that waits for signatures", "[transition]") {
  const ContentRepository base = with_release();
  ContentRepository pending = base;
  pending.add_release("abc", "2.0.0", {{"abc.tgz", "two"}}, {});
  ContentRepository next = pending;
  next.files["README.md"] = "hello";
  const RepositoryState before = base.state();
  const auto verdict = [&](const ContentRepository& commit, const ContentRepository& parent) {
    return check_transition(&before, commit.tree(), base.pin(), differences(base.files, commit.files),
                            differences(parent.files, commit.files));
  };
  CHECK(text_of(verdict(next, pending)) == "pending: " + releases + " needs 1 more");
  CHECK(verdict(next, pending).changes.size() == 3);
  ContentRepository both = next;
  both.sign_also(releases, "mia");
  CHECK(text_of(verdict(both, next)) == "accepted");
  both.files["README.md"] = "goodbye";
  CHECK(text_of(verdict(both, next)) ==
        "refused: README.md: is not published, but is changed together with published files");
}

TEST_CASE("a commit that touches another project needs that project's people", "[transition]") {
  ContentRepository base = with_release();
  base.create_project(project_of("def", {"dora"}, {"dan"}), {"dora", "dan"});
  ContentRepository next = base;
  release_2(next);
  next.add_release("def", "1.0.0", {{"def.tgz", "x"}}, {"mia"});
  CHECK(text_of(judge(&base, next)) == "refused: projects/de/def/releases.json: is signed by " +
                                           id_of("mia").substr(0, 8) +
                                           ", which is none of the 1 key that may sign role def.rel");
  next = base;
  release_2(next);
  next.add_release("def", "1.0.0", {{"def.tgz", "x"}}, {"dan"});
  CHECK(text_of(judge(&base, next)) == "accepted");
}

TEST_CASE("a base that is not signed is no base", "[transition]") {
  ContentRepository base;
  base.create(repository_of({"ada", "bea"}, 2), {"ada"});
  ContentRepository next = base;
  next.files["README.md"] = "hello";
  CHECK(caught([&] { judge(&base, next); }) ==
        Caught{"refused",
               "admin/root.json at commit 1a2b3c4d is signed by 1 of the 2 keys it needs (missing: " +
                   label_of("bea") + ")"});
}

TEST_CASE("the tip must be fresh when old commits need not be", "[transition]") {
  const RepositoryState state = with_release().state();
  CHECK_NOTHROW(check_freshness(state, made_at));
  CHECK_NOTHROW(check_freshness(state, made_at.plus_days(365).plus_seconds(-1)));
  CHECK(caught([&] { check_freshness(state, made_at.plus_days(367)); }) ==
        Caught{"expired", "role root at commit 1a2b3c4d expired 2 days ago, at 2031-01-01T00:00:00Z"});
  ContentRepository shorter;
  CreateRepository change = repository_of({"ada"});
  change.configuration.expiry_days["claimed"] = 10;
  shorter.create(change, {"ada"});
  CHECK(caught([&] { check_freshness(shorter.state(), made_at.plus_days(10)); }).message ==
        "role claimed at commit 1a2b3c4d expired 0 seconds ago, at 2030-01-11T00:00:00Z");
}
