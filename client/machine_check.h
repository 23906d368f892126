#pragma once
// What a repository's files on this machine, and the machine itself, look like. Nothing is changed.

#include <filesystem>
#include <string>
#include <vector>

#include "client/finding.h"
#include "client/http_options.h"
#include "client/metadata_cache.h"
#include "client/repository_config.h"

namespace tuf {

// "pgclient 0.1.0", "libcurl/7.88.1 ...", ...: this program and what it is linked with.
std::vector<std::string> program_versions();

void check_folders(Findings& findings);
// Who vouches for https servers.
void check_authorities(const HttpOptions& options, Findings& findings);
// The proxy for one URL; nothing is said about file URLs.
void check_proxy(const std::string& url, const HttpOptions& options, Findings& findings);

// Folders of set-ups and removals that did not come to their end.
void check_left_over_folders(Findings& findings);
// Permissions and strange, damaged and left-over files of one repository's folder.
void check_files(const std::filesystem::path& folder, Findings& findings);
// What is trusted, until when. `servers_are_asked`: what is renewed every few days may be out of date here.
void check_trusted(const MetadataCache& cache, const Root& root, bool servers_are_asked, UtcTime now,
                   Findings& findings);

}  // namespace tuf
