#include "signer/remote.h"

#include <algorithm>

#include "libtufcore/io/child_process.h"
#include "signer/departures.h"

namespace tuf {
namespace {

constexpr std::size_t max_remote_lines = 8, max_remote_line_bytes = 1000;

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

// What programs on the other side wrote: "remote: GH006: Protected branch update failed".
std::vector<std::string> remote_lines(const std::string& output) {
  constexpr std::string_view start = "remote: ";
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < output.size() && lines.size() < max_remote_lines;) {
    const std::size_t end = std::min(output.find('\n', at), output.size());
    std::string line = output.substr(at, end - at);
    at = end + 1;
    line.erase(line.find_last_not_of(" \r") + 1);  // git pads them
    if (line.starts_with(start) && line.size() > start.size())
      lines.push_back(escaped(line.substr(start.size()), max_remote_line_bytes));
  }
  return lines;
}

Pushed not_taken(const std::string& output) {
  constexpr std::string_view error = "pgpublish: error: ", hint = "pgpublish: hint: ";
  Pushed result{Pushed::How::refused_there, refusal_in(output)};
  std::string lines;
  for (const std::string& line : remote_lines(output)) {
    lines += (lines.empty() ? "" : "; ") + line;
    if (line.starts_with(error) && !result.judgement) result.judgement = {{line.substr(error.size()), ""}};
    if (line.starts_with(hint) && result.judgement) result.judgement->hint = line.substr(hint.size());
  }
  if (!lines.empty()) result.reason += ": " + lines;
  return result;
}

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

Pushed pushed(const GitRun& run, const std::string& remote) {
  using How = Pushed::How;
  if (run.exit_code == 0) return {How::pushed, {}, run.answer.starts_with("=\t") || has(run.answer, "\n=\t")};
  for (const char* words : {"(fetch first)", "(non-fast-forward)", "cannot lock ref", "(stale info)",
                            "(failed to update ref)", "(incorrect old value provided)"}) {
    if (has(run.output, words)) return {How::others_were_first};
  }
  if (has(run.output, "[remote rejected]")) return not_taken(run.output);
  throw network("git could not push to {}: {}", escaped(remote), run.reason())
      .with_hint(
          "nothing was pushed; 'git push --dry-run' by hand shows all that git says; then 'pgsign push' "
          "again");
}

// Signatures leave with it, whatever the other side says about that afterwards: it can word its refusal as
// git words its own. That others were first is therefore found out by a trial, which sends nothing.
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
    const Pushed tried = pushed(trial, remote);
    if (tried.how != Pushed::How::pushed || tried.was_there) return tried;
    departure.begins();
  }
  return pushed(push({"push", "--porcelain"}), remote);
}

std::string without_secrets(std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return std::string(url);  // a path, or git@host:path
  const std::size_t start = scheme + 3;
  const std::size_t at = url.substr(0, std::min(url.find('/', start), url.size())).rfind('@');
  if (at == std::string_view::npos || at < start) return std::string(url);
  return std::string(url.substr(0, start)) + std::string(url.substr(at + 1));
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

std::string url_of(const GitRepository& git, const Remote& remote) {
  return without_secrets(git.config_text("remote." + remote.name + ".url").value_or(""));
}

GitRun run_git(const std::filesystem::path& directory, const std::vector<std::string>& arguments,
               const GitLimits& limits) {
  ChildProgram git{.words = {"git", "-C", directory.string()},
                   .variables = {"LC_ALL=C", "LANGUAGE=", "GIT_NO_REPLACE_OBJECTS=1"},
                   .on_stderr = ChildProgram::Stderr::kept,
                   .max_output_bytes = limits.max_output_bytes,
                   .too_much = ChildProgram::TooMuch::is_dropped,
                   .patience = std::nullopt,
                   .max_file_bytes = limits.max_file_bytes,
                   .hint_when_absent = "install git (apt-get install git)"};
  git.words.insert(git.words.end(), arguments.begin(), arguments.end());
  ChildRun run = run_child(git);
  return {run.exit_code, std::move(run.talk), std::move(run.output)};
}

Error no_remote() {
  return usage("this repository knows no other to push to").with_hint("git remote add origin URL");
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
  return push_with(git, commit, remote, branch, {"--force-with-lease=" + name + ":" + seen.value_or("")},
                   commit.value_or("") + ":" + name);
}

Error refused_there(const Pushed& pushed, const std::string& remote, const std::string& branch) {
  if (!pushed.judgement)
    return network("{} does not let this into branch {}: {}", escaped(remote), escaped(branch), pushed.reason)
        .with_hint("nothing was pushed; ask who runs it");
  const std::string& hint = pushed.judgement->hint;
  return refused("{} does not let this into branch {}, as its pgpublish says: {}", escaped(remote), escaped(branch),
                 pushed.judgement->reason)
      .with_hint("nothing was pushed" + (hint.empty() ? "" : "; " + hint));
}

void require_pushed(const Pushed& pushed, const std::string& remote, const std::string& branch,
                    const std::string& when_others_were_first) {
  if (pushed.how == Pushed::How::pushed) return;
  if (pushed.how == Pushed::How::refused_there) throw refused_there(pushed, remote, branch);
  throw conflict("others pushed to branch {} of {} first; nothing was pushed", escaped(branch), escaped(remote))
      .with_hint(when_others_were_first);
}

void follow(const GitRepository& git, const Remote& remote, const std::string& branch) {
  const std::string section = "branch." + branch;
  run_git(folder_of(git), {"config", section + ".remote", remote.name});
  run_git(folder_of(git), {"config", section + ".merge", "refs/heads/" + remote.main_branch});
}

}  // namespace tuf
