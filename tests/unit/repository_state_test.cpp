#include "libtufcore/repository_state.h"

#include <catch2/catch.hpp>

#include "tests/support/caught.h"
#include "tests/support/content_repository.h"
#include "tests/support/test_keys.h"

using namespace tuf;
using namespace tuf::test;

namespace {

ProjectName project(const std::string& name) { return *ProjectName::parse(name); }
std::vector<std::string> texts(const std::vector<ProjectName>& names) {
  std::vector<std::string> result;
  for (const ProjectName& name : names) result.push_back(name.text());
  return result;
}

}  // namespace

TEST_CASE("a folder without root history is no content repository", "[repository_state]") {
  ContentRepository repository;
  repository.files["README.md"] = "hello";
  try {
    repository.state();
    FAIL("it was read");
  } catch (const Error& error) {
    CHECK(error.kind() == Error::Kind::no_trusted_root);
    CHECK(std::string(error.what()) ==
          "commit 1a2b3c4d is not a content repository (it has no admin/root_history/1.root.json)");
    CHECK(error.hint() == "pgsign init DIR --name NAME makes a new one");
  }
}

TEST_CASE("the state of a repository names its people and its releases", "[repository_state]") {
  const ContentRepository repository = with_release();
  const RepositoryState state = repository.state();
  CHECK(state.root_check().enough());
  CHECK(state.configuration().name == "playground");
  CHECK(state.configuration().max_file_bytes == 1000);
  CHECK(texts(state.projects()) == std::vector<std::string>{"abc"});
  CHECK_FALSE(state.is_claimed(project("abc")));

  const auto authority = state.authority_of(project("abc"));
  REQUIRE(authority);
  CHECK_FALSE(authority->claimed);
  CHECK(authority->keys.keys.front().id() == id_of("olga"));
  CHECK(name_of_key(authority->names, id_of("olga")) == "olga");
  CHECK(state.releases(project("abc"))->targets.size() == 1);
  CHECK(state.find_releases(project("abc"))->check.valid == std::vector<KeyId>{id_of("mia")});
  CHECK(state.find_releases(project("abc"))->file.what == "projects/ab/abc/releases.json at commit 1a2b3c4d");
}

TEST_CASE("a project that is not there is empty or not found", "[repository_state]") {
  const RepositoryState state = with_project().state();
  CHECK_FALSE(state.authority_of(project("other")));
  CHECK(state.find_owners(project("other")) == nullptr);
  CHECK(state.find_releases(project("other")) == nullptr);
  CHECK(caught([&] { state.releases(project("other")); }) ==
        Caught{"not-found", "commit 1a2b3c4d has no project other"});
}

TEST_CASE("the first root must have the pinned hash", "[repository_state]") {
  const ContentRepository repository = new_repository();
  CHECK_NOTHROW(RepositoryState::read(repository.tree(), repository.pin()));
  const Digest other = sha256_of("another root");
  CHECK(caught([&] { RepositoryState::read(repository.tree(), other); }) ==
        Caught{"refused",
               fmt::format("admin/root_history/1.root.json at commit 1a2b3c4d has the SHA-256 {}, but the "
                           "pinned root has {}",
                           repository.pin().hex(), other.hex())});
}

TEST_CASE("the current root must be the last of the history", "[repository_state]") {
  ContentRepository repository = new_repository();
  repository.files["admin/root.json"] += " ";
  CHECK(caught([&] { repository.state(); }) ==
        Caught{"refused",
               "admin/root.json at commit 1a2b3c4d is not the same file as admin/root_history/1.root.json"});
}

TEST_CASE("G-16 a hole in the root history is refused", "[repository_state]") {
  ContentRepository repository = new_repository();
  repository.files["admin/root_history/3.root.json"] = repository.files["admin/root.json"];
  CHECK(caught([&] { repository.state(); }) ==
        Caught{"refused",
               "admin/root_history/2.root.json at commit 1a2b3c4d is missing: there are 2 root versions"});
}

TEST_CASE("a second root counts when the first and its own keys signed it", "[repository_state]") {
  ContentRepository repository = new_repository();
  Root root = parse_signed_file<Root>(repository.files.at("admin/root.json"), "root").untrusted;
  root.version = 2;
  root.roles["root"].keys = {person("bea").key};
  const auto with_second = [&](const People& signers) {
    ContentRepository next = repository;
    next.put("admin/root_history/2.root.json", to_json(root), signers);
    next.files["admin/root.json"] = next.files["admin/root_history/2.root.json"];
    return next;
  };
  const ContentRepository good = with_second({"ada", "bea"});
  CHECK(RepositoryState::read(good.tree(), repository.pin()).root().version == 2);
  for (const char* alone : {"bea", "ada"}) {  // waits for the other
    const RepositoryState waiting = with_second({alone}).state();
    CHECK_FALSE(waiting.root_check().enough());
    CHECK(caught([&] { waiting.admin_role(RoleName::of("targets")); }).kind == "refused");
  }
  ContentRepository third = with_second({"ada"});
  root.version = 3;
  third.put("admin/root_history/3.root.json", to_json(root), {"bea"});
  third.files["admin/root.json"] = third.files["admin/root_history/3.root.json"];
  CHECK(caught([&] { third.state(); }).kind == "refused");
}

TEST_CASE("nothing below an unsigned root is verified", "[repository_state]") {
  ContentRepository repository;
  repository.create(repository_of({"ada", "bea"}, 2), {"ada", "bea"});
  CHECK_NOTHROW(repository.state().admin_role(RoleName::of("claimed.void")));
  repository.edit("admin/root.json", {"ada"}, [](Json::Object&) {});
  repository.files["admin/root_history/1.root.json"] = repository.files["admin/root.json"];
  const RepositoryState state = RepositoryState::read(repository.tree(), sha256_of("the complete root"));
  CHECK_FALSE(state.root_check().enough());
  CHECK(state.find_admin_role(RoleName::of("targets"))->check.enough());
  const Caught shortage{
      "refused", "admin/root.json at commit 1a2b3c4d is signed by 1 of the 2 keys it needs (missing: " +
                     label_of("bea") + ")"};
  CHECK(caught([&] { state.admin_role(RoleName::of("targets")); }) == shortage);
  CHECK(caught([&] { state.admin_role(RoleName::of("claimed.void")); }) == shortage);
  CHECK(caught([&] { state.configuration(); }) == shortage);
}

TEST_CASE("a role below an unsigned delegator is not verified", "[repository_state]") {
  const std::string unsigned_role = GENERATE("targets", "claimed");
  ContentRepository repository = new_repository();
  repository.edit_role(fmt::format("admin/{}.json", unsigned_role), {}, [](Targets&) {});
  const RepositoryState state = repository.state();
  CHECK(state.find_admin_role(RoleName::of("claimed.void"))->check.enough());
  CHECK(caught([&] { state.admin_role(RoleName::of("claimed.void")); }) ==
        Caught{
            "refused",
            fmt::format("admin/{}.json at commit 1a2b3c4d is signed by 0 of the 1 key it needs (missing: {})",
                        unsigned_role, label_of("ada"))});
}

TEST_CASE("a role is only verified when its delegator is", "[repository_state]") {
  ContentRepository repository = with_release();
  repository.edit_role("projects/ab/abc/owners.json", {}, [](Targets&) {});
  const RepositoryState state = repository.state();
  CHECK(state.find_releases(project("abc"))->check.enough());
  CHECK(caught([&] { state.releases(project("abc")); }).kind == "refused");
}

TEST_CASE("a claim that one owner did not sign gives no authority", "[repository_state]") {
  ContentRepository repository = new_repository();
  repository.create_project(project_of("abc", {"olga", "otto"}), {"olga", "mia"});
  const RepositoryState state = repository.state();
  CHECK(state.find_owners(project("abc")) != nullptr);
  CHECK(caught([&] { state.authority_of(project("abc")); }).kind == "refused");
  CHECK(caught([&] { state.owners(project("abc")); }).kind == "refused");
}

TEST_CASE("a promoted project has its authority from role claimed", "[repository_state]") {
  ContentRepository repository = with_release();
  repository.promote({"abc"}, {"ada"});
  const RepositoryState state = repository.state();
  CHECK(state.is_claimed(project("abc")));
  CHECK(state.authority_of(project("abc"))->claimed);
  CHECK(name_of_key(state.authority_of(project("abc"))->names, id_of("olga")) == "olga");
  CHECK(state.releases(project("abc"))->version == 2);

  // The claim has no say any more: whoever swaps it changes nothing.
  repository.files.erase("projects/ab/abc/claim.json");
  CHECK(repository.state().authority_of(project("abc"))->keys.keys.front().id() == id_of("olga"));
  // And an unsigned claimed has none either.
  repository.edit_role("admin/claimed.json", {}, [](Targets&) {});
  CHECK(caught([&] { repository.state().authority_of(project("abc")); }).kind == "refused");
}

TEST_CASE("the configuration must be the file that role targets states", "[repository_state]") {
  ContentRepository repository = new_repository();
  auto& file = repository.files.at("admin/config/repository.json");
  file.replace(file.find("1000"), 4, "9999");
  CHECK(
      caught([&] { repository.state().configuration(); }) ==
      Caught{"refused",
             fmt::format("admin/config/repository.json at commit 1a2b3c4d is not the file that role targets "
                         "states (its SHA-256 is {})",
                         sha256_of(file).hex())});
}

TEST_CASE("a claim must stand in the folder of its name", "[repository_state]") {
  ContentRepository repository = with_project();
  repository.files["projects/xy/xyz/claim.json"] = repository.files.at("projects/ab/abc/claim.json");
  CHECK(caught([&] { repository.state().find_claim(project("xyz")); }) ==
        Caught{"refused",
               "projects/xy/xyz/claim.json at commit 1a2b3c4d claims the name abc, but its folder is "
               "projects/xy/xyz"});
}

TEST_CASE("projects that look alike are found in whatever folder they are", "[repository_state]") {
  ContentRepository repository = new_repository();
  for (const char* name : {"o-1", "oil", "0i1", "o", "abc", "a-bc", "lib", "1ib"})
    repository.create_project(project_of(name), {"olga", "mia"});
  const RepositoryState state = repository.state();
  const auto alike = [&](const char* name) { return texts(state.projects_like(project(name))); };
  CHECK_THAT(alike("oll"), Catch::UnorderedEquals(std::vector<std::string>{"oil", "0i1"}));
  CHECK(alike("ol") == std::vector<std::string>{"o-1"});
  CHECK(alike("0") == std::vector<std::string>{"o"});
  CHECK(alike("ab-c").size() == 2);
  CHECK(alike("abc") == std::vector<std::string>{"a-bc"});
  CHECK(alike("iib").size() == 2);
  CHECK(alike("abd").empty());
}

TEST_CASE("S-02 a claim that lists one key twice is refused", "[repository_state]") {
  const Json key = person("olga").key.json();
  const Json claim = Json::Object{{"_type", "claim"},
                                  {"spec_version", "1.0.34"},
                                  {"project", "abc"},
                                  {"threshold", 2},
                                  {"owners", Json::Object{{"aa", key}, {"bb", key}}}};
  CHECK(caught([&] { parse_claim(claim, "c"); }) ==
        Caught{"refused", "c: owners.bb must be another key than the ones before it"});
}

TEST_CASE("S-01 a state after another one takes over what did not change and reads and verifies what did", "[repository_state]") {
  ContentRepository repository = with_project();
  repository.add_release("abc", "1.0.0", {{"f", "content"}}, {"mia"});
  const RepositoryState base = repository.state();
  REQUIRE(base.find_claim(project("abc"))->check.enough());
  REQUIRE(base.releases(project("abc"))->version == 2);
  const auto after = [&](const ContentRepository& next, const std::vector<std::string>& paths) {
    std::vector<ChangedPath> changed;
    for (const std::string& path : paths) changed.push_back({path, ChangedPath::How::modified});
    return RepositoryState::read_after(base, next.tree(), changed, repository.pin());
  };
  const std::string folder = "projects/ab/abc/";

  ContentRepository released = repository;
  released.add_release("abc", "1.1.0", {{"f", "content"}}, {"mia"});
  // The order of the list does not matter.
  const RepositoryState next = after(released, {folder + "releases.json", folder + "files/abc/1.1.0/f"});
  CHECK(next.releases(project("abc"))->version == 3);
  CHECK(next.find_claim(project("abc")) == base.find_claim(project("abc")));
  CHECK(next.find_owners(project("abc")) == base.find_owners(project("abc")));

  for (const char* name : {"claim.json", "owners.json", "releases.json"}) {
    INFO(name);
    ContentRepository forged = repository;
    forged.edit(folder + name, {"mallory"}, [](Json::Object&) {});
    const RepositoryState state = after(forged, {folder + "releases.json", folder + name, "README.md"});
    CHECK(caught([&] { state.releases(project("abc")); }).kind == "refused");
  }
}

TEST_CASE("S-01 a file is not verified by the signatures of the same file under other owners", "[repository_state]") {
  const ContentRepository repository = with_project();
  const auto known = std::make_shared<KnownSignatures>();
  const auto read = [&](const ContentRepository& any) { return RepositoryState::read(any.tree(), any.pin(), known); };
  CHECK(read(repository).releases(project("abc"))->version == 1);
  const std::size_t before = known->size();
  CHECK(before > 0);
  CHECK(read(repository).releases(project("abc"))->version == 1);
  CHECK(known->size() == before);
  ContentRepository forged = repository;
  forged.files["projects/ab/abc/releases.json"] =
      signed_file_text(parse_envelope(repository.files.at("projects/ab/abc/releases.json"), "releases").signed_part,
                       {{{id_of("mia"), test_key("mallory").sign("x")}}});
  CHECK(caught([&] { read(forged).releases(project("abc")); }).kind == "refused");
}
