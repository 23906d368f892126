#include "libtufcore/git/git_handle.h"

namespace tuf {

void check_git(int return_code, std::string_view doing) {
  if (return_code >= 0) return;
  const git_error* last = git_error_last();
  const std::string_view reason = last != nullptr ? last->message : "unknown reason";
  if (return_code == GIT_EOWNER || reason.find("safe.directory") != std::string_view::npos) {
    throw local_io("{}: the repository belongs to another user", doing)
        .with_hint("if you trust it, run 'git config --global --add safe.directory <its path>'");
  }
  if (return_code == GIT_ELOCKED || reason.find("failed to lock file") != std::string_view::npos) {
    throw conflict("{}: {}", doing, reason)
        .with_hint(
            "if no git program works in this repository any more, one was killed at it: remove that file");
  }
  throw local_io("{}: {}", doing, reason);
}

}  // namespace tuf
