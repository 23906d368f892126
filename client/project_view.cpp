#include "client/project_view.h"

#include <algorithm>
#include <iterator>

#include "client/offline_fetcher.h"
#include "client/project_memo.h"
#include "libtufcore/error.h"
#include "libtufcore/repository_layout.h"

namespace tuf {
namespace {

// The roles of owners who came, or may come, after those of hop `last`; what snapshot does not list is not asked for.
RoleNames hops_after(const ProjectName& project, int last) {
  RoleNames roles;
  for (int hop = last + 1; hop <= std::min(last + layout::max_hops, layout::last_hop); ++hop)
    roles.push_back(layout::owners_role(project, hop));
  return roles;
}

// The roles that were asked the last time, and owners who were changed since.
RoleNames with_newer_owners(RoleNames roles, const ProjectName& project) {
  int last = 1;
  for (const RoleName& role : roles) {
    const auto owners = layout::parse_owners_role(role.text());
    if (owners && owners->project == project) last = std::max(last, owners->hop);
  }
  std::ranges::copy(hops_after(project, last), std::back_inserter(roles));
  return roles;
}

// The roles that our layout asks for the files of a project (docs/formats.md): the administrators', sharded
// or not, and the project's own, after how many changes of owners ever.
RoleNames roles_expected_for(const ProjectName& project) {
  const std::string& name = project.text();
  std::vector<std::string> names{"blocked", "claimed", "new", name, name + ".rel"};
  for (std::size_t length = 1; length <= name.size(); ++length) {
    names.push_back("claimed-" + name.substr(0, length));
    names.push_back("new-" + name.substr(0, length));
  }
  RoleNames roles = hops_after(project, 1);
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
      if (const auto owners = layout::parse_owners_role(delegation.role.text()))
        view.neighbours.push_back(owners->project.text());
    }
    if (role.text() == "blocked") view.blocks = blocks_of_project(**targets, project);
    if (role == layout::releases_role(project)) view.removed = removed_releases((*targets)->extra);
    return targets;
  };
  view.signers.insert_or_assign(RoleName::of(Targets::type),
                                Signers{top.root->keys_of(Targets::type), top.root->extra});
  view.releases = releases_of(find_project_targets(top.targets, project, load));
  return proof;
}

// The facts of a view that are the repository's.
void state_root(ProjectView& view, const Final<Root>& root) {
  view.root_version = root->version;
  view.repository_name = stated_repository(root->extra);
}

ProjectViews refreshed(Updater& updater, const MetadataCache& cache, const std::set<ProjectName>& projects,
                       UtcTime now) {
  Newest newest = updater.refresh_timestamp();
  const auto state = ProvedState::of(newest);
  std::optional<bool> held;
  const auto holds_snapshot = [&] {
    if (!held) held = updater.holds_snapshot(newest);
    return *held;
  };
  ProjectViews views;
  RoleNames expected;
  std::set<RoleName> seen;
  for (const ProjectName& project : projects) {
    auto recalled =
        state ? recall_project(cache, project, *state, newest.root, now, holds_snapshot) : std::nullopt;
    if (recalled) {
      views.emplace(project, std::move(*recalled));
      continue;
    }
    RoleNames roles = remembered_roles(cache, project);
    roles = roles.empty() ? roles_expected_for(project) : with_newer_owners(std::move(roles), project);
    std::ranges::copy_if(roles, std::back_inserter(expected),
                         [&](const RoleName& role) { return seen.insert(role).second; });
  }
  const Final<Root> root = newest.root;
  if (views.size() == projects.size()) {
    cache.note_refresh(now, newest.timestamp->version);
  } else {
    const TopLevel top = updater.refresh_targets(std::move(newest), expected);
    for (const ProjectName& project : projects) {
      if (views.contains(project)) continue;
      Proof proof = prove_project(updater, top, project);
      if (state && !proof.view.releases.empty())
        remember_project(cache, project, *state, proof.view, proof.valid_until);
      views.emplace(project, std::move(proof.view));
    }
    updater.keep_unneeded(top);
  }
  for (auto& [project, view] : views) {
    state_root(view, root);
    view.mirrors = updater.mirror_order();
  }
  return views;
}

UtcTime last_refresh_of(const RepositoryConfig& repository, const std::optional<UtcTime>& last_refresh) {
  if (last_refresh) return *last_refresh;
  throw network("no refresh of repository {} is known, and --offline asks no server", repository.name.text())
      .with_hint("run it once without --offline");
}

// What was valid at the last refresh is used, however old it is by now; that is what the user asked for.
TopLevel as_refreshed(Updater& updater, UtcTime then, UtcTime now, Output& out) {
  TopLevel top = updater.as_refreshed();
  const std::int64_t age = now.unix_seconds() - then.unix_seconds();
  std::string warning = fmt::format("offline: state of {}", then.text());
  if (age >= 0) warning += fmt::format(", {} ago", duration_text(age));
  if (top.timestamp->expires <= now)
    warning += fmt::format("; it expired {} ago, and newer releases and blocks are not known",
                           duration_text(now.unix_seconds() - top.timestamp->expires.unix_seconds()));
  out.warning(warning);
  return top;
}

void warn_if_clock_went_back(const std::optional<UtcTime>& last_refresh, UtcTime now, Output& out) {  // T-18
  if (!last_refresh || now >= *last_refresh) return;
  out.warning(fmt::format("this machine's clock says {}, and it was {} at the last refresh", now.text(),
                          last_refresh->text()));
}

// "abc@1.2", "abc==1.0", "abc>=1": as other programs write it.
void refuse_version_beside(const std::string& text) {
  const std::size_t end = text.find_first_of("@=<>~^!");
  if (end == 0 || end == std::string::npos) return;
  std::string version = text.substr(std::min(text.find_first_not_of("@", end), text.size()));
  if (version.starts_with("==")) version.erase(0, 2);
  if (version.starts_with("~=")) version.erase(1, 1);
  const std::string product = text.substr(0, end);
  Error error = usage("'{}' is not a project, or PROJECT/PRODUCT", escaped(text));
  if (version.empty()) throw error;
  throw std::move(error).with_hint(
      fmt::format("a version or range is an argument of its own: {} '{}'; only 'pgclient lock' takes '{}@{}'",
                  escaped(product), escaped(version), escaped(product), escaped(version)));
}

}  // namespace

WantedProduct WantedProduct::from_user(const std::string& text) {
  refuse_version_beside(text);
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

Ask asked_of(const Arguments& arguments) { return arguments.flag("offline") ? Ask::nobody : Ask::server; }

ProjectView look_up_project(const RepositoryConfig& repository, Fetcher& fetcher, const ProjectName& project,
                            UtcTime now, Output& out, Ask ask) {
  return std::move(look_up_projects(repository, fetcher, {project}, now, out, ask).at(project));
}

ProjectViews look_up_projects(const RepositoryConfig& repository, Fetcher& fetcher,
                              const std::set<ProjectName>& projects, UtcTime now, Output& out, Ask ask) {
  if (ask == Ask::nobody) {
    ProjectViews views;
    ask_repository(repository, fetcher, now, out, ask, needed_for(projects),
                   [&](Updater& updater, const TopLevel& top) {
                     for (const ProjectName& project : projects)
                       views.emplace(project, view_of(updater, top, project));
                   });
    return views;
  }
  const MetadataCache cache(repository.folder());
  const FileLock lock = cache.lock();
  warn_if_clock_went_back(cache.last_refresh(), now, out);
  UpdateSettings settings{repository.metadata_urls(), now,
                          [&](const std::string& text) { out.warning(text); }};
  settings.needed = needed_for(projects);
  Updater updater(cache, fetcher, std::move(settings));
  return refreshed(updater, cache, projects, now);
}

ProjectView view_of(Updater& updater, const TopLevel& top, const ProjectName& project) {
  ProjectView view = prove_project(updater, top, project).view;
  state_root(view, top.root);
  view.mirrors = updater.mirror_order();
  return view;
}

void ask_repository(const RepositoryConfig& repository, Fetcher& fetcher, UtcTime now, Output& out, Ask ask,
                    NeededEntries needed, const std::function<void(Updater&, const TopLevel&)>& question) {
  const MetadataCache cache(repository.folder());
  const FileLock lock = cache.lock();
  const auto last_refresh = cache.last_refresh();
  const auto warn = [&](const std::string& text) { out.warning(text); };
  warn_if_clock_went_back(last_refresh, now, out);
  if (ask == Ask::nobody) {
    const UtcTime then = last_refresh_of(repository, last_refresh);
    OfflineFetcher nobody;
    UpdateSettings settings{{repository.metadata_urls().front()}, then, warn};
    settings.needed = std::move(needed);
    Updater updater(cache, nobody, std::move(settings));
    return question(updater, as_refreshed(updater, then, now, out));
  }
  UpdateSettings settings{repository.metadata_urls(), now, warn};
  settings.needed = std::move(needed);
  Updater updater(cache, fetcher, std::move(settings));
  question(updater, updater.refresh());
}

std::string release_title(const Release& release) {
  return fmt::format("{} {}", WantedProduct{release.project, release.product}.text(), release.version.text());
}

Json file_facts(const ReleaseFile& file) {
  Json::Object facts{
      {"name", file.name.text()}, {"path", file.target.path.text()}, {"length", file.target.file.length}};
  for (const auto& [algorithm, digest] : file.target.file.hashes)
    facts[std::string(name_of(algorithm))] = digest.hex();
  if (file.platform) facts["platform"] = file.platform->text();
  return facts;
}

}  // namespace tuf
