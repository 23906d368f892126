#include "libtufcore/io/child_process.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>

#include <cerrno>
#include <csignal>
#include <cstring>

#include "libtufcore/error.h"
#include "libtufcore/io/descriptor.h"

extern char** environ;

namespace tuf {
namespace {

using Clock = std::chrono::steady_clock;

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

Error no_answer(const std::string& shown, std::chrono::seconds patience) {
  return other("the program '{}' gave no answer within {} seconds", shown, patience.count());
}

// Ends the child when it is given up, so that none is left behind.
class Child {
 public:
  Child(const ChildProgram& program, const Descriptor& input, const Descriptor& output)
      : shown_(escaped(program.words.front(), 1024)) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    sigset_t defaults;
    sigemptyset(&defaults);
    sigaddset(&defaults, SIGPIPE);  // ignored here, but programs want to end by it
    posix_spawnattr_setsigdefault(&attributes, &defaults);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
    posix_spawn_file_actions_adddup2(&actions, input.get(), STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, output.get(), STDOUT_FILENO);
    std::vector<std::string> words = program.words;
    std::vector<std::string> variables = environment_of_children();
    const int failed = posix_spawnp(&id_, words.front().c_str(), &actions, &attributes,
                                    pointers_to(words).data(), pointers_to(variables).data());
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    if (failed == 0) return;
    id_ = 0;
    throw other("cannot run the program '{}': {}", shown_, std::strerror(failed));
  }
  ~Child() {
    if (id_ == 0) return;
    kill(id_, SIGKILL);
    while (waitpid(id_, nullptr, 0) < 0 && errno == EINTR) continue;
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  // One that has closed its stdout has not ended yet, and need not.
  int wait(Clock::time_point until, std::chrono::seconds patience) {
    constexpr int pause_ms = 5;
    int status = 0;
    for (pid_t ended = 0; ended != id_;) {
      ended = waitpid(id_, &status, WNOHANG);
      if (ended < 0 && errno != EINTR)
        throw other("cannot wait for the program '{}': {}", shown_, std::strerror(errno));
      if (ended != 0) continue;
      if (Clock::now() >= until) throw no_answer(shown_, patience);
      poll(nullptr, 0, pause_ms);
    }
    id_ = 0;
    if (!WIFEXITED(status)) throw other("the program '{}' was ended by signal {}", shown_, WTERMSIG(status));
    return WEXITSTATUS(status);
  }
  const std::string& shown() const noexcept { return shown_; }

 private:
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

Bytes talk(Descriptor to, const Descriptor& from, const ChildProgram& program, const std::string& shown,
           Clock::time_point until) {
  ByteView input = program.input;
  Bytes output;
  char buffer[4096];
  while (true) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - Clock::now());
    pollfd ends[] = {{from.get(), POLLIN, 0}, {to.get(), POLLOUT, 0}};  // a closed one is -1, and is left out
    const int ready = left.count() > 0 ? poll(ends, 2, static_cast<int>(left.count())) : 0;
    if (ready == 0) throw no_answer(shown, program.patience);
    if (ready < 0 && errno == EINTR) continue;
    if (ready < 0) throw other("cannot wait for the program '{}': {}", shown, std::strerror(errno));
    if (ends[1].revents != 0) write_some(to, input);
    if (ends[0].revents == 0) continue;
    const ssize_t count = read(from.get(), buffer, sizeof buffer);
    if (count == 0) return output;
    if (count < 0 && errno != EINTR)
      throw other("cannot read from the program '{}': {}", shown, std::strerror(errno));
    if (count > 0) output.append(buffer, static_cast<std::size_t>(count));
    if (output.size() > program.max_output_bytes) {
      throw limit("the program '{}' says more than {} bytes", shown, program.max_output_bytes);
    }
  }
}

}  // namespace

ChildRun run_child(const ChildProgram& program) {
  const Clock::time_point until = Clock::now() + program.patience;
  Pipe input = make_pipe();
  Pipe output = make_pipe();
  fcntl(input.writing.get(), F_SETFL, O_NONBLOCK);
  Child child(program, input.reading, output.writing);
  input.reading.reset();
  output.writing.reset();
  Bytes said = talk(std::move(input.writing), output.reading, program, child.shown(), until);
  return {child.wait(until, program.patience), std::move(said)};
}

std::vector<std::string> environment_of_children() {
  std::vector<std::string> variables;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    if (!std::string_view(*variable).starts_with("PG_")) variables.emplace_back(*variable);
  }
  return variables;
}

}  // namespace tuf
