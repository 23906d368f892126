// pgsign release yank, unyank, remove - yank a release, take that back, remove it for ever.
#include "libtufcore/release.h"
#include "signer/commands.h"
#include "signer/people_change.h"

namespace tuf {
namespace {

// Which release a command line names.
struct Named {
  ProjectName project;
  ProductName product;
  Version version;

  std::string text() const {
    const bool is_default = product == ProductName::default_of(project);
    return fmt::format("{}{} {}", project.text(), is_default ? "" : "/" + product.text(), version.text());
  }
};

Named named_by(const Arguments& arguments) {
  const ProjectName project = ProjectName::from_user(arguments.argument("PROJECT"));
  const auto product = arguments.option("product");
  return {project, product ? ProductName::from_user(*product) : ProductName::default_of(project),
          Version::from_user(arguments.argument("VERSION"))};
}

Reason reason_in(const Arguments& arguments) {
  const auto reason = arguments.option("reason");
  if (!reason) throw usage("--reason TEXT is missing: what the people who use it should know");
  return Reason::from_user(*reason);
}

// In git.
std::vector<std::string> files_of(const Targets& releases, const Named& named) {
  std::vector<std::string> files;
  for (const ReleasePath& path : files_of_release(releases, named.project, named.product, named.version))
    files.push_back(layout::release_file(path));
  if (!files.empty()) return files;
  const RemovedReleases removed = removed_releases(releases.extra);
  if (const auto it = removed.find(removed_key(named.project, named.product, named.version));
      it != removed.end())
    throw conflict("{} was removed: {}", named.text(), escaped(it->second));
  throw not_found("there is no release {}", named.text())
      .with_hint(fmt::format("pgsign project show {} lists what there is", named.project.text()));
}

enum class Files { stay, go };

void change_release(const Arguments& arguments, Output& out, UtcTime now, const Named& named,
              const std::string& verb, const Change& change, Files files) {
  Workspace workspace = open_workspace(out, now);
  const Standing standing = accepted_standing_of(workspace, named.project);
  const RoleFile& releases = releases_of_project(workspace.state, named.project);
  std::vector<std::string> paths = files_of(releases.file.untrusted, named);
  const StoredKey key = key_of(arguments);
  refuse_without_right(key, releases.signers, releases.names, "releases of " + named.project.text());
  const UtcTime expires = now.plus_days(workspace.state.configuration().expiry_days_of("project"));
  PlannedChange planned = plan(fmt::format("{} {}", verb, named.text()), standing.base_or_null(),
                               {change, ExtendExpiry{releases.role, expires}});
  if (files == Files::go) planned.removed = std::move(paths);
  tell_next(commit_change(workspace, standing, planned, key, arguments, out, now), out);
}

void run_yank(const Arguments& arguments, Output& out, UtcTime now) {
  const Named named = named_by(arguments);
  const YankRelease change{named.project, named.product, named.version, reason_in(arguments)};
  change_release(arguments, out, now, named, "Yank", change, Files::stay);
}

void run_unyank(const Arguments& arguments, Output& out, UtcTime now) {
  const Named named = named_by(arguments);
  change_release(arguments, out, now, named, "Take back the yank of",
           UnyankRelease{named.project, named.product, named.version}, Files::stay);
}

void run_remove(const Arguments& arguments, Output& out, UtcTime now) {
  const Named named = named_by(arguments);
  const RemoveRelease change{named.project, named.product, named.version, reason_in(arguments)};
  change_release(arguments, out, now, named, "Remove", change, Files::go);
}

const OptionSpec product_option = {"product", "NAME",
                                   "the product it belongs to (default: the one with the project's name)"};
const OptionSpec reason_option = {"reason", "TEXT", "why, in one line; everybody who asks for it reads this"};

std::vector<ArgumentSpec> named_arguments() {
  return {{"PROJECT", "the project"}, {"VERSION", "a version that is released"}};
}

}  // namespace

Command release_yank_command() {
  return {
      .name = "release yank",
      .summary = "advise against a release",
      .description =
          "'latest' and ranges pass the release over, and whoever fetches it by its name is warned with the "
          "reason. Nothing is taken away. Once more with another --reason replaces the reason.",
      .example = "  pgsign release yank abc 1.0.0 --reason 'loses data on a full disk; use 1.0.1'",
      .arguments = named_arguments(),
      .options = change_options({product_option, reason_option}),
      .run = run_yank};
}

Command release_unyank_command() {
  return {.name = "release unyank",
          .summary = "take a yank back",
          .description = "The release counts again for 'latest' and ranges, as if it had never been yanked.",
          .example = "  pgsign release unyank abc 1.0.0",
          .arguments = named_arguments(),
          .options = change_options({product_option}),
          .run = run_unyank};
}

Command release_remove_command() {
  return {.name = "release remove",
          .summary = "remove a release for ever",
          .description =
              "Takes the release and its files out of the repository. It cannot be fetched any more, the "
              "reason is told "
              "to whoever asks for it, and its version number can never be used again. The files stay in the "
              "history "
              "of git. To advise against a release, 'pgsign release yank' is enough.",
          .example = "  pgsign release remove abc 1.0.0 --reason 'contained a private key'",
          .arguments = named_arguments(),
          .options = change_options({product_option, reason_option}),
          .run = run_remove};
}

}  // namespace tuf
