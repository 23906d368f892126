#include "client/download.h"

#include <catch2/catch.hpp>
#include <filesystem>

#include "tests/support/caught.h"
#include "tests/support/repository_simulator.h"
#include "tests/support/temp_dir.h"

namespace tuf {
namespace {

// One target of the simulated repository and a folder to write it to.
struct Story {
  Story() {
    sim.add_target("targets", "abc/abc/1.0/abc.tgz", content);
    url = target_url(RepositorySimulator::targets_url, target(), TargetNaming::with_digest);
    request = "targets/abc/abc/1.0/" + sha256_of(content).hex() + ".abc.tgz";
  }
  FoundTarget target() const {
    const TargetPath path = *TargetPath::parse("abc/abc/1.0/abc.tgz");
    return {path, sim.targets.targets.at(path), RoleName::of("targets"), {RoleName::of("targets")}};
  }
  Caught download(Existing existing = Existing::refuse) {
    return caught([&] {
      download_target(sim, url, target(), output(), existing, [this](std::uint64_t bytes) { seen = bytes; });
    });
  }
  std::filesystem::path output() const { return folder / "abc.tgz"; }
  bool folder_is_empty() const { return std::filesystem::is_empty(folder.path()); }

  RepositorySimulator sim;
  Bytes content = Bytes(5000, 'c');
  std::string url, request;
  test::TempDir folder;
  std::uint64_t seen = 0;
};

}  // namespace

TEST_CASE("a target with the right length and digests gets its name", "[download]") {
  Story story;
  CHECK(story.download() == Caught{"nothing", ""});
  CHECK(test::read_text(story.output()) == story.content);
  CHECK(story.seen == 5000);
  CHECK(story.sim.requests == std::vector<std::string>{story.request});
  CHECK(look_at_output(story.output(), story.target().file) == OutputNow::same_content);
}

TEST_CASE("T-01 other bytes of the same length are refused and nothing is left", "[download]") {
  Story story;
  Bytes other = story.content;
  other[2500] = 'x';
  story.sim.serves_instead[story.request] = other;
  CHECK(story.download() ==
        Caught{"refused", fmt::format("refused abc/abc/1.0/abc.tgz from {}: expected sha256 {}, got {}",
                                      story.url, sha256_of(story.content).hex(), sha256_of(other).hex())});
  CHECK(story.folder_is_empty());
}

TEST_CASE("T-01 every digest that is stated must be right", "[download]") {
  Story story;
  TargetFile& file = story.sim.targets.targets.begin()->second;
  file.hashes.insert_or_assign(HashAlgorithm::sha512, digest_of(HashAlgorithm::sha512, "something else"));
  const Caught wrong = story.download();
  CHECK(wrong.kind == "refused");
  CHECK(wrong.message.find("expected sha512") != std::string::npos);
  CHECK(story.folder_is_empty());
}

TEST_CASE("T-17 more and fewer bytes than stated are refused", "[download]") {
  Story story;
  story.sim.serves_instead[story.request] = story.content + "x";
  CHECK(story.download() == Caught{"refused", "refused abc/abc/1.0/abc.tgz from " + story.url +
                                                  ": expected 5000 bytes, got more"});
  story.sim.serves_instead[story.request] = Bytes(50u << 20, 'c');
  CHECK(story.download().kind == "refused");
  CHECK(story.seen <= 5000);
  story.sim.serves_instead[story.request] = story.content.substr(1);
  CHECK(story.download() == Caught{"refused", "refused abc/abc/1.0/abc.tgz from " + story.url +
                                                  ": expected 5000 bytes, got 4999"});
  story.sim.serves_instead[story.request] = "";
  CHECK(story.download().kind == "refused");
  CHECK(story.folder_is_empty());
}

TEST_CASE("a target without a digest that we know is refused before any request", "[download]") {
  Story story;
  story.sim.targets.targets.begin()->second.hashes.clear();
  CHECK(story.download().kind == "refused");
  CHECK(caught([&] { target_url("https://x", story.target(), TargetNaming::plain); }).kind == "refused");
  CHECK(story.sim.requests.empty());
  CHECK(story.folder_is_empty());
}

TEST_CASE("a target that the server lacks or breaks off leaves nothing", "[download]") {
  Story story;
  story.sim.missing = {story.request};
  CHECK(story.download().kind == "network");
  story.sim.missing.clear();
  story.sim.unreachable = {story.request};
  CHECK(story.download().kind == "network");
  CHECK(story.folder_is_empty());
}

TEST_CASE("P-07 a file that is there is replaced only when asked and only by verified content",
          "[download]") {
  Story story;
  test::write_text(story.output(), "mine");
  CHECK(look_at_output(story.output(), story.target().file) == OutputNow::other_content);
  CHECK(story.download().kind == "conflict");
  CHECK(story.sim.requests.empty());
  story.sim.serves_instead[story.request] = Bytes(5000, 'x');
  CHECK(story.download(Existing::replace).kind == "refused");
  CHECK(test::read_text(story.output()) == "mine");
  story.sim.serves_instead.clear();
  CHECK(story.download(Existing::replace).kind == "nothing");
  CHECK(test::read_text(story.output()) == story.content);
}

TEST_CASE("P-05 P-08 nothing is written through a link nor to a folder", "[download]") {
  Story story;
  test::write_text(story.folder / "victim", "mine");
  SECTION("a link") { std::filesystem::create_symlink(story.folder / "victim", story.output()); }
  SECTION("a link to nowhere") { std::filesystem::create_symlink(story.folder / "none", story.output()); }
  SECTION("a folder") { std::filesystem::create_directory(story.output()); }
  CHECK(caught([&] { look_at_output(story.output(), story.target().file); }).kind == "local-io");
  CHECK(story.download(Existing::replace).kind == "local-io");
  CHECK(test::read_text(story.folder / "victim") == "mine");
  CHECK_FALSE(std::filesystem::exists(story.folder / "none"));
}

TEST_CASE("the address of a target names its digest when snapshots are consistent", "[download]") {
  Story story;
  const std::string base = RepositorySimulator::targets_url;
  CHECK(story.url == base + "abc/abc/1.0/" + sha256_of(story.content).hex() + ".abc.tgz");
  CHECK(target_url(base, story.target(), TargetNaming::plain) == base + "abc/abc/1.0/abc.tgz");
}

}  // namespace tuf
