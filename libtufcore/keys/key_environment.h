#pragma once
// A key in an environment variable, for CI jobs: env:PG_ONLINE_KEY. Its value is a whole key file, or the 64
// hex digits of an Ed25519 seed.

#include <string>

#include "libtufcore/key_file.h"

namespace tuf {

// Takes the value out of the environment: it can be read once, and no program that is started later sees it.
// Throws not_found; forbidden in a job for a pull request, where a stranger's code may run beside it.
SecretText take_from_environment(const std::string& name);

// The CI system's word for the pull request that this job is for, "GITHUB_EVENT_NAME=pull_request"; empty
// elsewhere.
std::string pull_request_job();

}  // namespace tuf
