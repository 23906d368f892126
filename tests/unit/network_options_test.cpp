#include "client/network_options.h"

#include <catch2/catch.hpp>
#include <cstdlib>

#include "tests/support/caught.h"

namespace tuf {
namespace {

// What a command that asks a server gets for these words.
Caught run_with(std::vector<std::string> words, HttpOptions& options) {
  return caught([&] {
    Command command{.name = "ask",
                    .summary = "",
                    .description = "",
                    .example = "",
                    .arguments = {},
                    .options = {},
                    .run = {}};
    std::optional<Error> failure;
    command.run = [&](const Arguments& arguments, Output& out, UtcTime) {
      const auto why = caught([&] { options = network_options(arguments, out); });
      if (why.kind != "nothing") failure = Error(Error::Kind::usage, why.kind + ": " + why.message);
    };
    words.insert(words.begin(), {"pgtest", "ask"});
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    run_program("pgtest", "a test", {with_network_options(std::move(command))}, static_cast<int>(argv.size()),
                argv.data());
    if (failure) throw Error(*failure);
  });
}

class Variable {
 public:
  Variable(const char* name, const char* value) : name_(name) { setenv(name, value, 1); }
  ~Variable() { unsetenv(name_); }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;

 private:
  const char* name_;
};

}  // namespace

TEST_CASE("patience comes from the options and else from the environment", "[network_options]") {
  HttpOptions options;
  CHECK(run_with({}, options).kind == "nothing");
  CHECK(options.patience.retries == 3);
  CHECK(options.patience.to_stall == std::chrono::seconds(30));
  CHECK_FALSE(options.proxy);
  CHECK_FALSE(options.authorities);
  CHECK(options.patience.note);
  {
    const Variable retries("PG_RETRIES", "7");
    const Variable timeout("PG_TIMEOUT", "9");
    CHECK(run_with({}, options).kind == "nothing");
    CHECK(options.patience.retries == 7);
    CHECK(options.patience.to_connect == std::chrono::seconds(9));
    CHECK(run_with({"--retries", "0", "--timeout", "5", "--proxy", "http://p:1"}, options).kind == "nothing");
    CHECK(options.patience.retries == 0);
    CHECK(options.patience.to_stall == std::chrono::seconds(5));
    CHECK(options.proxy == "http://p:1");
  }
  const Variable retries("PG_RETRIES", "many");
  CHECK(run_with({}, options) ==
        Caught{"usage", "usage: PG_RETRIES must be a whole number from 0 to 100, not 'many'"});
}

TEST_CASE("authorities that cannot be read are told before anything is asked", "[network_options]") {
  HttpOptions options;
  CHECK(run_with({"--cacert", "/dev/null"}, options).kind == "nothing");
  CHECK(options.authorities == "/dev/null");
  const Caught wrong = run_with({"--cacert", "/nonexistent/ca.pem"}, options);
  CHECK(wrong.message == "local-io: cannot read '/nonexistent/ca.pem': No such file or directory");
}

}  // namespace tuf
