// Access to a parsed command line.

#include "libtufcore/io/command_line.h"
#include "libtufcore/parse_number.h"

namespace tuf {

const std::string& Arguments::argument(std::string_view name) const {
  const auto found = arguments_.find(name);
  if (found == arguments_.end() || found->second.empty()) throw bug("argument {} was not asked for", name);
  return found->second.front();
}

std::optional<std::string> Arguments::find_argument(std::string_view name) const {
  const auto found = arguments_.find(name);
  if (found == arguments_.end() || found->second.empty()) return std::nullopt;
  return found->second.front();
}

const std::vector<std::string>& Arguments::arguments(std::string_view name) const {
  const auto found = arguments_.find(name);
  if (found == arguments_.end()) throw bug("argument {} was not asked for", name);
  return found->second;
}

bool Arguments::flag(std::string_view name) const { return options_.find(name) != options_.end(); }

std::optional<std::string> Arguments::option(std::string_view name) const {
  const auto found = options_.find(name);
  return found == options_.end() ? std::nullopt : std::optional(found->second.back());
}

const std::vector<std::string>& Arguments::options(std::string_view name) const {
  static const std::vector<std::string> none;
  const auto found = options_.find(name);
  return found == options_.end() ? none : found->second;
}

std::string Arguments::required_option(std::string_view name) const {
  std::optional<std::string> value = option(name);
  if (!value) throw usage("option '--{}' is missing", name);
  return std::move(*value);
}

std::optional<std::int64_t> Arguments::number_option(std::string_view name, std::int64_t min,
                                                     std::int64_t max) const {
  const std::optional<std::string> text = option(name);
  if (!text) return std::nullopt;
  const auto value = parse_number<std::int64_t>(*text);
  if (!value || *value < min || *value > max) {
    throw usage("option '--{}' must be a whole number from {} to {}, not '{}'", name, min, max,
                escaped(*text));
  }
  return value;
}

}  // namespace tuf
