#include "publisher/s3_options.h"

#include <algorithm>
#include <cstdlib>

#include "libtufcore/bytes.h"
#include "libtufcore/error.h"

namespace tuf {
namespace {

constexpr std::string_view scheme = "s3://";
constexpr std::string_view small_letters = "abcdefghijklmnopqrstuvwxyz0123456789";

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

std::string first_set(std::initializer_list<const char*> names) {
  for (const char* name : names) {
    if (std::string value = environment(name); !value.empty()) return value;
  }
  return {};
}

bool consists_of(std::string_view text, std::string_view letters) {
  return !text.empty() && text.find_first_not_of(letters) == std::string_view::npos;
}

bool is_bucket(std::string_view name) {
  return name.size() >= 3 && name.size() <= 63 && consists_of(name, std::string(small_letters) + ".-") &&
         small_letters.find(name.front()) != std::string_view::npos &&
         small_letters.find(name.back()) != std::string_view::npos;
}

// Each part a plain name: no part is empty or a step up, and nothing needs percent-encoding.
bool is_prefix(const std::string& prefix) {
  std::string_view rest = prefix;
  while (true) {
    const std::string_view part = rest.substr(0, rest.find('/'));
    if (part.empty() || part == "." || part == ".." || percent_encode(part) != part) return false;
    if (part.size() == rest.size()) return prefix.size() <= 512;
    rest.remove_prefix(part.size() + 1);
  }
}

std::string checked_endpoint(std::string url) {
  while (url.ends_with('/')) url.pop_back();
  const std::size_t host = url.starts_with("https://")  ? 8
                           : url.starts_with("http://") ? 7
                                                        : std::string::npos;
  const bool plain = std::ranges::all_of(url, [](unsigned char c) { return c > 0x20 && c < 0x7f; });
  if (host == std::string::npos || host >= url.size() || !plain ||
      url.find_first_of("/?#@", host) != std::string::npos) {
    throw usage("the endpoint must be https://HOST or http://HOST:PORT, not '{}'", escaped(url))
        .with_hint("--s3-endpoint https://s3.example.org; the bucket stands in --to s3://BUCKET/PREFIX");
  }
  return url;
}

S3Access access_from_environment(std::string endpoint, std::string region) {
  std::string key_id = environment("AWS_ACCESS_KEY_ID"), secret = environment("AWS_SECRET_ACCESS_KEY");
  if (key_id.empty() || secret.empty()) {
    throw not_found("there are no credentials for the object store: {} is not set",
                    key_id.empty() ? "AWS_ACCESS_KEY_ID" : "AWS_SECRET_ACCESS_KEY")
        .with_hint(
            "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (and AWS_SESSION_TOKEN for temporary ones) in "
            "the environment");
  }
  return {std::move(endpoint), std::move(region), std::move(key_id), environment("AWS_SESSION_TOKEN"),
          SecretText(std::move(secret))};
}

}  // namespace

std::string S3Address::text() const {
  return fmt::format("{}{}{}{}", scheme, bucket, prefix.empty() ? "" : "/", prefix);
}

bool is_s3_address(std::string_view text) { return text.starts_with(scheme); }

S3Address parse_s3_address(std::string_view text) {
  const std::string_view rest = text.substr(std::min(text.size(), scheme.size()));
  const std::size_t slash = std::min(rest.find('/'), rest.size());
  S3Address address{std::string(rest.substr(0, slash)),
                    std::string(rest.substr(std::min(slash + 1, rest.size())))};
  if (address.prefix.ends_with('/')) address.prefix.pop_back();
  if (!is_s3_address(text) || !is_bucket(address.bucket) ||
      (!address.prefix.empty() && !is_prefix(address.prefix))) {
    throw usage("'{}' is not the address of a bucket", escaped(text))
        .with_hint(
            "s3://BUCKET or s3://BUCKET/PREFIX; letters, digits, '.', '-' (and '_', '~' in the prefix)");
  }
  return address;
}

std::vector<OptionSpec> s3_option_specs() {
  return {{"s3-endpoint", "URL",
           "of the object store (default: AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL, else Amazon's)"},
          {"s3-region", "NAME", "its region (default: AWS_REGION, AWS_DEFAULT_REGION, else us-east-1)"}};
}

S3Options s3_options(const Arguments& arguments, std::string_view address) {
  S3Address parsed = parse_s3_address(address);
  std::string region =
      arguments.option("s3-region").value_or(first_set({"AWS_REGION", "AWS_DEFAULT_REGION"}));
  if (region.empty()) region = "us-east-1";
  if (!consists_of(region, std::string(small_letters) + "-"))
    throw usage("'{}' is not the name of a region", escaped(region));
  std::string endpoint =
      arguments.option("s3-endpoint").value_or(first_set({"AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"}));
  if (endpoint.empty()) endpoint = fmt::format("https://s3.{}.amazonaws.com", region);
  return {.address = std::move(parsed),
          .access = access_from_environment(checked_endpoint(std::move(endpoint)), std::move(region)),
          .authorities = environment("AWS_CA_BUNDLE")};
}

}  // namespace tuf
