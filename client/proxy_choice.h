#pragma once
// Which proxy libcurl takes for a URL, as its documentation says, to show it to people.

#include <functional>
#include <optional>
#include <string>

namespace tuf {

using Environment = std::function<std::optional<std::string>(const char* name)>;
std::optional<std::string> environment_of_process(const char* name);  // empty when unset or without a value

struct ProxyChoice {
  std::string variable;        // "https_proxy"
  std::string proxy;           // for messages: without user name and password
  std::string exception = {};  // "no_proxy" when it says that this host is reached directly
};

// Empty: no variable says anything about it.
std::optional<ProxyChoice> proxy_for(const std::string& url, const Environment& environment);

}  // namespace tuf
