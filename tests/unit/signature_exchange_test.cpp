#include "publisher/signature_exchange.h"

#include <catch2/catch.hpp>

#include "libtufcore/canonical_json.h"

#include "tests/support/caught.h"
#include "tests/support/temp_dir.h"

namespace tuf::test {
namespace {

Round round_of(std::uint64_t number, const std::string& previous = "before") {
  Round round;
  round.number = number;
  round.previous = sha256_of(previous);
  round.commit = CommitId(40, 'a');
  round.time = *UtcTime::parse("2030-01-01T00:00:00Z");
  return round;
}

}  // namespace

TEST_CASE("a round is proposed under a number that nobody has taken and the newest one counts",
          "[signature_exchange]") {
  const TempDir dir;
  SignatureExchange one(dir.path()), two(dir.path());
  CHECK(one.propose(round_of(7)) == round_of(7));
  CHECK(two.propose(round_of(7)).number == 8);
  CHECK(one.newest(sha256_of("before"), 1000)->number == 8);
  CHECK(one.newest(sha256_of("before"), 7)->number == 7);
  CHECK_FALSE(one.newest(sha256_of("something else"), 1000));
  CHECK_FALSE(one.newest(std::nullopt, 1000));
  one.remove_rounds_before(8);
  CHECK_FALSE(one.newest(sha256_of("before"), 7));
}

TEST_CASE("a proposal that is no round or lies under another number is refused with its name",
          "[signature_exchange]") {
  const TempDir dir;
  SignatureExchange exchange(dir.path());
  make_directories(dir / "7");
  const std::string file = (dir / "7/round.json").string();
  write_file_atomically(file, canonical_json(to_json(round_of(8))));
  CHECK(caught([&] { exchange.newest(std::nullopt, 1000); }) == Caught{"refused", file + " is about round 8"});
  write_file_atomically(file, R"({"commit":"main","number":7,"previous":null,"time":"2030-01-01T00:00:00Z"})");
  CHECK(caught([&] { exchange.newest(std::nullopt, 1000); }).kind == "refused");
  fs::remove_all(dir / "7");
  fs::create_directory_symlink(dir.path(), dir / "7");
  CHECK_FALSE(exchange.newest(std::nullopt, 1000));
}

TEST_CASE("what a publisher signed is remembered and only one of its runs goes on at a time",
          "[signature_exchange]") {
  const TempDir dir;
  {
    RoundMemory memory(dir / "memory");
    CHECK_FALSE(memory.signed_last);
    memory.signed_last = round_of(7);
    memory.save();
    CHECK(caught([&] { RoundMemory(dir / "memory"); }).kind == "conflict");
  }
  const RoundMemory again(dir / "memory");
  CHECK(again.signed_last == round_of(7));
  CHECK_FALSE(again.seen);
  write_file_atomically(dir / "damaged", "{}");
  CHECK(caught([&] { RoundMemory(dir / "damaged"); }).kind == "refused");
}

}  // namespace tuf::test
