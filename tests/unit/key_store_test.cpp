#include "signer/key_store.h"

#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "libtufcore/key_reference.h"
#include "tests/support/caught.h"
#include "tests/support/temp_dir.h"
#include "tests/support/test_keys.h"

namespace tuf {
namespace {

namespace fs = std::filesystem;

unsigned mode_of(const fs::path& path) {
  struct stat status {};
  REQUIRE(stat(path.c_str(), &status) == 0);
  return status.st_mode & 07777;
}

StoredKey make(const KeyStore& store, const std::string& name) {
  return store.create(name, test_key(name), nullptr, PassphraseCost::interactive);
}

}  // namespace

TEST_CASE("a new key is two files and only the public one can be read by others", "[key_store]") {
  const test::TempDir dir;
  const KeyStore store(dir / "keys");
  const StoredKey key = make(store, "alice");
  CHECK(mode_of(dir / "keys") == 0700);
  CHECK(mode_of(dir / "keys/alice.key") == 0600);
  CHECK(mode_of(dir / "keys/alice.pub") == 0644);
  CHECK(key.id() == test_key("alice").public_key().id());
  CHECK(read_public_key_file((dir / "keys/alice.pub").string()).key.id() == key.id());
  CHECK(store.open(key, nullptr).public_key().id() == key.id());
}

TEST_CASE("a key file is never overwritten", "[key_store]") {
  const test::TempDir dir;
  const KeyStore store(dir / "keys");
  make(store, "alice");
  const std::string before = test::read_text(dir / "keys/alice.key");
  const Caught again = caught([&] { make(store, "alice"); });
  CHECK(again.kind == "conflict");
  CHECK(again.message ==
        fmt::format("'{}' is there already and is never overwritten", (dir / "keys/alice.key").string()));
  CHECK(test::read_text(dir / "keys/alice.key") == before);
}

TEST_CASE("the public file of somebody else is never overwritten by a new key", "[key_store]") {
  const test::TempDir dir;
  const KeyStore store(dir / "keys");
  test::write_text(dir / "keys/bob.pub", "bob gave me this");
  CHECK(caught([&] { make(store, "bob"); }).kind == "conflict");
  CHECK(test::read_text(dir / "keys/bob.pub") == "bob gave me this");
  CHECK_FALSE(fs::exists(dir / "keys/bob.key"));
}

TEST_CASE("a missing public file is written again from the secret one", "[key_store]") {
  const test::TempDir dir;
  const KeyStore store(dir / "keys");
  const StoredKey key = make(store, "alice");
  const std::string before = test::read_text(dir / "keys/alice.pub");
  fs::remove(dir / "keys/alice.pub");
  CHECK(test::read_text(store.public_file(key)) == before);
}

TEST_CASE("P-12 a key file that others can read is not used", "[key_store]") {
  const test::TempDir dir;
  const KeyStore store(dir / "keys");
  const StoredKey key = make(store, "alice");
  REQUIRE(chmod((dir / "keys/alice.key").c_str(), 0640) == 0);
  const Caught found = caught([&] { store.find("alice"); });
  CHECK(found.kind == "forbidden");
  CHECK(found.message == fmt::format("key file '{}' can be read by others (mode 0640, needed 0600)",
                                     (dir / "keys/alice.key").string()));
  CHECK(caught([&] { store.open(key, nullptr); }).kind == "forbidden");
  REQUIRE(chmod((dir / "keys/alice.key").c_str(), 0600) == 0);
  CHECK(store.find("alice").id() == key.id());
}

TEST_CASE("a key file that is a link is not used", "[key_store]") {
  const test::TempDir dir;
  const KeyStore store(dir / "keys");
  make(store, "alice");
  fs::create_symlink("alice.key", dir / "keys/link.key");
  CHECK(caught([&] { store.find("link"); }).kind == "forbidden");
}

TEST_CASE("the only key is chosen and several must be named", "[key_store]") {
  const test::TempDir dir;
  const KeyStore store(dir / "keys");
  CHECK(caught([&] { store.choose(std::nullopt); }) == Caught{"not-found", "you have no key yet"});
  CHECK(caught([&] { store.choose("alice"); }) ==
        Caught{"not-found", "there is no key 'alice', nor any other"});
  make(store, "bob");
  CHECK(store.choose(std::nullopt).file_name == "bob");
  make(store, "alice");
  CHECK(caught([&] { store.choose(std::nullopt); }) ==
        Caught{"usage", "which of your keys shall sign? there are: alice, bob"});
  CHECK(store.choose("alice").file_name == "alice");
  CHECK(caught([&] { store.choose("carol"); }) ==
        Caught{"not-found", "there is no key 'carol'; there are: alice, bob"});
}

TEST_CASE("P-03 a key name is never a path", "[key_store]") {
  const test::TempDir dir;
  const KeyStore store(dir / "keys");
  for (const char* name : {"../alice", "a/b", "", ".", "..", ".hidden", "-x", "a b", "a\nb", "\x1b[31m"}) {
    INFO(name);
    CHECK(caught([&] { make(store, name); }).kind == "usage");
    CHECK(caught([&] { store.find(name); }).kind == "usage");
  }
  CHECK(caught([&] { make(store, std::string(65, 'a')); }).kind == "usage");
  CHECK_FALSE(fs::exists(dir / "keys"));
}

TEST_CASE("an encrypted key opens with its passphrase and with no other", "[key_store]") {
  const test::TempDir dir;
  const KeyStore store(dir / "keys");
  const SecretText right("correct horse"), wrong("battery staple");
  const StoredKey key = store.create("alice", test_key("alice"), &right, PassphraseCost::interactive);
  CHECK(key.info.encrypted);
  CHECK(store.open(key, &right).public_key().id() == key.id());
  CHECK(caught([&] { store.open(key, &wrong); }).kind == "forbidden");
  CHECK(caught([&] { store.open(key, nullptr); }).kind == "forbidden");
}

TEST_CASE("a key elsewhere is a file without a secret that the commands name like any other", "[key_store]") {
  const test::TempDir dir;
  const KeyStore store(dir / "keys");
  make(store, "bob");
  const PublicKey& alice = test_key("alice").public_key();
  const StoredKey key = store.refer("alice", alice, "ssh-agent:SHA256:x");
  CHECK(key.id() == alice.id());
  CHECK(store.find("alice").uri == "ssh-agent:SHA256:x");
  CHECK(store.names() == std::vector<std::string>{"alice", "bob"});
  CHECK(mode_of(dir / "keys/alice.ref") == 0600);
  CHECK(read_public_key_file((dir / "keys/alice.pub").string()).key.id() == alice.id());
  CHECK(caught([&] { make(store, "alice"); }).kind == "conflict");
  CHECK(caught([&] { store.refer("bob", alice, "ssh-agent:SHA256:x"); }).kind == "conflict");
}

TEST_CASE("a name that is both a key file and a reference is not guessed about", "[key_store]") {
  const test::TempDir dir;
  const KeyStore store(dir / "keys");
  make(store, "alice");
  const Bytes other = key_reference_text({"alice", test_key("mallory").public_key(), "ssh-agent:SHA256:x"});
  test::write_text(dir / "keys/alice.ref", other);
  CHECK(caught([&] { store.find("alice"); }) == Caught{"conflict", "key 'alice' is there twice: as alice.key and as alice.ref"});
}

TEST_CASE("another passphrase takes the place of the old one", "[key_store]") {
  const test::TempDir dir;
  const KeyStore store(dir / "keys");
  const SecretText first("first"), second("second");
  const StoredKey key = store.create("alice", test_key("alice"), &first, PassphraseCost::interactive);
  store.encrypt_again(key, store.open(key, &first), &second, PassphraseCost::interactive);
  CHECK(caught([&] { store.open(key, &first); }).kind == "forbidden");
  CHECK(store.open(key, &second).public_key().id() == key.id());
  CHECK(mode_of(dir / "keys/alice.key") == 0600);
}

}  // namespace tuf
