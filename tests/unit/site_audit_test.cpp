#include "publisher/site_audit.h"

#include <catch2/catch.hpp>

#include "libtufcore/site_layout.h"
#include "publisher/new_projects.h"
#include "publisher/online_roles.h"
#include "tests/support/caught_with_hint.h"
#include "tests/support/publication.h"

using namespace tuf;
using namespace tuf::test;

namespace {

// Project abc with releases 1.0.0 and 2.0.0, published; the test is whoever holds the online key and the
// site.
struct Audited : Publication {
  explicit Audited(ContentRepository start = new_repository()) : Publication(std::move(start)) {
    commit();
    content.create_project(project_of("abc"), {"olga", "mia"});
    created = commit();
    content.add_release("abc", "1.0.0", {{"abc.tgz", "one"}}, {"mia"});
    released = commit();
    content.add_release("abc", "2.0.0", {{"abc.tgz", "two"}}, {"mia"});
    tip = commit();
    publish(made_at);
  }
  SiteAudit audit(UtcTime now = made_at) const {
    const GitRepository repository = git.open();
    const JudgedRange history = judge_range(repository, std::nullopt, repository.resolve("main"), pin());
    return audit_site(repository, history, *site(), pin(), now);
  }
  std::vector<std::string> differences() const {
    std::vector<std::string> lines;
    for (const SiteAudit::Difference& one : audit().differences) lines.push_back(one.role + ": " + one.what);
    return lines;
  }
  // Another snapshot, and a timestamp that leads to it, signed with the right keys.
  void serve(const std::function<void(Snapshot&)>& edit) {
    const auto now = site();
    Snapshot snapshot = *now->snapshot;
    edit(snapshot);
    ++snapshot.version;
    const Bytes file = keys.signed_file("snapshot", now->root->keys_of("snapshot"), to_json(snapshot));
    put("snapshot", snapshot.version, file);
    Timestamp timestamp = *now->timestamp;
    ++timestamp.version;
    timestamp.snapshot = role_meta(snapshot.version, file, Pinned::by_digest);
    write_text(folder / "site/metadata/timestamp.json",
               keys.signed_file("timestamp", now->root->keys_of("timestamp"), to_json(timestamp)));
  }
  void serve_new(const std::function<void(Targets&)>& edit, const std::string& name = "new") {
    const auto now = site();
    const RoleName role_name = RoleName::of(name);
    Targets role = *now->role(role_name, registrar_keys(*now->targets));
    edit(role);
    ++role.version;
    const Bytes file = keys.signed_file(name, registrar_keys(*now->targets), to_json(role));
    put(name, role.version, file);
    serve([&](Snapshot& snapshot) {
      snapshot.roles[role_name] = role_meta(role.version, file, Pinned::by_digest);
    });
  }
  void put(const std::string& role, std::uint64_t version, const Bytes& file) {
    write_text(folder / "site" / metadata_path(RoleName::of(role), version), file);
  }
  void set_version(const std::string& role, std::uint64_t version) {
    serve([&](Snapshot& snapshot) { snapshot.roles[RoleName::of(role)].version = version; });
  }
  OnlineKeys keys = online_keys();
  CommitId created, released, tip;
};

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("a site that serves what its commit says differs in nothing", "[site_audit]") {
  Audited p;
  CHECK(p.differences().empty());
  CHECK(p.audit().roles == 9);  // root, targets, blocked, claimed, their voids, new, abc, abc.rel
  CHECK(p.audit().commits_behind == 0);
  p.content.create_project(project_of("xyz"), {"olga", "mia"});
  p.commit();
  CHECK(p.audit().commits_behind == 1);
  CHECK(p.differences().empty());
}

TEST_CASE("an older version of a role or one that no commit has is found in a site", "[site_audit]") {
  Audited old, future, foreign, gone;
  old.set_version("abc.rel", 2);
  CHECK(
      old.differences() ==
      Lines{fmt::format("abc.rel: version 2 is served, which is the one of commit {}; commit {} has another",
                        short_id(old.released), short_id(old.tip))});
  future.set_version("abc.rel", 9);
  CHECK(future.differences() == Lines{"abc.rel: version 9 is served; no commit has it"});
  foreign.set_version("evil", 1);
  foreign.set_version("claimed-a", 1);
  CHECK(foreign.differences() == Lines{"claimed-a: version 1 is served; no commit has it",
                                       "evil: version 1 is served; no commit has it"});
  gone.serve([](Snapshot& snapshot) { snapshot.roles.erase(RoleName::of("abc.rel")); });
  CHECK(gone.differences() == Lines{"abc.rel: is not served"});
}

TEST_CASE("another file of a version that git has is found in a site", "[site_audit]") {
  Audited p;
  p.serve([](Snapshot& snapshot) {
    snapshot.roles.at(RoleName::of("blocked")).hashes.at(HashAlgorithm::sha256) = sha256_of("other");
  });
  p.put("abc.rel", 3, "other");
  CHECK(p.differences() == Lines{"abc.rel: version 3 is another file than in git",
                                 "blocked: version 1 is stated with another digest or length than in git"});
  std::filesystem::remove(p.folder / "site/metadata/3.abc.rel.json");
  CHECK(p.differences().front() == "abc.rel: version 3 is stated, but is not there");
}

TEST_CASE("a role whose file is gone or another one is found in a site whatever the snapshot states",
          "[site_audit]") {
  Audited p;
  std::filesystem::remove(p.folder / "site/metadata/1.blocked.json");
  std::filesystem::remove(p.folder / "site/metadata/1.abc.json");
  p.put("claimed", 1, "other");
  CHECK(p.differences() == Lines{"abc: version 1 is stated, but is not there",
                                 "blocked: version 1 is stated, but is not there",
                                 "claimed: version 1 is another file than in git"});
}

TEST_CASE("a role that is stated without its digest is found in a site", "[site_audit]") {
  Audited p;
  p.serve([](Snapshot& snapshot) { snapshot.roles.at(RoleName::of("claimed")).hashes.clear(); });
  CHECK(p.differences() ==
        Lines{"claimed: version 1 is stated with other members than the publisher states"});
}

TEST_CASE("what has expired is found in a site and only roles that everybody needs count", "[site_audit]") {
  Audited p;
  CHECK(p.audit(p.site()->timestamp->expires.plus_seconds(-1)).expired.empty());
  const SiteAudit day = p.audit(p.site()->timestamp->expires);
  REQUIRE(day.expired.size() == 1);
  CHECK(day.expired.front().role == "timestamp");
  CHECK(day.expired.front().version == 1);
  CHECK(day.expired.front().expires == p.site()->timestamp->expires);
  std::vector<std::string> roles;
  for (const SiteAudit::Expired& one : p.audit(made_at.plus_days(36500)).expired) roles.push_back(one.role);
  CHECK(roles == Lines{"root", "timestamp", "snapshot", "blocked", "blocked.void", "claimed", "claimed.void",
                       "targets", "new"});
  CHECK(p.differences().empty());
}

TEST_CASE("names that the online key vouches for without a claim are found in a site", "[site_audit]") {
  Audited p;
  p.serve_new([](Targets& role) {
    Delegation evil = role.delegations.front();
    evil.role = RoleName::of("evil");
    role.delegations.front().signers.keys = {person("eve").key};
    role.delegations.push_back(evil);
  });
  CHECK(p.differences() == Lines{"new: delegates to abc otherwise than git says: keys",
                                 "new: delegates to evil, which is no new project in git"});
}

TEST_CASE("each member of what the online key delegates is compared in a site", "[site_audit]") {
  const auto told = [](const std::function<void(Targets&)>& edit) {
    Audited p;
    p.serve_new(edit);
    return p.differences();
  };
  const auto otherwise = [&](const std::function<void(Delegation&)>& edit) {
    return told([&](Targets& role) { edit(role.delegations.front()); });
  };
  const std::string says = "new: delegates to abc otherwise than git says: ";
  CHECK(otherwise([](Delegation& abc) {
          abc.signers.keys.push_back(person("eve").key);
          abc.signers.threshold = 2;
        }) == Lines{says + "keys, threshold"});
  CHECK(otherwise([](Delegation& abc) { abc.paths->push_back("xyz/*/*/*"); }) == Lines{says + "paths"});
  CHECK(otherwise([](Delegation& abc) { abc.terminating = false; }) == Lines{says + "terminating"});
  CHECK(otherwise([](Delegation& abc) { abc.extra["x-more"] = true; }) == Lines{says + "other members"});
  CHECK(otherwise([](Delegation& abc) { abc.role = RoleName::of("abc.o2"); }) ==
        Lines{"new: delegates to abc.o2, which is no new project in git", "new: does not delegate to abc"});
  CHECK(told([](Targets& role) { role.delegations.clear(); }) == Lines{"new: does not delegate to abc"});
  CHECK(told([](Targets& role) {
          role.succinct_roles = SuccinctRoles{role.delegations.front().signers, 1, "bin"};
          role.delegations.clear();
        }) == Lines{"new: delegates by hash bins", "new: does not delegate to abc"});
  CHECK(told([](Targets& role) { role.extra["x-pg-role"] = "claimed"; }) ==
        Lines{"new: has other members than the publisher makes"});
}

TEST_CASE("the order of what the online key delegates and its shards are compared in a site",
          "[site_audit]") {
  Audited p;
  for (const char* name : {"abd", "xyz", "xyza"})
    p.content.create_project(project_of(name, {"olga", "mia"}), {"olga", "mia"});
  p.commit();
  p.publish(made_at);
  REQUIRE(p.differences().empty());
  p.serve_new([](Targets& role) { std::swap(role.delegations.front(), role.delegations.back()); });
  CHECK(p.differences() == Lines{"new: has its delegations in another order than the publisher makes"});
}

TEST_CASE("shards of the names that the online key vouches for are compared in a site", "[site_audit]") {
  ContentRepository start;
  CreateRepository small = repository_of({"ada"});
  small.configuration.shard_bytes = 1000;
  start.create(small, {"ada"});
  Audited p(start);
  for (const char* name : {"abd", "qrs", "rst", "stu", "tuv", "xyz"})
    p.content.create_project(project_of(name), {"olga", "mia"});
  p.commit();
  p.publish(made_at);
  REQUIRE(p.site()->new_projects->delegations.front().role == RoleName::of("new-ab"));
  CHECK(p.differences().empty());
  p.content.promote({"xyz"}, {"ada"});  // its shard stays, empty
  p.commit();
  p.publish(made_at);
  REQUIRE(p.site()->new_projects->delegations.back().role == RoleName::of("new-xy"));
  CHECK(p.differences().empty());
  p.serve_new([](Targets& shard) { shard.delegations.front().signers.keys = {person("eve").key}; }, "new-ab");
  p.serve_new([](Targets& shard) { shard.extra.erase("x-pg-role"); }, "new-xy");
  p.serve_new([](Targets& role) { role.delegations.back().terminating = true; });
  CHECK(p.differences() == Lines{"new: delegates to new-xy otherwise than git says: terminating",
                                 "new-ab: delegates to abc otherwise than git says: keys",
                                 "new-xy: has other members than the publisher makes"});
  p.serve_new([](Targets& role) { role.delegations.erase(role.delegations.begin()); });
  CHECK(p.differences() == Lines{"new-ab: is stated, but role new does not delegate to it",
                                 "new: delegates to new-xy otherwise than git says: terminating",
                                 "new: does not delegate to new-ab",
                                 "new-xy: has other members than the publisher makes",
                                 "new-ab: does not delegate to abc", "new-ab: does not delegate to abd"});
}

TEST_CASE("what somebody else signed into the list of new names is told and made from git anew", "[site_audit]") {
  const auto with = [](const char* name) {
    return [name](Targets& role) {
      Delegation one = role.delegations.front();
      one.role = RoleName::of(name);
      role.delegations.push_back(one);
    };
  };
  for (const char* name : {"Evil", "new-zz"}) {
    INFO(name);
    Audited p;
    CHECK_FALSE(p.site()->has_foreign_entries);
    p.serve_new(with(name));
    CHECK(p.site()->has_foreign_entries);
    CHECK_FALSE(p.differences().empty());
    for (const SiteFile& file : p.whole(made_at).files) CHECK(file.content.find(name) == Bytes::npos);
    p.publish(made_at);
    CHECK_FALSE(p.site()->has_foreign_entries);
    CHECK(p.differences().empty());
  }
  Audited p;
  p.serve_new([&](Targets& role) {
    role.delegations.clear();
    role.delegations.push_back(delegation_to_shard(RoleName::of("new-ab"), registrar_keys(*p.site()->targets)));
  });
  CHECK(p.site()->has_foreign_entries);
  CHECK(p.differences().front() == "new-ab: is delegated to, but the snapshot does not state it");
}

TEST_CASE("an online role that was signed to last is found in a site", "[site_audit]") {
  Audited p;
  p.serve([](Snapshot& snapshot) { snapshot.expires = made_at.plus_days(4000); });
  REQUIRE(p.differences().size() == 1);
  CHECK(p.differences().front().starts_with("snapshot: is valid until 20"));
  CHECK(p.differences().front().ends_with("; the configuration allows 14 days"));
  p.serve([](Snapshot& snapshot) {
    snapshot.expires = made_at.plus_days(14);
    snapshot.version = 9007199254740988;
  });
  CHECK(p.differences() == Lines{"snapshot: has version 9007199254740989, far beyond what can have been published"});
}

TEST_CASE("a site of another history is none to compare", "[site_audit]") {
  Audited p;
  const auto site = p.site();
  const GitRepository repository = p.git.open();
  const JudgedRange shorter = judge_range(repository, std::nullopt, p.released, p.pin());
  const CaughtWithHint end =
      caught_with_hint([&] { audit_site(repository, shorter, *site, p.pin(), made_at); });
  CHECK(end.error ==
        Caught{"refused", fmt::format("{} serves commit {}, which is no accepted one of this history",
                                      site->reader.name, short_id(p.tip))});
  CHECK(end.hint == "if this clone is only old: git fetch; otherwise the site shows another history");
}
