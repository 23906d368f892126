#pragma once
// What a repository says about one project right now: its releases, proved through the whole chain of
// delegations, and who signs them.

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "client/download.h"
#include "client/repository_config.h"
#include "client/updater.h"
#include "libtufcore/blocked.h"
#include "libtufcore/io/command_line.h"
#include "libtufcore/release.h"

namespace tuf {

// "abc" is product abc of project abc, "abc/cli" its product cli.
struct WantedProduct {
  ProjectName project;
  ProductName product;
  static WantedProduct from_user(const std::string& text);
  std::string text() const;  // as a person types it
  auto operator<=>(const WantedProduct&) const = default;
};

struct Signers {
  RoleKeys keys;
  Json::Object names;  // x-pg-names of the delegating role
};

struct ProjectView {
  std::vector<Release> releases;
  RemovedReleases removed;              // as the project's own role states them
  std::vector<Block> blocks;            // by the administrators, of this project and parts of it
  std::map<RoleName, Signers> signers;  // of every role that was asked
  std::vector<std::string> neighbours;  // names of projects in the roles that were asked
  TargetNaming naming = TargetNaming::with_digest;
  std::vector<std::size_t> mirrors;  // of RepositoryConfig::targets_urls(), in the order in which to ask them
  std::uint64_t root_version = 0;    // of the trusted root
  std::string repository_name;       // as that root states it; empty when it does not
};

// nobody: --offline. What the last refresh left is used, and the user is told how old that is.
enum class Ask { server, nobody };
Ask asked_of(const Arguments& arguments);

// Refreshes, then searches. Holds the cache's lock only for that time.
ProjectView look_up_project(const RepositoryConfig& repository, Fetcher& fetcher, const ProjectName& project,
                            UtcTime now, Output& out, Ask ask = Ask::server);
// The same for several in one refresh.
using ProjectViews = std::map<ProjectName, ProjectView>;
ProjectViews look_up_projects(const RepositoryConfig& repository, Fetcher& fetcher,
                              const std::set<ProjectName>& projects, UtcTime now, Output& out,
                              Ask ask = Ask::server);

// Refreshes, then lets `question` look at what it wants to know of the `needed` (empty: of everything), under
// the cache's lock.
void ask_repository(const RepositoryConfig& repository, Fetcher& fetcher, UtcTime now, Output& out, Ask ask,
                    NeededEntries needed, const std::function<void(Updater&, const TopLevel&)>& question);
ProjectView view_of(Updater& updater, const TopLevel& top, const ProjectName& project);

// "abc 1.0.0" or "abc/cli 1.0.0"
std::string release_title(const Release& release);
Json file_facts(const ReleaseFile& file);  // name, path, length, sha256, ...

}  // namespace tuf
