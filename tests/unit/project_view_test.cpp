#include <catch2/catch.hpp>
#include <cstdlib>

#include "client/release_choice.h"
#include "libtufcore/io/output.h"
#include "tests/support/caught_with_hint.h"
#include "tests/support/repository_simulator.h"
#include "tests/support/temp_dir.h"

namespace tuf {
namespace {

// A repository of our own layout with project abc, and the downloader's machine.
struct Story {
  Story() {
    setenv("XDG_STATE_HOME", folder.path().c_str(), 1);
    sim.add_delegation("targets", "blocked", {"*/*/*/*"});
    sim.add_delegation("targets", "claimed", {"*/*/*/*"});
    sim.add_delegation("claimed", "abc", {"abc/*/*/*"}, true);
    sim.add_delegation("claimed", "empty", {"empty/*/*/*"}, true);
    sim.add_delegation("abc", "abc.rel", {"abc/*/*/*"}, true, {"alice"});
    for (const char* path : {"abc/abc/1.0.0/abc.tgz", "abc/abc/1.1.0/abc.tgz", "abc/abc/2.0.0-rc.1/abc.tgz",
                             "abc/tool/0.1-beta/tool"}) {
      sim.add_target("abc.rel", path, path);
    }
    sim.update_snapshot();
    MetadataCache(config.folder()).write(RoleName::of("root"), sim.root_file(1));
  }
  ~Story() { unsetenv("XDG_STATE_HOME"); }

  ProjectView view(const std::string& project = "abc", std::int64_t seconds_later = 0) {
    return look_up_project(config, sim, *ProjectName::parse(project), sim.now.plus_seconds(seconds_later),
                           out);
  }
  std::string chosen(const std::string& wanted, std::optional<std::string> version) {
    const auto product = WantedProduct::from_user(wanted);
    const ProjectView now = view(product.project.text());
    return release_title(choose_release(now, product, VersionRequest::from_user(version), out));
  }
  Caught failure(const std::string& wanted, std::optional<std::string> version) {
    return caught([&] { chosen(wanted, version); });
  }
  void yank(const std::string& path, const std::string& reason) {
    sim.role("abc.rel").targets.at(*TargetPath::parse(path)).custom = Json(Json::Object{{"yanked", reason}});
    sim.role("abc.rel").version += 1;
    sim.update_snapshot();
  }

  const std::vector<std::string>& warnings() const { return OutputAccess::warnings(out); }

  RepositorySimulator sim;
  bool yanked = false;
  test::TempDir folder;
  RepositoryConfig config{*FileName::parse("playground"), "https://sim.example", sha256_of("any")};
  Output out{"pgclient", Output::Form::json, true, false};
};

}  // namespace

TEST_CASE("latest is the highest release and others are had by name", "[project_view]") {
  Story story;
  CHECK(story.chosen("abc", std::nullopt) == "abc 1.1.0");
  CHECK(story.chosen("abc", "latest") == "abc 1.1.0");
  CHECK(story.chosen("abc/abc", "1.0.0") == "abc 1.0.0");
  CHECK(story.chosen("abc", "2.0.0-rc.1") == "abc 2.0.0-rc.1");
  CHECK(story.warnings().empty());
  CHECK(story.chosen("abc/tool", "latest") == "abc/tool 0.1-beta");
  CHECK(story.warnings() ==
        std::vector<std::string>{"abc/tool has only pre-releases; 0.1-beta is the highest of them"});
}

TEST_CASE("a yanked release is passed over by latest and had by name", "[project_view]") {
  Story story;
  story.yank("abc/abc/1.1.0/abc.tgz", "breaks \x1b[31mthings");
  CHECK(story.chosen("abc", "latest") == "abc 1.0.0");
  CHECK(story.warnings().empty());
  CHECK(story.chosen("abc", "1.1.0") == "abc 1.1.0");
  CHECK(story.warnings() == std::vector<std::string>{"abc 1.1.0 is yanked: breaks \\x1b[31mthings"});
}

TEST_CASE("a removed release is told with its reason also from memory", "[project_view]") {
  Story story;
  story.sim.role("abc.rel").targets.erase(*TargetPath::parse("abc/abc/1.1.0/abc.tgz"));
  story.sim.role("abc.rel").extra["x-pg-removed"] = Json::Object{{"abc/abc/1.1.0", "leaks \x1b[31mkeys"}};
  story.sim.role("abc.rel").version += 1;
  story.sim.update_snapshot();
  for (int time = 0; time < 2; ++time) {  // read, then remembered
    CHECK(story.failure("abc", "1.1.0") ==
          Caught{"not-found", "version 1.1.0 of abc was removed: leaks \\x1b[31mkeys"});
    CHECK(story.chosen("abc", "latest") == "abc 1.0.0");
  }
  CHECK(story.failure("abc/tool", "1.1.0").message.starts_with("abc/tool has no version 1.1.0"));
}

TEST_CASE("files for other platforms are left out and a platform without files is told", "[project_view]") {
  Story story;
  for (const char* file : {"linux-amd64", "windows"}) {
    const std::string path = std::string("abc/abc/1.1.0/abc-") + file;
    story.sim.add_target("abc.rel", path, path);
    story.sim.role("abc.rel").targets.at(*TargetPath::parse(path)).custom =
        Json(Json::Object{{"platform", file}});
  }
  story.sim.role("abc.rel").version += 1;
  story.sim.update_snapshot();
  const ProjectView view = story.view();
  const auto files_for = [&](const std::optional<std::string>& platform, const char* version) {
    Release release = choose_release(view, WantedProduct::from_user("abc"),
                                     VersionRequest::from_user(std::string(version)), story.out);
    choose_platform(release, platform ? std::optional(Platform::from_user(*platform)) : std::nullopt);
    std::string names;
    for (const ReleaseFile& file : release.files) names += file.name.text() + " ";
    return names;
  };
  CHECK(files_for(std::nullopt, "1.1.0") == "abc-linux-amd64 abc-windows abc.tgz ");
  CHECK(files_for("windows", "1.1.0") == "abc-windows abc.tgz ");
  CHECK(files_for("windows", "1.0.0") == "abc.tgz ");
  CHECK(caught([&] { files_for("linux-arm64", "1.1.0"); }) ==
        Caught{"not-found", "abc 1.1.0 has no file for platform linux-arm64; it has files for: linux-amd64, windows"});
}

TEST_CASE("what does not exist is told with what does", "[project_view]") {
  Story story;
  CHECK(story.failure("abc", "1.1.1") ==
        Caught{"not-found", "abc has no version 1.1.1; versions of abc: 2.0.0-rc.1, 1.1.0, 1.0.0"});
  CHECK(story.failure("abc/tol", "latest") ==
        Caught{"not-found", "project abc has no product tol; its products: abc, tool"});
  CHECK(story.failure("abd", "latest") == Caught{"not-found", "there is no project abd in this repository"});
  CHECK(story.failure("empty", "latest") == Caught{"not-found", "project empty has no releases"});
  story.yank("abc/tool/0.1-beta/tool", "");
  CHECK(story.failure("abc/tool", "latest") ==
        Caught{"not-found", "every version of abc/tool is yanked: 0.1-beta (yanked)"});
}

TEST_CASE("a range takes the highest that is neither yanked nor a pre-release", "[project_view]") {
  Story story;
  CHECK(story.chosen("abc", "^1") == "abc 1.1.0");
  CHECK(story.chosen("abc", "1.x") == "abc 1.1.0");
  CHECK(story.chosen("abc", "<1.1") == "abc 1.0.0");
  CHECK(story.chosen("abc", "*") == "abc 1.1.0");
  CHECK(story.chosen("abc", "^2.0.0-rc.0") == "abc 2.0.0-rc.1");
  CHECK(story.warnings().empty());
  story.yank("abc/abc/1.1.0/abc.tgz", "broken");
  CHECK(story.chosen("abc", "^1") == "abc 1.0.0");
  CHECK(story.warnings().empty());
}

TEST_CASE("a range without a version names what there is and the nearest", "[project_view]") {
  Story story;
  const auto hint_of = [&](const std::string& range) {
    try {
      story.chosen("abc", range);
    } catch (const Error& error) {
      CHECK(error.what() ==
            "abc has no version in '" + range + "'; versions of abc: " +
                (story.yanked ? "2.0.0-rc.1, 1.1.0 (yanked), 1.0.0" : "2.0.0-rc.1, 1.1.0, 1.0.0"));
      CHECK(error.kind() == Error::Kind::not_found);
      return error.hint();
    }
    return std::string("nothing");
  };
  CHECK(hint_of("^3") == "the nearest is 2.0.0-rc.1");
  CHECK(hint_of(">=1.1.1,<2") == "the nearest is 1.1.0");
  CHECK(hint_of("<1") == "the nearest is 1.0.0");
  CHECK(hint_of("^0.1") == "the nearest is 1.0.0");
  CHECK(hint_of(">=1.2") == "2.0.0-rc.1 is a pre-release; it can be had by naming it");
  story.yank("abc/abc/1.1.0/abc.tgz", "broken");
  story.yanked = true;
  CHECK(hint_of("~1.1") == "1.1.0 is yanked; it can be had by naming it");
  CHECK(hint_of("~1.2") == "the nearest is 1.0.0");
}

TEST_CASE("a version of two numbers is itself and the hint names the range", "[project_view]") {
  Story story;
  try {
    story.chosen("abc", "1");
    FAIL("found");
  } catch (const Error& error) {
    CHECK(error.hint() == "'1.x' means the newest of them, now 1.1.0");
  }
}

TEST_CASE("all releases that a request takes are listed newest first", "[project_view]") {
  Story story;
  const auto listed = [&](std::optional<std::string> request, Yanked yanked) {
    std::vector<std::string> versions;
    const auto wanted = WantedProduct::from_user("abc");
    const ProjectView now = story.view();
    const auto parsed = request ? std::optional(VersionRequest::from_user(request)) : std::nullopt;
    for (const Release* release : matching_releases(now, wanted, parsed, yanked, story.out))
      versions.push_back(release->version.text());
    return versions;
  };
  using Versions = std::vector<std::string>;
  CHECK(listed(std::nullopt, Yanked::leave_out) == Versions{"2.0.0-rc.1", "1.1.0", "1.0.0"});
  CHECK(listed("^1", Yanked::leave_out) == Versions{"1.1.0", "1.0.0"});
  CHECK(listed("latest", Yanked::leave_out) == Versions{"1.1.0"});
  story.yank("abc/abc/1.1.0/abc.tgz", "broken");
  CHECK(listed(std::nullopt, Yanked::leave_out) == Versions{"2.0.0-rc.1", "1.0.0"});
  CHECK(listed(std::nullopt, Yanked::include) == Versions{"2.0.0-rc.1", "1.1.0", "1.0.0"});
  CHECK(listed("^1", Yanked::leave_out) == Versions{"1.0.0"});
  CHECK(listed("^1", Yanked::include) == Versions{"1.1.0", "1.0.0"});
  CHECK(listed("1.1.0", Yanked::leave_out) == Versions{"1.1.0"});
}

TEST_CASE("wrong names are the user's mistake and ask no server", "[project_view]") {
  Story story;
  for (const char* wrong : {"", "ABC", "abc/", "../x", "abc/x/y", "targets"}) {
    CHECK(story.failure(wrong, "latest").kind == "usage");
  }
  CHECK(story.sim.requests.empty());
  CHECK(story.failure("abc", "../1").kind == "usage");
}

TEST_CASE("a blocked project is told as blocked", "[project_view]") {
  Story story;
  story.sim.add_delegation("blocked", "blocked.void", {"abc/*/*/*"}, true);
  story.sim.role("blocked").version = 2;
  story.sim.update_snapshot();
  CHECK(story.failure("abc", "latest") ==
        Caught{"not-found", "project abc is blocked by the administrators of this repository"});
}

TEST_CASE("who signs comes from the role that delegated", "[project_view]") {
  Story story;
  const ProjectView view = story.view();
  const ReleaseFile& file = view.releases.front().files.front();
  CHECK(file.target.role.text() == "abc.rel");
  CHECK(view.signers.at(file.target.role).keys.keys.front() == test_key("alice").public_key());
}

TEST_CASE("T-18 a clock that went back is told", "[project_view]") {
  Story story;
  story.view("abc", 100);
  CHECK(story.warnings().empty());
  story.view("abc", 0);
  CHECK(story.warnings() == std::vector<std::string>{"this machine's clock says 2026-01-01T00:00:00Z, and it "
                                                     "was 2026-01-01T00:01:40Z at the last refresh"});
}

TEST_CASE("T-15 several repositories are never guessed between", "[repository_config]") {
  test::TempDir folder;
  setenv("XDG_STATE_HOME", folder.path().c_str(), 1);
  CHECK(caught([] { select_repository(std::nullopt); }).kind == "no-trusted-root");
  const auto set_up = [](const char* name) {
    const RepositoryConfig config{*FileName::parse(name), std::string("https://") + name, sha256_of(name)};
    std::filesystem::create_directories(config.folder());
    write_repository(config);
  };
  set_up("one");
  CHECK(select_repository(std::nullopt).url == "https://one");
  std::filesystem::create_directories(repository_folder(*FileName::parse("half-set-up")));
  CHECK(select_repository(std::nullopt).url == "https://one");
  set_up("two");
  CHECK(caught([] { select_repository(std::nullopt); }) ==
        Caught{"usage", "several repositories are set up: one, two"});
  CHECK(select_repository("two").root_sha256 == sha256_of("two"));
  for (const char* wrong : {"three", "../one", "half-set-up", ""})
    CHECK(caught([&] { select_repository(wrong); }).kind == "usage");
  unsetenv("XDG_STATE_HOME");
}

TEST_CASE("a version beside the project gives a hint how to say it", "[project_view]") {
  const struct {
    std::string typed, message, hint;
  } rows[] = {
      {"abc@^1.2", "'abc@^1.2' is not a project, or PROJECT/PRODUCT",
       "a version or range is an argument of its own: abc '^1.2'; only 'pgclient lock' takes 'abc@^1.2'"},
      {"abc/cli==1.0", "'abc/cli==1.0' is not a project, or PROJECT/PRODUCT",
       "a version or range is an argument of its own: abc/cli '1.0'; only 'pgclient lock' takes "
       "'abc/cli@1.0'"},
      {"abc~=1.4", "'abc~=1.4' is not a project, or PROJECT/PRODUCT",
       "a version or range is an argument of its own: abc '~1.4'; only 'pgclient lock' takes 'abc@~1.4'"},
      {"abc>=1", "'abc>=1' is not a project, or PROJECT/PRODUCT",
       "a version or range is an argument of its own: abc '>=1'; only 'pgclient lock' takes 'abc@>=1'"},
      {"abc@", "'abc@' is not a project, or PROJECT/PRODUCT", ""}};
  for (const auto& row : rows) {
    const auto failure = caught_with_hint([&] { WantedProduct::from_user(row.typed); });
    CHECK(failure.error == Caught{"usage", row.message});
    CHECK(failure.hint == row.hint);
  }
  const auto pip = caught_with_hint([] { VersionRequest::from_user("==1.0"); });
  CHECK(pip.error == Caught{"usage", "'==1.0' is not a version or range"});
  CHECK(pip.hint == "'1.0' alone is that version");
}

}  // namespace tuf
