#pragma once
// The configuration of a content repository: admin/config/repository.json, signed as a target of role targets. A closed
// list of settings, each with its bounds; a setting that has its default is not written.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "libtufcore/json.h"

namespace tuf {

struct Configuration {
  std::string name;                        // the repository's name; the root states it, so it never changes
  std::uint64_t max_file_bytes = 100u << 20;
  std::map<std::string, int> expiry_days;  // root, targets, blocked, claimed, project, new, snapshot, timestamp
  bool commit_signatures_required = false;   // by a key that may touch what the commit touches
  std::uint64_t new_names_per_day = 0;       // new projects; 0: as many as come
  std::uint64_t shard_bytes = 250'000;       // of a list of names: from then on `new` is split, and `claimed` should be
  int transfer_days = 30;                    // between announcing a transfer of a project and doing it
  int expiry_days_of(std::string_view kind) const;   // the default of DESIGN section 2 when not set
};

Json to_json(const Configuration& configuration);
Bytes configuration_file(const Configuration& configuration);     // its one spelling
Configuration parse_configuration(ByteView file, std::string_view what);
bool is_repository_name(std::string_view text);   // at most 64 of [0-9A-Za-z._+~-], not starting with '.', '-' or '~'

// A setting as people name it: "max_file_bytes", "expiry_days.timestamp".
struct Setting {
  std::string key;
  std::string values;                      // what it may be: "1 to 36500"
  std::string meaning;
};
const std::vector<Setting>& settings();    // all there are
// Both throw usage, with the list, for a key that is none; set_setting for a value out of bounds, too.
std::string setting_of(const Configuration& configuration, std::string_view key);
void set_setting(Configuration& configuration, std::string_view key, std::string_view value);

}  // namespace tuf
