#pragma once
// What a repository says about one project right now: its releases, proved through the whole chain of
// delegations, and who signs them. And the choice of one release among them, with helpful words when there is
// none.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "client/download.h"
#include "client/repository_config.h"
#include "client/updater.h"
#include "libtufcore/io/command_line.h"
#include "libtufcore/release.h"

namespace tuf {

// "abc" is product abc of project abc, "abc/cli" its product cli.
struct WantedProduct {
  ProjectName project;
  ProductName product;
  static WantedProduct from_user(const std::string& text);
  std::string text() const;  // as a person types it
};

struct Signers {
  RoleKeys keys;
  Json::Object names;  // x-pg-names of the delegating role
};

struct ProjectView {
  std::vector<Release> releases;
  std::map<RoleName, Signers> signers;  // of every role that was asked
  std::vector<std::string> neighbours;  // names of projects in the roles that were asked
  TargetNaming naming = TargetNaming::with_digest;
  std::vector<std::size_t> mirrors;  // of RepositoryConfig::targets_urls(), in the order in which to ask them
};

// Refreshes, then searches. Holds the cache's lock only for that time.
ProjectView look_up_project(const RepositoryConfig& repository, Fetcher& fetcher, const ProjectName& project,
                            UtcTime now, Output& out);

// `version` is what the person typed; none or "latest" is the latest. Throws not_found and names what there
// is; warns when the release is yanked, says when `latest` had only pre-releases to choose from.
const Release& choose_release(const ProjectView& view, const WantedProduct& wanted,
                              const std::optional<std::string>& version, Output& out);
// Throws not_found when the project has no releases at all.
void require_project(const ProjectView& view, const ProjectName& project);

// "abc 1.0.0" or "abc/cli 1.0.0"
std::string release_title(const Release& release);
Json file_facts(const ReleaseFile& file);  // name, path, length, sha256, ...

}  // namespace tuf
