#pragma once
// Which bucket of an S3-compatible object store, where it is, and who asks: the address from the command
// line, the credentials from the environment and nowhere else.

#include <chrono>
#include <functional>
#include <string>

#include "libtufcore/io/command_line.h"

namespace tuf {

struct S3Address {
  std::string bucket;
  std::string prefix;        // "" or "content/v1": without slashes at its ends
  std::string text() const;  // "s3://bucket/content/v1"
};
bool is_s3_address(std::string_view text);
S3Address parse_s3_address(std::string_view text);  // throws usage

struct S3Access {
  std::string endpoint;  // "https://s3.eu-central-1.amazonaws.com", without a slash at its end
  std::string region;
  std::string key_id, session_token;
  SecretText secret;
};

// Patience with what may pass, and what waiting needs from the world.
struct S3Patience {
  int retries = 5;
  std::function<void(std::chrono::milliseconds)> sleep = {};  // empty: really
  std::function<double()> random = {};                        // in [0, 1); empty: the system's
  std::function<void(const std::string&)> note = {};          // called from several threads
};

struct S3Options {
  S3Address address;
  S3Access access;
  S3Patience patience = {};
  std::string authorities = {};  // a file of PEM certificates; empty: the system's
  unsigned at_once = 8;          // connections
};

std::vector<OptionSpec> s3_option_specs();  // --s3-endpoint, --s3-region
// Throws usage for what is wrong, not_found for credentials that are not there.
S3Options s3_options(const Arguments& arguments, std::string_view address);

}  // namespace tuf
