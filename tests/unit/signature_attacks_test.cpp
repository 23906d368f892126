// Attacks on signatures, each on every kind of role: root, timestamp, snapshot, targets, a delegated role and
// a hash bin. Published clients checked one of these kinds less than the others more than once.

#include <catch2/catch.hpp>

#include "tests/support/attacked_world.h"
#include "tests/support/crypto_faults.h"

namespace tuf {
namespace {

std::string id_of(const std::string& name) { return test_key(name).public_key().id(); }

Json signature_of(const std::string& id, ByteView bytes) {
  return Json::Object{{"keyid", id}, {"sig", hex_encode(bytes)}};
}

Caught named_twice(const AttackOn& on) {
  return {"refused",
          fmt::format("{}{}: signatures must be a list that names each key once; {} is there twice",
                      on.request, from_site, id_of(on.world.signer_of(on.role)))};
}

// What a role is told whose keys did not sign; root's next file must please the keys of the trusted one
// first.
Caught signed_by_nobody(const AttackOn& on) {
  return {"refused", fmt::format("{}{}{} is signed by 0 of the 1 key it needs (missing: {})", on.request,
                                 from_site, on.role == "root" ? " (by the keys of root 1)" : "",
                                 id_of(on.world.signer_of(on.role)).substr(0, 8))};
}

void serve(const AttackOn& on, const Bytes& file) { on.world.sim.serves_instead[on.request] = file; }

Bytes resigned(const AttackOn& on, const KeyNames& names) {
  const Json file = parse_json(on.world.news_of(on.role), "file");
  return signed_text(file.as_object()->at("signed"), names);
}

}  // namespace

TEST_CASE("T-01 a file of any kind that other keys signed is refused", "[attacks]") {
  refused_for_every_role(
      false, [](const AttackOn& on) { serve(on, resigned(on, {"mallory"})); }, signed_by_nobody);
}

TEST_CASE("T-02 a file of any kind without signatures is refused", "[attacks]") {
  refused_for_every_role(
      false, [](const AttackOn& on) { serve(on, resigned(on, {})); }, signed_by_nobody);
}

TEST_CASE("T-02 a file of any kind whose signature is over other bytes is refused", "[attacks]") {
  refused_for_every_role(
      false,
      [](const AttackOn& on) {
        Bytes file = on.world.news_of(on.role);
        const std::size_t at = file.find("\"expires\":\"2026");
        REQUIRE(at != Bytes::npos);
        file.replace(at + 11, 4, "2036");
        serve(on, file);
      },
      signed_by_nobody);
}

TEST_CASE("S-01 the same signature twice fails a file of any kind", "[attacks]") {
  refused_for_every_role(
      false,
      [](const AttackOn& on) {
        serve(on, with_signatures(on.world.news_of(on.role),
                                  [](Json::Array& signatures) { signatures.push_back(signatures.front()); }));
      },
      named_twice);
}

TEST_CASE("S-01 two signatures under one key id fail a file of any kind", "[attacks]") {
  refused_for_every_role(
      false,
      [](const AttackOn& on) {
        const std::string id = id_of(on.world.signer_of(on.role));
        serve(on, with_signatures(on.world.news_of(on.role), [&](Json::Array& signatures) {
                signatures.insert(signatures.begin(), signature_of(id, Bytes(64, 'x')));
              }));
      },
      named_twice);
}

TEST_CASE("S-01 one signer of the two that are needed is not enough in a role of any kind", "[attacks]") {
  for (const std::string role : {"root", "timestamp", "snapshot", "targets", "alice", "bins"}) {
    INFO(role);
    RoleKeys keys = role_keys({role, "second"}, 2);
    const Json part = Json::Object{{"any", "document"}};
    const Bytes bytes = canonical_json(part);
    SignatureSet signatures;
    signatures.by_key[id_of(role)] = test_key(role).sign(bytes);
    signatures.by_key[id_of("second")] =
        test_key(role).sign(bytes);  // the first one's again, under the other id
    CHECK(check_signatures(keys, bytes, signatures).valid == std::vector<KeyId>{id_of(role)});
    signatures.by_key[id_of("second")] = test_key("second").sign(bytes);
    CHECK(check_signatures(keys, bytes, signatures).enough());
  }
}

TEST_CASE("S-01 a signature copied to another key id does not meet a threshold in a file of any kind",
          "[attacks]") {
  for (const std::string& role : AttackedWorld().roles()) {
    INFO(role);
    AttackedWorld world;
    const std::string first = world.signer_of(role);
    const KeyNames both = {first, "second"};
    if (role == world.bin) {
      world.sim.role("alice").succinct_roles->signers = role_keys(both, 2);
      world.sim.signers[role] = both;
    } else {
      world.sim.set_keys(role, both, 2);
    }
    world.publish_news();
    const Bytes sound = world.news_of(role);
    world.sim.serves_instead[world.request_of(role)] = with_signatures(sound, [&](Json::Array& signatures) {
      std::string sig;
      for (const Json& signature : signatures) {
        const Json::Object& object = *signature.as_object();
        if (object.at("keyid") == Json(id_of(first))) sig = *object.at("sig").as_text();
      }
      signatures = {Json::Object{{"keyid", id_of(first)}, {"sig", sig}},
                    Json::Object{{"keyid", id_of("second")}, {"sig", sig}}};
    });
    const Caught refused = world.refresh();
    CHECK(refused.kind == "refused");
    CHECK(refused.message.find(" is signed by 1 of the 2 keys it needs (missing: ") != std::string::npos);
    CHECK(world.trusted() == world.trusted_up_to(role));
    world.sim.serves_instead.clear();
    CHECK(world.refresh() == Caught{"nothing", ""});
    CHECK(world.trusted() == world.trusted_up_to(""));
  }
}

TEST_CASE("S-07 odd signatures beside a good one fail a file of no kind", "[attacks]") {
  for (const std::string& role : AttackedWorld().roles()) {
    INFO(role);
    AttackedWorld world;
    world.publish_news();
    world.sim.serves_instead[world.request_of(role)] =
        with_signatures(world.news_of(role), [](Json::Array& signatures) {
          for (const char* sig : {"", "0", "zz", "AB", "00000000", "\xc3\xa9"}) {
            signatures.push_back(Json::Object{{"keyid", std::string("odd ") + sig}, {"sig", sig}});
          }
        });
    CHECK(world.refresh() == Caught{"nothing", ""});
    CHECK(world.trusted() == world.trusted_up_to(""));
  }
}

TEST_CASE("S-09 a hundred thousand signatures are refused before one of them is tried", "[attacks]") {
  const Json part = to_json(AttackedWorld().sim.targets);
  const std::string sig = hex_encode(test_key("targets").sign(canonical_json(part)));
  Json::Array many;
  for (int i = 0; i < 100'000; ++i) many.push_back(Json::Object{{"keyid", std::to_string(i)}, {"sig", sig}});
  many.push_back(Json::Object{{"keyid", id_of("targets")}, {"sig", sig}});
  const Bytes file = json_text(Json::Object{{"signatures", many}, {"signed", part}});
  CryptoFaults watch;
  CHECK(caught([&] {
          Verified<Targets>::by(role_keys({"targets"}), parse_signed_file<Targets>(file, "targets.json"));
        }) == Caught{"refused", "targets.json: signatures must be an array of at most 1024 elements"});
  CHECK(watch.ed25519_calls() == 0);
}

TEST_CASE("S-09 no more signatures are tried than the role has keys", "[attacks]") {
  const Json part = to_json(AttackedWorld().sim.targets);
  const std::string sig = hex_encode(test_key("mallory").sign(canonical_json(part)));
  Json::Array many = {Json::Object{{"keyid", id_of("targets")}, {"sig", sig}}};
  while (many.size() < max_signatures) {
    many.push_back(Json::Object{{"keyid", std::to_string(many.size())}, {"sig", sig}});
  }
  const Bytes file = json_text(Json::Object{{"signatures", many}, {"signed", part}});
  CryptoFaults watch;
  CHECK(caught([&] {
          Verified<Targets>::by(role_keys({"targets", "second"}),
                                parse_signed_file<Targets>(file, "targets.json"));
        }).kind == "refused");
  CHECK(watch.ed25519_calls() == 1);
}

}  // namespace tuf
