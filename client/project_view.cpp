#include "client/project_view.h"

#include <algorithm>

#include "client/project_memo.h"
#include "libtufcore/error.h"
#include "libtufcore/io/command_help.h"

namespace tuf {
namespace {

constexpr std::size_t most_listed = 20;

std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (std::size_t i = 0; i < std::min(names.size(), most_listed); ++i)
    text += (i == 0 ? "" : ", ") + names[i];
  if (names.size() > most_listed) text += fmt::format(" and {} more", names.size() - most_listed);
  return text;
}

Error with_guess(Error error, const std::string& typed, const std::vector<std::string>& candidates) {
  if (const auto guess = did_you_mean(typed, candidates))
    return std::move(error).with_hint(fmt::format("did you mean '{}'?", *guess));
  return error;
}

std::vector<std::string> versions_of(const ProjectView& view, const ProductName& product) {
  std::vector<std::string> versions;
  for (const Release& release : view.releases) {
    if (release.product == product)
      versions.push_back(release.version.text() + (release.yanked ? " (yanked)" : ""));
  }
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

void warn_if_yanked(const Release& release, Output& out) {
  if (!release.yanked) return;
  const std::string reason = release.yanked->empty() ? "no reason given" : escaped(*release.yanked);
  out.warning(fmt::format("{} is yanked: {}", release_title(release), reason));
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

// The roles that our layout asks for the files of a project (docs/formats.md): the administrators', sharded
// or not, and the project's own, after how many changes of owners ever.
RoleNames roles_expected_for(const ProjectName& project) {
  constexpr int max_hops = 8;
  const std::string& name = project.text();
  std::vector<std::string> names{"blocked", "claimed", "new", name, name + ".rel"};
  for (std::size_t length = 1; length <= name.size(); ++length) {
    names.push_back("claimed-" + name.substr(0, length));
    names.push_back("new-" + name.substr(0, length));
  }
  for (int hop = 2; hop <= 1 + max_hops; ++hop) names.push_back(fmt::format("{}.o{}", name, hop));
  RoleNames roles;
  for (const std::string& role : names) roles.push_back(RoleName::of(role));
  return roles;
}

struct Proof {
  ProjectView view;
  UtcTime valid_until;  // the earliest expiry of what was read
};

Proof prove_project(Updater& updater, const TopLevel& top, const ProjectName& project) {
  Proof proof{{}, std::min(top.snapshot->expires, (*top.targets)->expires)};
  ProjectView& view = proof.view;
  view.naming = top.root->consistent_snapshot ? TargetNaming::with_digest : TargetNaming::plain;
  const LoadRole load = [&](const RoleName& role, const RoleKeys& keys, const Json::Object& names) {
    view.signers.insert_or_assign(role, Signers{keys, names});
    auto targets = updater.load(top, role, keys, names);
    proof.valid_until = std::min(proof.valid_until, (*targets)->expires);
    for (const Delegation& delegation : (*targets)->delegations) {
      if (ProjectName::parse(delegation.role.text())) view.neighbours.push_back(delegation.role.text());
    }
    return targets;
  };
  view.signers.insert_or_assign(RoleName::of(Targets::type),
                                Signers{top.root->keys_of(Targets::type), top.root->extra});
  view.releases = releases_of(find_project_targets(top.targets, project, load));
  return proof;
}

}  // namespace

WantedProduct WantedProduct::from_user(const std::string& text) {
  const std::size_t slash = text.find('/');
  ProjectName project = ProjectName::from_user(text.substr(0, slash));
  ProductName product = slash == std::string::npos ? ProductName::default_of(project)
                                                   : ProductName::from_user(text.substr(slash + 1));
  return {std::move(project), std::move(product)};
}

std::string WantedProduct::text() const {
  return project.text() == product.text() ? project.text()
                                          : fmt::format("{}/{}", project.text(), product.text());
}

ProjectView look_up_project(const RepositoryConfig& repository, Fetcher& fetcher, const ProjectName& project,
                            UtcTime now, Output& out) {
  const MetadataCache cache(repository.folder());
  const FileLock lock = cache.lock();
  const auto seen_before = cache.last_refresh();
  if (seen_before && now < *seen_before) {  // T-18
    out.warning(fmt::format("this machine's clock says {}, and it was {} at the last refresh", now.text(),
                            seen_before->text()));
  }
  Updater updater(cache, fetcher,
                  {repository.metadata_urls(), now, [&](const std::string& text) { out.warning(text); }});
  Newest newest = updater.refresh_timestamp();
  const auto state = ProvedState::of(newest);
  auto recalled = state ? recall_project(cache, project, *state, newest.root, now) : std::nullopt;
  if (recalled) {
    cache.note_refresh(now);
    recalled->mirrors = updater.mirror_order();
    return std::move(*recalled);
  }
  RoleNames expected = remembered_roles(cache, project);
  if (expected.empty()) expected = roles_expected_for(project);
  const TopLevel top = updater.refresh_targets(std::move(newest), expected);
  Proof proof = prove_project(updater, top, project);
  updater.keep_unneeded(top);
  if (state && !proof.view.releases.empty())
    remember_project(cache, project, *state, proof.view, proof.valid_until);
  proof.view.mirrors = updater.mirror_order();
  return std::move(proof.view);
}

void require_project(const ProjectView& view, const ProjectName& project) {
  if (!view.releases.empty()) return;
  if (std::count(view.neighbours.begin(), view.neighbours.end(), project.text()) != 0) {
    throw not_found("project {} has no releases", project.text());
  }
  // The search ends in this role for what the administrators blocked, before any role that would know the
  // project.
  if (view.signers.count(RoleName::of("blocked.void")) != 0) {
    throw not_found("project {} is blocked by the administrators of this repository", project.text());
  }
  throw with_guess(not_found("there is no project {} in this repository", project.text()), project.text(),
                   view.neighbours);
}

const Release& choose_release(const ProjectView& view, const WantedProduct& wanted,
                              const std::optional<std::string>& version, Output& out) {
  require_project(view, wanted.project);
  const std::vector<std::string> versions = versions_of(view, wanted.product);
  if (versions.empty()) {
    throw with_guess(not_found("project {} has no product {}; its products: {}", wanted.project.text(),
                               wanted.product.text(), listed(products_of(view))),
                     wanted.product.text(), products_of(view));
  }
  if (!version || *version == "latest") return latest_release(view, wanted, out);
  const Version exact = Version::from_user(*version);
  for (const Release& release : view.releases) {
    if (release.product != wanted.product || release.version != exact) continue;
    warn_if_yanked(release, out);
    return release;
  }
  throw with_guess(not_found("{} has no version {}; versions of {}: {}", wanted.text(), exact.text(),
                             wanted.text(), listed(versions)),
                   exact.text(), versions);
}

std::string release_title(const Release& release) {
  return fmt::format("{} {}", WantedProduct{release.project, release.product}.text(), release.version.text());
}

Json file_facts(const ReleaseFile& file) {
  Json::Object facts{
      {"name", file.name.text()}, {"path", file.target.path.text()}, {"length", file.target.file.length}};
  for (const auto& [algorithm, digest] : file.target.file.hashes)
    facts[std::string(name_of(algorithm))] = digest.hex();
  return facts;
}

}  // namespace tuf
