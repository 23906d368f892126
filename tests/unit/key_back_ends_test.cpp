// Keys behind programs, in the environment, and references to them; what each back end answers is proved.
#include <catch2/catch.hpp>
#include <csignal>

#include "libtufcore/error.h"
#include "libtufcore/io/child_process.h"
#include "libtufcore/key_reference.h"
#include "libtufcore/keys/key_environment.h"
#include "libtufcore/keys/key_program.h"
#include "libtufcore/signing_key.h"
#include "tests/support/caught.h"
#include "tests/support/temp_dir.h"
#include "tests/support/test_keys.h"

namespace tuf {
namespace {

// As run_program does: a program that ends without reading must not end this one.
const auto before = std::signal(SIGPIPE, SIG_IGN);

// A plug-in that answers everything with the same text.
class Program {
 public:
  explicit Program(const std::string& script) {
    test::write_text(dir_ / "plugin", "#!/bin/sh\n" + script + "\n");
    std::filesystem::permissions(dir_ / "plugin", std::filesystem::perms::owner_all);
  }
  std::string path() const { return (dir_ / "plugin").string(); }
  Caught sign(const PublicKey& key) const {
    return caught([&] { open_program_key(path(), &key)->sign("message"); });
  }
  Caught open() const {
    return caught([&] { open_program_key(path(), nullptr); });
  }

 private:
  test::TempDir dir_;
};

std::string sig_of(const std::string& name, const std::string& message) {
  return R"(cat >/dev/null; echo '{"sig":")" + hex_encode(test_key(name).sign(message)) + R"("}')";
}

class Variable {  // of the environment, gone at the end
 public:
  Variable(std::string name, const std::string& value) : name_(std::move(name)) {
    setenv(name_.c_str(), value.c_str(), 1);
  }
  ~Variable() { unsetenv(name_.c_str()); }

 private:
  std::string name_;
};

// CI systems may run these tests for a pull request.
class NoPullRequest {
 public:
  NoPullRequest() {
    for (const char* name : {"GITHUB_EVENT_NAME", "CI_PIPELINE_SOURCE", "CI_MERGE_REQUEST_IID"})
      unsetenv(name);
  }
};

}  // namespace

TEST_CASE("a program signs and its signature is proved by the pinned key", "[key_program]") {
  const PublicKey& alice = test_key("alice").public_key();
  const Program good(sig_of("alice", "message"));
  CHECK(open_program_key(good.path(), &alice)->sign("message") == test_key("alice").sign("message"));
  const Caught wrong = Program(sig_of("mallory", "message")).sign(alice);
  CHECK(wrong.kind == "refused");
  CHECK(wrong.message.ends_with("is no signature of key " + alice.id().substr(0, 8)));
  CHECK(Program(sig_of("alice", "another message")).sign(alice).kind == "refused");
}

TEST_CASE("a program gets the request as documented and its arguments without a shell", "[key_program]") {
  const test::TempDir dir;
  const Program program("cat >" + (dir / "request").string() + "; printf '%s\\n' \"$@\" >" +
                        (dir / "arguments").string() + R"(; echo '{"error":"no"}')");
  const PublicKey& alice = test_key("alice").public_key();
  const auto run = [&] {
    open_program_key(program.path() + "?key=a%26b&$(touch x)&last one", &alice)->sign("message");
  };
  const Caught refused = caught(run);
  CHECK(refused.kind == "forbidden");
  CHECK(refused.message == fmt::format("the program '{}' refused: no", program.path()));
  CHECK(test::read_text(dir / "arguments") == "key=a&b\n$(touch x)\nlast one\n");
  const Json request = parse_json(test::read_text(dir / "request"), "request");
  const JsonReader reader(request, "request");
  CHECK(reader["op"].text() == "sign");
  CHECK(reader["version"].whole_number(1, 1) == 1);
  CHECK(reader["scheme"].text() == "ed25519");
  CHECK(reader["payload_b64"].text() == base64_encode("message"));
  CHECK(reader["payload_sha256"].text() == sha256_of("message").hex());
}

TEST_CASE("hostile answers of a program are refused", "[key_program]") {
  const PublicKey& alice = test_key("alice").public_key();
  CHECK(Program("echo not json").sign(alice).kind == "refused");
  CHECK(Program("exit 3").sign(alice).message.ends_with("ended with code 3"));
  CHECK(Program(R"(echo '{"sig":"zz"}')")
            .sign(alice)
            .message.ends_with("sig must be hex digits, the signature"));
  CHECK(Program(R"(echo '{"sig":7}')").sign(alice).kind == "refused");
  CHECK(Program(R"(echo '{}')").sign(alice).kind == "refused");
  CHECK(Program(sig_of("alice", "message") + "; exit 1").sign(alice).kind == "other");
  CHECK(Program("yes").sign(alice).message.ends_with("says more than 65536 bytes"));
  CHECK(Program("kill -9 $$").sign(alice).message.ends_with("was ended by signal 9"));
  CHECK(Program(R"(echo '{"error":"\u001b[31m"}')").sign(alice).message.ends_with("refused: \\x1b[31m"));
  CHECK(Program(R"(echo '{"key":{"keytype":"odd","scheme":"odd","keyval":{}}}')").open().kind == "refused");
  CHECK(caught([&] { open_program_key("/nowhere/at/all", nullptr); }).message ==
        "cannot run the program '/nowhere/at/all': No such file or directory");
}

TEST_CASE("a program's arguments are decoded strictly", "[key_program]") {
  CHECK(words_of_program("p") == std::vector<std::string>{"p"});
  CHECK(words_of_program("p?") == std::vector<std::string>{"p", ""});
  CHECK(words_of_program("p?a&b=%3F") == std::vector<std::string>{"p", "a", "b=?"});
  for (const char* wrong : {"?a", "p?%", "p?%4", "p?%zz", "p?%00"}) {
    INFO(wrong);
    CHECK(caught([&] { words_of_program(wrong); }).kind == "usage");
  }
}

TEST_CASE("another program sees no variable of ours and is ended when it takes too long", "[child_process]") {
  const Variable secret("PG_TEST_SECRET", "secret");
  const ChildRun run = run_child({.words = {"env"}, .input = "", .max_output_bytes = 1u << 20});
  CHECK(run.exit_code == 0);
  CHECK(run.output.find("PATH=") != std::string::npos);
  CHECK(run.output.find("PG_") == std::string::npos);
  const auto waits_for_ever = [] {
    run_child({.words = {"tail", "-f", "/dev/null"}, .input = "", .patience = std::chrono::seconds(0)});
  };
  CHECK(caught(waits_for_ever).message == "the program 'tail' gave no answer within 0 seconds");
  const auto says_nothing_more = [] {
    run_child({.words = {"sh", "-c", "exec tail -f /dev/null >/dev/null"},
               .input = "",
               .patience = std::chrono::seconds(1)});
  };
  CHECK(caught(says_nothing_more).message == "the program 'sh' gave no answer within 1 seconds");
  const Bytes large(1u << 20, 'x');  // more than a pipe holds
  CHECK(run_child({.words = {"cat"}, .input = large, .max_output_bytes = large.size()}).output == large);
  CHECK(run_child({.words = {"true"}, .input = large}).exit_code == 0);
}

TEST_CASE("a key is taken out of the environment once", "[key_environment]") {
  const NoPullRequest no_pull_request;
  const Variable variable("PG_TEST_KEY", "value");
  const char* memory = getenv("PG_TEST_KEY");
  CHECK(take_from_environment("PG_TEST_KEY").view() == "value");
  CHECK(std::string_view(memory, 5) == std::string_view("\0\0\0\0\0", 5));
  CHECK(getenv("PG_TEST_KEY") == nullptr);
  CHECK(caught([] { take_from_environment("PG_TEST_KEY"); }) ==
        Caught{"not-found", "there is no key in the environment: PG_TEST_KEY is not set"});
}

TEST_CASE("C-06 a key in the environment is not used in a job for a pull request", "[key_environment]") {
  const NoPullRequest no_pull_request;
  const Variable variable("PG_TEST_KEY", "value");
  using Row = std::pair<const char*, const char*>;
  for (const auto& [name, value] :
       {Row{"GITHUB_EVENT_NAME", "pull_request"}, Row{"GITHUB_EVENT_NAME", "pull_request_target"},
        Row{"CI_PIPELINE_SOURCE", "merge_request_event"}, Row{"BITBUCKET_PR_ID", "7"},
        Row{"TRAVIS_PULL_REQUEST", "7"}, Row{"CHANGE_ID", "7"}}) {
    const Variable sign(name, value);
    CHECK(caught([] { take_from_environment("PG_TEST_KEY"); }) ==
          Caught{"forbidden",
                 fmt::format(
                     "this job is for a pull request ({}={}): a key in the environment is not used there",
                     name, value)});
    CHECK(std::string_view(getenv("PG_TEST_KEY")) == "value");
  }
  const Variable push("GITHUB_EVENT_NAME", "push"), none("TRAVIS_PULL_REQUEST", "false");
  CHECK(pull_request_job() == "");
}

TEST_CASE("only variables that no other program sees can hold a key", "[key_environment]") {
  for (const char* name : {"HOME", "PG_", "PG_A=B", "", "PG_A B"}) {
    INFO(name);
    CHECK(caught([&] { take_from_environment(name); }).kind == "usage");
  }
}

TEST_CASE("a reference to a key keeps what it was given and pins the key", "[key_reference]") {
  const PublicKey& alice = test_key("alice").public_key();
  const Bytes text = key_reference_text({"alice", alice, "ssh-agent:SHA256:x"});
  CHECK(is_key_reference(text));
  const KeyReference read = parse_key_reference(text, "alice.ref");
  CHECK(read.name == "alice");
  CHECK(read.uri == "ssh-agent:SHA256:x");
  CHECK(read.key.id() == alice.id());
  const Bytes key_file =
      key_file_text(test_key("alice"), "playground-key-reference/1", nullptr, PassphraseCost::interactive);
  CHECK_FALSE(is_key_reference(key_file));
}

TEST_CASE("a reference to an unknown place is refused", "[key_reference]") {
  const PublicKey& alice = test_key("alice").public_key();
  const auto message = [&](const std::string& uri) {
    return caught([&] {
             parse_key_reference(key_reference_text({"alice", alice, uri}), "alice.ref");
           })
        .message;
  };
  for (const char* uri : {"", "file:x", "ssh-agent:", "SSH-AGENT:x", "http://x"}) {
    CHECK(message(uri) ==
          "alice.ref: uri must be a place of a key: ssh-agent:..., pkcs11:..., exec:... or env:...");
  }
  CHECK(message("exec:p") == "");
  CHECK(message("exec:" + std::string(5000, 'x')) != "");
}

}  // namespace tuf
