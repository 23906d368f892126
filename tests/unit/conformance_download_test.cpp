// Targets: what they must be, where they are put, when they are fetched at all.
#include <fcntl.h>
#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "tests/support/conformance_machine.h"

namespace tuf {
namespace {

using Files = std::map<std::string, std::string>;

std::string request_of(const std::string& folder, const Digest& digest, const std::string& name) {
  return "targets/" + folder + digest.hex() + "." + name;
}

TargetFile& entry(RepositorySimulator& sim, const std::string& path) {
  return sim.targets.targets.at(*TargetPath::parse(path));
}

struct timespec changed_at(const std::filesystem::path& path) {
  struct stat status {};
  REQUIRE(stat(path.c_str(), &status) == 0);
  return status.st_mtim;
}

TEST_CASE("a target is fetched once and left alone while it is right", "[conformance]") {
  RepositorySimulator sim;
  sim.add_target("targets", "file", "content");
  ConformanceMachine machine(sim);
  const std::string request = request_of("", sha256_of("content"), "file");
  REQUIRE(machine.refresh() == success);
  CHECK(machine.got().empty());
  CHECK(machine.download({"file"}) == success);
  CHECK(sim.requests == Requests{"2.root.json", "timestamp.json", request});
  CHECK(machine.got() == Files{{"file", "content"}});

  const std::filesystem::path file = machine.target_dir() / "file";
  const struct timespec long_ago[2] = {{1000, 5}, {1000, 5}};
  REQUIRE(utimensat(AT_FDCWD, file.c_str(), long_ago, 0) == 0);
  CHECK(machine.download({"file"}) == success);
  CHECK(sim.requests == Requests{"2.root.json", "timestamp.json"});
  CHECK(changed_at(file).tv_sec == 1000);
  CHECK(changed_at(file).tv_nsec == 5);

  // Right is what the repository says today, not what was fetched once.
  test::write_text(file, "c0ntent");
  CHECK(machine.download({"file"}) == success);
  CHECK(sim.requests.back() == request);
  sim.add_target("targets", "file", "news");
  sim.targets.version = 2;
  sim.update_snapshot();
  CHECK(machine.download({"file"}) == success);
  CHECK(machine.got() == Files{{"file", "news"}});
}

TEST_CASE("several targets are had in order after one refresh until one fails", "[conformance]") {
  RepositorySimulator sim;
  for (const char* path : {"one", "two", "three"}) sim.add_target("targets", path, path);
  ConformanceMachine machine(sim);
  CHECK(machine.download({"one", "two", "one"}) == success);
  CHECK(sim.requests == Requests{"2.root.json", "timestamp.json", "1.snapshot.json", "1.targets.json",
                                 request_of("", sha256_of("one"), "one"),
                                 request_of("", sha256_of("two"), "two")});
  CHECK(machine.download({"nothing", "three"}).kind == "not-found");
  CHECK(machine.got() == Files{{"one", "one"}, {"two", "two"}});
  sim.missing.insert(request_of("", sha256_of("three"), "three"));
  CHECK(machine.download({"three", "nothing"}).kind == "network");
  sim.missing.clear();
  CHECK(machine.download({"three", "nothing"}).kind == "not-found");
  CHECK(machine.got().size() == 3);
}

TEST_CASE("T-01 other content than was signed never gets into the target folder", "[conformance]") {
  RepositorySimulator sim;
  sim.add_target("targets", "mine", "content of mine");
  sim.add_target("targets", "other", "content of other");
  ConformanceMachine machine(sim);
  REQUIRE(machine.download({"mine"}) == success);
  const std::string content = GENERATE("content of 0ther", "content of other.", "content of othe", "", "no");
  for (const char* path : {"mine", "other"}) {
    const std::string request = request_of("", sha256_of(fmt::format("content of {}", path)), path);
    sim.serves_instead[request] = content;
  }
  CHECK(machine.download({"other"}).kind == "refused");
  CHECK(machine.download({"mine"}) == success);
  CHECK(sim.requests == Requests{"2.root.json", "timestamp.json"});
  CHECK(machine.got() == Files{{"mine", "content of mine"}});  // and no temporary file

  // Nor in the place of an older one that is no longer right.
  sim.add_target("targets", "mine", "new content of mine");
  sim.targets.version = 2;
  sim.update_snapshot();
  sim.serves_instead[request_of("", sha256_of("new content of mine"), "mine")] = content;
  CHECK(machine.download({"mine"}).kind == "refused");
  CHECK(machine.got() == Files{{"mine", "content of mine"}});
}

TEST_CASE("SHA-256 and SHA-512 are known in any mix and every known one must be right", "[conformance]") {
  using A = HashAlgorithm;
  const auto stated = GENERATE(values<std::vector<A>>({{A::sha256}, {A::sha512}, {A::sha256, A::sha512}}));
  RepositorySimulator sim;
  sim.add_target("targets", "file", "content");
  TargetFile& file = entry(sim, "file");
  file.hashes.clear();
  for (const A algorithm : stated) file.hashes.emplace(algorithm, digest_of(algorithm, "content"));
  ConformanceMachine machine(sim);
  CHECK(machine.download({"file"}) == success);
  CHECK(sim.requests.size() == 5);
  CHECK(std::any_of(stated.begin(), stated.end(), [&](A algorithm) {
    return sim.requests.back() == request_of("", digest_of(algorithm, "content"), "file");
  }));
  CHECK(machine.got() == Files{{"file", "content"}});

  for (const A wrong : stated) {
    file.hashes.insert_or_assign(wrong, digest_of(wrong, "other"));
    for (const auto& [algorithm, digest] : file.hashes)
      sim.serves_instead[request_of("", digest, "file")] = "content";
    sim.targets.version += 1;
    sim.update_snapshot();
    CHECK(machine.download({"file"}).kind == "refused");
    file.hashes.insert_or_assign(wrong, digest_of(wrong, "content"));
  }
}

TEST_CASE("a target with hashes of unknown kinds only is never stored", "[conformance]") {
  RepositorySimulator sim;
  sim.add_target("targets", "file", "content");
  // A kind that nobody knows, under the right value of one that everybody knows.
  Bytes targets = sim.file_of("targets");
  targets.replace(targets.find("\"sha256\""), 8, "\"sha257\"");
  const Json document = parse_json(targets, "targets");
  const bool with_known = GENERATE(false, true);
  Json::Object part = *document.as_object()->at("signed").as_object();
  if (with_known) {
    Json::Object file = *part["targets"].as_object()->at("file").as_object();
    Json::Object hashes = *file["hashes"].as_object();
    hashes["sha256"] = sha256_of("content").hex();
    file["hashes"] = std::move(hashes);
    part["targets"] = Json::Object{{"file", std::move(file)}};
  }
  sim.serves_instead["1.targets.json"] = signed_text(Json(part), {"targets"});
  ConformanceMachine machine(sim);
  if (with_known) {
    CHECK(machine.download({"file"}) == success);
    CHECK(machine.got() == Files{{"file", "content"}});
    return;
  }
  CHECK(machine.download({"file"}) ==
        Caught{"refused", "refused file: the metadata names no SHA-256 or SHA-512 of it"});
  CHECK(machine.got().empty());
  CHECK(machine.trusted() == "root 1, snapshot 1, targets 1, timestamp 1");
}

TEST_CASE("P-01 a target lies flat and visible under its percent-encoded path", "[conformance]") {
  struct Row {
    std::string path, name, request_folder, request_name;
  };
  const auto row = GENERATE(values<Row>({
      {"file.txt", "file.txt", "", "file.txt"},
      {"a/b/file", "a%2Fb%2Ffile", "a/b/", "file"},
      {"../x", "%2E.%2Fx", "../", "x"},
      {"/etc/passwd", "%2Fetc%2Fpasswd", "/etc/", "passwd"},
      {".hidden", "%2Ehidden", "", ".hidden"},
      {"a b", "a%20b", "", "a%20b"},
      {"?", "%3F", "", "%3F"},
      {"#", "%23", "", "%23"},
      {"100%", "100%25", "", "100%25"},
      {"a%2Fb", "a%252Fb", "", "a%252Fb"},
      {"a,b", "a%2Cb", "", "a%2Cb"},
      {"-x", "-x", "", "-x"},
      {"\xc3\xa4", "%C3%A4", "", "%C3%A4"},
      {"a\\b", "a%5Cb", "", "a%5Cb"},
      {"~x", "~x", "", "~x"},
  }));
  RepositorySimulator sim;
  sim.add_target("targets", row.path, "content");
  ConformanceMachine machine(sim);
  CHECK(machine.download({row.path}) == success);
  CHECK(machine.got() == Files{{row.name, "content"}});
  CHECK(sim.requests.back() == request_of(row.request_folder, sha256_of("content"), row.request_name));
}

TEST_CASE("P-01 paths that are too long for a file name still have one each", "[conformance]") {
  const std::string stem(250, 'x');
  RepositorySimulator sim;
  sim.add_target("targets", stem + "1", "one");
  sim.add_target("targets", stem + "2", "two");
  ConformanceMachine machine(sim);
  CHECK(machine.download({stem + "1", stem + "2"}) == success);
  CHECK(machine.got() == Files{{sha256_of(stem + "1").hex(), "one"}, {sha256_of(stem + "2").hex(), "two"}});
}

TEST_CASE("P-05 P-08 nothing is written through what others put into the target folder", "[conformance]") {
  RepositorySimulator sim;
  sim.add_target("targets", "file", "content");
  ConformanceMachine machine(sim);
  test::write_text(machine.folder / "precious", "mine");
  std::filesystem::create_directory(machine.target_dir());
  SECTION("a link") {
    std::filesystem::create_symlink(machine.folder / "precious", machine.target_dir() / "file");
  }
  SECTION("a folder") { std::filesystem::create_directory(machine.target_dir() / "file"); }
  CHECK(machine.download({"file"}).kind == "local-io");
  CHECK(sim.requests.back() == "1.targets.json");
  CHECK(test::read_text(machine.folder / "precious") == "mine");
}

}  // namespace
}  // namespace tuf
