#include "publisher/destination.h"

#include <catch2/catch.hpp>
#include <cstdlib>

#include "libtufcore/error.h"
#include "tests/support/caught_with_hint.h"
#include "tests/support/scripted_server.h"
#include "tests/support/temp_dir.h"

namespace tuf {
namespace {

// What `publish --to PLACE` ends with for this rendering.
CaughtWithHint write_to(const std::string& place, const std::string& endpoint, const Rendering& rendering) {
  setenv("AWS_ACCESS_KEY_ID", "id", 1);
  setenv("AWS_SECRET_ACCESS_KEY", "secret", 1);
  CaughtWithHint ended;
  Command command{.name = "put",
                  .summary = "",
                  .description = "",
                  .example = "",
                  .arguments = {},
                  .options = destination_options(),
                  .run = {}};
  command.run = [&](const Arguments& arguments, Output& out, UtcTime) {
    ended = caught_with_hint([&] { Destination(arguments, out).write(rendering, nullptr); });
  };
  std::vector<std::string> words{"pgtest",        "put",    "--to",        place,
                                 "--s3-endpoint", endpoint, "--s3-region", "eu-1"};
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  run_program("pgtest", "a test", {command}, static_cast<int>(argv.size()), argv.data());
  unsetenv("AWS_ACCESS_KEY_ID");
  unsetenv("AWS_SECRET_ACCESS_KEY");
  return ended;
}

}  // namespace

TEST_CASE("a file that no object store takes in one piece is refused before anything is sent",
          "[destination]") {
  ScriptedServer server({});
  Rendering rendering;
  rendering.files.push_back({"metadata/2.abc.json", "{}"});
  rendering.files.push_back({"targets/abc/abc/1.0.0/00.abc.tgz",
                             {},
                             GitFile{"projects/ab/abc/files/abc/1.0.0/abc.tgz", 5368709121, sha256_of("")}});
  const CaughtWithHint ended = write_to("s3://bucket/content", server.url(""), rendering);
  CHECK(ended.error == Caught{"limit",
                              "targets/abc/abc/1.0.0/00.abc.tgz has 5368709121 bytes; an object store takes "
                              "at most 5368709120 in one piece"});
  CHECK(ended.hint ==
        "publish to a folder, or let its maintainers remove the release; 'pgsign admin config set "
        "max_file_bytes 5368709120' keeps such releases out");
  CHECK(server.requests().empty());
  require_storable("targets/x", 5368709120);
}

}  // namespace tuf
