#include "client/conformance.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "client/download.h"
#include "client/metadata_reply.h"
#include "client/updater.h"
#include "client/url.h"
#include "client/url_fetcher.h"
#include "libtufcore/error.h"
#include "libtufcore/io/command_line.h"

namespace tuf {
namespace {

constexpr std::size_t max_file_name = 200;  // leaves room for what a temporary file is called

MetadataCache flat_cache(const fs::path& metadata_dir) {
  return MetadataCache(metadata_dir, MetadataCache::Layout::flat);
}

// One request for each file, whatever happens.
HttpOptions asking_once() {
  HttpOptions options;
  options.patience.retries = 0;
  return options;
}

Updater updater(const ConformanceSettings& settings, const MetadataCache& cache, Fetcher& fetcher) {
  return Updater(cache, fetcher,
                 {.metadata_urls = {settings.metadata_url},
                  .now = settings.now,
                  .warn = settings.warn,
                  .requests = UpdateSettings::Requests::one_by_one});
}

}  // namespace

std::string conformance_file_name(const TargetPath& path) {
  std::string name = percent_encode(path.text());
  if (name.front() == '.') name.replace(0, 1, "%2E");  // "..%2Fx" is a hidden file
  return name.size() <= max_file_name ? name : sha256_of(path.text()).hex();
}

void conformance_init(const fs::path& metadata_dir, const fs::path& root_file) {
  const Bytes root = read_file(root_file, max_root_bytes);
  RootChain(root, escaped(root_file.string(), 4096));  // whole, and signed by its own keys
  make_directories(metadata_dir, 0700);
  // The one who makes the folder may have a generous umask; whoever can write there decides what is trusted.
  fs::permissions(metadata_dir, fs::perms::group_write | fs::perms::others_write, fs::perm_options::remove);
  flat_cache(metadata_dir).write(RoleName::of(Root::type), root);
}

void conformance_refresh(const ConformanceSettings& settings, Fetcher& fetcher) {
  const MetadataCache cache = flat_cache(settings.metadata_dir);
  const FileLock lock = cache.lock();
  updater(settings, cache, fetcher).refresh();
}

void conformance_download(const ConformanceSettings& settings, Fetcher& fetcher,
                          const std::vector<std::string>& target_names, const std::string& target_base_url,
                          const fs::path& target_dir) {
  const MetadataCache cache = flat_cache(settings.metadata_dir);
  const FileLock lock = cache.lock();
  Updater update = updater(settings, cache, fetcher);
  const TopLevel top = update.refresh();
  make_directories(target_dir);
  const auto naming = top.root->consistent_snapshot ? TargetNaming::with_digest : TargetNaming::plain;
  for (const std::string& name : target_names) {
    const TargetPath path = TargetPath::from_user(name);
    const auto target = find_target(top.targets, path, update.loader(top));
    if (!target) throw not_found("the repository has no target '{}'", escaped(name));
    const fs::path output = target_dir / conformance_file_name(path);
    if (look_at_output(output, target->file) == OutputNow::same_content) continue;
    download_target(fetcher, target_url(target_base_url, *target, naming), *target, output, Existing::replace,
                    [](std::uint64_t) {}, WhenBroken::drop);
  }
}

namespace {

const OptionSpec metadata_dir_option{"metadata-dir", "DIR", "the folder of the trusted metadata"};
const OptionSpec metadata_url_option{"metadata-url", "URL", "where timestamp.json is"};
const std::vector<OptionSpec> target_options{
    {"target-name", "PATH", "a target's path in the repository", OptionSpec::Repeat::yes},
    {"target-base-url", "URL", "where the targets are"},
    {"target-dir", "DIR", "the folder to write to"}};

ConformanceSettings settings_of(const Arguments& arguments, Output& out, UtcTime now) {
  return {.metadata_dir = arguments.required_option("metadata-dir"),
          .metadata_url = base_url_from_user(arguments.required_option("metadata-url")),
          .now = now,
          .warn = [&out](const std::string& text) { out.warning(text); }};
}

Command init_command_for_suite() {
  return {.name = "init",
          .summary = "start to trust a root file",
          .description = {},
          .example = "  pgclient-conformance --metadata-dir trusted init root.json",
          .arguments = {{"ROOT", "the root file"}},
          .options = {metadata_dir_option},
          .run = [](const Arguments& arguments, Output&, UtcTime) {
            conformance_init(arguments.required_option("metadata-dir"), arguments.argument("ROOT"));
          }};
}

Command refresh_command() {
  return {.name = "refresh",
          .summary = "bring the trusted metadata up to date",
          .description = {},
          .example =
              "  pgclient-conformance --metadata-dir trusted --metadata-url http://localhost:8000/metadata "
              "refresh",
          .arguments = {},
          .options = {metadata_dir_option, metadata_url_option},
          .run = [](const Arguments& arguments, Output& out, UtcTime now) {
            UrlFetcher fetcher(asking_once());
            conformance_refresh(settings_of(arguments, out, now), fetcher);
          }};
}

Command download_command() {
  std::vector<OptionSpec> options = {metadata_dir_option, metadata_url_option};
  options.insert(options.end(), target_options.begin(), target_options.end());
  return {.name = "download",
          .summary = "refresh, then fetch targets that are not there yet",
          .description = {},
          .example =
              "  pgclient-conformance --metadata-dir trusted --metadata-url http://localhost:8000/metadata "
              "--target-name a/file.txt --target-base-url http://localhost:8000/targets --target-dir got "
              "download",
          .arguments = {},
          .options = std::move(options),
          .run = [](const Arguments& arguments, Output& out, UtcTime now) {
            const ConformanceSettings settings = settings_of(arguments, out, now);
            const std::vector<std::string>& names = arguments.options("target-name");
            if (names.empty()) throw usage("option '--target-name' is missing");
            UrlFetcher fetcher(asking_once());
            conformance_download(settings, fetcher, names,
                                 base_url_from_user(arguments.required_option("target-base-url")),
                                 arguments.required_option("target-dir"));
          }};
}

bool takes_a_value(std::string_view word) {
  constexpr std::array<std::string_view, 5> names = {"--metadata-dir", "--metadata-url", "--target-name",
                                                     "--target-base-url", "--target-dir"};
  return std::find(names.begin(), names.end(), word) != names.end();
}

// The suite puts the options before the command, our programs read them after it. Each value is tied to its
// option, so that no value is taken for an option.
std::vector<std::string> command_first(int argc, char** argv) {
  std::vector<std::string> words{argc > 0 ? argv[0] : "pgclient-conformance"}, options;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (takes_a_value(word) && i + 1 < argc)
      options.push_back(word + "=" + argv[++i]);
    else
      (word.starts_with('-') ? options : words).push_back(word);
  }
  words.insert(words.end(), options.begin(), options.end());
  return words;
}

}  // namespace

int run_conformance(int argc, char** argv) {
  std::vector<std::string> words = command_first(argc, argv);
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  const int code =
      run_program("pgclient-conformance", "the client under test of the conformance suite for TUF clients",
                  {init_command_for_suite(), refresh_command(), download_command()},
                  static_cast<int>(pointers.size()), pointers.data());
  return code == 0 ? 0 : 1;
}

}  // namespace tuf
