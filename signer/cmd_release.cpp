// signer/cmd_release.cpp - add a release: files and the maintainers' signature in one commit.
#include <algorithm>

#include "libtufcore/io/file.h"
#include "libtufcore/io/progress.h"
#include "signer/commands.h"
#include "signer/commit_change.h"
#include "signer/staged_file.h"

namespace tuf {
namespace {

struct Input {
  FileName name;
  fs::path path;
};

// What can be said before a byte is read.
void check_input_file(const fs::path& path, std::uint64_t max_bytes) {
  const std::string shown = escaped(path.string(), 4096);
  const fs::file_status status = fs::status(path);
  if (status.type() == fs::file_type::not_found) throw not_found("there is no file '{}'", shown);
  if (status.type() == fs::file_type::directory) {
    throw usage("'{}' is a folder; a release holds files", shown)
        .with_hint("pack it first, for example with tar");
  }
  if (status.type() != fs::file_type::regular) throw usage("'{}' is not a plain file", shown);
  const std::uint64_t size = fs::file_size(path);
  if (size == 0) throw usage("'{}' is empty", shown);
  if (size <= max_bytes) return;
  throw limit("'{}' has {} bytes ({}); this repository allows {} ({}) a file", shown, size, bytes_text(size),
              max_bytes, bytes_text(max_bytes))
      .with_hint("split the file, or ask the administrators for a higher limit");
}

std::vector<Input> inputs_of(const std::vector<std::string>& arguments, std::uint64_t max_bytes) {
  std::vector<Input> inputs;
  for (const std::string& argument : arguments) {
    const fs::path path = argument;
    check_input_file(path, max_bytes);
    const FileName name = FileName::from_user(path.filename().string());
    for (const Input& other : inputs) {
      if (other.name != name) continue;
      throw usage("two files of one release cannot have the same name: '{}' and '{}'",
                  escaped(other.path.string(), 4096), escaped(argument, 4096))
          .with_hint("rename one, or put them into two products (--product)");
    }
    inputs.push_back({name, path});
  }
  std::sort(inputs.begin(), inputs.end(), [](const Input& a, const Input& b) { return a.name < b.name; });
  return inputs;
}

const RoleFile& releases_of_project(const RepositoryState& state, const ProjectName& project) {
  if (const RoleFile* releases = state.find_releases(project)) return *releases;
  throw not_found("there is no project {} in this repository", project.text())
      .with_hint(fmt::format("pgsign project create {}   (or 'git pull', if somebody else made it)",
                             project.text()));
}

void refuse_existing_version(const Targets& releases, const AddRelease& change) {
  for (const auto& [path, file] : releases.targets) {
    const std::optional<ReleasePath> known = ReleasePath::parse(path.text());
    if (!known || known->product != change.product || known->version != change.version) continue;
    throw conflict("version {} of {} exists already; what is released never changes", change.version.text(),
                   known->project.text() + "/" + known->product.text())
        .with_hint("choose a new version number");
  }
}

std::string title_of(const AddRelease& change) {
  const bool is_default = change.product == ProductName::default_of(change.project);
  return fmt::format("Add {}{} {}", change.project.text(), is_default ? "" : "/" + change.product.text(),
                     change.version.text());
}

PlannedChange planned_release(const RepositoryState* base, AddRelease& change, const std::vector<Input>& inputs,
                              const std::vector<StagedFile>& staged, UtcTime expires) {
  std::map<std::string, fs::path> files;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    change.files.push_back({inputs[i].name, staged[i].length(), staged[i].sha256()});
    const ReleasePath path{change.project, change.product, change.version, inputs[i].name};
    files[layout::release_file(path)] = staged[i].path();
  }
  PlannedChange planned =
      plan(title_of(change), base, {change, ExtendExpiry{layout::releases_role(change.project), expires}});
  planned.large_files = std::move(files);
  return planned;
}

void run_add(const Arguments& arguments, Output& out, UtcTime now) {
  const ProjectName project = ProjectName::from_user(arguments.argument("PROJECT"));
  const Version version = Version::from_user(arguments.argument("VERSION"));
  const std::optional<std::string> product = arguments.option("product");
  AddRelease change{
      project, product ? ProductName::from_user(*product) : ProductName::default_of(project), version, {}};
  Workspace workspace = open_workspace(out, now);
  const Standing standing = accepted_standing_of(workspace);
  const RoleFile& releases = releases_of_project(workspace.state, project);
  refuse_existing_version(releases.file.untrusted, change);
  const Configuration& configuration = workspace.state.configuration();
  const std::vector<Input> inputs = inputs_of(arguments.arguments("FILE"), configuration.max_file_bytes);
  const StoredKey key = key_of(arguments);
  refuse_without_right(key, releases.signers, releases.names, "releases of " + project.text());

  std::vector<StagedFile> staged;
  for (const Input& input : inputs) {
    staged.emplace_back(input.path, workspace.git.git_directory(), configuration.max_file_bytes);
  }
  const UtcTime expires = now.plus_days(configuration.expiry_days_of("project"));
  const PlannedChange planned = planned_release(standing.base_or_null(), change, inputs, staged, expires);
  const Outcome outcome = commit_change(workspace, standing, planned, key, arguments, out, now);
  if (!outcome.commit) return;
  out.note(outcome.verdict.kind == Verdict::Kind::pending ? "next: pgsign push, then the others sign"
                                                          : "next: pgsign push");
}

}  // namespace

Command release_add_command() {
  std::vector<OptionSpec> options = change_options();
  options.insert(options.begin(),
                 {"product", "NAME", "the product it belongs to (default: the one with the project's name)"});
  return {.name = "release add",
          .summary = "add a release of a project",
          .description =
              "Copies each FILE into the repository under its own name, and signs its length and SHA-256 as "
              "VERSION of the project. A version that is there never changes again.",
          .example = "  pgsign release add abc 1.0.0 dist/abc-1.0.0.tgz",
          .arguments = {{"PROJECT", "the project"},
                        {"VERSION", "the new version, for example 1.0.0"},
                        {"FILE", "its files", ArgumentSpec::Count::many}},
          .options = options,
          .run = run_add};
}

}  // namespace tuf
