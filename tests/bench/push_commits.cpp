// push_commits REFERENCE TIMESTAMP [COMMIT...]: moves REFERENCE, a branch's file in a repository, to each COMMIT, as a push does, when
// TIMESTAMP, a file of the tree that a publisher keeps up with the branch, names the one before. Prints the milliseconds from the first
// move until the last commit is published.
#include <chrono>
#include <cstdio>
#include <thread>

#include "libtufcore/io/file.h"
#include "tests/bench/bench_world.h"

namespace tuf {
namespace {

void wait_for(const std::string& commit, const fs::path& timestamp) {
  constexpr std::chrono::microseconds a_moment(50);
  constexpr std::size_t most_bytes = 1u << 20;
  while (read_file(timestamp, most_bytes).find(commit) == Bytes::npos) std::this_thread::sleep_for(a_moment);
}

void push(const fs::path& reference, const std::string& commit) {
  write_file_atomically(reference, commit + "\n", FileMode::shared, Existing::replace, AfterPowerLoss::anything);
}

}  // namespace
}  // namespace tuf

int main(int argc, char** argv) {
  try {
    if (argc < 3) throw tuf::usage("push_commits REFERENCE TIMESTAMP [COMMIT...]");
    const auto start = std::chrono::steady_clock::now();
    for (int i = 3; i < argc; ++i) {
      tuf::push(argv[1], argv[i]);
      tuf::wait_for(argv[i], argv[2]);
    }
    fmt::print("{:.1f}\n", std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count());
    return 0;
  } catch (const std::exception& error) {
    fmt::print(stderr, "push_commits: {}\n", error.what());
    return 1;
  }
}
