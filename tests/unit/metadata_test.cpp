#include "libtufcore/metadata.h"

#include <catch2/catch.hpp>

#include "tests/support/caught.h"
#include "tests/support/test_keys.h"

using namespace tuf;

namespace {

const UtcTime then = *UtcTime::parse("2030-01-01T00:00:00Z");

RoleKeys keys_of(const std::vector<std::string>& names, std::uint32_t threshold = 1) {
  RoleKeys role;
  role.threshold = threshold;
  for (const std::string& name : names) role.keys.push_back(test_key(name).public_key());
  return role;
}

Root some_root() {
  Root root;
  root.version = 3;
  root.expires = then;
  for (const char* role : {"root", "timestamp", "snapshot", "targets"}) root.roles.emplace(role, keys_of({"alice", "bob"}, 2));
  root.extra["x-pg-repository"] = "playground";
  return root;
}

Targets some_targets() {
  Targets targets;
  targets.version = 7;
  targets.expires = then;
  TargetFile file;
  file.length = 5;
  file.hashes.emplace(HashAlgorithm::sha256, sha256_of("hello"));
  file.custom = Json::Object{{"yanked", "broken"}};
  targets.targets.emplace(*TargetPath::parse("abc/abc/1.0.0/abc.tgz"), file);
  targets.has_delegations = true;
  Delegation delegation{RoleName::of("abc"), keys_of({"carol"}), true, std::vector<std::string>{"abc/*/*/*"}, std::nullopt, {}};
  targets.delegations.push_back(delegation);
  set_name_of_key(targets.delegations_extra, test_key("carol").public_key().id(), "carol");
  return targets;
}

// The document with one member replaced (or, without a value, removed): "roles.root.threshold".
Json with(Json document, const std::string& path, std::optional<Json> value) {
  Json::Object object = *document.as_object();
  const std::size_t dot = path.find('.');
  const std::string key = path.substr(0, dot);
  if (dot != std::string::npos) {
    object[key] = with(object.at(key), path.substr(dot + 1), std::move(value));
  } else if (value) {
    object[key] = *value;
  } else {
    object.erase(key);
  }
  return object;
}

struct Row {
  const char* path;
  std::optional<Json> value;
  const char* message;
};

}  // namespace

TEST_CASE("what is written is read back the same", "[metadata]") {
  CHECK(to_json(parse_root(to_json(some_root()), "r")) == to_json(some_root()));
  CHECK(to_json(parse_targets(to_json(some_targets()), "t")) == to_json(some_targets()));
  Snapshot snapshot;
  snapshot.version = 2;
  snapshot.expires = then;
  snapshot.roles[RoleName::of("targets")].version = 7;
  MetaFile large;
  large.version = 1;
  large.length = 2'000'000;
  large.hashes.emplace(HashAlgorithm::sha512, digest_of(HashAlgorithm::sha512, "x"));
  snapshot.roles.emplace(RoleName::of("abc.rel"), large);
  CHECK(to_json(parse_snapshot(to_json(snapshot), "s")) == to_json(snapshot));
  Timestamp timestamp;
  timestamp.version = 9;
  timestamp.expires = then;
  timestamp.snapshot = large;
  timestamp.extra["x-pg-commit"] = "0123";
  CHECK(to_json(parse_timestamp(to_json(timestamp), "t")) == to_json(timestamp));
}

TEST_CASE("S-05 S-04 J-03 a root of the wrong shape is refused with the place and what it must be", "[metadata]") {
  const std::string alice = test_key("alice").public_key().id();
  const auto row = GENERATE_COPY(values<Row>({
      {"version", Json(0), "r: version must be a whole number from 1 to 9007199254740991"},
      {"version", Json("3"), "r: version must be a whole number from 1 to 9007199254740991"},
      {"version", std::nullopt, "r: version is missing"},
      {"_type", Json("targets"), "r: _type must be \"root\", not \"targets\""},
      {"spec_version", Json("2.0.0"), "r: spec_version must be 1.x, the TUF version that this program knows"},
      {"expires", Json("2030-01-01"), "r: expires must be a time like 2030-01-31T00:00:00Z"},
      {"expires", Json("2030-01-01T00:00:00.5Z"), "r: expires must be a time like 2030-01-31T00:00:00Z"},
      {"consistent_snapshot", Json(1), "r: consistent_snapshot must be true or false"},
      {"keys", Json(Json::Array()), "r: keys must be an object"},
      {"roles.snapshot", std::nullopt, "r: roles.snapshot is missing"},
      {"roles.root.threshold", Json(0), "r: roles.root.threshold must be a whole number from 1 to 1024"},
      {"roles.root.threshold", Json(-1), "r: roles.root.threshold must be a whole number from 1 to 1024"},
      {"roles.root.threshold", Json("1"), "r: roles.root.threshold must be a whole number from 1 to 1024"},
      {"roles.root.threshold", Json(std::int64_t{1} << 31), "r: roles.root.threshold must be a whole number from 1 to 1024"},
      {"roles.root.keyids", Json(Json::Array{1}), "r: roles.root.keyids[0] must be a text"},
  }));
  INFO(row.path);
  CHECK(caught([&] { parse_root(with(to_json(some_root()), row.path, row.value), "r"); }) == Caught{"refused", row.message});
}

TEST_CASE("S-04 a role that lists a key id twice is refused", "[metadata]") {
  const std::string alice = test_key("alice").public_key().id();
  const Json twice = Json::Array{alice, alice};
  CHECK(caught([&] { parse_root(with(to_json(some_root()), "roles.root.keyids", twice), "r"); }) ==
        Caught{"refused", "r: roles.root.keyids must be a list of different key ids; " + alice + " is there twice"});
}

TEST_CASE("S-02 one public key under two ids counts as one and is refused in a role", "[metadata]") {
  const std::string alice = test_key("alice").public_key().id();
  Json document = to_json(some_root());
  Json key = test_key("alice").public_key().json();
  std::string upper = *(*(*key.as_object()).at("keyval").as_object()).at("public").as_text();
  for (char& c : upper) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  key = with(key, "keyval.public", Json(upper));
  document = with(document, "keys.other", key);
  document = with(document, "roles.root.keyids", Json::Array{alice, "other"});
  CHECK(caught([&] { parse_root(document, "r"); }) ==
        Caught{"refused", "r: roles.root.keyids must be a list of different keys; " + alice + " and other are one key"});
}

TEST_CASE("S-04 a key id without a key is kept and can never sign", "[metadata]") {
  const Root root = parse_root(with(to_json(some_root()), "roles.root.keyids", Json::Array{"absent"}), "r");
  CHECK(root.keys_of("root").keys.empty());
  CHECK(root.keys_of("root").absent_keys == std::vector<KeyId>{"absent"});
}

TEST_CASE("S-03 a client takes a key id as a name", "[metadata]") {
  Json document = with(to_json(some_root()), "keys.mine", test_key("dave").public_key().json());
  document = with(document, "roles.root.keyids", Json::Array{"mine"});
  const Root root = parse_root(document, "r");
  CHECK(root.keys_of("root").keys.front().id() == "mine");
  CHECK(root.keys_of("root").keys.front().computed_id() == test_key("dave").public_key().id());
}

TEST_CASE("S-14 J-01 targets of the wrong shape are refused with the place and what it must be", "[metadata]") {
  const Json role = (*(*to_json(some_targets()).as_object()).at("delegations").as_object()).at("roles").as_array()->front();
  const auto roles = [&](const std::string& path, std::optional<Json> value) { return Json(Json::Array{with(role, path, std::move(value))}); };
  const auto row = GENERATE_COPY(values<Row>({
      {"targets", Json(Json::Array()), "t: targets must be an object"},
      {"targets", Json(Json::Object{{"f", Json::Object{{"length", 1}}}}), "t: targets.f.hashes is missing"},
      {"targets", Json(Json::Object{{"f", Json::Object{{"length", -1}, {"hashes", Json::Object()}}}}), "t: targets.f.length must be a whole number from 0 to 9007199254740991"},
      {"targets", Json(Json::Object{{"f", Json::Object{{"length", 1}, {"hashes", Json::Object()}}}}), "t: targets.f.hashes must be an object with at least one hash"},
      {"targets", Json(Json::Object{{"f", Json::Object{{"length", 1}, {"hashes", Json::Object{{"sha256", "00"}}}}}}), "t: targets.f.hashes.sha256 must be 64 hex digits"},
      {"delegations.roles", Json(Json::Array{role, role}), "t: delegations.roles[1] must be another role than abc, which is there twice"},
      {"delegations.roles", roles("name", Json("snapshot")), "t: delegations.roles[0].name must be another name than root, timestamp, snapshot and targets"},
      {"delegations.roles", roles("name", Json("")), "t: delegations.roles[0].name must be a role name of 1 to 512 bytes"},
      {"delegations.roles", roles("terminating", std::nullopt), "t: delegations.roles[0].terminating is missing"},
      {"delegations.roles", roles("paths", std::nullopt), "t: delegations.roles[0] must be an object with either paths or path_hash_prefixes"},
      {"delegations.roles", roles("path_hash_prefixes", Json(Json::Array())), "t: delegations.roles[0] must be an object with either paths or path_hash_prefixes"},
      {"delegations.roles", std::nullopt, "t: delegations must be an object with either roles or succinct_roles"},
      {"delegations.keys", std::nullopt, "t: delegations.keys is missing"},
  }));
  INFO(row.path);
  CHECK(caught([&] { parse_targets(with(to_json(some_targets()), row.path, row.value), "t"); }) == Caught{"refused", row.message});
}

TEST_CASE("a hash of an unknown algorithm says nothing and harms nothing", "[metadata]") {
  const Json file = Json::Object{{"length", 1}, {"hashes", Json::Object{{"md9", "whatever"}}}};
  const Targets targets = parse_targets(with(to_json(some_targets()), "targets", Json::Object{{"f", file}}), "t");
  CHECK(targets.targets.begin()->second.hashes.empty());
}

TEST_CASE("hashes of unknown algorithms are written again beside the known ones or alone", "[metadata]") {
  const std::string known(64, 'a');
  const auto again = [](const Json::Object& hashes) {
    const Json file = Json::Object{{"length", 1}, {"hashes", hashes}};
    const Json json = with(to_json(some_targets()), "targets", Json::Object{{"f", file}});
    return to_json(parse_targets(json, "t")) == json;
  };
  CHECK(again({{"md9", "whatever"}}));
  CHECK(again({{"md9", "whatever"}, {"sha256", known}}));

  Timestamp timestamp;
  timestamp.version = 1;
  timestamp.expires = then;
  timestamp.snapshot.version = 1;
  timestamp.snapshot.hashes.emplace(HashAlgorithm::sha256, *Digest::from_hex(HashAlgorithm::sha256, known));
  timestamp.snapshot.extra.emplace("hashes", Json::Object{{"md9", "whatever"}});
  CHECK(to_json(parse_timestamp(to_json(timestamp), "t")) == to_json(timestamp));
  CHECK(JsonReader(to_json(timestamp), "t")["meta"]["snapshot.json"]["hashes"].members(9).size() == 2);
}

TEST_CASE("a timestamp states the snapshot and a snapshot states targets", "[metadata]") {
  Timestamp timestamp;
  timestamp.version = 1;
  timestamp.expires = then;
  timestamp.snapshot.version = 1;
  CHECK(caught([&] { parse_timestamp(with(to_json(timestamp), "meta", Json::Object()), "t"); }) ==
        Caught{"refused", "t: meta must be an object with snapshot.json and nothing else"});
  Snapshot snapshot;
  snapshot.version = 1;
  snapshot.expires = then;
  CHECK(caught([&] { parse_snapshot(to_json(snapshot), "s"); }) == Caught{"refused", "s: meta must be an object that lists targets.json"});
}

TEST_CASE("people are shown by name and the start of the key id", "[metadata]") {
  CHECK(key_label("bob", "0123456789abcdef") == "bob 01234567");
  CHECK(key_label("", "0123456789abcdef") == "01234567");
  CHECK(key_label("b\nob", "01") == "b\\x0aob 01");
}
