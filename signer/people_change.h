#pragma once
// A change of who signs for a project, from what the commands ask for: the list in words, with the releases
// signed again where they need it, and the files that it makes.

#include "signer/commit_change.h"

namespace tuf {

// In the order in which they came.
std::vector<KeyHolder> members_after(const std::vector<KeyHolder>& members, const std::vector<KeyHolder>& added,
                                     const std::vector<KeyHolder>& removed);

struct PeopleChange {
  ProjectName project;
  std::vector<KeyHolder> add_maintainers = {}, remove_maintainers = {};
  std::vector<KeyHolder> add_owners = {}, remove_owners = {};
  std::optional<std::uint32_t> release_threshold = {}, owner_threshold = {}, reference_threshold = {};
  bool touches_owners() const { return !add_owners.empty() || !remove_owners.empty() || owner_threshold; }
};

// The project's people as the accepted base has them. Throws not_found.
const RoleFile& owners_of_project(const RepositoryState& base, const ProjectName& project);
const RoleFile& releases_of_project(const RepositoryState& base, const ProjectName& project);

// Throws usage where the rest is none (threshold above the number of keys, nobody left, nothing changed).
PlannedChange plan_people(std::string title, const RepositoryState& base, const PeopleChange& change,
                          UtcTime now);

// --threshold N
std::optional<std::uint32_t> threshold_option(const Arguments& arguments);
std::uint32_t threshold_of_user(const std::string& number);  // throws usage
OptionSpec threshold_option_spec(std::string help);

}  // namespace tuf
