#include "signer/remote.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>

#include "libtufcore/io/descriptor.h"
#include "signer/departures.h"

extern char** environ;

namespace tuf {
namespace {

class SpawnSetup {  // posix_spawn's two C objects
 public:
  SpawnSetup() {
    posix_spawn_file_actions_init(&actions_);
    posix_spawnattr_init(&attributes_);
    sigset_t defaults;
    sigemptyset(&defaults);
    sigaddset(&defaults, SIGPIPE);  // ignored here, but git wants to end by it
    posix_spawnattr_setsigdefault(&attributes_, &defaults);
    posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGDEF);
  }
  ~SpawnSetup() {
    posix_spawn_file_actions_destroy(&actions_);
    posix_spawnattr_destroy(&attributes_);
  }
  SpawnSetup(const SpawnSetup&) = delete;
  SpawnSetup& operator=(const SpawnSetup&) = delete;
  void output_to(int descriptor, int stream) {
    posix_spawn_file_actions_adddup2(&actions_, descriptor, stream);
  }
  const posix_spawn_file_actions_t* actions() const { return &actions_; }
  const posix_spawnattr_t* attributes() const { return &attributes_; }

 private:
  posix_spawn_file_actions_t actions_;
  posix_spawnattr_t attributes_;
};

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

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

std::vector<std::string> environment_in_english() {
  std::vector<std::string> variables{"LC_ALL=C", "GIT_NO_REPLACE_OBJECTS=1"};
  for (char** variable = environ; *variable != nullptr; ++variable) {
    const std::string_view text = *variable;
    // PG_: passphrases and keys are for us alone.
    if (!text.starts_with("LC_ALL=") && !text.starts_with("LANGUAGE=") && !text.starts_with("PG_")) variables.emplace_back(text);
  }
  return variables;
}

struct Pipe {
  Descriptor from_git, to_us;
  Pipe() {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) throw other("cannot make a pipe: {}", std::strerror(errno));
    from_git.reset(ends[0]);
    to_us.reset(ends[1]);
  }
};

// False at the end.
bool read_some(int descriptor, std::size_t max_bytes, std::initializer_list<std::string*> texts) {
  char buffer[4096];
  const ssize_t count = read(descriptor, buffer, sizeof buffer);
  if (count < 0 && errno == EINTR) return true;
  if (count <= 0) return false;
  for (std::string* text : texts) {
    if (text->size() < max_bytes) text->append(buffer, static_cast<std::size_t>(count));
  }
  return true;
}

void read_both(const Pipe& answer, const Pipe& talk, std::size_t max_bytes, GitRun& run) {
  pollfd ends[] = {{answer.from_git.get(), POLLIN, 0}, {talk.from_git.get(), POLLIN, 0}};
  while (ends[0].fd >= 0 || ends[1].fd >= 0) {
    if (poll(ends, 2, -1) < 0) {
      if (errno == EINTR) continue;
      throw other("cannot wait for git: {}", std::strerror(errno));
    }
    if (ends[1].revents != 0 && !read_some(ends[1].fd, max_bytes, {&run.output})) ends[1].fd = -1;
    if (ends[0].revents != 0 && !read_some(ends[0].fd, max_bytes, {&run.output, &run.answer}))
      ends[0].fd = -1;
  }
}

int wait_for(pid_t child) {
  int status = 0;
  while (waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) throw other("cannot wait for git: {}", std::strerror(errno));
  }
  if (!WIFEXITED(status)) throw other("git was ended by signal {}", WTERMSIG(status));
  return WEXITSTATUS(status);
}

// The line of git that tells a person most: the first "fatal:" or "error:" or "! [rejected]", else the last
// one.
std::string reason_in(const std::string& output) {
  std::string last;
  for (std::size_t at = 0; at < output.size();) {
    const std::size_t end = std::min(output.find('\n', at), output.size());
    const std::string line = output.substr(at, end - at);
    at = end + 1;
    if (line.starts_with("fatal:") || line.starts_with("error:")) return escaped(line);
    if (!line.empty() && !line.starts_with("hint:") && line != "Done") last = line;
  }
  return last.empty() ? "it says nothing" : escaped(last);
}

// "! refs/heads/main [remote rejected] (protected branch hook declined)": the part in brackets.
std::string refusal_in(const std::string& output) {
  const std::size_t at = output.find("[remote rejected]");
  const std::size_t open = output.find('(', at);
  const std::size_t end = output.find('\n', at);
  if (open == std::string::npos || open > end) return "it does not say why";
  const std::string text = output.substr(open + 1, end - open - 1);
  return escaped(text.substr(0, text.rfind(')')));
}

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

Pushed pushed(const GitRun& run, const std::string& remote) {
  using How = Pushed::How;
  if (run.exit_code == 0) return {How::pushed, {}};
  for (const char* words : {"(fetch first)", "(non-fast-forward)", "cannot lock ref", "(stale info)",
                            "(failed to update ref)", "(incorrect old value provided)"}) {
    if (has(run.output, words)) return {How::others_were_first, {}};
  }
  if (has(run.output, "[remote rejected]")) return {How::refused_there, refusal_in(run.output)};
  throw network("git could not push to {}: {}", escaped(remote), run.reason())
      .with_hint(
          "nothing was pushed; 'git push --dry-run' by hand shows all that git says; then 'pgsign push' "
          "again");
}

// Signatures leave with it, whatever the other side says about that afterwards: it can word its refusal as git
// words its own. That others were first is therefore found out by a trial, which sends nothing.
Pushed push_with(const GitRepository& git, const std::optional<CommitId>& commit, const std::string& remote,
                 const std::string& branch, const std::vector<std::string>& options,
                 const std::string& refspec) {
  const auto push = [&](std::vector<std::string> words) {
    words.insert(words.end(), options.begin(), options.end());
    words.insert(words.end(), {"--", remote, refspec});
    return run_git(folder_of(git), words);
  };
  const Departure departure(git, commit, remote + " " + branch);
  if (departure.carries_signatures()) {
    const GitRun trial = push({"push", "--porcelain", "--dry-run"});
    if (trial.exit_code != 0) return pushed(trial, remote);
    departure.begins();
  }
  return pushed(push({"push", "--porcelain"}), remote);
}

}  // namespace

std::string GitRun::reason() const { return reason_in(output); }

std::filesystem::path folder_of(const GitRepository& git) {
  return git.is_bare() ? git.git_directory() : git.work_directory();
}

std::optional<Remote> find_remote(const GitRepository& git, const std::string& branch) {
  const std::string name = git.config_text("branch." + branch + ".remote").value_or("origin");
  if (!git.config_text("remote." + name + ".url")) return std::nullopt;
  Remote remote{name, "main"};
  if (git.find_commit(remote.tracking())) return remote;
  constexpr std::string_view heads = "refs/heads/";
  std::string own = git.config_text("branch." + branch + ".merge").value_or("refs/heads/" + branch);
  if (own.starts_with(heads)) own = own.substr(heads.size());
  if (!own.starts_with(proposal_prefix)) remote.main_branch = own;
  return remote;
}

std::string url_without_secrets(std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return std::string(url);  // a path, or git@host:path
  const std::size_t start = scheme + 3;
  const std::size_t at = url.substr(0, std::min(url.find('/', start), url.size())).rfind('@');
  if (at == std::string_view::npos || at < start) return std::string(url);
  return std::string(url.substr(0, start)) + std::string(url.substr(at + 1));
}

GitRun run_git(const std::filesystem::path& directory, const std::vector<std::string>& arguments,
               const GitLimits& limits) {
  Pipe answer, talk;
  SpawnSetup setup;
  setup.output_to(answer.to_us.get(), STDOUT_FILENO);
  setup.output_to(talk.to_us.get(), STDERR_FILENO);
  std::vector<std::string> words{"git", "-C", directory.string()};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<std::string> variables = environment_in_english();
  const std::vector<char*> argv = pointers_to(words);
  const std::vector<char*> envp = pointers_to(variables);
  pid_t child = 0;
  const int failed = [&] {
    const FileSizeLimit limit(limits.max_file_bytes);
    return posix_spawnp(&child, "git", setup.actions(), setup.attributes(), argv.data(), envp.data());
  }();
  if (failed != 0) {
    throw other("cannot run the git program: {}", std::strerror(failed))
        .with_hint("install git (apt-get install git)");
  }
  answer.to_us.reset();
  talk.to_us.reset();
  GitRun run{0, {}, {}};
  read_both(answer, talk, limits.max_output_bytes, run);
  run.exit_code = wait_for(child);
  return run;
}

std::vector<std::string> remote_names(const GitRepository& git) {
  const GitRun run = run_git(folder_of(git), {"remote"});
  std::vector<std::string> names;
  for (std::size_t at = 0; run.exit_code == 0 && at < run.answer.size();) {
    const std::size_t end = std::min(run.answer.find('\n', at), run.answer.size());
    if (end > at) names.push_back(run.answer.substr(at, end - at));
    at = end + 1;
  }
  return names;
}

// The commit was judged by its id, so it is pushed by its id.
Pushed push_forward(const GitRepository& git, const CommitId& commit, const std::string& remote,
                    const std::string& branch) {
  return push_with(git, commit, remote, branch, {}, commit + ":refs/heads/" + branch);
}

Pushed push_in_place_of(const GitRepository& git, const std::optional<CommitId>& seen,
                        const std::optional<CommitId>& commit, const std::string& remote,
                        const std::string& branch) {
  const std::string name = "refs/heads/" + branch;
  return push_with(git, commit, remote, branch,
                   {"--force-with-lease=" + name + ":" + seen.value_or("")}, commit.value_or("") + ":" + name);
}

void push(const GitRepository& git, const CommitId& commit, const Remote& remote, const std::string& branch,
          const std::string& when_others_were_first) {
  const Pushed result = push_forward(git, commit, remote.name, branch);
  if (result.how == Pushed::How::pushed) return;
  if (result.how == Pushed::How::others_were_first) {
    throw conflict("others pushed to branch {} of {} first; nothing was pushed", escaped(branch),
                   escaped(remote.name))
        .with_hint(when_others_were_first);
  }
  throw network("{} does not let this into branch {}: {}", escaped(remote.name), escaped(branch),
                result.reason)
      .with_hint("nothing was pushed; ask who runs it");
}

void follow(const GitRepository& git, const Remote& remote, const std::string& branch) {
  const std::string section = "branch." + branch;
  run_git(folder_of(git), {"config", section + ".remote", remote.name});
  run_git(folder_of(git), {"config", section + ".merge", "refs/heads/" + remote.main_branch});
}

}  // namespace tuf
