#pragma once
// The other repository that people share, reached by running the git program (the user's credentials, ssh
// settings and hooks work there). Arguments only, never a shell. Nothing that the other side says is trusted:
// it is shown, escaped.

#include <optional>
#include <string>
#include <vector>

#include "libtufcore/git/git_repository.h"

namespace tuf {

struct Remote {
  std::string name;         // "origin"
  std::string main_branch;  // "main"
  std::string tracking() const {
    return "refs/remotes/" + name + "/" + main_branch;
  }  // what we last saw of it
};

inline constexpr std::string_view proposal_prefix = "sign/";

// The upstream's remote of `branch`, else origin; empty when there is none.
std::optional<Remote> find_remote(const GitRepository& git, const std::string& branch);

struct GitRun {
  int exit_code;
  std::string output;  // stdout and stderr together, as they came, capped
};
// Throws other when git cannot be started or is killed. LC_ALL=C, so that its words can be recognised.
GitRun run_git(const std::filesystem::path& directory, const std::vector<std::string>& arguments);

// Moves `branch` of the remote to `commit`, never by force. Throws conflict (with the hint
// `when_others_were_first`) when that is no fast-forward, network for every other failure.
void push(const GitRepository& git, const CommitId& commit, const Remote& remote, const std::string& branch,
          const std::string& when_others_were_first);
// The branch follows the main branch of the remote from now on, for 'git pull' and 'git status'; also before
// that exists.
void follow(const GitRepository& git, const Remote& remote, const std::string& branch);

}  // namespace tuf
