#include "publisher/s3_options.h"

#include <catch2/catch.hpp>
#include <cstdlib>

#include "tests/support/caught.h"

namespace tuf {
namespace {

constexpr const char* variables[] = {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN",
                                     "AWS_REGION",        "AWS_DEFAULT_REGION",    "AWS_ENDPOINT_URL",
                                     "AWS_CA_BUNDLE",     "AWS_ENDPOINT_URL_S3",   "CI_MERGE_REQUEST_IID",
                                     "GITHUB_EVENT_NAME"};

struct Got {
  std::optional<S3Options> options;
  Caught failure;
  const S3Access& access() const {
    REQUIRE(options);
    return options->access;
  }
};

// What a command gets for these words and this environment.
Got options_of(std::vector<std::string> words, const std::map<std::string, std::string>& environment) {
  for (const char* name : variables) unsetenv(name);
  for (const auto& [name, value] : environment) setenv(name.c_str(), value.c_str(), 1);
  Got got;
  Command command{.name = "put",
                  .summary = "",
                  .description = "",
                  .example = "",
                  .arguments = {},
                  .options = s3_option_specs(),
                  .run = {}};
  command.run = [&](const Arguments& arguments, Output&, UtcTime) {
    got.failure = caught([&] { got.options = s3_options(arguments, "s3://bucket/a/b/"); });
  };
  words.insert(words.begin(), {"pgtest", "put"});
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  run_program("pgtest", "a test", {command}, static_cast<int>(argv.size()), argv.data());
  for (const char* name : variables) unsetenv(name);
  return got;
}

const std::map<std::string, std::string> credentials{{"AWS_ACCESS_KEY_ID", "id"},
                                                     {"AWS_SECRET_ACCESS_KEY", "secret"}};

}  // namespace

TEST_CASE("the address of a bucket is a bucket and a prefix of plain names", "[s3_options]") {
  CHECK(parse_s3_address("s3://bucket").text() == "s3://bucket");
  CHECK(parse_s3_address("s3://bucket/").text() == "s3://bucket");
  CHECK(parse_s3_address("s3://my.bucket-1/content/v_1/").text() == "s3://my.bucket-1/content/v_1");
  for (const char* wrong : {"s3://", "s3:///x", "s3://ab", "s3://Bucket", "s3://-bucket", "s3://bucket//x",
                            "s3://bucket/../x", "s3://bucket/a/./b", "s3://bucket/a b", "s3://bucket/%2e",
                            "s3://bucket/x?y", "s3://bucket/x#y", "s3://user@bucket", "https://bucket"}) {
    INFO(wrong);
    CHECK(caught([&] { parse_s3_address(wrong); }) ==
          Caught{"usage", fmt::format("'{}' is not the address of a bucket", wrong)});
  }
}

TEST_CASE("endpoint and region come from options before the environment", "[s3_options]") {
  auto environment = credentials;
  const auto amazon = options_of({}, environment);
  CHECK(amazon.access().endpoint == "https://s3.us-east-1.amazonaws.com");
  CHECK(amazon.access().secret.view() == "secret");
  environment.insert({{"AWS_REGION", "eu-1"},
                      {"AWS_ENDPOINT_URL", "http://localhost:9000/"},
                      {"AWS_SESSION_TOKEN", "token"}});
  const auto own = options_of({}, environment);
  CHECK(own.access().endpoint == "http://localhost:9000");
  CHECK(own.access().region == "eu-1");
  CHECK(own.access().session_token == "token");
  const auto given =
      options_of({"--s3-endpoint", "https://other.example", "--s3-region", "auto"}, environment);
  CHECK(given.access().endpoint == "https://other.example");
  CHECK(given.access().region == "auto");
  for (const char* wrong :
       {"ftp://x", "https:", "https://x/y", "https://x?y", "https://id:secret@x", "https://x y", "x"}) {
    CHECK(options_of({"--s3-endpoint", wrong}, environment).failure ==
          Caught{"usage",
                 fmt::format("the endpoint must be https://HOST or http://HOST:PORT, not '{}'", wrong)});
  }
  CHECK(options_of({"--s3-region", "eu/1"}, environment).failure ==
        Caught{"usage", "'eu/1' is not the name of a region"});
}

TEST_CASE("credentials come from the environment and both halves must be there", "[s3_options]") {
  CHECK(options_of({}, {}).failure ==
        Caught{"not-found", "there are no credentials for the object store: AWS_ACCESS_KEY_ID is not set"});
  CHECK(
      options_of({}, {{"AWS_ACCESS_KEY_ID", "id"}}).failure ==
      Caught{"not-found", "there are no credentials for the object store: AWS_SECRET_ACCESS_KEY is not set"});
}

}  // namespace tuf
