#include "libtufcore/git/ssh_signature.h"

#include <catch2/catch.hpp>

#include "libtufcore/ssh_format.h"
#include "tests/support/caught.h"
#include "tests/support/openssl_signer.h"
#include "tests/support/ssh_vectors.h"
#include "tests/support/temp_git_repository.h"
#include "tests/support/test_keys.h"

namespace tuf {
namespace {

std::unique_ptr<SigningKey> key_of(const std::string& name) {
  return signing_key_of(SecretKey::from_seed(sha256_of(name).bytes()));
}

std::string reason(std::string_view armored, std::string_view name_space = "git") {
  const SshSigner signer = check_ssh_signature(armored, "message", name_space);
  return signer.key ? "valid" : signer.reason;
}

std::string armored(const Bytes& blob) {
  return "-----BEGIN SSH SIGNATURE-----\n" + base64_encode(blob) + "\n-----END SSH SIGNATURE-----\n";
}

GitRepository::NewCommit commit_of(const std::string& message) {
  GitRepository::NewCommit commit;
  commit.files["file"] = "content";
  commit.message = message;
  commit.author_name = "Alice";
  commit.author_email = "alice@example.org";
  commit.branch = "main";
  return commit;
}

class RsaKey final : public SigningKey {
 public:
  explicit RsaKey(OpensslSigner& signer) : SigningKey(key_from(signer), "a test"), signer_(signer) {}

 private:
  static PublicKey key_from(const OpensslSigner& signer) {
    const Json json = Json::Object{{"keytype", "rsa"},
                                   {"scheme", "rsassa-pss-sha256"},
                                   {"keyval", Json::Object{{"public", signer.public_pem()}}}};
    return PublicKey::parse(JsonReader(json, "key"), "rsa");
  }
  Bytes make_signature(ByteView message) override { return signer_.sign(message); }
  OpensslSigner& signer_;
};

}  // namespace

TEST_CASE("signatures that ssh-keygen made are valid and tell whose they are", "[ssh_signature]") {
  initialise_crypto();
  const SshSigner ed25519 = check_ssh_signature(vectors::ssh_ed25519_signature, "message", "git");
  REQUIRE(ed25519.key);
  CHECK(base64_encode(*ssh_public_blob(*ed25519.key)) == vectors::ssh_ed25519_public);
  const SshSigner p256 = check_ssh_signature(vectors::ssh_p256_signature, "message", "git");
  REQUIRE(p256.key);
  CHECK(base64_encode(*ssh_public_blob(*p256.key)) == vectors::ssh_p256_public);
}

TEST_CASE("a signature for another purpose or another text or of another kind is none", "[ssh_signature]") {
  initialise_crypto();
  CHECK(reason(vectors::ssh_ed25519_signature_for_files) ==
        "the ssh signature was made for 'file', not for 'git'");
  CHECK(reason(vectors::ssh_ed25519_signature_for_files, "file") == "valid");
  CHECK(check_ssh_signature(vectors::ssh_ed25519_signature, "another message", "git").reason ==
        "the ssh signature is not valid");
  CHECK(reason(vectors::ssh_rsa_signature) ==
        "the key of the ssh signature is an RSA key: agents sign with PKCS #1 v1.5, and TUF knows RSA-PSS "
        "only");
}

TEST_CASE("each byte of a signature counts", "[ssh_signature]") {
  initialise_crypto();
  const std::unique_ptr<SigningKey> key = key_of("alice");
  const std::string text = *make_ssh_signature(*key, "message", "git");
  const std::string begin = "-----BEGIN SSH SIGNATURE-----\n";
  std::string content = text.substr(begin.size(), text.find("-----END") - begin.size());
  std::erase(content, '\n');
  const Bytes blob = *base64_decode(content);
  CHECK(reason(armored(blob)) == "valid");
  for (std::size_t at = 0; at < blob.size(); ++at) {
    Bytes changed = blob;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    INFO("byte " << at);
    CHECK(reason(armored(changed)) != "valid");
  }
  for (const Bytes& wrong : {blob + "x", blob.substr(0, blob.size() - 1), Bytes(), Bytes("SSHSIG")}) {
    CHECK(reason(armored(wrong)) != "valid");
  }
}

TEST_CASE("what is reserved in a signature stays empty", "[ssh_signature]") {
  initialise_crypto();
  const PublicKey& key = test_key("alice").public_key();
  const Bytes signature = test_key("alice").sign("SSHSIG" + ssh_text("git") + ssh_text("") +
                                                 ssh_text("sha256") + ssh_text(sha256_of("message").bytes()));
  const auto with_reserved = [&](const Bytes& reserved) {
    return armored("SSHSIG" + ssh_number(1) + ssh_text(*ssh_public_blob(key)) + ssh_text("git") +
                   ssh_text(reserved) + ssh_text("sha256") + ssh_text(ssh_signature_blob(key, signature)));
  };
  CHECK(reason(with_reserved("")) == "valid");
  CHECK(reason(with_reserved("x")) == "the ssh signature uses what is reserved");
}

TEST_CASE("text that is no armored signature is none and long text is not read", "[ssh_signature]") {
  CHECK(reason("") == "the signature is not an ssh signature");
  CHECK(reason("-----BEGIN PGP SIGNATURE-----\n") == "the signature is not an ssh signature");
  CHECK(reason(" " + vectors::ssh_ed25519_signature) == "the signature is not an ssh signature");
  CHECK(reason(vectors::ssh_ed25519_signature + "x") == "the signature is not an ssh signature");
  CHECK(reason(armored(Bytes(100'000, 'x'))) == "the signature is not an ssh signature");
}

TEST_CASE("a commit that was signed tells its signer and one that was not says so", "[ssh_signature]") {
  const test::TempGitRepository repository;
  GitRepository git = repository.open();
  const std::unique_ptr<SigningKey> key = key_of("alice");
  GitRepository::NewCommit commit = commit_of("First\n\nwords\n");
  commit.sign = [&](ByteView text) { return make_ssh_signature(*key, text, git_signature_namespace); };
  const CommitId signed_one = git.make_commit(commit);
  const SshSigner signer = check_commit_signature(git, signed_one);
  CHECK(signer.reason == "");
  REQUIRE(signer.key);
  CHECK(signer.key->id() == key->public_key().id());
  CHECK(git.commit(signed_one).summary == "First");

  GitRepository::NewCommit second = commit_of("Second");
  second.parent = signed_one;
  CHECK(check_commit_signature(git, git.make_commit(second)).reason == "the commit is not signed");
}

TEST_CASE("a signature taken to another commit or beside a second one is none", "[ssh_signature]") {
  const test::TempGitRepository repository;
  GitRepository git = repository.open();
  const std::unique_ptr<SigningKey> key = key_of("alice");
  GitRepository::NewCommit commit = commit_of("First");
  commit.sign = [&](ByteView text) { return make_ssh_signature(*key, text, git_signature_namespace); };
  const Bytes object = git.commit_object(git.make_commit(commit));
  const auto changed = [&](const std::string& from, const std::string& to) {
    Bytes other = object;
    other.replace(other.find(from), from.size(), to);
    return check_commit_signature(other).reason;
  };
  CHECK(changed("First", "Other") == "the ssh signature is not valid");
  CHECK(changed("author Alice", "author Mallory") == "the ssh signature is not valid");
  const std::size_t start = object.find("gpgsig ");
  const Bytes header = object.substr(start, object.find("\n\n") + 1 - start);
  CHECK(changed("gpgsig ", header + "gpgsig ") == "the commit has 2 signatures");
  CHECK(changed("gpgsig ", "gpgsig-sha256 ") == "the signature is not an ssh signature");
  CHECK(changed("gpgsig ", "mergetag ") == "the commit is not signed");
  // Words of the message that look like a signature are words.
  CHECK(check_commit_signature("tree 0\n\n" + header).reason == "the commit is not signed");
  CHECK(check_commit_signature("").reason == "the commit is not signed");
}

TEST_CASE("a key that ssh has no word for leaves a commit unsigned", "[ssh_signature]") {
  OpensslSigner signer(OpensslSigner::Kind::rsa_2048);
  RsaKey key(signer);
  CHECK_FALSE(make_ssh_signature(key, "message", "git"));
}

}  // namespace tuf
