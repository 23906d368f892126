// pgclient fetch-target - one target of any TUF repository, by its path.
#include "client/commands.h"
#include "client/download.h"
#include "client/metadata_reply.h"
#include "client/network_options.h"
#include "client/updater.h"
#include "client/url_fetcher.h"
#include "libtufcore/error.h"
#include "libtufcore/io/descriptor.h"
#include "libtufcore/io/progress.h"

namespace tuf {
namespace {

fs::path output_for(const Arguments& arguments, const TargetPath& path) {
  const auto output = arguments.option("output");
  refuse_standard_output(output);
  if (output) return *output;
  const auto name =
      FileName::parse(path.text().substr(path.text().rfind('/') + 1));  // all of it without a '/'
  if (!name)
    throw usage("the last part of '{}' is no safe file name", escaped(path.text()))
        .with_hint("say where to write with -o FILE");
  return name->text();
}

// Trusted state of its own for each pair of root and server.
fs::path state_folder(ByteView root_file, const std::string& metadata_url) {
  const std::string key = sha256_of(sha256_of(root_file).hex() + "\n" + metadata_url).hex();
  return state_directory() / "other" / key.substr(0, 32);
}

struct Found {
  FoundTarget target;
  TargetNaming naming;
  std::uint64_t root_version;
};

Found find(const Arguments& arguments, const TargetPath& path, Fetcher& fetcher, UtcTime now, Output& out) {
  const std::string root_path = arguments.required_option("root");
  const std::string metadata_url = base_url_from_user(arguments.required_option("metadata-url"));
  const Bytes root_file = read_file(root_path, max_root_bytes);
  const RootChain pinned(root_file, escaped(root_path));  // whole, and signed by its own keys
  const MetadataCache cache(state_folder(root_file, metadata_url));
  const FileLock lock = cache.lock();
  if (!cache.has_sound_root()) cache.write(RoleName::of(Root::type), root_file);
  UpdateSettings settings{{metadata_url}, now, [&](const std::string& text) { out.warning(text); }};
  settings.needed = needed_for(path);
  Updater updater(cache, fetcher, std::move(settings));
  const TopLevel top = updater.refresh();
  out.json["root_version"] = top.root->version;
  out.json["state"] = cache.folder().string();
  auto target = find_target(top.targets, path, updater.loader(top));
  if (!target) throw not_found("the repository has no target '{}'", escaped(path.text()));
  return {std::move(*target), top.root->consistent_snapshot ? TargetNaming::with_digest : TargetNaming::plain,
          top.root->version};
}

void describe(const FoundTarget& target, const fs::path& output, Output& out) {
  Json::Array trail;
  for (const RoleName& role : target.trail) trail.emplace_back(role.text());
  for (const auto& [algorithm, digest] : target.file.hashes)
    out.json[std::string(name_of(algorithm))] = digest.hex();
  out.json["path"] = target.path.text();
  out.json["length"] = target.file.length;
  out.json["role"] = target.role.text();
  out.json["trail"] = std::move(trail);
  out.json["output"] = output.string();
}

void run(const Arguments& arguments, Output& out, UtcTime now) {
  const TargetPath path = TargetPath::from_user(arguments.argument("PATH"));
  const std::string targets_url = base_url_from_user(arguments.required_option("targets-url"));
  const fs::path output = output_for(arguments, path);
  UrlFetcher fetcher(network_options(arguments, out));
  const Found found = find(arguments, path, fetcher, now, out);
  describe(found.target, output, out);
  const OutputNow before = look_at_output(output, found.target.file);
  if (before == OutputNow::other_content && !arguments.flag("force")) {
    throw conflict("{} is there already, with other content", shown_path(output))
        .with_hint("--force replaces it");
  }
  const bool is_there = before == OutputNow::same_content;
  if (!is_there) {
    Progress progress(out, escaped(path.text()), found.target.file.length);
    download_target(fetcher, target_url(targets_url, found.target, found.naming), found.target, output,
                    arguments.flag("force") ? Existing::replace : Existing::refuse,
                    [&](std::uint64_t bytes) { progress.advance_to(bytes); });
  }
  out.json["fetched"] = !is_there;
  out.result(fmt::format("{} {}: {} ({})", is_there ? "already there," : "fetched", escaped(path.text()),
                         output.string(), bytes_text(found.target.file.length)));
}

}  // namespace

Command fetch_target_command() {
  return {.name = "fetch-target",
          .summary = "fetch one target of any TUF repository",
          .description =
              "Works with repositories made by other tools. Trust starts at the given root file; newer roots "
              "and versions that "
              "were seen are remembered for this root and metadata URL.",
          .example =
              "  pgclient fetch-target a/file.txt --root root.json --metadata-url "
              "https://tuf.example.org/metadata --targets-url "
              "https://tuf.example.org/targets",
          .arguments = {{"PATH", "the target's path in the repository"}},
          .options = {{"root", "FILE", "the root file to trust"},
                      {"metadata-url", "URL", "where timestamp.json is"},
                      {"targets-url", "URL", "where the targets are"},
                      {"o,output", "FILE", "where to write (default: the last part of PATH, in this folder)"},
                      {"force", "", "replace a file that is there with other content"}},
          .run = run};
}

}  // namespace tuf
