// pgpublish serve - a published tree on loopback, for trying out.
#include <cstdio>
#include <filesystem>

#include "libtufcore/error.h"
#include "publisher/commands.h"
#include "publisher/web_server.h"

namespace tuf {
namespace {

void run(const Arguments& arguments, Output& out, UtcTime) {
  const std::string& folder = arguments.argument("DIR");
  if (!std::filesystem::is_directory(folder)) {
    throw not_found("'{}' is not a folder", escaped(folder)).with_hint("pgpublish publish --to DIR makes one");
  }
  const int port = static_cast<int>(arguments.number_option("port", 0, 65535).value_or(0));
  serve_folder(folder, port, [&](const std::string& url) {
    out.json["url"] = url;
    out.result(fmt::format("serving {} at {} (Ctrl-C ends it)", folder, url));
    std::fflush(stdout);
  });
}

}  // namespace

Command serve_command() {
  return {.name = "serve",
          .summary = "serve a published tree on loopback, for trying out",
          .description = "Prints the URL, then serves until it is interrupted. Reachable from this machine only. Cache headers are those that a real\n"
                         "web host should send (docs/operator.md).",
          .example = "  pgpublish serve site --port 8000",
          .arguments = {{"DIR", "the folder of the published tree"}},
          .options = {{"port", "N", "port to listen on (default: any free one)"}},
          .run = run};
}

}  // namespace tuf
