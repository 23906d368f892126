#include "libtufcore/io/child_process.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <span>

#include "libtufcore/error.h"
#include "libtufcore/io/descriptor.h"

extern char** environ;

namespace tuf {
namespace {

using Clock = std::chrono::steady_clock;
using Until = std::optional<Clock::time_point>;

struct Pipe {
  Descriptor reading, writing;
};

Pipe make_pipe() {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) throw other("cannot make a pipe: {}", std::strerror(errno));
  return {Descriptor(ends[0]), Descriptor(ends[1])};
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

std::vector<std::string> environment_with(const std::vector<std::string>& variables) {
  const auto is_replaced = [&](std::string_view one) {
    const std::string_view name = one.substr(0, one.find('=') + 1);
    return std::ranges::any_of(variables, [&](const std::string& given) { return given.starts_with(name); });
  };
  std::vector<std::string> all = variables;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    const std::string_view one = *variable;
    if (!one.starts_with("PG_") && !is_replaced(one)) all.emplace_back(one);
  }
  return all;
}

// What is started as long as it lives cannot write larger files. The limit of this process itself is soft,
// and comes back.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(const std::optional<std::uint64_t>& max_bytes) {
    if (!max_bytes || getrlimit(RLIMIT_FSIZE, &before_) != 0) return;
    rlimit lower = before_;
    lower.rlim_cur = std::min<rlim_t>(*max_bytes, before_.rlim_max);
    lowered_ = setrlimit(RLIMIT_FSIZE, &lower) == 0;
  }
  ~FileSizeLimit() {
    if (lowered_) setrlimit(RLIMIT_FSIZE, &before_);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;

 private:
  rlimit before_{};
  bool lowered_ = false;
};

class SpawnSetup {  // posix_spawn's two C objects
 public:
  SpawnSetup() {
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    sigset_t defaults;
    sigemptyset(&defaults);
    sigaddset(&defaults, SIGPIPE);  // ignored here, but programs want to end by it
    posix_spawnattr_setsigdefault(&attributes, &defaults);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
  }
  ~SpawnSetup() {
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
  }
  SpawnSetup(const SpawnSetup&) = delete;
  SpawnSetup& operator=(const SpawnSetup&) = delete;
  void connect(const Descriptor& descriptor, int stream) {
    if (descriptor.get() >= 0) posix_spawn_file_actions_adddup2(&actions, descriptor.get(), stream);
  }
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
};

// Ends the child when it is given up, so that none is left behind.
class Child {
 public:
  Child(const ChildProgram& program, const SpawnSetup& setup)
      : program_(program), shown_(escaped(program.words.front(), 1024)) {
    std::vector<std::string> words = program.words;
    std::vector<std::string> variables = environment_with(program.variables);
    const FileSizeLimit limit(program.max_file_bytes);
    const int failed = posix_spawnp(&id_, words.front().c_str(), &setup.actions, &setup.attributes,
                                    pointers_to(words).data(), pointers_to(variables).data());
    if (failed == 0) return;
    id_ = 0;
    throw other("cannot run the program '{}': {}", shown_, std::strerror(failed))
        .with_hint(program.hint_when_absent);
  }
  ~Child() {
    if (id_ == 0) return;
    kill(id_, SIGKILL);
    while (waitpid(id_, nullptr, 0) < 0 && errno == EINTR) continue;
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  // One that has closed its stdout has not ended yet, and need not.
  int wait(const Until& until) {
    constexpr int pause_ms = 5;
    int status = 0;
    for (pid_t ended = 0; ended != id_;) {
      ended = waitpid(id_, &status, until ? WNOHANG : 0);
      if (ended < 0 && errno != EINTR) throw cannot("wait for");
      if (ended != 0) continue;
      if (Clock::now() >= *until) throw no_answer();
      poll(nullptr, 0, pause_ms);
    }
    id_ = 0;
    if (!WIFEXITED(status)) throw other("the program '{}' was ended by signal {}", shown_, WTERMSIG(status));
    return WEXITSTATUS(status);
  }
  Error no_answer() const {
    return other("the program '{}' gave no answer within {} seconds", shown_, program_.patience->count());
  }
  Error cannot(const char* doing) const {
    return other("cannot {} the program '{}': {}", doing, shown_, std::strerror(errno));
  }
  Error says_too_much() const {
    return limit("the program '{}' says more than {} bytes", shown_, program_.max_output_bytes);
  }

 private:
  const ChildProgram& program_;
  std::string shown_;
  pid_t id_ = 0;
};

// Writes what the pipe takes now. A program that does not want to read it all is free to.
void write_some(Descriptor& to, ByteView& input) {
  const ssize_t count = input.empty() ? 0 : write(to.get(), input.data(), input.size());
  if (count > 0) input.remove_prefix(static_cast<std::size_t>(count));
  const bool later = count < 0 && (errno == EINTR || errno == EAGAIN);
  if (input.empty() || (count < 0 && !later)) to.reset();
}

// Our ends of its streams; a closed one is -1, and poll leaves it out.
struct Streams {
  Descriptor to_stdin, from_stdout, from_stderr;
};

class Conversation {
 public:
  Conversation(const ChildProgram& program, const Child& child, Streams streams)
      : program_(program), child_(child), streams_(std::move(streams)) {}

  // Until it has closed its streams.
  ChildRun hold(const Until& until) {
    ByteView input = program_.input ? ByteView(*program_.input) : ByteView();
    while (streams_.from_stdout.get() >= 0 || streams_.from_stderr.get() >= 0) {
      pollfd ends[] = {{streams_.from_stdout.get(), POLLIN, 0},
                       {streams_.from_stderr.get(), POLLIN, 0},
                       {streams_.to_stdin.get(), POLLOUT, 0}};
      if (!is_ready(ends, until)) continue;
      if (ends[2].revents != 0) write_some(streams_.to_stdin, input);
      if (ends[1].revents != 0) keep(read_some(streams_.from_stderr), run_.talk);
      if (ends[0].revents == 0) continue;
      const Bytes said = read_some(streams_.from_stdout);
      keep(said, run_.output);
      if (program_.on_stderr == ChildProgram::Stderr::kept) keep(said, run_.talk);
    }
    return std::move(run_);
  }

 private:
  // False: interrupted, ask again.
  bool is_ready(std::span<pollfd> ends, const Until& until) const {
    int timeout = -1;
    if (until) {
      const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(*until - Clock::now());
      if (left.count() <= 0) throw child_.no_answer();
      timeout = static_cast<int>(left.count());
    }
    const int ready = poll(ends.data(), ends.size(), timeout);
    if (ready == 0) throw child_.no_answer();
    if (ready < 0 && errno != EINTR) throw child_.cannot("wait for");
    return ready > 0;
  }

  Bytes read_some(Descriptor& from) const {
    char buffer[4096];
    const ssize_t count = read(from.get(), buffer, sizeof buffer);
    if (count < 0 && errno != EINTR) throw child_.cannot("read from");
    if (count == 0) from.reset();
    return count > 0 ? Bytes(buffer, static_cast<std::size_t>(count)) : Bytes();
  }

  void keep(const Bytes& said, Bytes& text) const {
    text += said;
    if (text.size() <= program_.max_output_bytes) return;
    if (program_.too_much == ChildProgram::TooMuch::is_refused) throw child_.says_too_much();
    text.resize(program_.max_output_bytes);
  }

  const ChildProgram& program_;
  const Child& child_;
  Streams streams_;
  ChildRun run_{};
};

}  // namespace

ChildRun run_child(const ChildProgram& program) {
  const Until until = program.patience ? Until(Clock::now() + *program.patience) : std::nullopt;
  Pipe input, output = make_pipe(), talk;
  if (program.input) input = make_pipe();
  if (program.on_stderr == ChildProgram::Stderr::kept) talk = make_pipe();
  if (program.input) fcntl(input.writing.get(), F_SETFL, O_NONBLOCK);
  SpawnSetup setup;
  setup.connect(input.reading, STDIN_FILENO);
  setup.connect(output.writing, STDOUT_FILENO);
  setup.connect(talk.writing, STDERR_FILENO);
  Child child(program, setup);
  for (Descriptor* its_end : {&input.reading, &output.writing, &talk.writing}) its_end->reset();
  Streams ours{std::move(input.writing), std::move(output.reading), std::move(talk.reading)};
  ChildRun run = Conversation(program, child, std::move(ours)).hold(until);
  run.exit_code = child.wait(until);
  return run;
}

}  // namespace tuf
