#include "libtufcore/keys/ssh_agent.h"

#include <sys/socket.h>
#include <sys/un.h>

#include <catch2/catch.hpp>
#include <cstring>
#include <thread>

#include "libtufcore/ssh_format.h"
#include "tests/support/caught.h"
#include "tests/support/ssh_vectors.h"
#include "tests/support/temp_dir.h"
#include "tests/support/test_keys.h"

namespace tuf {
namespace {

constexpr char identities_answer = 12, sign_response = 14, failure = 5;

// Answers one connection with these bytes, one after each request; keeps what it was asked.
class ScriptedAgent {
 public:
  explicit ScriptedAgent(std::vector<Bytes> answers) : socket_(socket(AF_UNIX, SOCK_STREAM, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path().c_str(), sizeof address.sun_path - 1);
    REQUIRE(bind(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    REQUIRE(listen(socket_.get(), 1) == 0);
    thread_ = std::thread([this, answers = std::move(answers)] { serve(answers); });
  }
  ~ScriptedAgent() {
    shutdown(socket_.get(), SHUT_RDWR);  // when nobody came
    thread_.join();
  }
  std::string path() const { return (dir_ / "agent").string(); }
  std::vector<Bytes> requests;

 private:
  void serve(const std::vector<Bytes>& answers) {
    const Descriptor peer(accept(socket_.get(), nullptr, nullptr));
    for (const Bytes& answer : answers) {
      Bytes size(4, '\0');
      if (recv(peer.get(), size.data(), size.size(), MSG_WAITALL) != 4) return;
      Bytes request(SshReader(size, "request").number(), '\0');
      recv(peer.get(), request.data(), request.size(), MSG_WAITALL);
      requests.push_back(request);
      send(peer.get(), answer.data(), answer.size(), MSG_NOSIGNAL);
    }
  }
  test::TempDir dir_;
  Descriptor socket_;
  std::thread thread_;
};

Bytes message(char type, const Bytes& content) { return ssh_text(Bytes(1, type) + content); }

Bytes entry(const PublicKey& key, const std::string& comment) {
  return ssh_text(*ssh_public_blob(key)) + ssh_text(comment);
}

Bytes list_of_alice() {
  return message(identities_answer, ssh_number(1) + entry(test_key("alice").public_key(), "alice@home"));
}

Bytes signature_of(const std::string& name, const std::string& text) {
  const SecretKey& key = test_key(name);
  return message(sign_response, ssh_text(ssh_signature_blob(key.public_key(), key.sign(text))));
}

Caught sign_with(const std::vector<Bytes>& answers) {
  ScriptedAgent agent(answers);
  return caught([&] { open_agent_key(agent.path(), "alice@home")->sign("text"); });
}

}  // namespace

TEST_CASE("an agent is asked for just the bytes and its signature is TUF's", "[ssh_agent]") {
  const PublicKey& alice = test_key("alice").public_key();
  ScriptedAgent agent({list_of_alice(), signature_of("alice", "text")});
  CHECK(open_agent_key(agent.path(), "alice@home")->sign("text") == test_key("alice").sign("text"));
  REQUIRE(agent.requests.size() == 2);
  CHECK(agent.requests[0] == Bytes("\x0b"));
  CHECK(agent.requests[1] == "\x0d" + ssh_text(*ssh_public_blob(alice)) + ssh_text("text") + ssh_number(0));
}

TEST_CASE("what an agent signs with another key or over another text is refused", "[ssh_agent]") {
  const std::string id = test_key("alice").public_key().id().substr(0, 8);
  CHECK(sign_with({list_of_alice(), signature_of("mallory", "text")}) ==
        Caught{"refused", "what the ssh-agent gave is no signature of key " + id});
  CHECK(sign_with({list_of_alice(), signature_of("alice", "other text")}).kind == "refused");
}

TEST_CASE("hostile replies of an agent are refused before they are read", "[ssh_agent]") {
  const Bytes list = list_of_alice();
  CHECK(sign_with({ssh_number(0xffffffff)}) ==
        Caught{"limit", "the ssh-agent's reply has 4294967295 bytes; 1 to 262144 are allowed"});
  CHECK(sign_with({ssh_number(0)}).kind == "limit");
  CHECK(sign_with({message(failure, "")}) == Caught{"forbidden", "the ssh-agent refused to list its keys"});
  CHECK(sign_with({message(sign_response, "")}) ==
        Caught{"refused", "the ssh-agent answered to list its keys with message 14, not 12"});
  CHECK(sign_with({message(identities_answer, ssh_number(0xffffffff))}) ==
        Caught{"limit", "the ssh-agent says it has 4294967295 keys; 1024 are allowed"});
  CHECK(sign_with({message(identities_answer, ssh_number(2))}) ==
        Caught{"refused", "the ssh-agent's list of keys ends in the middle"});
  CHECK(sign_with({message(identities_answer, ssh_number(0) + "x")}) ==
        Caught{"refused", "the ssh-agent's list of keys has 1 bytes behind its end"});
  CHECK(sign_with({list, message(failure, "")}) == Caught{"forbidden", "the ssh-agent refused to sign"});
  CHECK(sign_with({list, message(sign_response, ssh_text("x") + "y")}).kind == "refused");
  CHECK(sign_with({list, message(sign_response, ssh_text(ssh_text("ssh-rsa") + ssh_text("s")))}) ==
        Caught{"refused", "the ssh-agent's signature is of type ssh-rsa, not ssh-ed25519"});
  CHECK(sign_with({list.substr(0, 9)}) == Caught{"other", "the ssh-agent ended the connection"});
}

TEST_CASE("a key of an agent is found by its fingerprint or its one comment", "[ssh_agent]") {
  const auto key = [](const std::string& name, const std::string& comment) {
    const PublicKey& half = test_key(name).public_key();
    return AgentKey{*ssh_public_blob(half), comment, half, ""};
  };
  const std::vector<AgentKey> keys = {
      key("alice", "home"),
      key("bob", "work"),
      key("carol", "work"),
      {*base64_decode(vectors::ssh_rsa_public), "old", std::nullopt, "is an RSA key"}};
  CHECK(find_agent_key(keys, "home").key->id() == test_key("alice").public_key().id());
  CHECK(find_agent_key(keys, ssh_fingerprint(keys[1].blob)).key->id() == test_key("bob").public_key().id());
  CHECK(caught([&] { find_agent_key(keys, "work"); }) ==
        Caught{"usage", "the ssh-agent has 2 keys with the comment 'work'"});
  CHECK(caught([&] { find_agent_key(keys, "hom"); }) ==
        Caught{"not-found", "the ssh-agent has no key 'hom'"});
  CHECK(caught([&] { find_agent_key(keys, "old"); }) ==
        Caught{"refused", "the ssh-agent's key 'old' is an RSA key"});
}

TEST_CASE("without an agent the message says why", "[ssh_agent]") {
  CHECK(caught([] { SshAgent agent(""); }) ==
        Caught{"not-found", "there is no ssh-agent: SSH_AUTH_SOCK is not set"});
  const test::TempDir dir;
  const std::string nobody = (dir / "agent").string();
  CHECK(caught([&] { SshAgent agent(nobody); }) ==
        Caught{"not-found", fmt::format("there is no ssh-agent at '{}': No such file or directory", nobody)});
  CHECK(caught([&] { SshAgent agent(std::string(200, 'x')); }).kind == "not-found");
}

}  // namespace tuf
