// Keys of every kind, thresholds, and signatures that are there twice, wrong or empty.
#include <catch2/catch.hpp>

#include "tests/support/conformance_machine.h"
#include "tests/support/openssl_signer.h"

namespace tuf {
namespace {

// The kinds of keys that the specification names, in the spellings that repositories use.
struct KeyKind {
  const char* keytype;
  const char* scheme;
  std::string (*public_value)();
  std::vector<Bytes (*)(ByteView)> sign;  // each way in which a signature of this kind may be made
};

const OpensslSigner& ec() {
  static const OpensslSigner signer(OpensslSigner::Kind::ecdsa_p256);
  return signer;
}
const OpensslSigner& rsa() {
  static const OpensslSigner signer(OpensslSigner::Kind::rsa_2048);
  return signer;
}
std::string ec_pem() { return ec().public_pem(); }
std::string rsa_pem() { return rsa().public_pem(); }
std::string ed25519_hex() { return hex_encode(test_key("extra").public_key().identity()); }
Bytes by_ec(ByteView message) { return ec().sign(message); }
Bytes by_ed25519(ByteView message) { return test_key("extra").sign(message); }
template <int salt_bytes>
Bytes by_pss(ByteView message) {
  return rsa().sign(message, "pss", salt_bytes);
}
Bytes by_pkcs1(ByteView message) { return rsa().sign(message, "pkcs1", 0); }

const KeyKind kinds[] = {
    {"ed25519", "ed25519", ed25519_hex, {by_ed25519}},
    {"ecdsa", "ecdsa-sha2-nistp256", ec_pem, {by_ec}},
    {"ecdsa-sha2-nistp256", "ecdsa-sha2-nistp256", ec_pem, {by_ec}},
    {"rsa", "rsassa-pss-sha256", rsa_pem, {by_pss<32>, by_pss<0>, by_pss<20>, by_pss<222>}},
};

// A repository whose root needs its own key and one of another kind, from root 2 on.
struct TwoKinds {
  RepositorySimulator sim;
  ConformanceMachine machine{sim};

  TwoKinds(const char* keytype, const char* scheme, const std::string& public_value) {
    const Json object = Json::Object{
        {"keytype", keytype}, {"scheme", scheme}, {"keyval", Json::Object{{"public", public_value}}}};
    RoleKeys& keys = sim.root.roles["root"];
    keys.keys.push_back(PublicKey::parse(JsonReader(object, "key"), "extra-key"));
    keys.threshold = 2;
  }

  // The next root, with this signature of the other key beside its own.
  void publish(const std::function<Bytes(ByteView)>& sign) {
    sim.root.version += 1;
    const Json part = to_json(sim.root);
    const Bytes bytes = canonical_json(part);
    SignatureSet signatures;
    signatures.by_key[test_key("root").public_key().id()] = test_key("root").sign(bytes);
    if (const Bytes extra = sign(bytes); !extra.empty()) signatures.by_key["extra-key"] = extra;
    sim.serves_instead[fmt::format("{}.root.json", sim.root.version)] = signed_file_text(part, signatures);
  }
};

TEST_CASE("keys of every kind in the specification sign and only as their own kind", "[conformance]") {
  for (const KeyKind& kind : kinds) {
    INFO(kind.keytype << " " << kind.scheme);
    TwoKinds story(kind.keytype, kind.scheme, kind.public_value());
    for (const auto sign : kind.sign) {
      story.publish(sign);
      CHECK(story.machine.refresh() == success);
    }
    const std::uint64_t trusted = story.sim.root.version;
    CHECK(trusted == 1 + kind.sign.size());
    const std::string state = fmt::format("root {}, snapshot 1, targets 1, timestamp 1", trusted);
    CHECK(story.machine.trusted() == state);

    // What looks like a signature of the kind and is none.
    const std::vector<std::function<Bytes(ByteView)>> wrong = {
        [&](ByteView) { return kind.sign.front()("something else"); },
        [&](ByteView bytes) { return kind.sign.front()(bytes) + '\0'; },
        [&](ByteView bytes) { return kind.sign.front()(bytes).substr(1); },
        [](ByteView) { return Bytes(); },
        [](ByteView) { return Bytes(64, '\0'); },
        [](ByteView) { return Bytes(256, '\xff'); },
        [](ByteView bytes) { return test_key("root").sign(bytes); },
        by_pkcs1};
    for (const auto& sign : wrong) {
      story.sim.root.version = trusted;
      story.publish(sign);
      CHECK(story.machine.refresh().kind == "refused");
      CHECK(story.sim.requests == Requests{fmt::format("{}.root.json", trusted + 1)});
      CHECK(story.machine.trusted() == state);
    }
  }
}

TEST_CASE("S-06 S-20 a kind of key that is not known never counts and harms nothing", "[conformance]") {
  TwoKinds story("rsa", "rsa-pkcs1v15-sha256", rsa_pem());
  story.publish(by_pkcs1);
  CHECK(story.machine.refresh().kind == "refused");
  CHECK(story.machine.trusted() == "root 1");
  story.sim.root.version = 1;
  story.sim.root.roles["root"].threshold = 1;
  story.publish(by_pkcs1);
  CHECK(story.machine.refresh() == success);
  CHECK(story.machine.trusted() == "root 2, snapshot 1, targets 1, timestamp 1");
}

// Snapshot's keys and threshold in root 2, and who signs snapshot 2.
struct Threshold {
  KeyNames keys;
  std::uint32_t threshold;
  KeyNames signers;
  bool good;
};

TEST_CASE("T-01 a threshold is a number of keys of the role", "[conformance]") {
  const auto row =
      GENERATE(values<Threshold>({{{"a", "b", "c"}, 3, {"a", "b", "c"}, true},
                                  {{"a", "b", "c"}, 3, {"a", "b"}, false},
                                  {{"a", "b", "c"}, 3, {"a", "b", "root"}, false},
                                  {{"a", "b", "c"}, 2, {"c", "a"}, true},
                                  {{"a", "b", "c", "d", "e"}, 6, {"a", "b", "c", "d", "e"}, false},
                                  {{"a", "b", "c", "d", "e"}, 5, {"a", "b", "c", "d", "e"}, true},
                                  {{"a"}, 1, {"snapshot"}, false}}));
  RepositorySimulator sim;
  ConformanceMachine machine(sim);
  sim.root.version = 2;
  sim.set_keys("snapshot", row.keys, row.threshold);
  sim.signers["snapshot"] = row.signers;
  sim.publish_root();
  sim.update_snapshot();
  CHECK(machine.refresh().kind == (row.good ? "nothing" : "refused"));
  CHECK(machine.trusted() ==
        (row.good ? "root 2, snapshot 2, targets 1, timestamp 2" : "root 2, timestamp 2"));
}

// The snapshot of `sim` with other signatures: {key id, signature in hex}.
Bytes snapshot_signed(const RepositorySimulator& sim,
                      const std::vector<std::pair<std::string, std::string>>& by) {
  Json::Array list;
  for (const auto& [id, signature] : by) list.push_back(Json::Object{{"keyid", id}, {"sig", signature}});
  return json_text(Json::Object{{"signatures", std::move(list)}, {"signed", to_json(sim.snapshot)}});
}

TEST_CASE("S-01 S-07 one signature for each key and bad ones beside good ones", "[conformance]") {
  RepositorySimulator sim;
  sim.set_keys("snapshot", {"a", "b"});
  sim.publish_root();
  const Bytes bytes = canonical_json(to_json(sim.snapshot));
  const std::string a = test_key("a").public_key().id(), b = test_key("b").public_key().id();
  const std::string by_a = hex_encode(test_key("a").sign(bytes)),
                    by_b = hex_encode(test_key("b").sign(bytes));
  using Signatures = std::vector<std::pair<std::string, std::string>>;
  struct Row {
    const char* what;
    std::uint32_t threshold;
    Signatures signatures;
    bool good;
  };
  const std::vector<Row> rows = {
      {"one", 1, {{a, by_a}}, true},
      {"both", 2, {{a, by_a}, {b, by_b}}, true},
      {"the same twice", 2, {{a, by_a}, {a, by_a}}, false},
      {"the same twice although one is enough", 1, {{a, by_a}, {a, by_a}}, false},
      {"twice and the other", 2, {{a, by_a}, {b, by_b}, {a, by_a}}, false},
      {"twice and one of them empty", 1, {{a, by_a}, {a, ""}}, false},
      {"under the other's name", 2, {{a, by_a}, {b, by_a}}, false},
      {"under a name in other letters", 2, {{a, by_a}, {"A" + a.substr(1), by_a}}, false},
      {"an empty one beside", 1, {{b, ""}, {a, by_a}}, true},
      {"a wrong one beside", 1, {{b, by_a}, {a, by_a}}, true},
      {"no hex beside", 1, {{b, "not hex"}, {a, by_a}}, true},
      {"a stranger beside", 1, {{"stranger", by_b}, {a, by_a}}, true},
      {"empty ones only", 1, {{a, ""}, {b, ""}}, false},
      {"none", 1, {}, false},
  };
  for (const Row& row : rows) {
    INFO(row.what);
    sim.root.roles["snapshot"].threshold = row.threshold;
    sim.publish_root();
    sim.serves_instead["1.snapshot.json"] = snapshot_signed(sim, row.signatures);
    ConformanceMachine machine(sim);
    CHECK(machine.refresh().kind == (row.good ? "nothing" : "refused"));
    CHECK(machine.trusted() ==
          (row.good ? "root 1, snapshot 1, targets 1, timestamp 1" : "root 1, timestamp 1"));
  }
}

TEST_CASE("S-02 S-04 a role that lists one key several times is not believed", "[conformance]") {
  const Json document = parse_json(RepositorySimulator().root_file(1), "root");
  Json::Object part = *document.as_object()->at("signed").as_object();
  Json::Object keys = *part["keys"].as_object(), roles = *part["roles"].as_object();
  const std::string id = test_key("snapshot").public_key().id();
  Json::Array ids;
  SECTION("one id") { ids = {id, id, id}; }
  SECTION("several ids") {
    ids = {id, "second", "third"};
    keys["second"] = keys["third"] = keys[id];
  }
  roles["snapshot"] = Json::Object{{"keyids", std::move(ids)}, {"threshold", 3}};
  part["keys"] = std::move(keys);
  part["roles"] = std::move(roles);
  part["version"] = 2;

  RepositorySimulator sim;
  ConformanceMachine machine(sim);
  REQUIRE(machine.refresh() == success);
  sim.serves_instead["2.root.json"] = signed_text(Json(part), {"root"});
  CHECK(machine.refresh().kind == "refused");
  CHECK(sim.requests == Requests{"2.root.json"});
  CHECK(machine.trusted() == "root 1, snapshot 1, targets 1, timestamp 1");
}

}  // namespace
}  // namespace tuf
