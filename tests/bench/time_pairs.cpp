// time_pairs [OPTIONS] -- COMMAND... -- COMMAND...: two programs against each other, whole processes.
//
// They run in turns, first one of them first and then the other, so that whatever else the machine does meets
// both. The clock starts before the process is made and stops when it is gone. Before each run, outside the
// timed part, the world is put back:
//   --runs N           timed runs of each (default 15), after one that warms up
//   --copy FROM TO     TO becomes a copy of the folder FROM
//   --remove PATH      goes; may be given often
//   --sync FOLDER      its file system is written to the disk then
// Prints one line of numbers separated by spaces: for the first and then the second program the median, least
// and 75th percentile of the wall time in ms, the median CPU time in ms and the largest resident set in KiB.

#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;

struct Program {
  std::vector<std::string> command;
  std::vector<double> wall_ms, cpu_ms;
  long max_rss_kib = 0;
};

struct Plan {
  int runs = 15;
  std::optional<std::pair<fs::path, fs::path>> copy;
  std::vector<fs::path> removed;
  std::optional<fs::path> synced;
  Program first, second;
};

Plan plan_of(const std::vector<std::string>& words) {
  Plan plan;
  std::size_t at = 0;
  const auto next = [&] {
    if (at == words.size()) throw std::runtime_error("a word is missing at the end");
    return words[at++];
  };
  for (std::string word = next(); word != "--"; word = next()) {
    if (word == "--runs") {
      plan.runs = std::stoi(next());
    } else if (word == "--sync") {
      plan.synced = next();
    } else if (word == "--copy") {
      const fs::path from = next();
      plan.copy.emplace(from, next());
    } else if (word == "--remove") {
      plan.removed.emplace_back(next());
    } else {
      throw std::runtime_error("unknown option " + word);
    }
  }
  for (std::string word = next(); word != "--"; word = next()) plan.first.command.push_back(word);
  while (at < words.size()) plan.second.command.push_back(next());
  if (plan.first.command.empty() || plan.second.command.empty())
    throw std::runtime_error("two commands are needed");
  return plan;
}

void put_back(const Plan& plan) {
  for (const fs::path& path : plan.removed) fs::remove_all(path);
  if (plan.copy) {
    fs::remove_all(plan.copy->second);
    fs::copy(plan.copy->first, plan.copy->second, fs::copy_options::recursive);
    for (const auto& entry : fs::recursive_directory_iterator(plan.copy->second))
      if (entry.is_directory()) fs::permissions(entry, fs::perms::owner_all);
  }
  // Or the program's first fsync writes what was copied here and what the other program left behind.
  if (!plan.synced) return;
  const int folder = open(plan.synced->c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0 || syncfs(folder) != 0) throw std::runtime_error("cannot sync " + plan.synced->string());
  close(folder);
}

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

// What a program prints goes nowhere, so that no terminal costs it anything; what it complains about is seen.
void run_once(Program& program, bool counts) {
  std::vector<char*> arguments;
  for (const std::string& word : program.command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);

  using Clock = std::chrono::steady_clock;
  const Clock::time_point start = Clock::now();
  pid_t child = 0;
  const int error = posix_spawnp(&child, arguments[0], &actions, nullptr, arguments.data(), environ);
  if (error != 0) throw std::runtime_error(program.command[0] + ": " + std::strerror(error));
  int status = 0;
  rusage usage{};
  while (wait4(child, &status, 0, &usage) < 0) {
  }
  const double wall = std::chrono::duration<double, std::milli>(Clock::now() - start).count();
  posix_spawn_file_actions_destroy(&actions);
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
    throw std::runtime_error(program.command[0] + " ended with status " + std::to_string(status));
  if (!counts) return;
  program.wall_ms.push_back(wall);
  program.cpu_ms.push_back(1e3 * (seconds(usage.ru_utime) + seconds(usage.ru_stime)));
  program.max_rss_kib = std::max(program.max_rss_kib, usage.ru_maxrss);
}

double quantile(std::vector<double> values, double part) {
  std::sort(values.begin(), values.end());
  const double place = part * static_cast<double>(values.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const std::size_t above = std::min(below + 1, values.size() - 1);
  return values[below] + (place - static_cast<double>(below)) * (values[above] - values[below]);
}

void print(const Program& program) {
  std::printf("%.3f %.3f %.3f %.3f %ld ", quantile(program.wall_ms, 0.5), quantile(program.wall_ms, 0),
              quantile(program.wall_ms, 0.75), quantile(program.cpu_ms, 0.5), program.max_rss_kib);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    Plan plan = plan_of(std::vector<std::string>(argv + 1, argv + argc));
    for (int run = 0; run <= plan.runs; ++run) {
      Program* order[] = {&plan.first, &plan.second};
      if (run % 2 == 1) std::swap(order[0], order[1]);
      for (Program* program : order) {
        put_back(plan);
        run_once(*program, run > 0);
      }
    }
    print(plan.first);
    print(plan.second);
    std::puts("");
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "time_pairs: %s\n", error.what());
    return 1;
  }
}
