#pragma once
// One repository with every kind of role, a machine that trusts it, and news of every role: what an attack
// does to one file of the news can then be asked of each kind of role with the same three questions: is it
// refused, what is trusted afterwards, and what was asked for.

#include <functional>
#include <string>
#include <vector>

#include "tests/support/updating_machine.h"

namespace tuf {

// In the order of a search for `path`: targets delegates to alice, alice to hash bins.
class AttackedWorld {
 public:
  static constexpr const char* path = "a/file";
  static constexpr const char* bins = "bins";  // their prefix, and the name of their key

  explicit AttackedWorld(bool states_hashes = false) : machine(sim) {
    sim.states_hashes = states_hashes;
    sim.add_delegation("targets", "alice", {"a/*"});
    sim.add_bins(1, bins, "alice");
    bin = bin_for(*sim.role("alice").succinct_roles, *TargetPath::parse(path)).text();
    sim.add_target(bin, path, "content");
    sim.update_snapshot();
    REQUIRE(machine.find(path));
  }

  // The next version of every role. Edit before, or serve something else for one of them afterwards.
  void publish_news() {
    sim.root.version = 2;
    sim.publish_root();
    sim.targets.version = sim.role("alice").version = sim.role(bin).version = 2;
    sim.update_snapshot();
  }

  std::vector<std::string> roles() const {
    return {"root", "timestamp", "snapshot", "targets", "alice", bin};
  }
  std::string request_of(const std::string& role) const {  // for the news
    if (role == "timestamp") return "timestamp.json";
    return (role == "snapshot" ? "3." : "2.") + role + ".json";
  }
  Bytes news_of(const std::string& role) const {
    return role == "root" ? sim.root_file(2) : sim.file_of(role);
  }
  std::string signer_of(const std::string& role) const { return role == bin ? bins : role; }

  Caught refresh() {
    return caught([&] {
      if (!machine.find(path)) throw not_found("there is no {}", path);
    });
  }

  // "root 1 timestamp 2 ...": what the machine trusts.
  std::string trusted() const {
    std::string text;
    for (const std::string& role : roles()) {
      const auto bytes = MetadataCache(machine.folder.path()).read(RoleName::of(role));
      const Json json = bytes ? parse_json(*bytes, role) : Json();
      const auto version = bytes ? JsonReader(json, role)["signed"]["version"].whole_number(1, INT64_MAX) : 0;
      text += fmt::format("{}{} {}", text.empty() ? "" : " ", role, version);
    }
    return text;
  }
  // The same, when everything before `refused` is news and the rest is what it was.
  std::string trusted_up_to(const std::string& refused) const {
    std::string text;
    bool is_news = true;
    for (const std::string& role : roles()) {
      is_news = is_news && role != refused;
      const int old = role == "timestamp" || role == "snapshot" ? 2 : 1;
      text += fmt::format("{}{} {}", text.empty() ? "" : " ", role, is_news ? old + 1 : old);
    }
    return text;
  }

  RepositorySimulator sim;
  Machine machine;
  std::string bin;  // the one that is responsible for `path`
};

struct AttackOn {
  AttackedWorld& world;
  std::string role;     // of the file that is attacked
  std::string request;  // its name
};

// The news of the role with its signed part edited, signed again by those who should.
inline Bytes edited(const AttackOn& on, const std::function<void(Json::Object&)>& edit) {
  const Json file = parse_json(on.world.news_of(on.role), "file");
  Json::Object part = *file.as_object()->at("signed").as_object();
  edit(part);
  return signed_text(part, {on.world.signer_of(on.role)});
}

// Does `attack` to each kind of role in turn, in a world of its own; `expected` is what the run must end
// with. The file must be the last one asked for, everything before it is trusted, it and what follows is not;
// and the sound repository afterwards heals it.
inline void refused_for_roles(const std::vector<std::string>& kinds, bool states_hashes,
                              const std::function<void(const AttackOn&)>& attack,
                              const std::function<Caught(const AttackOn&)>& expected) {
  for (const std::string& kind : kinds) {
    AttackedWorld world(states_hashes);
    world.publish_news();
    const AttackOn on{world, kind, world.request_of(kind)};
    INFO(kind);
    attack(on);
    CHECK(world.refresh() == expected(on));
    CHECK(world.trusted() == world.trusted_up_to(kind));
    // timestamp.json is asked for beside the next root, before anything is believed.
    CHECK(world.sim.requests.back() == (kind == "root" ? "timestamp.json" : on.request));
    world.sim.serves_instead.clear();
    CHECK(world.refresh() == Caught{"nothing", ""});
    CHECK(world.trusted() == world.trusted_up_to(""));
  }
}

inline void refused_for_every_role(bool states_hashes, const std::function<void(const AttackOn&)>& attack,
                                   const std::function<Caught(const AttackOn&)>& expected) {
  refused_for_roles(AttackedWorld().roles(), states_hashes, attack, expected);
}

// A metadata file with other signatures.
inline Bytes with_signatures(const Bytes& file, const std::function<void(Json::Array&)>& edit) {
  Json::Object document = *parse_json(file, "file").as_object();
  Json::Array signatures = *document.at("signatures").as_array();
  edit(signatures);
  document["signatures"] = std::move(signatures);
  return json_text(document);
}

}  // namespace tuf
