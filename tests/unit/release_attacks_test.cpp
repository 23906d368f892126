// What a release says about itself, and what a server says about a file, decides neither what is fetched nor
// what it is called: only the verified target path does.

#include <fcntl.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdio>
#include <cstdlib>

#include "client/commands.h"
#include "client/project_view.h"
#include "client/release_choice.h"
#include "libtufcore/io/output.h"
#include "tests/support/caught.h"
#include "tests/support/repository_simulator.h"
#include "tests/support/scripted_server.h"
#include "tests/support/temp_dir.h"

namespace tuf {
namespace {

// A repository of our own layout with project abc, signed by alice, and a downloader who trusts it.
struct Shop {
  Shop() {
    setenv("XDG_STATE_HOME", folder.path().c_str(), 1);
    sim.add_delegation("targets", "claimed", {"*/*/*/*"});
    for (const char* project : {"abc", "xyz"}) {
      const std::string name = project;
      sim.add_delegation("claimed", name, {name + "/*/*/*"}, true);
      sim.add_delegation(name, name + ".rel", {name + "/*/*/*"}, true, {"alice"});
    }
    offer("abc.rel", "abc/abc/1.2.0/abc.tgz", "abc 1.2.0");
    offer("xyz.rel", "xyz/xyz/9.9.0/xyz.tgz", "xyz 9.9.0");
    MetadataCache(config.folder()).write(RoleName::of("root"), sim.root_file(1));
  }
  ~Shop() { unsetenv("XDG_STATE_HOME"); }

  void offer(const std::string& role, const std::string& path, const Bytes& content,
             Json::Object custom = {}) {
    sim.add_target(role, path, content);
    if (!custom.empty()) sim.role(role).targets.at(*TargetPath::parse(path)).custom = Json(std::move(custom));
    sim.role(role).version += 1;
    sim.update_snapshot();
  }
  // As `pgclient fetch` does it; the names of the files that were written.
  std::vector<std::string> fetch(const std::string& wanted, const std::string& version) {
    sim.requests.clear();
    const auto product = WantedProduct::from_user(wanted);
    const ProjectView view = look_up_project(config, sim, product.project, now, out);
    std::vector<std::string> names;
    for (const ReleaseFile& file :
         choose_release(view, product, VersionRequest::from_user(version), out).files) {
      const std::string url = target_url(RepositorySimulator::targets_url, file.target, view.naming);
      download_target(sim, url, file.target, folder / file.name.text(), Existing::refuse,
                      [](std::uint64_t) {});
      names.push_back(file.name.text());
    }
    return names;
  }
  Caught failure(const std::string& wanted, const std::string& version) {
    return caught([&] { fetch(wanted, version); });
  }

  RepositorySimulator sim;
  UtcTime now = sim.now;
  test::TempDir folder;
  RepositoryConfig config{*FileName::parse("playground"), "https://sim.example", sha256_of("any")};
  Output out{"pgclient", Output::Form::json, true, false};
};

}  // namespace

TEST_CASE("T-11 what custom says of a version or a name changes neither", "[attacks]") {
  Shop shop;
  shop.offer("abc.rel", "abc/abc/1.3.0/abc.tgz", "abc 1.3.0",
             {{"version", "9.9.0"},
              {"project", "xyz"},
              {"product", "xyz"},
              {"name", "../../xyz.tgz"},
              {"filename", "xyz.tgz"}});
  CHECK(shop.failure("abc", "9.9.0") ==
        Caught{"not-found", "abc has no version 9.9.0; versions of abc: 1.3.0, 1.2.0"});
  CHECK(shop.fetch("abc", "latest") == std::vector<std::string>{"abc.tgz"});
  CHECK(test::read_text(shop.folder / "abc.tgz") == "abc 1.3.0");
  CHECK(shop.failure("xyz", "1.3.0") ==
        Caught{"not-found", "xyz has no version 1.3.0; versions of xyz: 9.9.0"});
}

TEST_CASE("T-11 a file of another project or product does not answer for the one that was asked",
          "[attacks]") {
  Shop shop;
  shop.offer("abc.rel", "abc/xyz/1.2.0/xyz.tgz", "product xyz of abc");
  shop.offer("abc.rel", "xyz/xyz/9.9.9/xyz.tgz", "of abc's maintainers");  // outside of what they may say
  shop.offer("abc.rel", "abc/abc/2.0.0/deeper/abc.tgz", "no release");
  CHECK(shop.fetch("abc", "1.2.0") == std::vector<std::string>{"abc.tgz"});
  CHECK(test::read_text(shop.folder / "abc.tgz") == "abc 1.2.0");
  CHECK(shop.failure("abc", "2.0.0").kind == "not-found");
  CHECK(shop.failure("xyz", "9.9.9") ==
        Caught{"not-found", "xyz has no version 9.9.9; versions of xyz: 9.9.0"});
  CHECK(shop.fetch("xyz", "latest") == std::vector<std::string>{"xyz.tgz"});
  CHECK(test::read_text(shop.folder / "xyz.tgz") == "xyz 9.9.0");
}

TEST_CASE("T-16 an artifact that names others brings none of them", "[attacks]") {
  Shop plain;
  plain.fetch("abc", "1.2.0");
  Shop shop;
  const Json others = Json::Array{"xyz", Json::Object{{"project", "xyz"}, {"version", "9.9.0"}}};
  shop.sim.role("abc.rel").extra["dependencies"] = others;
  shop.sim.targets.extra["also"] = "https://evil.example/x";
  shop.sim.role("abc.rel").targets.at(*TargetPath::parse("abc/abc/1.2.0/abc.tgz")).custom = Json(Json::Object{
      {"requires", others}, {"url", "https://evil.example/x"}, {"urls", Json::Array{"file:///etc/passwd"}}});
  CHECK(shop.fetch("abc", "1.2.0") == std::vector<std::string>{"abc.tgz"});
  CHECK(shop.sim.requests == plain.sim.requests);
  CHECK_FALSE(std::filesystem::exists(shop.folder / "xyz.tgz"));
}

TEST_CASE("T-18 a clock ten years back is told and the fetch goes on", "[attacks]") {
  Shop shop;
  shop.fetch("abc", "1.2.0");
  std::filesystem::remove(shop.folder / "abc.tgz");
  shop.now = shop.now.plus_days(-3652);
  CHECK(shop.fetch("abc", "1.2.0") == std::vector<std::string>{"abc.tgz"});
  CHECK(OutputAccess::warnings(shop.out) ==
        std::vector<std::string>{
            "this machine's clock says 2016-01-02T00:00:00Z, and it was 2026-01-01T00:00:00Z at the "
            "last refresh"});
}

TEST_CASE("P-02 the URL of a target holds its path and nothing that the path could mean", "[attacks]") {
  struct Row {
    const char *path, *plain, *with_digest;  // @ stands for the digest
  };
  const Row row = GENERATE(values<Row>({
      {"file", "file", "@.file"},
      {"a/b/file", "a/b/file", "a/b/@.file"},
      {"/etc/passwd", "/etc/passwd", "/etc/@.passwd"},
      {"../x", "../x", "../@.x"},
      {"a/..", "a/..", "a/@..."},
      {"a//b", "a//b", "a//@.b"},
      {"./a", "./a", "./@.a"},
      {"a\\b", "a%5Cb", "@.a%5Cb"},
      {"C:x", "C%3Ax", "@.C%3Ax"},
      {"dot.", "dot.", "@.dot."},
      {"space ", "space%20", "@.space%20"},
      {"%2e%2e/x", "%252e%252e/x", "%252e%252e/@.x"},
      {"x?y#z", "x%3Fy%23z", "@.x%3Fy%23z"},
      {"a/", "a/", "a/@."},
      {"\x1b[2J", "%1B%5B2J", "@.%1B%5B2J"},
      {"http://evil.example/x", "http%3A//evil.example/x", "http%3A//evil.example/@.x"},
  }));
  TargetFile file;
  file.length = 1;
  file.hashes.emplace(HashAlgorithm::sha256, sha256_of("x"));
  const RoleName role = RoleName::of("targets");
  const FoundTarget found{*TargetPath::parse(row.path), file, role, {role}};
  std::string with_digest = row.with_digest;
  with_digest.replace(with_digest.find('@'), 1, sha256_of("x").hex());
  CHECK(target_url("https://x/t/", found, TargetNaming::plain) == std::string("https://x/t/") + row.plain);
  CHECK(target_url("https://x/t/", found, TargetNaming::with_digest) == "https://x/t/" + with_digest);
}

namespace {

// The simulated repository as a folder, for `pgclient fetch-target` itself; the names below `targets` as they
// are asked for.
struct Folder {
  explicit Folder(const std::string& path) {
    setenv("XDG_STATE_HOME", (folder / "state").c_str(), 1);
    sim.now = UtcTime::from_unix(4'000'000'000);  // nothing expires today
    sim.root.expires = sim.timestamp.expires = sim.snapshot.expires = sim.targets.expires = sim.now;
    sim.publish_root();
    sim.add_target("targets", path, "content");
    sim.update_snapshot();
    for (const char* name : {"1.root.json", "timestamp.json", "2.snapshot.json", "1.targets.json"})
      test::write_text(folder / ("metadata/" + std::string(name)),
                       *sim.fetch(RepositorySimulator::metadata_url + std::string(name), 99'999));
    here = std::filesystem::current_path();
    std::filesystem::create_directory(folder / "state");
    std::filesystem::create_directory(folder / "here");
    std::filesystem::current_path(folder / "here");
  }
  ~Folder() {
    std::filesystem::current_path(here);
    unsetenv("XDG_STATE_HOME");
  }

  std::string url(const std::string& name) const { return "file://" + (folder / name).string(); }
  // As a process would; what it says on stdout is `said`.
  int run(std::vector<std::string> words, Command command) {
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    std::fflush(stdout);
    const int saved = dup(STDOUT_FILENO);
    const int file = open((folder / "stdout").c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    dup2(file, STDOUT_FILENO);
    const int code = run_program("pgclient", "a test", {std::move(command)},
                                 static_cast<int>(arguments.size()), arguments.data());
    std::fflush(stdout);
    dup2(saved, STDOUT_FILENO);
    close(saved);
    close(file);
    said = test::read_text(folder / "stdout");
    return code;
  }
  int fetch(const std::string& path, const std::string& targets_url) {
    return run({"pgclient", "fetch-target", "--root", (folder / "metadata/1.root.json").string(),
                "--metadata-url", url("metadata"), "--targets-url", targets_url, "-q", "--json", "--", path},
               fetch_target_command());
  }
  bool says(const std::string& message) const {
    const Json document = parse_json(said, "stdout");
    return JsonReader(document, "stdout")["error"]["message"].text() == message;
  }
  std::vector<std::string> written() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder / "here"))
      names.push_back(entry.path().filename());
    return names;
  }

  RepositorySimulator sim;
  test::TempDir folder;
  std::filesystem::path here;
  std::string said;
};

}  // namespace

TEST_CASE("P-02 a target whose last part is no safe file name is written nowhere unless told where",
          "[attacks]") {
  const std::string path = GENERATE(as<std::string>(), "..", ".", "a/..", "a/", "/", "a\\b", "C:x", "dot.",
                                    "space ", ".hidden", "-rf", "a/\x1b[2J", "~user", "%2e%2e");
  INFO(path);
  Folder world(path);
  CHECK(world.fetch(path, world.url("targets")) == 2);
  CHECK(world.says(fmt::format("the last part of '{}' is no safe file name", escaped(path))));
  CHECK(world.written().empty());
}

TEST_CASE("P-03 a name that a root states for its repository leads out of no folder", "[attacks]") {
  const std::string name =
      GENERATE(as<std::string>(), "../escaped", "/etc", "..", ".", "a/b", "a\\b", "", "-x", "x\n", "\x1b[2J");
  INFO(name);
  Folder world("file");
  world.sim.root.extra["x-pg-repository"] = name;
  world.sim.publish_root();
  test::write_text(world.folder / "metadata/1.root.json", world.sim.root_file(1));
  CHECK(world.run({"pgclient", "trust", "add", world.url(""), "--root",
                   (world.folder / "metadata/1.root.json").string(), "-q", "--json"},
                  trust_add_command()) == 2);
  CHECK(world.says("the root file states no usable name of the repository"));
  CHECK(world.written().empty());
  for (const auto& entry : std::filesystem::recursive_directory_iterator(world.folder / "state"))
    CHECK_FALSE(entry.is_regular_file());
}

TEST_CASE("P-06 a file is called as its verified path ends whatever the server calls it", "[attacks]") {
  const std::string content = "content";
  const std::string name = "a/" + sha256_of(content).hex() + ".tool.tgz";
  ScriptedServer server({{"/targets/" + name,
                          {.bytes = status_answer(302, "Location: /elsewhere/evil.sh?name=../../evil\r\n")}},
                         {"/elsewhere/evil.sh?name=../../evil",
                          {.bytes = ok_answer(content,
                                              "Content-Disposition: attachment; filename=\"../evil.sh\"\r\n"
                                              "Content-Type: text/x-sh; name=\"evil.sh\"\r\n"
                                              "Content-Location: /evil.sh\r\n")}}});
  Folder world("a/tool.tgz");
  CHECK(world.fetch("a/tool.tgz", server.url("/targets")) == 0);
  CHECK(world.written() == std::vector<std::string>{"tool.tgz"});
  CHECK(test::read_text(world.folder / "here/tool.tgz") == content);
}

TEST_CASE("P-13 an archive is a file like any other and is not unpacked", "[attacks]") {
  // A tar header of one member that leads out, with its checksum, as text: 512 bytes, then its content, then
  // the end.
  std::string header(512, '\0');
  const auto put = [&](std::size_t at, const std::string& text) { header.replace(at, text.size(), text); };
  put(0, "../../evil.sh");
  put(100, "0000755");
  put(124, "00000000004");
  put(148, "        ");
  put(156, "0");
  put(257, "ustar");
  unsigned sum = 0;
  for (const char c : header) sum += static_cast<unsigned char>(c);
  put(148, fmt::format("{:06o}", sum) + std::string(1, '\0'));
  const Bytes archive = header + "evil" + std::string(508 + 1024, '\0');
  Shop shop;
  shop.offer("abc.rel", "abc/abc/1.4.0/abc.tar", archive);
  CHECK(shop.fetch("abc", "1.4.0") == std::vector<std::string>{"abc.tar"});
  CHECK(test::read_text(shop.folder / "abc.tar") == archive);
  for (const auto& entry : std::filesystem::recursive_directory_iterator(shop.folder.path()))
    CHECK(entry.path().filename() != "evil.sh");
  CHECK_FALSE(std::filesystem::exists(shop.folder.path().parent_path() / "evil.sh"));
}

}  // namespace tuf
