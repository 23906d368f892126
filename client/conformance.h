#pragma once
// pgclient-conformance: this library as the client under test of the public conformance suite for TUF
// clients. The suite looks at exit codes (0 or 1), requests, the metadata folder and the target folder, so
// this program asks for what the specification says and for nothing else, one file after the other, each
// once; metadata lies flat and as received. It trusts through the same Updater, cache and download as
// pgclient.

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "client/fetcher.h"
#include "libtufcore/names.h"
#include "libtufcore/utc_time.h"

namespace tuf {

struct ConformanceSettings {
  std::filesystem::path metadata_dir;
  std::string metadata_url;
  UtcTime now;
  std::function<void(const std::string&)> warn;
};

// Trust starts at this root file. The folder becomes its user's alone.
void conformance_init(const std::filesystem::path& metadata_dir, const std::filesystem::path& root_file);
void conformance_refresh(const ConformanceSettings& settings, Fetcher& fetcher);
// One refresh, then the targets in order; ends at the first that cannot be had. What is there already is left
// alone.
void conformance_download(const ConformanceSettings& settings, Fetcher& fetcher,
                          const std::vector<std::string>& target_names, const std::string& target_base_url,
                          const std::filesystem::path& target_dir);

// The name of a target in the flat target folder: percent-encoded, not hidden, not too long for a file
// system.
std::string conformance_file_name(const TargetPath& path);

// The whole main(): [OPTIONS] init|refresh|download [ROOT]. Returns 0 or 1.
int run_conformance(int argc, char** argv);

}  // namespace tuf
