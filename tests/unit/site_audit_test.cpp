#include "publisher/site_audit.h"

#include <catch2/catch.hpp>

#include "libtufcore/site_layout.h"
#include "publisher/online_roles.h"
#include "tests/support/caught_with_hint.h"
#include "tests/support/publication.h"

using namespace tuf;
using namespace tuf::test;

namespace {

// Project abc with releases 1.0.0 and 2.0.0, published; the test is whoever holds the online key and the
// site.
struct Audited : Publication {
  Audited() {
    commit();
    content.create_project(project_of("abc"), {"olga", "mia"});
    created = commit();
    content.add_release("abc", "1.0.0", {{"abc.tgz", "one"}}, {"mia"});
    released = commit();
    content.add_release("abc", "2.0.0", {{"abc.tgz", "two"}}, {"mia"});
    tip = commit();
    publish(made_at);
  }
  SiteAudit audit() const {
    const GitRepository repository = git.open();
    const JudgedRange history = judge_range(repository, std::nullopt, repository.resolve("main"), pin());
    return audit_site(repository, history, *site(), pin());
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
  void serve_new(const std::function<void(Targets&)>& edit) {
    const auto now = site();
    Targets role = *now->new_projects;
    edit(role);
    ++role.version;
    const Bytes file = keys.signed_file("new", registrar_keys(*now->targets), to_json(role));
    put("new", role.version, file);
    serve([&](Snapshot& snapshot) {
      snapshot.roles[RoleName::of("new")] = role_meta(role.version, file, Pinned::by_digest);
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
                                 "blocked: version 1 is another file than in git"});
  std::filesystem::remove(p.folder / "site/metadata/3.abc.rel.json");
  CHECK(p.differences().front() == "abc.rel: version 3 is stated, but is not there");
}

TEST_CASE("names that the online key vouches for without a claim are found in a site", "[site_audit]") {
  Audited p;
  p.serve_new([](Targets& role) {
    Delegation evil = role.delegations.front();
    evil.role = RoleName::of("evil");
    role.delegations.front().signers.keys = {person("eve").key};
    role.delegations.push_back(evil);
  });
  CHECK(p.differences() == Lines{"new: vouches for abc with keys that git does not have for it",
                                 "new: vouches for evil with keys that git does not have for it",
                                 "new: does not name project abc"});
}

TEST_CASE("a site of another history is none to compare", "[site_audit]") {
  Audited p;
  const auto site = p.site();
  const GitRepository repository = p.git.open();
  const JudgedRange shorter = judge_range(repository, std::nullopt, p.released, p.pin());
  const CaughtWithHint end = caught_with_hint([&] { audit_site(repository, shorter, *site, p.pin()); });
  CHECK(end.error ==
        Caught{"refused", fmt::format("{} serves commit {}, which is no accepted one of this history",
                                      site->reader.name, short_id(p.tip))});
  CHECK(end.hint == "if this clone is only old: git fetch; otherwise the site shows another history");
}
