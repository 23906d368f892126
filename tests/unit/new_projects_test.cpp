#include "publisher/new_projects.h"

#include <catch2/catch.hpp>

#include "publisher/online_roles.h"
#include "tests/support/publication.h"

using namespace tuf;
using namespace tuf::test;

namespace {

std::vector<std::string> names_in(const Targets& role) {
  std::vector<std::string> names;
  for (const Delegation& delegation : role.delegations) names.push_back(delegation.role.text());
  return names;
}

// A publication with a list of new names that is split at 1000 bytes already.
class Lists {
 public:
  Lists() {
    p.commit();
    p.publish(made_at);
  }
  PublishedSite site() const { return *p.site(); }
  WrittenSite publish(const std::vector<std::string>& created, const std::vector<std::string>& gone, UtcTime now) {
    const PublishedSite previous = site();
    const RoleKeys& registrar = registrar_keys(*previous.targets);
    const OnlineKeys keys = online_keys();
    const FreeVersion free_version = any_version;
    const OnlineRoles online({*previous.root, registrar, previous.configuration, keys, now, free_version, &previous});
    NewProjects projects(&previous, registrar, 1000);
    for (const std::string& name : created) projects.add(ProjectName::from_user(name), {{person("olga").key}, {}, 1}, {});
    if (!gone.empty())
      projects.drop_if([&](const ProjectName& name) { return std::ranges::find(gone, name.text()) != gone.end(); });
    Rendering rendering;
    ChangedRoles changed;
    online.publish_new_projects(projects, rendering.files, changed);
    online.finish(rendering, changed, rendering.files, previous.commit);
    return write_site(p.folder / "site", rendering, nullptr);
  }
  Targets shard(const std::string& name) const {
    const PublishedSite now = site();
    return *now.role(RoleName::of(name), now.new_projects->delegations.front().signers);
  }
  Publication p;
};

}  // namespace

TEST_CASE("a long list of new names is split by their first two letters and grows shard by shard", "[new_projects]") {
  Lists lists;
  lists.publish({"abc", "abd"}, {}, made_at);
  CHECK(names_in(*lists.site().new_projects) == std::vector<std::string>{"abc", "abd"});
  lists.publish({"abe", "bbc", "q"}, {}, made_at);
  PublishedSite site = lists.site();
  CHECK(names_in(*site.new_projects) == std::vector<std::string>{"new-ab", "new-bb", "new-q"});
  CHECK(site.new_projects->version == 3);
  CHECK(*site.new_projects->delegations[1].paths == std::vector<std::string>{"bb*/*/*/*", "refs/bb*/*/*"});
  CHECK(*site.new_projects->delegations[2].paths == std::vector<std::string>{"q/*/*/*", "refs/q/*/*"});
  CHECK_FALSE(site.new_projects->delegations[2].terminating);
  CHECK(names_in(lists.shard("new-ab")) == std::vector<std::string>{"abc", "abd", "abe"});
  CHECK(names_in(lists.shard("new-q")) == std::vector<std::string>{"q"});

  CHECK(lists.publish({"abf"}, {}, made_at).files == 3);  // new-ab, snapshot, timestamp
  CHECK(lists.site().new_projects->version == 3);
  CHECK(lists.site().snapshot->find(RoleName::of("new-ab"))->version == 2);
  CHECK(names_in(lists.shard("new-ab")) == std::vector<std::string>{"abc", "abd", "abe", "abf"});

  lists.publish({}, {"q", "abd"}, made_at);
  CHECK(lists.shard("new-q").delegations.empty());
  CHECK(names_in(lists.shard("new-ab")) == std::vector<std::string>{"abc", "abe", "abf"});
  CHECK(lists.site().snapshot->find(RoleName::of("new-bb"))->version == 1);
}

TEST_CASE("no shard runs out before the list of shards does", "[new_projects]") {
  Lists lists;
  lists.publish({"abc", "abd", "abe", "bbc", "q"}, {}, made_at);
  lists.publish({"zzz"}, {}, made_at.plus_days(10));  // a new shard
  CHECK(lists.site().new_projects->version == 3);
  CHECK(lists.site().new_projects->expires == made_at.plus_days(30));
  CHECK(lists.shard("new-zz").expires == made_at.plus_days(40));
  write_site(lists.p.folder / "site", render_refresh(lists.site(), online_keys(), made_at.plus_days(25), any_version), nullptr);
  CHECK(lists.site().new_projects->expires == made_at.plus_days(55));
  for (const char* shard : {"new-ab", "new-bb", "new-q", "new-zz"}) CHECK(lists.shard(shard).expires == made_at.plus_days(55));
}
