#include "client/repository_config.h"

#include <catch2/catch.hpp>
#include <cstdlib>

#include "libtufcore/io/file.h"
#include "tests/support/caught_with_hint.h"
#include "tests/support/temp_dir.h"

using namespace tuf;
using namespace tuf::test;

namespace {

// The state directory of this test, for as long as it lives.
class OwnState {
 public:
  OwnState() {
    if (const char* before = std::getenv("XDG_STATE_HOME")) before_ = before;
    setenv("XDG_STATE_HOME", dir_.path().c_str(), 1);
  }
  ~OwnState() {
    if (before_.empty()) {
      unsetenv("XDG_STATE_HOME");
    } else {
      setenv("XDG_STATE_HOME", before_.c_str(), 1);
    }
  }
  OwnState(const OwnState&) = delete;
  OwnState& operator=(const OwnState&) = delete;

 private:
  TempDir dir_;
  std::string before_;
};

FileName name() { return FileName::from_user("play"); }
Digest root() { return sha256_of("root"); }
using Urls = std::vector<std::string>;

void put(const std::string& text) {
  make_directories(repository_folder(name()));
  write_file_atomically(repository_folder(name()) / "repository.json", text);
}

}  // namespace

TEST_CASE("a repository is read as it was written, with its mirrors in order", "[repository_config]") {
  const OwnState state;
  CHECK_FALSE(find_repository(name()));
  make_directories(repository_folder(name()));
  write_repository({name(), "https://a.example", root(), {"https://c.example/x", "file:///b"}});
  const auto config = find_repository(name());
  REQUIRE(config);
  CHECK(config->mirrors == Urls{"https://c.example/x", "file:///b"});
  CHECK(config->metadata_urls() ==
        Urls{"https://a.example/metadata", "https://c.example/x/metadata", "file:///b/metadata"});
  CHECK(config->targets_urls() ==
        Urls{"https://a.example/targets", "https://c.example/x/targets", "file:///b/targets"});
}

TEST_CASE("a repository file without mirrors has none", "[repository_config]") {
  const OwnState state;
  put(R"({"url":"https://a.example","root_sha256":")" + root().hex() + R"("})");
  const auto config = find_repository(name());
  REQUIRE(config);
  CHECK(config->mirrors.empty());
  CHECK(config->metadata_urls() == Urls{"https://a.example/metadata"});
  write_repository(*config);
  CHECK(read_text(repository_folder(name()) / "repository.json").find("mirrors") == std::string::npos);
}

TEST_CASE("mirrors of a damaged repository file are refused", "[repository_config]") {
  const OwnState state;
  const auto with = [](const std::string& mirrors) {
    put(R"({"url":"https://a.example","root_sha256":")" + root().hex() + R"(","mirrors":)" + mirrors + "}");
    return caught([] { find_repository(name()); }).kind;
  };
  CHECK(with(R"(["https://b.example"])") == "nothing");
  CHECK(with(R"("https://b.example")") == "no-trusted-root");
  CHECK(with("[1]") == "no-trusted-root");
  CHECK(with(R"(["ftp://b.example"])") == "no-trusted-root");
}

TEST_CASE("mirrors as people type them are whole URLs and none stands twice", "[repository_config]") {
  const std::string url = "https://a.example";
  CHECK(mirrors_from_user(url, {}).empty());
  CHECK(mirrors_from_user(url, {"https://b.example/", "file:///c//"}) ==
        Urls{"https://b.example", "file:///c"});
  CHECK(caught([&] { mirrors_from_user(url, {"https://a.example/"}); }) ==
        Caught{"usage", "mirror https://a.example is the repository's own URL"});
  CHECK(caught([&] {
          mirrors_from_user(url, {"https://b.example", "https://b.example/"});
        }) == Caught{"usage", "mirror https://b.example is given twice"});
  CHECK(caught([&] { mirrors_from_user(url, {"b.example"}); }).kind == "usage");
  Urls many;
  for (int i = 0; i < 17; ++i) many.push_back("https://b.example/" + std::to_string(i));
  CHECK(caught([&] { mirrors_from_user(url, many); }) ==
        Caught{"usage", "17 mirrors are given; a repository has at most 16"});
}

TEST_CASE("a repository that is removed is gone with all that was left of it and no other is touched",
          "[repository_config]") {
  const OwnState state;
  CHECK_FALSE(remove_repository(name()));
  const FileName other = FileName::from_user("play2");
  for (const FileName& each : {name(), other}) {
    write_text(repository_folder(each) / "metadata" / "root.json", "root");
    write_repository({each, "https://a.example", root()});
  }
  write_text(removed_folder(name()) / "metadata" / "root.json", "of a removal that was killed");
  CHECK(configured_repositories() == std::vector<FileName>{name(), other});
  CHECK(remove_repository(name()));
  CHECK_FALSE(std::filesystem::exists(repository_folder(name())));
  CHECK_FALSE(std::filesystem::exists(removed_folder(name())));
  CHECK(configured_repositories() == std::vector<FileName>{other});
  CHECK(read_text(repository_folder(other) / "metadata" / "root.json") == "root");
}

TEST_CASE("a removal that was killed is finished by the next one", "[repository_config]") {
  const OwnState state;
  write_text(removed_folder(name()) / "repository.json", "{}");
  CHECK(configured_repositories().empty());
  CHECK(remove_repository(name()));
  CHECK_FALSE(std::filesystem::exists(removed_folder(name())));
  CHECK_FALSE(remove_repository(name()));
}

TEST_CASE("the version of the pinned root is kept", "[repository_config]") {
  const OwnState state;
  make_directories(repository_folder(name()));
  RepositoryConfig config{name(), "https://a.example", root()};
  config.root_version = 7;
  write_repository(config);
  CHECK(find_repository(name())->root_version == 7);
}

TEST_CASE("a state folder that cannot be read is not taken for nothing", "[repository_config]") {
  const OwnState state;
  CHECK(configured_repositories().empty());
  make_directories(state_directory());
  write_file_atomically(state_directory() / "client", "a file");
  const Caught expected{"local-io", fmt::format("cannot read folder '{}': Not a directory",
                                                (state_directory() / "client").string())};
  CHECK(caught([] { configured_repositories(); }) == expected);
  CHECK(caught([] { select_repository(std::nullopt); }) == expected);
}

TEST_CASE("a damaged set-up is told with the way out", "[repository_config]") {
  const OwnState state;
  for (const std::string text : {"", "{}", "<<<", R"({"url": "https://a.example", "root_sha256": "ab"})",
                                 R"({"url": "ftp://a.example", "root_sha256": 7})"}) {
    put(text);
    const CaughtWithHint failure = caught_with_hint([] { select_repository(std::nullopt); });
    CHECK(failure.error.kind == "no-trusted-root");
    CHECK(failure.error.message.starts_with("the set-up of repository play is damaged: "));
    CHECK(
        failure.hint ==
        "'pgclient trust remove play', then 'pgclient init URL --root-sha256 HEX' with the root digest from "
        "where you had it");
  }
  CHECK(remove_repository(name()));
  CHECK_FALSE(find_repository(name()));
}

TEST_CASE("a name that no repository can have is told as a repository's", "[repository_config]") {
  CHECK(repository_name_from_user("play").text() == "play");
  CHECK(caught([] {
          repository_name_from_user("a b");
        }).message.starts_with("'a b' cannot be the name of a repository: "));
}
