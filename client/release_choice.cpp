#include "client/release_choice.h"

#include <algorithm>
#include <set>

#include "libtufcore/error.h"
#include "libtufcore/io/command_help.h"

namespace tuf {
namespace {

Error with_guess(Error error, const std::string& typed, const std::vector<std::string>& candidates,
                 const std::string& otherwise) {
  const auto guess = did_you_mean(typed, candidates);
  return std::move(error).with_hint(guess ? fmt::format("did you mean '{}'?", *guess) : otherwise);
}

std::vector<const Release*> releases_of_product(const ProjectView& view, const ProductName& product) {
  std::vector<const Release*> releases;
  for (const Release& release : view.releases) {
    if (release.product == product) releases.push_back(&release);
  }
  return releases;
}

std::vector<std::string> versions_of(const ProjectView& view, const ProductName& product) {
  std::vector<std::string> versions;
  for (const Release* release : releases_of_product(view, product))
    versions.push_back(release->version.text() + (release->yanked ? " (yanked)" : ""));
  return versions;
}

std::vector<std::string> products_of(const ProjectView& view) {
  std::vector<std::string> products;
  for (const Release& release : view.releases) {
    if (products.empty() || products.back() != release.product.text())
      products.push_back(release.product.text());
  }
  return products;
}

const Release& latest_release(const ProjectView& view, const WantedProduct& wanted, Output& out) {
  const Latest latest = latest_of(view.releases, wanted.product);
  if (latest.release == nullptr) {
    throw not_found("every version of {} is yanked: {}", wanted.text(),
                    listed(versions_of(view, wanted.product)))
        .with_hint("a yanked version can be had by naming it");
  }
  if (latest.only_prereleases) {
    out.warning(fmt::format("{} has only pre-releases; {} is the highest of them", wanted.text(),
                            latest.release->version.text()));
  }
  return *latest.release;
}

const Release* find_exact(const ProjectView& view, const WantedProduct& wanted,
                          const VersionRequest& request) {
  if (!request.exact()) return nullptr;
  for (const Release* release : releases_of_product(view, wanted.product)) {
    if (release->version == *request.exact()) return release;
  }
  return nullptr;
}

std::vector<const Release*> all_in(const ProjectView& view, const WantedProduct& wanted,
                                   const VersionRange& range, Yanked yanked) {
  std::vector<const Release*> found = releases_of_product(view, wanted.product);
  std::erase_if(found, [&](const Release* release) {
    return !range.has(release->version) || (release->yanked && yanked == Yanked::leave_out);
  });
  return found;
}

// Why nothing is in the range: what is there but not taken by itself, or what comes nearest.
std::string nearest_to(const ProjectView& view, const WantedProduct& wanted, const VersionRange& range) {
  const auto releases = releases_of_product(view, wanted.product);
  const Release* below = nullptr;  // the highest that is not above what was named
  const Release* above = nullptr;  // the lowest that is
  for (const Release* release : releases) {
    if (range.spans(release->version)) {
      return fmt::format("{} is {}; it can be had by naming it", release->version.text(),
                         release->yanked ? "yanked" : "a pre-release");
    }
    if (release->yanked) continue;
    const bool is_above = range.first_named() && release->version.precedence(*range.first_named()) > 0;
    if (is_above)
      above = release;
    else if (below == nullptr)
      below = release;
  }
  const Release* nearest = below != nullptr ? below : above;
  return nearest == nullptr ? "all of them are yanked"
                            : fmt::format("the nearest is {}", nearest->version.text());
}

Error none_in_range(const ProjectView& view, const WantedProduct& wanted, const VersionRange& range) {
  return not_found("{} has no version in '{}'; versions of {}: {}", wanted.text(), range.text(),
                   wanted.text(), listed(versions_of(view, wanted.product)))
      .with_hint(nearest_to(view, wanted, range));
}

Error no_such_version(const ProjectView& view, const WantedProduct& wanted, const Version& exact) {
  Error error = not_found("{} has no version {}; versions of {}: {}", wanted.text(), exact.text(),
                          wanted.text(), listed(versions_of(view, wanted.product)));
  for (const Release* release : releases_of_product(view, wanted.product)) {
    if (release->yanked || release->version.is_prerelease()) continue;
    if (!release->version.text().starts_with(exact.text() + ".")) continue;
    return std::move(error).with_hint(
        fmt::format("'{}.x' means the newest of them, now {}", exact.text(), release->version.text()));
  }
  std::vector<std::string> bare;
  for (const Release* release : releases_of_product(view, wanted.product))
    bare.push_back(release->version.text());
  return with_guess(std::move(error), exact.text(), bare,
                    fmt::format("pgclient versions {} lists what there is", wanted.text()));
}

// It was released once: its people say why it is gone. What they took back for ever is not offered as a guess.
void refuse_removed(const ProjectView& view, const WantedProduct& wanted, const Version& version) {
  const auto removed = view.removed.find(removed_key(wanted.project, wanted.product, version));
  if (removed == view.removed.end()) return;
  const Latest latest = latest_of(view.releases, wanted.product);
  throw not_found("version {} of {} was removed: {}", version.text(), wanted.text(), escaped(removed->second))
      .with_hint(latest.release == nullptr ? "" : fmt::format("the latest version is {}", latest.release->version.text()));
}

Error blocked_error(const std::string& what, const Block* block) {
  const std::string by = fmt::format("{} is blocked by the administrators of this repository", what);
  return not_found("{}{}", by, block == nullptr ? "" : ": " + escaped(block->reason.text()));
}

void refuse_blocked(const ProjectView& view, const WantedProduct& wanted, const std::optional<Version>& version) {
  const Block* block = find_block(view.blocks, {wanted.project, wanted.product, version});
  if (block == nullptr || !block->name.product) return;  // a whole project: require_project says so
  throw blocked_error(block->name.version ? fmt::format("version {} of {}", version->text(), wanted.text())
                                          : fmt::format("product {} of project {}", wanted.product.text(), wanted.project.text()),
                      block)
      .with_hint("do not use what you have of it");
}

}  // namespace

bool is_promoted(const Release& release) {
  const auto& trail = release.files.front().target.trail;
  return std::ranges::any_of(trail, [](const RoleName& role) {
    return role.text() == "claimed" || role.text().starts_with("claimed-");
  });
}

void require_claimed(const Release& release) {
  if (is_promoted(release)) return;
  throw refused("only the online key of the repository vouches for the owners of project {}, no administrator does",
                release.project.text())
      .with_hint("ask the administrators to promote it; without --require-claimed it is fetched all the same");
}

std::string yanked_because(const Release& release) {
  return release.yanked->empty() ? "no reason given" : escaped(*release.yanked);
}

void warn_if_yanked(const Release& release, Output& out) {
  if (release.yanked)
    out.warning(fmt::format("{} is yanked: {}", release_title(release), yanked_because(release)));
}

std::string marks_of(const Release& release, bool is_latest) {
  std::string marks;
  if (is_latest) marks += "  latest";
  if (release.version.is_prerelease()) marks += "  pre-release";
  if (release.yanked) marks += "  yanked: " + yanked_because(release);
  return marks;
}

// The search ends in this role for what the administrators blocked, before any role that would know the
// project.
bool is_blocked(const ProjectView& view) {
  return view.releases.empty() && view.signers.count(RoleName::of("blocked.void")) != 0;
}

void require_project(const ProjectView& view, const ProjectName& project) {
  if (!view.releases.empty()) return;
  if (std::count(view.neighbours.begin(), view.neighbours.end(), project.text()) != 0) {
    if (!view.blocks.empty()) {
      const Block& block = view.blocks.front();
      throw not_found("project {} has nothing to fetch: {} is blocked by the administrators of this repository: {}",
                      project.text(), block.name.text(), escaped(block.reason.text()))
          .with_hint("do not use what you have of it");
    }
    throw not_found("project {} has no releases", project.text())
        .with_hint(view.removed.empty() ? "its maintainers have released nothing yet"
                                        : "its maintainers removed what they had released");
  }
  if (is_blocked(view)) {
    throw blocked_error("project " + project.text(), find_block(view.blocks, {project}))
        .with_hint("do not use what you have of it");
  }
  std::vector<std::string> others = view.neighbours;
  std::sort(others.begin(), others.end());
  others.erase(std::unique(others.begin(), others.end()), others.end());
  throw with_guess(not_found("there is no project {} in this repository", project.text()), project.text(),
                   others,
                   others.empty() ? "ask whoever named it to you for its exact name"
                                  : "other projects: " + listed(others));
}

void require_product(const ProjectView& view, const WantedProduct& wanted) {
  refuse_blocked(view, wanted, {});
  require_project(view, wanted.project);
  if (!releases_of_product(view, wanted.product).empty()) return;
  throw with_guess(not_found("project {} has no product {}; its products: {}", wanted.project.text(),
                             wanted.product.text(), listed(products_of(view))),
                   wanted.product.text(), products_of(view),
                   fmt::format("pgclient list {} shows all of it", wanted.project.text()));
}

std::vector<const Release*> matching_releases(const ProjectView& view, const WantedProduct& wanted,
                                              const std::optional<VersionRequest>& request, Yanked yanked,
                                              Output& out) {
  refuse_blocked(view, wanted, request ? request->exact() : std::nullopt);
  if (request && request->exact()) refuse_removed(view, wanted, *request->exact());
  require_product(view, wanted);
  if (!request) {
    std::vector<const Release*> all = releases_of_product(view, wanted.product);
    if (yanked == Yanked::leave_out)
      std::erase_if(all, [](const Release* release) { return release->yanked; });
    return all;
  }
  if (request->is_latest()) return {&latest_release(view, wanted, out)};
  if (const Release* exact = find_exact(view, wanted, *request)) return {exact};
  if (!request->range()) throw no_such_version(view, wanted, *request->exact());
  auto found = all_in(view, wanted, *request->range(), yanked);
  if (found.empty()) throw none_in_range(view, wanted, *request->range());
  return found;
}

const Release& choose_release(const ProjectView& view, const WantedProduct& wanted,
                              const VersionRequest& request, Output& out) {
  const Release& chosen = *matching_releases(view, wanted, request, Yanked::leave_out, out).front();
  warn_if_yanked(chosen, out);
  for (const Block& block : view.blocks) {
    if (block.name.version && block.name.product == wanted.product)
      out.warning(fmt::format("version {} of {} is blocked by the administrators: {}", block.name.version->text(),
                              wanted.text(), escaped(block.reason.text())));
  }
  return chosen;
}

void choose_platform(Release& release, const std::optional<Platform>& platform) {
  if (!platform) return;
  std::set<std::string> platforms;
  for (const ReleaseFile& file : release.files) {
    if (file.platform) platforms.insert(file.platform->text());
  }
  if (!platforms.empty() && !platforms.contains(platform->text())) {
    const std::vector<std::string> names(platforms.begin(), platforms.end());
    throw with_guess(not_found("{} has no file for platform {}; it has files for: {}", release_title(release),
                               platform->text(), listed(names)),
                     platform->text(), names, "without --platform all files are fetched");
  }
  std::erase_if(release.files, [&](const ReleaseFile& file) { return file.platform && file.platform != platform; });
}

}  // namespace tuf
