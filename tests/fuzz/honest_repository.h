#pragma once
// The honest side of the workflow target: administrators who publish states of a repository, and a book of
// everything that they ever signed, by role. Whatever a machine believes must stand in that book.

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "tests/support/repository_simulator.h"

namespace tuf::fuzz {

using Site = std::map<std::string, Bytes>;  // published files by name

class HonestRepository {
 public:
  static inline const std::vector<std::string> all_roles = {"root",    "timestamp", "snapshot",
                                                            "targets", "alice",     "bob"};

  HonestRepository() {
    // Two of three for root, so that one stolen key is nothing; alice's key signs bob's role as well, so that
    // only what the files themselves say keeps the two apart.
    sim.set_keys("root", {"root-0", "root-1", "root-2"}, 2);
    sim.set_keys("targets", {"targets-0", "targets-1"}, 2);
    sim.publish_root();
    sim.add_delegation("targets", "alice", {"a/*"}, true, {"alice-0"});
    sim.add_delegation("targets", "bob", {"*/*"}, false, {"alice-0"});
    for (const char* role : {"targets", "alice", "bob"}) sim.role(role).extra["x-pg-role"] = role;
    publish();
  }

  RepositorySimulator sim;
  Site site;                                     // what an honest server has now
  std::vector<Site> past;                        // and had before, oldest first
  std::set<std::pair<std::string, Bytes>> book;  // role, signed bytes
  std::map<std::string, int> generation;         // how often the keys of a role were changed

  // Everything again with the next versions, as of sim.now.
  void publish() {
    if (!site.empty()) past.push_back(site);
    for (const char* role : {"targets", "alice", "bob"}) {
      sim.role(role).version += 1;
      sim.role(role).expires = sim.now.plus_days(30);
    }
    sim.add_target("alice", "a/" + std::to_string(sim.targets.version % 3), "alice " + sim.now.text());
    sim.add_target("bob", "b/1", "bob " + std::to_string(sim.targets.version));
    sim.snapshot.expires = sim.now.plus_days(20);
    sim.update_snapshot();
    refresh_site();
  }
  // As the online job does it every day.
  void publish_timestamp() {
    past.push_back(site);
    sim.update_timestamp();
    refresh_site();
  }
  // A new root, signed by the keys of the one before and by its own.
  void publish_root() {
    const KeyNames before = sim.signers["root"];
    rotate_marked();
    sim.root.version += 1;
    sim.root.expires = sim.now.plus_days(300);
    const KeyNames own = sim.signers["root"];
    for (const std::string& key : before) {
      if (std::find(own.begin(), own.end(), key) == own.end()) sim.signers["root"].push_back(key);
    }
    sim.publish_root();
    sim.signers["root"] = own;
    publish();
  }
  // Takes effect with the next publish_root(), or at once for a delegated role. Root keeps two of its three
  // keys.
  void mark_for_rotation(const std::string& role) { to_rotate_.insert(role); }

 private:
  void rotate_marked() {
    for (const std::string& role : to_rotate_) {
      const std::string next = std::to_string(++generation[role]);
      if (role == "root")
        sim.set_keys(role, {"root-0-" + next, "root-1", "root-2"}, 2);
      else if (role == "targets")
        sim.set_keys(role, {"targets-0-" + next, "targets-1-" + next}, 2);
      else if (role == "alice")
        rotate_alice(next);
      else
        sim.set_keys(role, {role + "-" + next});
    }
    to_rotate_.clear();
  }
  void rotate_alice(const std::string& next) {
    for (const char* role : {"alice", "bob"}) sim.set_keys(role, {"alice-" + next});
  }

  void refresh_site() {
    sim.timestamp.expires = sim.now.plus_days(10);
    site.clear();
    for (std::uint64_t version = 1; version < sim.root.version; ++version)
      site[fmt::format("{}.root.json", version)] = sim.root_file(version);
    for (const std::string& role : all_roles) {
      const Bytes file = role == "root" ? sim.root_file(sim.root.version) : sim.file_of(role);
      book.emplace(role, canonical_json(content_of(role)));
      const bool plain = role == "timestamp" || (role != "root" && !sim.root.consistent_snapshot);
      site[plain ? role + ".json" : fmt::format("{}.{}.json", version_of(role), role)] = file;
    }
  }
  Json content_of(const std::string& role) {
    if (role == "root") return to_json(sim.root);
    if (role == "timestamp") return to_json(sim.timestamp);
    return role == "snapshot" ? to_json(sim.snapshot) : to_json(sim.role(role));
  }
  std::uint64_t version_of(const std::string& role) {
    if (role == "root") return sim.root.version;
    return role == "snapshot" ? sim.snapshot.version : sim.role(role).version;
  }

  std::set<std::string> to_rotate_;
};

}  // namespace tuf::fuzz
