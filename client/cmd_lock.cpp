// pgclient lock - writes down which releases were chosen, and the digests of their files.
#include <set>

#include "client/commands.h"
#include "client/locked_releases.h"
#include "client/network_options.h"
#include "client/release_choice.h"
#include "client/url_fetcher.h"
#include "libtufcore/error.h"
#include "libtufcore/io/file.h"

namespace tuf {
namespace {

using Requests = std::map<WantedProduct, std::optional<std::string>>;  // none: as it was asked for before

// "abc", "abc/cli@^1.2"
Requests requests_from(const std::vector<std::string>& typed) {
  Requests requests;
  for (const std::string& text : typed) {
    const std::size_t at = text.find('@');
    const auto product = WantedProduct::from_user(text.substr(0, at));
    std::optional<std::string> range;
    if (at != std::string::npos) range = text.substr(at + 1);
    if (range) VersionRequest::from_user(range);  // what is wrong is said before a server is asked
    if (!requests.emplace(product, range).second)
      throw usage("{} is named twice; a lock has one version of a product", product.text());
  }
  return requests;
}

std::string title(const WantedProduct& product, const LockedRelease& release) {
  return fmt::format("{} {}", product.text(), release.version.text());
}

// The part of the lock that is about one repository, taken out of it.
struct Part {
  RepositoryIdentity identity;
  LockedRepository locked;
};
Part take_part(LockFile& lock, const RepositoryConfig& repository) {
  for (auto entry = lock.repositories.begin(); entry != lock.repositories.end(); ++entry) {
    if (entry->first.root_sha256 != repository.root_sha256) continue;
    auto taken = lock.repositories.extract(entry);
    return {taken.key(), std::move(taken.mapped())};
  }
  return {{"", repository.root_sha256}, {}};
}

void remove(const std::vector<std::string>& names, const Requests& requests, LockedRepository& part,
            const std::string& what, Json::Array& facts, Output& out) {
  for (const std::string& name : names) {
    const auto product = WantedProduct::from_user(name);
    if (requests.contains(product)) throw usage("{} is to be locked and to be removed", product.text());
    const auto entry = part.releases.find(product);
    if (entry == part.releases.end()) throw not_found("{} has no {}", what, product.text());
    out.result(fmt::format("removed {}", title(product, entry->second)));
    facts.emplace_back(Json::Object{{"project", product.project.text()},
                                    {"product", product.product.text()},
                                    {"before", entry->second.version.text()},
                                    {"change", "removed"}});
    part.releases.erase(entry);
  }
}

// What a release is, is settled once and for all when it is published.
void refuse_other_content(const WantedProduct& product, const LockedRelease& before, const LockedRelease& now,
                          const std::string& what) {
  if (before.version != now.version) return;
  for (const auto& [path, file] : before.files) {
    const auto same = now.files.find(path);
    if (same != now.files.end() && same->second == file) continue;
    throw refused("{} of {} is not what {} says", path, title(product, before), what)
        .with_hint(fmt::format("nothing was written; a release never changes: tell the repository's "
                               "administrators; pgclient lock --remove {} forgets it",
                               product.text()));
  }
}

void lock_one(const WantedProduct& product, const std::string& requested, const ProjectView& view,
              LockedRepository& part, const std::string& what, Json::Array& facts, Output& out) {
  const Release& release = choose_release(view, product, VersionRequest::from_user(requested), out);
  LockedRelease now = locked_release(release, requested);
  const auto entry = part.releases.find(product);
  const bool is_new = entry == part.releases.end();
  if (!is_new) refuse_other_content(product, entry->second, now, what);
  const bool same = !is_new && entry->second == now;
  const std::string change = is_new ? "added" : same ? "unchanged" : "updated";
  const std::string from =
      is_new || entry->second.version == now.version ? "" : entry->second.version.text() + " -> ";
  out.result(
      fmt::format("{} {} {}{} ({})", change, product.text(), from, now.version.text(), escaped(requested)));
  Json::Object fact{{"project", product.project.text()},
                    {"product", product.product.text()},
                    {"version", now.version.text()},
                    {"requested", requested},
                    {"change", change}};
  if (!is_new) fact["before"] = entry->second.version.text();
  facts.emplace_back(std::move(fact));
  part.releases.insert_or_assign(product, std::move(now));
}

// All that is locked, when nothing is named.
Requests with_default(Requests requests, const LockedRepository& part, bool removes, const std::string& what,
                      const RepositoryConfig& repository, bool is_there) {
  if (!requests.empty() || removes) return requests;
  if (!is_there) {
    throw usage("there is no {} to update", what)
        .with_hint("name what to lock: pgclient lock PROJECT, or 'PROJECT@RANGE'");
  }
  for (const auto& [product, release] : part.releases) requests.emplace(product, std::nullopt);
  if (requests.empty()) {
    throw usage("{} has nothing of repository {} to update", what, repository.name.text())
        .with_hint("name what to lock: pgclient lock PROJECT, or 'PROJECT@RANGE'");
  }
  return requests;
}

void lock_all(const Requests& requests, const RepositoryConfig& repository, const Arguments& arguments,
              UtcTime now, const std::string& what, Part& part, Json::Array& facts, Output& out) {
  std::set<ProjectName> projects;
  for (const auto& [product, range] : requests) projects.insert(product.project);
  UrlFetcher fetcher(network_options(arguments, out));
  const ProjectViews views = look_up_projects(repository, fetcher, projects, now, out, asked_of(arguments));
  const ProjectView& any = views.begin()->second;
  require_root_version(part.locked, any, repository, what);
  part.locked.root_version = any.root_version;
  part.identity.name = any.repository_name;
  for (const auto& [product, range] : requests) {
    const auto entry = part.locked.releases.find(product);
    const std::string as_before = entry == part.locked.releases.end() ? "latest" : entry->second.requested;
    lock_one(product, range.value_or(as_before), views.at(product.project), part.locked, what, facts, out);
  }
}

void run(const Arguments& arguments, Output& out, UtcTime now) {
  const fs::path path = arguments.option("lock-file").value_or(default_lock_file);
  const std::string what = shown_path(path);
  Requests requests = requests_from(arguments.arguments("PROJECT"));
  const std::vector<std::string>& removed = arguments.options("remove");
  const RepositoryConfig repository = select_repository(arguments.option("repository"));
  const auto before = read_lock_file_if_there(path);
  LockFile lock = before ? parse_lock_file(*before, path) : LockFile();
  Part part = take_part(lock, repository);
  requests =
      with_default(std::move(requests), part.locked, !removed.empty(), what, repository, before.has_value());
  Json::Array facts;
  remove(removed, requests, part.locked, what, facts, out);
  if (!requests.empty()) lock_all(requests, repository, arguments, now, what, part, facts, out);
  if (!part.locked.releases.empty())
    lock.repositories.emplace(std::move(part.identity), std::move(part.locked));
  const bool changes = !before || *before != lock.text();
  const bool dry_run = arguments.flag("dry-run");
  if (!dry_run) write_lock_file(path, lock, before);
  out.json = {{"lock_file", path.string()},
              {"repository", repository.name.text()},
              {"releases", std::move(facts)},
              {"changed", changes},
              {"written", changes && !dry_run}};
  if (dry_run) out.note(fmt::format("{} is as it was: --dry-run", what));
}

}  // namespace

Command lock_command() {
  return {.name = "lock",
          .summary = "write down exact releases for 'fetch --locked'",
          .description =
              "Chooses a release of each PROJECT as 'pgclient fetch' would and writes version, length and "
              "digests of its files to pg.lock: 'pgclient fetch --locked' gets these very bytes anywhere, or "
              "nothing. Keep the file under version control. A lock has one version of each product.\n\n"
              "PROJECT@RANGE asks for a range ('abc@^1.2'), a version ('abc@1.2.0') or 'abc@latest'. The "
              "range is "
              "kept in the lock: PROJECT alone chooses in it again, and without any PROJECT everything that "
              "is locked is brought to the newest in its range. A release that is locked already and has "
              "other contents now is refused.",
          .example =
              "  pgclient lock abc 'abc/cli@^1.2'\n  pgclient lock\n  pgclient fetch --locked --dir vendor",
          .arguments = {{"PROJECT", "PROJECT[/PRODUCT][@RANGE]; none: update all", ArgumentSpec::Count::any}},
          .options = {lock_file_option(),
                      {"remove", "PROJECT", "take a project or PROJECT/PRODUCT out of the lock",
                       OptionSpec::Repeat::yes},
                      {"dry-run", "", "say what would change and write nothing"},
                      offline_option(),
                      repository_option()},
          .run = run,
          .elsewhere = {"update", "upgrade", "freeze"}};
}

}  // namespace tuf
