// read_history REPOSITORY: the milliseconds that two threads need to find, unpack and hash what each commit of main changes: the commit,
// the trees on the way to its files, the files, each once. Nothing is parsed or verified: what judging a history costs before its first
// signature.
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <future>

#include "libtufcore/git/git_repository.h"
#include "libtufcore/metadata.h"
#include "tests/bench/bench_world.h"

namespace tuf {
namespace {

void read_changes(const std::filesystem::path& path, const std::vector<CommitInfo>& commits, std::size_t first, std::size_t end) {
  const GitRepository repository = GitRepository::open(path);
  for (std::size_t i = first; i < end; ++i) {
    const CommitInfo& commit = commits[i];
    const auto tree = repository.tree(commit.id);
    const auto parent = commit.parents.empty() ? std::nullopt : std::optional(commit.parents.front());
    for (const ChangedPath& change : repository.changes(parent, commit.id)) {
      if (change.how != ChangedPath::How::removed) tree->read(change.path, max_metadata_bytes);
    }
  }
}

double milliseconds_of_reading(const std::filesystem::path& path) {
  const GitRepository repository = GitRepository::open(path);
  const std::vector<CommitInfo> commits = repository.range(std::nullopt, repository.resolve("main"));
  const auto start = std::chrono::steady_clock::now();
  auto other = std::async(std::launch::async, [&] { read_changes(path, commits, 0, commits.size() / 2); });
  read_changes(path, commits, commits.size() / 2, commits.size());
  other.get();
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace
}  // namespace tuf

int main(int argc, char** argv) {
  try {
    if (argc != 2) throw tuf::usage("read_history REPOSITORY");
    fmt::print("{:.0f}\n", tuf::milliseconds_of_reading(argv[1]));
    return 0;
  } catch (const std::exception& error) {
    fmt::print(stderr, "read_history: {}\n", error.what());
    return 1;
  }
}
