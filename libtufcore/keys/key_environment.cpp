#include "libtufcore/keys/key_environment.h"

#include <cstdlib>
#include <cstring>

#include "libtufcore/error.h"

namespace tuf {
namespace {

// How each CI system says that a job is for a pull request: the variable starts with this value, or has any
// at all.
struct Sign {
  const char* variable;
  std::string_view starts_with;  // empty: any value but "false"
};
constexpr Sign signs[] = {
    {"GITHUB_EVENT_NAME", "pull_request"},    // GitHub, Forgejo, Gitea; pull_request_target as well
    {"CI_PIPELINE_SOURCE", "merge_request"},  // GitLab
    {"CI_PIPELINE_SOURCE", "external_pull_request"},
    {"CI_MERGE_REQUEST_IID", ""},
    {"CI_PIPELINE_EVENT", "pull_request"},  // Woodpecker
    {"CI_COMMIT_PULL_REQUEST", ""},
    {"DRONE_PULL_REQUEST", ""},
    {"TRAVIS_PULL_REQUEST", ""},
    {"CIRCLE_PULL_REQUEST", ""},
    {"BITBUCKET_PR_ID", ""},
    {"BUILDKITE_PULL_REQUEST", ""},
    {"SYSTEM_PULLREQUEST_PULLREQUESTID", ""},  // Azure
    {"CHANGE_ID", ""},                         // Jenkins
    {"CIRRUS_PR", ""},
    {"APPVEYOR_PULL_REQUEST_NUMBER", ""},
};

bool is_name(const std::string& name) {
  constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_";
  return name.size() > 3 && name.size() <= 128 && name.starts_with("PG_") &&
         name.find_first_not_of(letters) == std::string::npos;
}

}  // namespace

std::string pull_request_job() {
  for (const Sign& sign : signs) {
    const char* value = std::getenv(sign.variable);
    if (value == nullptr || *value == '\0' || std::strcmp(value, "false") == 0) continue;
    if (std::string_view(value).starts_with(sign.starts_with))
      return fmt::format("{}={}", sign.variable, escaped(value, 64));
  }
  return {};
}

SecretText take_from_environment(const std::string& name) {
  if (!is_name(name)) {
    throw usage("'env:{}' cannot hold a key: the variable's name must start with PG_", escaped(name, 128))
        .with_hint("programs that are started from here see no such variable; for example env:PG_ONLINE_KEY");
  }
  if (const std::string job = pull_request_job(); !job.empty()) {
    throw forbidden("this job is for a pull request ({}): a key in the environment is not used there", job)
        .with_hint("run what signs in a job for the main branch; 'pgpublish check' needs no key");
  }
  char* value = std::getenv(name.c_str());
  if (value == nullptr || *value == '\0') {
    throw not_found("there is no key in the environment: {} is not set", name)
        .with_hint("set it to the content of a key file, from the CI system's secrets");
  }
  SecretText secret{std::string(value)};
  explicit_bzero(value, std::strlen(value));  // /proc shows this memory
  unsetenv(name.c_str());
  return secret;
}

}  // namespace tuf
