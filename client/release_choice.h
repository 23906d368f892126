#pragma once
// The choice of one release of a project: the latest, a version by its name, the highest of a range. With
// helpful words when there is none.

#include "client/project_view.h"
#include "libtufcore/version_range.h"

namespace tuf {

// Throws not_found and names what there is; warns when the release is yanked (then it was asked for by its
// name), says when `latest` had only pre-releases to choose from.
const Release& choose_release(const ProjectView& view, const WantedProduct& wanted,
                              const VersionRequest& request, Output& out);
// The same without a choice: every release that the request would take, newest first. Yanked ones too when
// `yanked` is include or the request is their name. Throws not_found when there is none.
enum class Yanked { leave_out, include };
std::vector<const Release*> matching_releases(const ProjectView& view, const WantedProduct& wanted,
                                              const std::optional<VersionRequest>& request, Yanked yanked,
                                              Output& out);
// Throws not_found when the project has no releases at all, or none of this product.
void require_product(const ProjectView& view, const WantedProduct& wanted);
void require_project(const ProjectView& view, const ProjectName& project);
bool is_blocked(const ProjectView& view);  // by the administrators: nothing of the project is to be had

// Leaves the files that are for `platform` or for all; none: every file. Throws not_found when the release has files for
// platforms, but none for this one.
void choose_platform(Release& release, const std::optional<Platform>& platform);

// The administrators' role, or the online one, is where the search found the project.
bool is_promoted(const Release& release);
void require_claimed(const Release& release);  // throws refused where it is the online one

// "reason" or "no reason given", fit for a terminal; the release is yanked.
std::string yanked_because(const Release& release);
void warn_if_yanked(const Release& release, Output& out);
// "  latest  pre-release  yanked: reason", as far as they are true.
std::string marks_of(const Release& release, bool is_latest);

}  // namespace tuf
