// pgsign release add - add a release: files and the maintainers' signature in one commit.
#include <algorithm>
#include <tuple>

#include "libtufcore/io/file.h"
#include "libtufcore/io/progress.h"
#include "libtufcore/release.h"
#include "signer/commands.h"
#include "signer/lfs_objects.h"
#include "signer/people_change.h"
#include "signer/staged_file.h"

namespace tuf {
namespace {

// One FILE of the command line.
struct Input {
  std::string typed;
  ProductName product;
  FileName name;
  fs::path path;
  std::optional<Platform> platform = {};
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

// "cli=dist/abc.tgz" is dist/abc.tgz of product cli; what stands before the '=' must be able to be a
// product's name.
Input input_of(const std::string& typed, const ProductName& otherwise) {
  const std::size_t equals = typed.find('=');
  const auto product =
      equals == std::string::npos ? std::nullopt : ProductName::parse(typed.substr(0, equals));
  const fs::path path = product ? typed.substr(equals + 1) : typed;
  return {typed, product.value_or(otherwise), FileName::from_user(path.filename().string()), path};
}

bool means(const std::string& typed, const Input& input) {
  return typed == input.typed || typed == input.path.string() || typed == input.name.text();
}

// --platform FILE=PLATFORM, where FILE is one of the files, as typed there or by its name.
void set_platforms(std::vector<Input>& inputs, const std::vector<std::string>& options) {
  for (const std::string& option : options) {
    const std::size_t equals = option.rfind('=');
    if (equals == std::string::npos)
      throw usage("--platform needs FILE=PLATFORM, not '{}'", escaped(option))
          .with_hint(fmt::format("--platform {}=linux-amd64", inputs.front().name.text()));
    const std::string file = option.substr(0, equals);
    const Platform platform = Platform::from_user(option.substr(equals + 1));
    const auto count = std::ranges::count_if(inputs, [&](const Input& input) { return means(file, input); });
    if (count != 1) {
      throw usage("--platform names '{}', which is {} of the files", escaped(file),
                  count == 0 ? "none" : fmt::format("{}", count));
    }
    Input& input = *std::ranges::find_if(inputs, [&](const Input& one) { return means(file, one); });
    if (input.platform) throw usage("--platform is given twice for '{}'", escaped(input.typed, 4096));
    input.platform = platform;
  }
}

// By product, then by name.
std::vector<Input> inputs_of(const Arguments& arguments, const ProductName& product,
                             std::uint64_t max_bytes) {
  std::vector<Input> inputs;
  for (const std::string& typed : arguments.arguments("FILE")) {
    Input input = input_of(typed, product);
    check_input_file(input.path, max_bytes);
    for (const Input& other : inputs) {
      if (other.name != input.name || other.product != input.product) continue;
      throw usage("two files of one release cannot have the same name: '{}' and '{}'",
                  escaped(other.typed, 4096), escaped(typed, 4096))
          .with_hint("rename one, or put them into two products (PRODUCT=FILE)");
    }
    inputs.push_back(std::move(input));
  }
  set_platforms(inputs, arguments.options("platform"));
  std::ranges::sort(inputs, {}, [](const Input& input) { return std::tie(input.product, input.name); });
  return inputs;
}

void refuse_existing_version(const Targets& releases, const ProjectName& project, const ProductName& product,
                             const Version& version) {
  if (files_of_release(releases, project, product, version).empty()) return;
  throw conflict("version {} of {}/{} exists already; what is released never changes", version.text(),
                 project.text(), product.text())
      .with_hint("choose a new version number");
}

// "Add abc 1.0.0", "Add abc/cli 1.0.0", "Add abc 1.0.0 (abc, cli)".
std::string title_of(const std::vector<AddRelease>& changes) {
  const AddRelease& first = changes.front();
  const bool is_default = first.product == ProductName::default_of(first.project);
  if (changes.size() == 1)
    return fmt::format("Add {}{} {}", first.project.text(), is_default ? "" : "/" + first.product.text(),
                       first.version.text());
  const std::string products = comma_list(changes, [](const AddRelease& change) { return change.product.text(); });
  return fmt::format("Add {} {} ({})", first.project.text(), first.version.text(), products);
}

// One change for each product; all of it is one signature.
std::vector<AddRelease> changes_of(const ProjectName& project, const Version& version,
                                   const std::vector<Input>& inputs, const std::vector<StagedFile>& staged) {
  std::vector<AddRelease> changes;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (changes.empty() || changes.back().product != inputs[i].product)
      changes.push_back({project, inputs[i].product, version, {}});
    changes.back().files.push_back(
        {inputs[i].name, staged[i].length(), staged[i].sha256(), inputs[i].platform});
  }
  return changes;
}

enum class Kept { by_git, by_lfs };  // the contents; by_lfs: git has pointers to them

PlannedChange planned_release(const RepositoryState* base, const std::vector<AddRelease>& releases,
                              const std::vector<Input>& inputs, const std::vector<StagedFile>& staged,
                              UtcTime expires, Kept kept) {
  const AddRelease& first = releases.front();
  std::vector<Change> changes(releases.begin(), releases.end());
  changes.push_back(ExtendExpiry{layout::releases_role(first.project), expires});
  PlannedChange planned = plan(title_of(releases), base, changes);
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const ReleasePath path{first.project, inputs[i].product, first.version, inputs[i].name};
    if (kept == Kept::by_git)
      planned.large_files[layout::release_file(path)] = staged[i].path();
    else
      planned.files[layout::release_file(path)] = lfs_pointer_text({staged[i].length(), staged[i].sha256()});
  }
  return planned;
}

void run_add(const Arguments& arguments, Output& out, UtcTime now) {
  const ProjectName project = ProjectName::from_user(arguments.argument("PROJECT"));
  const Version version = Version::from_user(arguments.argument("VERSION"));
  const std::optional<std::string> typed = arguments.option("product");
  const ProductName product = typed ? ProductName::from_user(*typed) : ProductName::default_of(project);
  Workspace workspace = open_workspace(out, now);
  const std::vector<Input> inputs =
      inputs_of(arguments, product, workspace.state.configuration().max_file_bytes);
  const Standing standing = accepted_standing_of(workspace, project);
  const RoleFile& releases = releases_of_project(workspace.state, project);
  const Configuration& configuration = workspace.state.configuration();
  for (const Input& input : inputs)
    refuse_existing_version(releases.file.untrusted, project, input.product, version);
  const StoredKey key = key_of(arguments);
  refuse_without_right(key, releases.signers, releases.names, "releases of " + project.text());

  const Kept kept = arguments.flag("lfs") ? Kept::by_lfs : Kept::by_git;
  std::vector<StagedFile> staged;
  for (const Input& input : inputs) {
    staged.emplace_back(input.path, workspace.git.git_directory(), configuration.max_file_bytes);
  }
  const UtcTime expires = now.plus_days(configuration.expiry_days_of("project"));
  const PlannedChange planned = planned_release(
      standing.base_or_null(), changes_of(project, version, inputs, staged), inputs, staged, expires, kept);
  // First the content, then the commit that points to it.
  if (kept == Kept::by_lfs && !arguments.flag("dry-run")) {
    for (const StagedFile& content : staged) keep_lfs_object(workspace.git, content);
  }
  const Outcome outcome = commit_change(workspace, standing, planned, key, arguments, out, now);
  if (kept == Kept::by_lfs && outcome.commit)
    out.note("the contents are kept by git-lfs; they go with: git lfs push --all REMOTE");
  tell_next(outcome, out);
}

}  // namespace

Command release_add_command() {
  return {
      .name = "release add",
      .summary = "add a release of a project",
      .description =
          "Copies each FILE into the repository under its own name, and signs its length and SHA-256 as "
          "VERSION of the project. A version that is there never changes again. Files of several products go "
          "into one release and one signature as PRODUCT=FILE (./a=b is a file with such a name). A file "
          "without a platform is for all. With --lfs git holds git-lfs pointers instead of the files: what is signed is the same.",
      .example =
          "  pgsign release add abc 1.0.0 dist/abc-1.0.0.tgz\n"
          "  pgsign release add abc 1.0.0 dist/abc-linux dist/abc-windows.exe cli=dist/cli.tgz "
          "--platform abc-linux=linux-amd64 --platform abc-windows.exe=windows-amd64",
      .arguments = {{"PROJECT", "the project"},
                    {"VERSION", "the new version, for example 1.0.0"},
                    {"FILE", "its files, or PRODUCT=FILE", ArgumentSpec::Count::many}},
      .options = change_options(
          {{"product", "NAME", "the product of files that name none (default: the one with the project's name)"},
           {"platform", "FILE=PLATFORM",
            "one of the files is for this platform, for example linux-amd64",
            OptionSpec::Repeat::yes},
           {"lfs", "", "keep the contents in the store of git-lfs; git itself gets pointers to them"}}),
      .run = run_add};
}

}  // namespace tuf
