#include "publisher/snapshot_text.h"

#include <catch2/catch.hpp>

#include "libtufcore/canonical_json.h"
#include "libtufcore/error.h"
#include "libtufcore/large_metadata.h"
#include "tests/support/caught.h"
#include "tests/support/test_keys.h"

using namespace tuf;

namespace {

MetaFile version(std::uint64_t number) {
  MetaFile meta;
  meta.version = number;
  if (number % 2 == 0) meta.hashes.emplace(HashAlgorithm::sha256, sha256_of(std::to_string(number)));
  return meta;
}

Snapshot snapshot_of(std::size_t roles) {
  Snapshot snapshot;
  snapshot.version = 7;
  snapshot.extra["x-pg-repository"] = "test";
  for (std::size_t i = 0; i < roles; ++i) snapshot.roles.emplace(RoleName::of(fmt::format("p{:05}.rel", i)), version(i + 1));
  snapshot.roles.emplace(RoleName::of("targets"), version(1));
  return snapshot;
}

// As it is read back: above 128 KiB its entries stay unread.
Snapshot read_back(const Snapshot& snapshot) {
  return parse_snapshot_file(signed_file_text(to_json(snapshot), {}), "snapshot").untrusted;
}

}  // namespace

TEST_CASE("the next snapshot is what all of its entries as values would give", "[snapshot_text]") {
  for (const std::size_t roles : {0u, 3u, 5000u}) {
    const Snapshot previous = snapshot_of(roles);
    const ChangedRoles changed{{RoleName::of("a"), version(1)},
                               {RoleName::of("p00001.rel"), version(90)},
                               {RoleName::of("p00001"), version(4)},
                               {RoleName::of("zz"), version(8)}};
    Snapshot expected = previous;
    for (const auto& [role, meta] : changed) expected.roles.insert_or_assign(role, meta);
    Snapshot next = previous;
    next.roles.clear();
    next.version = expected.version = 8;
    const Snapshot read = read_back(previous);
    CHECK(read.roles.empty() == (roles == 5000));
    CHECK(next_snapshot_text(next, &read, changed) == canonical_json(to_json(expected)));
    CHECK(next_snapshot_text(next, &read, {}).size() < next_snapshot_text(next, &read, changed).size());
  }
  CHECK(next_snapshot_text(Snapshot(), nullptr, {}) == canonical_json(to_json(Snapshot())));
}

TEST_CASE("entries that are written in another way than ours are not taken over", "[snapshot_text]") {
  Bytes file = signed_file_text(to_json(snapshot_of(5000)), {});
  const std::size_t place = file.find("{\"version\":3}");
  file.replace(place, 13, "{\"version\": 3}");
  const Snapshot read = parse_snapshot_file(file, "snapshot").untrusted;
  CHECK(caught([&] { next_snapshot_text(Snapshot(), &read, {}); }) ==
        Caught{"refused", "the previous snapshot is not written as pgpublish writes it"});
}
