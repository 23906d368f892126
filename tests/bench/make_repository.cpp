// make_repository PROJECTS [--files N] [--history N] [--promoted] [--signed] [--keys FOLDER]: a content repository of any
// size on stdout, for `git fast-import`. Every file is made by the library's own makers, every signature is real.
//
// One commit makes the repository, one all projects (`abc` and others, each with a key of its own), one a
// release of N files (default 1) for each of them; with --promoted one more puts all names into `claimed`.
// --history adds that many commits of one release each, to one project after the other. FOLDER gets
// root.sha256, online.key and first.key, the key of project abc; they are not encrypted.
//
// With --signed every project has two people who both sign, each project comes in a commit of its own, and
// commits must be signed: sign_history does that, with the key that the committer's name says.

#include <cstdio>
#include <map>

#include "libtufcore/io/file.h"
#include "libtufcore/io/system_clock.h"
#include "libtufcore/key_file.h"
#include "libtufcore/repository_layout.h"
#include "tests/bench/bench_world.h"

namespace tuf {
namespace {

using bench::first_change, bench::key_of, bench::signed_by;

constexpr std::string_view administrator = "administrator";

struct Wish {
  std::size_t projects = 0, files = 1, history = 0;
  bool promoted = false, is_signed = false;
  fs::path keys = ".";
};

// The commands that git fast-import reads.
class Stream {
 public:
  explicit Stream(UtcTime now) : now_(now) {}
  void commit(std::string_view message, std::string_view committer = administrator) {
    fmt::print("commit refs/heads/main\ncommitter {} <bench@example.org> {} +0000\n", committer, now_.unix_seconds() + commits_++);
    data(message);
  }
  void file(const std::string& path, ByteView bytes) {
    fmt::print("M 100644 inline {}\n", path);
    data(bytes);
  }

 private:
  static void data(ByteView bytes) {
    fmt::print("data {}\n", bytes.size());
    std::fwrite(bytes.data(), 1, bytes.size(), stdout);
    std::fputc('\n', stdout);
  }
  UtcTime now_;
  std::int64_t commits_ = 0;
};

class Generator {
 public:
  Generator(Wish wish, UtcTime now)
      : wish_(std::move(wish)), now_(now), administrator_(key_of(administrator)), stream_(now) {}

  void make() {
    make_repository_commit();
    make_projects();
    if (wish_.files > 0) {
      stream_.commit("a release of every project");
      for (auto& [project, releases] : releases_) add_release(project, releases, wish_.files);
    }
    if (wish_.promoted) promote();
    auto next = releases_.begin();
    for (std::size_t i = 0; i < wish_.history; ++i, ++next) {
      if (next == releases_.end()) next = releases_.begin();
      stream_.commit(fmt::format("release {} of {}", next->second.version, next->first.text()), next->first.text());
      add_release(next->first, next->second, 1);
    }
  }

 private:
  void make_repository_commit() {
    CreateRepository start = first_change(now_);
    start.configuration.commit_signatures_required = wish_.is_signed;
    const NewRepository made = make_repository(start);
    stream_.commit("create the repository");
    for (const auto& [path, part] : made.roles) {
      const Bytes file = signed_by(administrator_, part);
      stream_.file(path, file);
      if (path == layout::root) write_file_atomically(wish_.keys / "root.sha256", sha256_of(file).hex());
      if (path == layout::claimed) claimed_ = parse_targets(part, path);
    }
    stream_.file(std::string(layout::configuration), made.configuration_file);
    write_key("online.key", "online");
  }

  void write_key(const char* file, const char* whose) {
    write_file_atomically(wish_.keys / file, key_file_text(key_of(whose), whose, nullptr, PassphraseCost::interactive),
                          FileMode::secret);
  }

  std::vector<SecretKey> keys_of(const ProjectName& project) const {
    std::vector<SecretKey> keys;
    keys.push_back(key_of(project.text()));
    if (wish_.is_signed) keys.push_back(key_of(project.text() + "'s second"));
    return keys;
  }

  void make_projects() {
    if (!wish_.is_signed) stream_.commit("create the projects");
    const UtcTime expires = now_.plus_days(5 * 365);
    write_key("first.key", "abc");
    for (const ProjectName& project : bench::project_names(wish_.projects)) {
      if (wish_.is_signed) stream_.commit("create project " + project.text(), project.text());
      const std::vector<SecretKey> keys = keys_of(project);
      std::vector<KeyHolder> people{{"olga", keys.front().public_key()}};
      if (keys.size() == 2) people.push_back({"mia", keys.back().public_key()});
      const auto all = static_cast<std::uint32_t>(people.size());
      for (const auto& [path, part] : make_project({project, people, all, people, all, expires, expires, "bench"})) {
        stream_.file(path, signed_by(keys, part));
        if (path == layout::releases(project)) releases_.emplace(project, parse_targets(part, path));
      }
    }
  }

  void add_release(const ProjectName& project, Targets& releases, std::size_t files) {
    AddRelease change{project, ProductName::default_of(project),
                      Version::from_user(fmt::format("1.{}.0", releases.version)), {}};
    for (std::size_t i = 0; i < files; ++i) {
      const std::string content =
          fmt::format("{} {} {} {}\n", project.text(), change.version.text(), i, std::string(64, '.'));
      const FileName name = FileName::from_user(fmt::format("{}-{:02}.txt", project.text(), i));
      change.files.push_back({name, content.size(), sha256_of(content)});
      stream_.file(layout::release_file({project, change.product, change.version, name}), content);
    }
    releases = next_version(with_release(releases, change), releases.expires);
    stream_.file(layout::releases(project), signed_by(keys_of(project), to_json(releases)));
  }

  void promote() {
    for (const auto& [project, releases] : releases_)
      claimed_.delegations.push_back(delegation_to_project(project, bench::only(key_of(project.text()))));
    for (const auto& [project, releases] : releases_)
      set_name_of_key(claimed_.delegations_extra, key_of(project.text()).public_key().id(), "olga");
    claimed_.version += 1;
    stream_.commit("promote all projects");
    stream_.file(std::string(layout::claimed), signed_by(administrator_, to_json(claimed_)));
  }

  Wish wish_;
  UtcTime now_;
  SecretKey administrator_;
  Stream stream_;
  std::map<ProjectName, Targets> releases_;
  Targets claimed_;
};

Wish wish_of(const std::vector<std::string>& words) {
  Wish wish;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const auto value = [&] { return i + 1 < words.size() ? words[++i] : throw usage("{} needs a value", words[i]); };
    if (words[i] == "--files") {
      wish.files = std::stoull(value());
    } else if (words[i] == "--history") {
      wish.history = std::stoull(value());
    } else if (words[i] == "--keys") {
      wish.keys = value();
    } else if (words[i] == "--promoted") {
      wish.promoted = true;
    } else if (words[i] == "--signed") {
      wish.is_signed = true;
    } else {
      wish.projects = std::stoull(words[i]);
    }
  }
  if (wish.projects == 0) throw usage("make_repository PROJECTS [--files N] [--history N] [--promoted] [--signed] [--keys FOLDER]");
  if (wish.is_signed && wish.files > 0) throw usage("--signed goes with --files 0: nobody may sign a commit of all projects");
  return wish;
}

}  // namespace
}  // namespace tuf

int main(int argc, char** argv) {
  try {
    tuf::initialise_crypto();
    tuf::Generator(tuf::wish_of({argv + 1, argv + argc}), tuf::system_time_now()).make();
    return std::fflush(stdout) == 0 ? 0 : 1;
  } catch (const std::exception& error) {
    fmt::print(stderr, "make_repository: {}\n", error.what());
    return 1;
  }
}
