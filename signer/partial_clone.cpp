// Partial clones: the git program brings what is missing, as it would for its own commands, but many files at
// once.
#include "libtufcore/error.h"
#include "signer/remote.h"

namespace tuf {
namespace {

constexpr std::size_t ids_at_once = 1'000;  // they are words of a command line

void fetch_objects(const std::filesystem::path& folder, const std::string& remote,
                   const std::vector<std::string>& ids) {
  for (std::size_t start = 0; start < ids.size(); start += ids_at_once) {
    std::vector<std::string> words{"-c",
                                   "fetch.negotiationAlgorithm=noop",
                                   "fetch",
                                   "--quiet",
                                   "--no-tags",
                                   "--no-write-fetch-head",
                                   "--no-recurse-submodules",
                                   "--no-auto-maintenance",
                                   "--filter=blob:none",
                                   "--",
                                   remote};
    const std::size_t end = std::min(start + ids_at_once, ids.size());
    words.insert(words.end(), ids.begin() + static_cast<std::ptrdiff_t>(start),
                 ids.begin() + static_cast<std::ptrdiff_t>(end));
    const GitRun run = run_git(folder, words);
    if (run.exit_code == 0) continue;
    throw network("git could not bring {} missing file{} from {}: {}", ids.size(), ids.size() == 1 ? "" : "s",
                  escaped(remote), run.reason())
        .with_hint(
            "this is a partial clone: it needs its remote; 'git fetch --refetch --no-filter' makes it whole");
  }
}

}  // namespace

GitRepository open_clone() {
  GitRepository git = GitRepository::open(std::filesystem::current_path());
  if (const std::optional<std::string> remote = git.promisor_remote()) {
    git.set_supplier([folder = folder_of(git), remote = *remote](const std::vector<std::string>& ids) {
      fetch_objects(folder, remote, ids);
    });
  }
  return git;
}

}  // namespace tuf
