#include "client/mirrored_download.h"

#include <catch2/catch.hpp>

#include "tests/support/caught.h"
#include "tests/support/mirrors.h"
#include "tests/support/temp_dir.h"

namespace tuf {
namespace {

struct Story {
  Story() {
    for (RepositorySimulator* sim : {&one, &two}) sim->add_target("targets", "a/file", content);
    mirrors.hosts = {{"one", &one}, {"two", &two}};
    request = "targets/a/" + sha256_of(content).hex() + ".file";
    for (const char* host : {"one", "two"}) {
      urls.push_back(
          target_url(fmt::format("https://{}.example/targets", host), target(), TargetNaming::with_digest));
    }
  }
  FoundTarget target() const {
    const TargetPath path = *TargetPath::parse("a/file");
    return {path, one.targets.targets.at(path), RoleName::of("targets"), {RoleName::of("targets")}};
  }
  Caught download() {
    return caught([&] {
      download_from_any(
          mirrors, urls, target(), folder / "file", Existing::refuse, [](std::uint64_t) {},
          [this](const std::string& text) { warnings.push_back(text); });
    });
  }

  RepositorySimulator one, two;
  Mirrors mirrors;
  Bytes content = Bytes(5000, 'c');
  std::string request;
  std::vector<std::string> urls, warnings;
  test::TempDir folder;
};

}  // namespace

TEST_CASE("a target comes from the first server that has it right", "[mirrors]") {
  Story story;
  CHECK(story.download() == Caught{"nothing", ""});
  CHECK(story.two.requests.empty());
  CHECK(story.warnings.empty());
}

TEST_CASE("H-06 H-07 a target that one server has not or has wrong comes from the next", "[mirrors]") {
  Story story;
  SECTION("not there") { story.one.missing = {story.request}; }
  SECTION("no answer") { story.one.unreachable = {story.request}; }
  SECTION("other bytes") { story.one.serves_instead[story.request] = Bytes(5000, 'x'); }
  SECTION("endless") { story.one.serves_instead[story.request] = Bytes(50000, 'c'); }
  CHECK(story.download() == Caught{"nothing", ""});
  CHECK(test::read_text(story.folder / "file") == story.content);
  CHECK(story.warnings.size() == 1);
}

TEST_CASE("H-07 a target that every server has wrong is refused and nothing is left", "[mirrors]") {
  Story story;
  story.one.serves_instead[story.request] = story.two.serves_instead[story.request] = Bytes(5000, 'x');
  const Caught refused = story.download();
  CHECK(refused.kind == "refused");
  CHECK(refused.message.find("refused a/file from https://one.example/") == 0);
  CHECK(std::filesystem::is_empty(story.folder.path()));
}

TEST_CASE("what is wrong on this machine is no reason to ask another server", "[mirrors]") {
  Story story;
  test::write_text(story.folder / "file", "something else");
  CHECK(story.download().kind == "conflict");
  CHECK(story.two.requests.empty());
}

}  // namespace tuf
