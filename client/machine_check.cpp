#include "client/machine_check.h"

#include <unistd.h>

#include "client/failure_of.h"
#include "client/http_authorities.h"
#include "client/http_library.h"
#include "client/proxy_choice.h"
#include "client/url.h"
#include "libtufcore/error.h"
#include "libtufcore/io/descriptor.h"
#include "libtufcore/io/file.h"
#include "libtufcore/key.h"

namespace tuf {
namespace {

void check_folder(const std::string& what, const fs::path& folder, Findings& findings) {
  if (!fs::exists(folder)) return findings.ok(what, fmt::format("{} is not there yet", folder.string()));
  if (const auto failure = failure_of([&] { refuse_if_others_can_write(folder); })) {
    return findings.problem(what, failure->what(), failure->hint());
  }
  if (access(folder.c_str(), R_OK | W_OK | X_OK) != 0) {
    return findings.problem(what, system_error("write to", folder).what(),
                            fmt::format("make it yours: chown -R \"$(id -u)\" {}", shown_path(folder)));
  }
  findings.ok(what, fmt::format("{}, and only you can write there", folder.string()));
}

void check_readable(const std::string& subject, const std::string& path, int how, Findings& findings) {
  if (access(path.c_str(), how) == 0) return findings.ok(subject, path);
  findings.problem(subject, system_error("read", path).what(),
                   "every https server is refused; correct the path or unset what names it");
}

}  // namespace

std::vector<std::string> program_versions() {
  std::vector<std::string> versions{"pgclient " PG_VERSION};
  for (std::string& library : crypto_libraries()) versions.push_back(std::move(library));
  versions.push_back(http_library_version());
  return versions;
}

void check_folders(Findings& findings) {
  check_folder("state folder", state_directory(), findings);
  check_folder("config folder", config_directory(), findings);
}

void check_authorities(const HttpOptions& options, Findings& findings) {
  const std::string subject = "https trust";
  const auto chosen = chosen_authorities(options);
  if (!chosen) return findings.ok(subject, default_authorities());
  if (chosen->file) check_readable(subject, *chosen->file, R_OK, findings);
  if (chosen->folder) check_readable(subject, *chosen->folder, R_OK | X_OK, findings);
}

void check_proxy(const std::string& url, const HttpOptions& options, Findings& findings) {
  const Environment environment = [&](const char* name) -> std::optional<std::string> {
    // --proxy takes the place of the variables; the exceptions still count.
    const bool is_exception = std::string_view(name) == "no_proxy" || std::string_view(name) == "NO_PROXY";
    if (!options.proxy || is_exception) return environment_of_process(name);
    return options.proxy;
  };
  const auto choice = proxy_for(url, environment);
  if (!choice) return;
  const std::string from = options.proxy ? "--proxy" : choice->variable;
  if (choice->exception.empty()) {
    findings.ok("proxy", fmt::format("{} for {} (from {})", choice->proxy, shown_url(url), from));
  } else {
    findings.ok("proxy", fmt::format("none for {}: {} says so, {} does not count", shown_url(url),
                                     choice->exception, from));
  }
}

}  // namespace tuf
