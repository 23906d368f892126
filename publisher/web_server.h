#pragma once
// A web server on loopback for trying a published tree out (cpp-httplib). Real deployments use any web host: docs/operator.md.

#include <filesystem>
#include <functional>
#include <string>

namespace tuf {

// Serves until SIGINT or SIGTERM. `port` 0 takes any free one; `ready` gets the URL once connections are accepted.
void serve_folder(const std::filesystem::path& folder, int port, const std::function<void(const std::string& url)>& ready);

}  // namespace tuf
