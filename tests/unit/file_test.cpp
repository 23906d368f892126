#include "libtufcore/io/file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <cstdlib>
#include <functional>

#include "libtufcore/error.h"
#include "tests/support/caught.h"
#include "tests/support/temp_dir.h"

using namespace tuf;
using namespace tuf::test;

namespace {

std::size_t entries_in(const TempDir& dir) {
  return static_cast<std::size_t>(
      std::distance(fs::directory_iterator(dir.path()), fs::directory_iterator()));
}

unsigned mode_of(const fs::path& path) {
  struct stat status {};
  REQUIRE(stat(path.c_str(), &status) == 0);
  return status.st_mode & 07777u;
}

// The wait status of a child that runs `action`; exit code 99 when it throws.
int status_of_child(const std::function<void()>& action) {
  const pid_t child = fork();
  if (child == 0) {
    try {
      action();
    } catch (const std::exception&) {
      _exit(99);
    }
    _exit(0);
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  return status;
}

}  // namespace

TEST_CASE("a note is written over only where a plain file of its length is", "[file]") {
  const test::TempDir dir;
  CHECK_FALSE(overwrite_note(dir / "note", "12345"));
  test::write_text(dir / "note", "abcde");
  CHECK(overwrite_note(dir / "note", "12345"));
  CHECK(test::read_text(dir / "note") == "12345");
  CHECK_FALSE(overwrite_note(dir / "note", "123456"));
  std::filesystem::create_symlink(dir / "note", dir / "link");
  CHECK_FALSE(overwrite_note(dir / "link", "67890"));
  CHECK(test::read_text(dir / "note") == "12345");
}

TEST_CASE("files are read up to their cap", "[file]") {
  const TempDir dir;
  write_text(dir / "f", "12345");
  CHECK(read_file(dir / "f", 5) == "12345");
  CHECK(kind_of_error([&] { read_file(dir / "f", 4); }) == Error::Kind::limit);
  CHECK(kind_of_error([&] { read_file(dir / "none", 4); }) == Error::Kind::local_io);
  CHECK(kind_of_error([&] { read_file(dir.path(), 4); }) == Error::Kind::local_io);
  CHECK(read_file_if_there(dir / "none", 4) == std::nullopt);
  CHECK(read_file_if_there(dir / "f/below", 4) == std::nullopt);
  const FileSummary summary = summarise_file(dir / "f", HashAlgorithm::sha256, 5);
  CHECK(summary.length == 5);
  CHECK(summary.digest == sha256_of("12345"));
  CHECK(kind_of_error([&] { summarise_file(dir / "f", HashAlgorithm::sha256, 4); }) == Error::Kind::limit);
}

TEST_CASE("a written file has its bytes and its mode whatever the umask and leaves nothing else", "[file]") {
  const TempDir dir;
  const mode_t before = umask(0077);
  write_file_atomically(dir / "shared", "a");
  umask(0);
  write_file_atomically(dir / "secret", "b", FileMode::secret);
  umask(before);
  CHECK(read_text(dir / "shared") == "a");
  CHECK(mode_of(dir / "shared") == 0644);
  CHECK(mode_of(dir / "secret") == 0600);
  write_file_atomically(dir / "shared", "replaced");
  CHECK(read_text(dir / "shared") == "replaced");
  CHECK(entries_in(dir) == 2);
}

TEST_CASE("P-07 an existing file is kept unless it may be replaced", "[file]") {
  const TempDir dir;
  write_text(dir / "f", "old");
  CHECK(kind_of_error([&] { write_file_atomically(dir / "f", "new", FileMode::shared, Existing::refuse); }) ==
        Error::Kind::conflict);
  AtomicFile late(dir / "g", FileMode::shared, Existing::refuse);
  late.append("new");
  write_text(dir / "g", "appeared in between");
  CHECK(kind_of_error([&] { late.commit(); }) == Error::Kind::conflict);
  CHECK(read_text(dir / "f") == "old");
  CHECK(read_text(dir / "g") == "appeared in between");
}

TEST_CASE("P-05 P-08 links and folders and devices at the destination are refused", "[file]") {
  const TempDir dir;
  write_text(dir / "precious", "old");
  fs::create_symlink(dir / "precious", dir / "link");
  fs::create_symlink(dir / "nothing", dir / "dangling");
  fs::create_directory(dir / "folder");
  REQUIRE(mkfifo((dir / "fifo").c_str(), 0600) == 0);
  REQUIRE(mknod((dir / "socket").c_str(), S_IFSOCK | 0600, 0) == 0);
  for (const std::string name : {"link", "dangling", "folder", "fifo", "socket"}) {
    INFO(name);
    CHECK(kind_of_error([&] { write_file_atomically(dir / name, "new"); }) == Error::Kind::local_io);
  }
  CHECK_THROWS_WITH(write_file_atomically(dir / "link", "new"),
                    Catch::EndsWith("is a symbolic link; nothing is written through it"));
  CHECK(read_text(dir / "precious") == "old");
  CHECK_FALSE(fs::exists(dir / "nothing"));
  CHECK(entries_in(dir) == 6);
}

TEST_CASE("P-08 a hard link at the destination is replaced and its other name keeps the old bytes",
          "[file]") {
  const TempDir dir;
  write_text(dir / "precious", "old");
  fs::create_hard_link(dir / "precious", dir / "f");
  write_file_atomically(dir / "f", "new");
  CHECK(read_text(dir / "precious") == "old");
  CHECK(read_text(dir / "f") == "new");
}

TEST_CASE("P-05 a symbolic link placed as the temporary file is not followed", "[file]") {
  const TempDir dir;
  write_text(dir / "precious", "old");
  fs::create_symlink(dir / "precious", dir / ".f.tmp-000000");
  write_file_atomically(dir / "f", "new");
  CHECK(read_text(dir / "precious") == "old");
  CHECK(entries_in(dir) == 2);
}

TEST_CASE("a file that is dropped before commit leaves nothing", "[file]") {
  const TempDir dir;
  {
    AtomicFile file(dir / "f", FileMode::shared, Existing::replace);
    file.append("half");
    CHECK(entries_in(dir) == 1);
  }
  CHECK(entries_in(dir) == 0);
}

TEST_CASE("D-01 a writer killed in the middle leaves the old file and its rest goes with the next write",
          "[file]") {
  const TempDir dir;
  write_text(dir / "f", "old");
  const int status = status_of_child([&] {
    AtomicFile file(dir / "f", FileMode::shared, Existing::replace);
    file.append("half");
    raise(SIGKILL);
  });
  CHECK(WIFSIGNALED(status));
  CHECK(read_text(dir / "f") == "old");
  CHECK(entries_in(dir) == 2);
  write_file_atomically(dir / "f", "new");
  CHECK(read_text(dir / "f") == "new");
  CHECK(entries_in(dir) == 1);
}

TEST_CASE("an interrupted writer removes its temporary file", "[file]") {
  const TempDir dir;
  for (const auto& [signal_number, code] : {std::pair{SIGINT, 130}, std::pair{SIGTERM, 143}}) {
    const int status = status_of_child([&, number = signal_number] {
      install_signal_handlers();
      AtomicFile file(dir / "f", FileMode::shared, Existing::replace);
      file.append("half");
      raise(number);
    });
    CHECK(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == code);
    CHECK(entries_in(dir) == 0);
  }
}

TEST_CASE("a signal that waits is told once and a second one or one that nobody asks about ends the program",
          "[file]") {
  using Kind = Error::Kind;
  const auto exit_code = [](const std::function<void()>& action) {
    const int status = status_of_child([&] {
      install_signal_handlers();
      action();
    });
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  };
  CHECK(exit_code([] {
          const InterruptsWait wait;
          raise(SIGTERM);
          if (kind_of_error(throw_if_interrupted) != Kind::terminated) _exit(1);
          throw_if_interrupted();  // told already
          raise(SIGINT);
          const auto hour = [] { sleep_unless_interrupted(std::chrono::hours(1)); };
          _exit(kind_of_error(hour) == Kind::interrupted ? 7 : 1);
        }) == 7);
  CHECK(exit_code([] {
          const InterruptsWait wait;
          raise(SIGINT);
          raise(SIGTERM);
          _exit(1);
        }) == 143);
  CHECK(exit_code([] {
          {
            const InterruptsWait wait;
            raise(SIGHUP);
          }
          _exit(1);
        }) == 129);
}

TEST_CASE("two writers of one name do not touch each other", "[file]") {
  const TempDir dir;
  AtomicFile first(dir / "f", FileMode::shared, Existing::replace);
  AtomicFile second(dir / "f", FileMode::shared, Existing::replace);
  first.append("first");
  second.append("second");
  first.commit();
  CHECK(read_text(dir / "f") == "first");
  second.commit();
  CHECK(read_text(dir / "f") == "second");
  CHECK(entries_in(dir) == 1);
}

TEST_CASE("D-02 D-08 a full disk is told with the path and keeps the old file", "[file]") {
  const TempDir dir;
  write_text(dir / "f", "old");
  const int status = status_of_child([&] {
    signal(SIGXFSZ, SIG_IGN);
    const rlimit small{1000, 1000};
    setrlimit(RLIMIT_FSIZE, &small);
    try {
      write_file_atomically(dir / "f", std::string(100000, 'x'));
    } catch (const Error& error) {
      const bool told = std::string(error.what()).find((dir / "f").string()) != std::string::npos;
      _exit(told && error.kind() == Error::Kind::local_io ? 6 : 1);
    }
  });
  CHECK(WEXITSTATUS(status) == 6);
  CHECK(read_text(dir / "f") == "old");
  CHECK(entries_in(dir) == 1);
}

TEST_CASE("a name as long as the file system allows is written", "[file]") {
  const TempDir dir;
  write_file_atomically(dir / std::string(255, 'n'), "x");
  CHECK(entries_in(dir) == 1);
}

TEST_CASE("D-05 a lock held by another process is a conflict and goes with its holder", "[file]") {
  const TempDir dir;
  {
    const FileLock held(dir / "lock", FileLock::Wait::no);
    CHECK(kind_of_error([&] { FileLock(dir / "lock", FileLock::Wait::no); }) == Error::Kind::conflict);
  }
  CHECK(WIFSIGNALED(status_of_child([&] {
    const FileLock held(dir / "lock", FileLock::Wait::no);
    raise(SIGKILL);
  })));
  CHECK_NOTHROW(FileLock(dir / "lock", FileLock::Wait::no));
}

TEST_CASE("P-12 a folder that others can write is refused", "[file]") {
  const TempDir dir;
  fs::create_directory(dir / "d");
  for (const unsigned mode : {0777u, 0770u, 0702u}) {
    REQUIRE(chmod((dir / "d").c_str(), mode) == 0);
    CHECK(kind_of_error([&] { refuse_if_others_can_write(dir / "d"); }) == Error::Kind::refused);
  }
  REQUIRE(chmod((dir / "d").c_str(), 0755) == 0);
  CHECK_NOTHROW(refuse_if_others_can_write(dir / "d"));
}

TEST_CASE("folders are made with their parents and what stands in the way is told", "[file]") {
  const TempDir dir;
  make_directories(dir / "a/b/c", 0700);
  CHECK(mode_of(dir / "a/b/c") == 0700);
  CHECK_NOTHROW(make_directories(dir / "a/b/c/"));
  write_text(dir / "file", "x");
  CHECK(kind_of_error([&] { make_directories(dir / "file/below"); }) == Error::Kind::local_io);
  CHECK(kind_of_error([&] { make_directories(dir / "file"); }) == Error::Kind::local_io);
}

TEST_CASE("the folders of the user follow XDG and else HOME", "[file]") {
  const std::string home_before = getenv("HOME") == nullptr ? "/" : getenv("HOME");
  unsetenv("XDG_CONFIG_HOME");
  setenv("HOME", "/home/somebody", 1);
  CHECK(config_directory() == "/home/somebody/.config/pg");
  CHECK(state_directory() == "/home/somebody/.local/state/pg");
  setenv("XDG_CONFIG_HOME", "/elsewhere", 1);
  CHECK(config_directory() == "/elsewhere/pg");
  setenv("XDG_CONFIG_HOME", "relative", 1);
  CHECK(config_directory() == "/home/somebody/.config/pg");
  unsetenv("XDG_CONFIG_HOME");
  setenv("HOME", "", 1);
  CHECK(kind_of_error([] { config_directory(); }) == Error::Kind::configuration);
  setenv("HOME", home_before.c_str(), 1);
}
