// Valid JSON that is no metadata: every part of every kind of file replaced by something else. A published
// client ended with a panic before it had looked at a signature (go-tuf's CVE-2026-23991).

#include <catch2/catch.hpp>

#include "tests/support/attacked_world.h"

namespace tuf {
namespace {

struct Mutation {
  std::string place;  // "signed.roles.root.keyids.0"
  std::string what;   // what is there now
  Json document;
};

const std::vector<std::pair<std::string, Json>>& replacements() {
  static const std::vector<std::pair<std::string, Json>> all = {
      {"null", Json(nullptr)},
      {"true", Json(true)},
      {"0", Json(0)},
      {"-1", Json(-1)},
      {"a large number", Json(std::int64_t{9007199254740991})},
      {"no text", Json("")},
      {"a text", Json("\x1b[2J")},
      {"[]", Json(Json::Array{})},
      {"[[]]", Json(Json::Array{Json::Array{}})},
      {"{}", Json(Json::Object{})},
      {"an odd member", Json(Json::Object{{"", nullptr}})},
  };
  return all;
}

// `whole` with each of its values replaced in turn, or taken away.
std::vector<Mutation> mutations_of(const Json& value, const std::string& place = "") {
  std::vector<Mutation> all;
  for (const auto& [what, replacement] : replacements()) all.push_back({place, what, replacement});
  const auto below = [&](const std::string& part, const Json& child,
                         const std::function<Json(Json)>& put_back) {
    for (Mutation& inner : mutations_of(child, place + (place.empty() ? "" : ".") + part)) {
      all.push_back({inner.place, inner.what, put_back(std::move(inner.document))});
    }
  };
  if (const auto* object = value.as_object()) {
    for (const auto& [key, child] : *object) {
      Json::Object without = *object;
      without.erase(key);
      all.push_back({place + (place.empty() ? "" : ".") + key, "nothing", Json(without)});
      below(key, child, [&, key = key](Json changed) {
        Json::Object copy = *object;
        copy[key] = std::move(changed);
        return Json(copy);
      });
    }
  }
  if (const auto* array = value.as_array()) {
    for (std::size_t i = 0; i < array->size(); ++i) {
      below(std::to_string(i), (*array)[i], [&, i](Json changed) {
        Json::Array copy = *array;
        copy[i] = std::move(changed);
        return Json(copy);
      });
    }
  }
  return all;
}

// A file of each kind with something in every member, as text.
Bytes sample(const std::string& kind) {
  RepositorySimulator sim;
  sim.states_hashes = true;
  sim.add_delegation("targets", "abc", {"abc/*"}, true);
  sim.add_delegation("targets", "hashed", {}).paths.reset();
  sim.targets.delegations.back().path_hash_prefixes = {"00", "ff"};
  sim.add_target("targets", "file", "content");
  if (kind == "bins") {
    sim.targets.delegations.clear();
    sim.add_bins(1, "bins");
  }
  sim.update_snapshot();
  if (kind == "root") return sim.root_file(1);
  return sim.file_of(kind == "bins" ? "targets" : kind);
}

Caught reading(const std::string& kind, const Bytes& file) {
  return caught([&] {
    if (kind == "root") parse_signed_file<Root>(file, "file");
    if (kind == "timestamp") parse_signed_file<Timestamp>(file, "file");
    if (kind == "snapshot") parse_signed_file<Snapshot>(file, "file");
    if (kind == "targets" || kind == "bins") parse_signed_file<Targets>(file, "file");
  });
}

// Places at which the specification allows what we do not know.
bool is_open(const std::string& place) { return place.find("custom") != std::string::npos; }

}  // namespace

TEST_CASE("J-01 hundreds of wrong shapes of each kind of file are refused with their place", "[attacks]") {
  const std::string kind = GENERATE("root", "timestamp", "snapshot", "targets", "bins");
  const Bytes sound = sample(kind);
  REQUIRE(reading(kind, sound) == Caught{"nothing", ""});
  std::size_t refused = 0, taken = 0;
  for (const Mutation& mutation : mutations_of(parse_json(sound, "file"))) {
    INFO(kind << " with " << mutation.what << " as " << mutation.place);
    const Caught end = reading(kind, json_text(mutation.document));
    // Typed refusals that name the file, or a document that is fine: never anything else.
    const bool is_typed = end.kind == "refused" && end.message.starts_with("file");
    CHECK((is_typed || end.kind == "nothing"));
    CHECK(end.message.find('\x1b') == std::string::npos);
    if (mutation.what == "null" && !is_open(mutation.place)) CHECK(end.kind == "refused");
    ++(end.kind == "refused" ? refused : taken);
  }
  CHECK(refused + taken >= 200);
  CHECK(refused > 3 * taken);
}

TEST_CASE("J-01 a file of any kind that is no metadata is refused and the state stays", "[attacks]") {
  struct Row {
    Bytes file;
    const char* why;
  };
  const std::vector<Row> rows = {
      {"[]", " must be an object"},
      {"null", " must be an object"},
      {"0", " must be an object"},
      {"\"signed\"", " must be an object"},
      {"{}", ": signed is missing"},
      {R"({"signed":[]})", ": signed must be an object"},
      {R"({"signed":{}})", ": signatures is missing"},
      {R"({"signed":{},"signatures":null})", ": signatures must be an array"},
      {R"({"signed":{},"signatures":[[]]})", ": signatures[0] must be an object"},
      {R"({"signed":{},"signatures":[]})", ": _type is missing"},
      {R"({"signed":{"_type":1},"signatures":[]})", ": _type must be a text"},
  };
  for (const Row& row : rows) {
    refused_for_every_role(
        false, [&](const AttackOn& on) { on.world.sim.serves_instead[on.request] = row.file; },
        [&](const AttackOn& on) {
          return Caught{"refused", on.request + from_site + row.why};
        });
  }
}

TEST_CASE("J-02 a member twice is refused at every level of each kind of file", "[attacks]") {
  const std::string kind = GENERATE("root", "timestamp", "snapshot", "targets", "bins");
  const Bytes sound = sample(kind);
  std::size_t levels = 0;
  // Every object of ours starts with its first member's name in quotes; no text of the sample holds a brace.
  for (std::size_t at = sound.find("{\""); at != Bytes::npos; at = sound.find("{\"", at + 1)) {
    const std::size_t end = sound.find('"', at + 2);
    const std::string name = sound.substr(at + 2, end - at - 2);
    const std::string escaped_name = fmt::format("\\u{:04x}{}", name.at(0), name.substr(1));
    for (const std::string& spelling : {name, escaped_name}) {
      Bytes doubled = sound;
      doubled.insert(at + 1, "\"" + spelling + "\":null,");
      INFO(doubled.substr(at, 60));
      CHECK(reading(kind, doubled) ==
            Caught{"refused", "file is not acceptable JSON: the member \"" + name + "\" is there twice"});
    }
    ++levels;
  }
  CHECK(levels >= 5);
}

TEST_CASE("J-03 a version that is no plain whole number is refused in a file of any kind", "[attacks]") {
  for (const char* number :
       {"9007199254740992", "9007199254740993", "9223372036854775807", "18446744073709551616", "2.0", "2e0",
        "-0", "02", "1e400", "\"2\"", "null", "0", "-2"}) {
    INFO(number);
    refused_for_every_role(
        false,
        [&](const AttackOn& on) {
          Bytes file = on.world.news_of(on.role);
          const std::size_t at =
              file.rfind("\"version\":");  // members are sorted, the role's own version is the last
          REQUIRE(at != Bytes::npos);
          file.replace(at + 10, 1, number);
          on.world.sim.serves_instead[on.request] = file;
        },
        [&](const AttackOn& on) {
          // Whole messages are json_test's and metadata_test's; here: the same kind, whatever the role.
          const Caught end = on.world.refresh();
          CHECK(end.kind == "refused");
          CHECK(end.message.starts_with(on.request + from_site));
          return end;
        });
  }
}

TEST_CASE("J-11 a million signatures are refused by their number", "[attacks]") {
  std::string list = "{}";
  list.reserve(3'000'000);
  for (int i = 1; i < 1'000'000; ++i) list += ",{}";
  CHECK(reading("targets", "{\"signatures\":[" + list + "],\"signed\":{}}") ==
        Caught{"refused", "file: signatures must be an array of at most 1024 elements"});
}

}  // namespace tuf
