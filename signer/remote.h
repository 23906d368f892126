#pragma once
// The other repository that people share, reached by running the git program (the user's credentials, ssh
// settings and hooks work there). Arguments only, never a shell. Nothing that the other side says is trusted:
// it is shown, escaped.

#include <optional>
#include <string>
#include <vector>

#include "libtufcore/error.h"
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

// Its URL without the user name and password that it may hold: what may be kept and, escaped, be shown.
std::string url_of(const GitRepository& git, const Remote& remote);

struct GitRun {
  int exit_code;
  std::string output;          // stdout and stderr together, as they came, capped
  std::string answer;          // stdout alone, capped
  std::string reason() const;  // the line that tells a person most, escaped
};
struct GitLimits {
  std::size_t max_output_bytes = 256u << 10;         // what comes after is not kept
  std::optional<std::uint64_t> max_file_bytes = {};  // of a file that git writes: the bound of a download
};
// Throws other when git cannot be started or is killed. LC_ALL=C, so that its words can be recognised.
GitRun run_git(const std::filesystem::path& directory, const std::vector<std::string>& arguments,
               const GitLimits& limits = {});
std::filesystem::path folder_of(const GitRepository& git);  // where run_git works for it
Error no_remote();  // for commands that need one
std::vector<std::string> remote_names(const GitRepository& git);

// The repository of the current folder. In a partial clone the git program brings what is missing and is read.
GitRepository open_clone();

struct Pushed {
  enum class How { pushed, others_were_first, refused_there } how;
  std::string reason = {};  // refused_there: what the other side says, escaped
  bool was_there = false;   // pushed: the branch is at this commit already
  struct Judgement {
    std::string reason, hint;
  };
  std::optional<Judgement> judgement = {};  // refused_there, by the hook of pgpublish: what it says, escaped
};
// Moves `branch` of `remote` (a name or a URL) to `commit`, never by force: a fast-forward, or nothing.
// Throws network when the other side was not reached. Notes before that which signatures leave
// (departures.h).
Pushed push_forward(const GitRepository& git, const CommitId& commit, const std::string& remote,
                    const std::string& branch);
// Compare and swap: the branch of the remote is `commit` afterwards (gone when empty) if it was `seen` before
// (not there when empty).
Pushed push_in_place_of(const GitRepository& git, const std::optional<CommitId>& seen,
                        const std::optional<CommitId>& commit, const std::string& remote,
                        const std::string& branch);

// For commands that go no further then: throws conflict (with the hint `when_others_were_first`) when it was no
// fast-forward, what refused_there() makes when the other side refused.
void require_pushed(const Pushed& pushed, const std::string& remote, const std::string& branch,
                    const std::string& when_others_were_first);
// Why the other side did not take it: refused with what pgpublish's hook says, else network.
Error refused_there(const Pushed& pushed, const std::string& remote, const std::string& branch);
// The branch follows the main branch of the remote from now on, for 'git pull' and 'git status'; also before
// that exists.
void follow(const GitRepository& git, const Remote& remote, const std::string& branch);

}  // namespace tuf
