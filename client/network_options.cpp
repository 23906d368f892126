#include "client/network_options.h"

#include <unistd.h>

#include <cstdlib>

#include "libtufcore/error.h"
#include "libtufcore/io/descriptor.h"
#include "libtufcore/parse_number.h"

namespace tuf {
namespace {

constexpr std::int64_t most_retries = 100;
constexpr std::int64_t longest_timeout = 3600;

// The option, else the variable, which must be as good.
std::optional<std::int64_t> number(const Arguments& arguments, const char* option, const char* variable,
                                   std::int64_t min, std::int64_t max) {
  if (const auto given = arguments.number_option(option, min, max)) return given;
  const char* text = std::getenv(variable);
  if (text == nullptr || *text == '\0') return std::nullopt;
  const auto value = parse_number<std::uint64_t>(text);
  if (value && static_cast<std::int64_t>(*value) >= min && *value <= static_cast<std::uint64_t>(max))
    return static_cast<std::int64_t>(*value);
  throw usage("{} must be a whole number from {} to {}, not '{}'", variable, min, max, escaped(text));
}

}  // namespace

Command with_network_options(Command command) {
  for (OptionSpec option :
       {OptionSpec{"retries", "N", "how often to try again after a failure that may pass (default: 3)"},
        OptionSpec{"timeout", "SECONDS", "how long to wait for a server that says nothing (default: 30)"},
        OptionSpec{"proxy", "URL", "the proxy (default: http_proxy, https_proxy, all_proxy, no_proxy)"},
        OptionSpec{"cacert", "FILE",
                   "the only certificate authorities to believe (default: the system's)"}}) {
    command.options.push_back(std::move(option));
  }
  return command;
}

HttpOptions network_options(const Arguments& arguments, Output& out) {
  HttpOptions options;
  HttpPatience& patience = options.patience;
  if (const auto retries = number(arguments, "retries", "PG_RETRIES", 0, most_retries))
    patience.retries = static_cast<int>(*retries);
  if (const auto seconds = number(arguments, "timeout", "PG_TIMEOUT", 1, longest_timeout))
    patience.to_connect = patience.to_stall = std::chrono::seconds(*seconds);
  patience.note = [&out](const std::string& text) { out.note(text); };
  options.proxy = arguments.option("proxy");
  options.authorities = arguments.option("cacert");
  if (options.authorities && access(options.authorities->c_str(), R_OK) != 0)
    throw system_error("read", *options.authorities);
  return options;
}

}  // namespace tuf
